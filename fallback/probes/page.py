"""What the page Checks shows: everything that is watched, how it is, what works without it.

From the keeper's report and the settings; asking it tries nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from appointments.models import Practice
from fallback.keeper import report
from fallback.keeper.report import PlaceState, PracticeState, ProbeState
from fallback.models import Probe
from fallback.probes.kinds import CLOCKS, DISK, MEANINGS, PLACE, PRINTER
from fallback.probes.proposals import Proposal, proposal, when

# What outages come from first, then what is the practice's own.
ORDER = [*Probe.Kind.values, PRINTER, PLACE, DISK, CLOCKS]
WORDS = {
    "unknown": ("Not tried yet", "grey"),
    "well": ("Well", "green"),
    "doubtful": ("Failed just now", "yellow"),
    "down": ("Down", "red"),
}


@dataclass(frozen=True)
class Line:
    """One thing that is watched. `words` go on after its name; a remark where it is well."""

    name: str
    target: str
    state: str
    since: str
    words: str
    tried_at: datetime | None
    took: float | None

    @property
    def tag(self) -> tuple[str, str]:
        """Its state in words, and their colour."""
        return WORDS[self.state]

    @property
    def answered(self) -> str:
        """How quickly it answered: 'in 12 ms', 'in 1.4 s'; empty where it did not, or not well."""
        if self.took is None or self.state in ("unknown", "down"):
            return ""
        ms = self.took * 1000
        return f"in {self.took:.1f} s" if ms >= 1000 else f"in {max(1, round(ms))} ms"


@dataclass(frozen=True)
class Group:
    """What is of one kind, what its failing means, and what still works then."""

    title: str
    still_works: str
    lines: list[Line]

    @property
    def is_down(self) -> bool:
        """Whether any of it is down."""
        return any(line.state == "down" for line in self.lines)


@dataclass(frozen=True)
class Checks:
    """Everything on the page. `is_watching`: the keeper is at work."""

    is_watching: bool
    groups: list[Group]
    proposal: Proposal | None
    prepared: str  # when a failure last had papers made
    names_none: bool  # the practice has named no address


def checks(practice: Practice) -> Checks:
    """Put together what is watched, as the keeper said it last."""
    said = report.read()
    state = said.of(practice.pk) if said else None
    names_none = not practice.probe_set.filter(closed_on=None).exists()
    if said is None or state is None or not said.is_running(timezone.now()):
        return Checks(False, [], None, "", names_none)
    prepared = when(datetime.fromisoformat(state.prepared_at)) if state.prepared_at else ""
    return Checks(True, list(_groups(state)), proposal(practice, state), prepared, names_none)


def state_of(probe: Probe) -> str:
    """Say how one probe is, for the list under Settings."""
    said = report.read()
    state = said.of(probe.practice_id) if said and said.is_running(timezone.now()) else None
    for one in state.probes if state else ():
        if one.key == str(probe.pk) and probe.closed_on is None:
            line = _line(one)
            since = f" since {line.since}" if line.state == "down" else ""
            return f"{line.tag[0]}{since}" + (f": it {line.words}" if line.words else "")
    return "Not tried yet" if probe.closed_on is None else ""


def _groups(state: PracticeState) -> Iterator[Group]:
    lines: dict[str, list[Line]] = {}
    for one in state.probes:
        lines.setdefault(one.kind, []).append(_line(one))
    for place in state.places:
        lines.setdefault(PLACE, []).append(_place(place))
    for kind in ORDER:
        if kind in lines:
            meaning = MEANINGS[kind]
            yield Group(meaning.title, meaning.still_works, lines[kind])


def _line(one: ProbeState) -> Line:
    return Line(
        name=one.name,
        target="" if one.kind in (PRINTER, DISK, CLOCKS) else one.target,
        state=one.state,
        since=when(datetime.fromisoformat(one.since)) if one.since else "",
        words=one.words,
        tried_at=datetime.fromisoformat(one.tried_at) if one.tried_at else None,
        took=one.took,
    )


def _place(place: PlaceState) -> Line:
    """Say how a safe copy is: its own hand tries it all the time."""
    seen_at = datetime.fromisoformat(place.seen_at) if place.seen_at else None
    since = place.trouble_since and when(datetime.fromisoformat(place.trouble_since))
    state = "down" if place.trouble else "well" if seen_at else "unknown"
    return Line(place.name, place.folder, state, since or "", place.trouble, seen_at, None)
