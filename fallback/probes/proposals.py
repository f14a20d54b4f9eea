"""What staff are told of what is watched, in the line at the top of every page.

The program watches and proposes; people declare and end. Asked with every request: no query while
nothing is wrong and nothing to propose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice
from appointments.status import StatusLine
from appointments.wording import clock, day_short
from fallback import outages
from fallback.keeper import report
from fallback.keeper.report import PracticeState, ProbeState
from fallback.models import Outage
from fallback.probes.kinds import MEANINGS


@dataclass(frozen=True)
class Proposal:
    """An outage that seems to be: what is down, and since when."""

    affected: tuple[str, ...]
    since: datetime

    @property
    def words(self) -> str:
        """Say it: 'The internet and the telephones seem to be down since 08:03.'"""
        return f"{_what(self.affected)} to be down since {when(self.since)}."

    @property
    def address(self) -> str:
        """Where it is declared, with all of this filled in, to the minute."""
        since = self.since.replace(second=0, microsecond=0).isoformat()
        asked = [*(("affected", each) for each in self.affected), ("since", since)]
        return f"{reverse('declare-outage')}?{urlencode(asked)}"


def proposal(practice: Practice, state: PracticeState) -> Proposal | None:
    """Propose to declare what is down and not declared yet; None if there is no such thing."""
    down: dict[str, datetime] = {}
    for one in state.probes:
        affected = MEANINGS[one.kind].affected
        if affected and one.state == "down" and one.since:
            since = datetime.fromisoformat(one.since)
            down[affected] = min(since, down.get(affected, since))
    if not down:
        return None
    for outage in outages.current(practice):
        for affected in outage.affected:
            down.pop(affected, None)
    order = [each for each in Outage.Affected.values if each in down]
    return Proposal(tuple(order), min(down.values())) if down else None


def lines(practice: Practice) -> Iterator[StatusLine]:
    """Say what seems to be down, what seems well again, and what of our own needs a hand."""
    said = report.read()
    state = said.of(practice.pk) if said else None
    if said is None or state is None or not said.is_running(timezone.now()):
        return
    if proposed := proposal(practice, state):
        yield StatusLine("bad", proposed.words, "Declare an outage?", proposed.address)
    yield from _recoveries(practice, state)
    for one in state.probes:
        if one.state == "down" and not MEANINGS[one.kind].affected:
            yield StatusLine("bad", _trouble(one))


def word() -> str:
    """Say in a word how it is, for /healthz: no names, no query."""
    said = report.read()
    if said is None or not said.is_running(timezone.now()):
        return "no keeper"
    states = [one for state in said.practices.values() for one in state.probes]
    if any(one.state == "down" for one in states):
        return "down"
    return "ok" if any(MEANINGS[one.kind].affected for one in states) else "none"


def when(at: datetime) -> str:
    """Say a time of today, or a day and time: '08:03', 'Sun 22 Nov 18:40'."""
    is_today = timezone.localdate(at, LONDON) == timezone.localdate(timezone=LONDON)
    return clock(at) if is_today else f"{day_short(at)} {clock(at)}"


def _recoveries(practice: Practice, state: PracticeState) -> Iterator[StatusLine]:
    if not state.recoveries:
        return
    standing = {str(outage.pk): outage for outage in outages.current(practice)}
    for one in state.recoveries:
        if outage := standing.get(one.outage):
            since = when(datetime.fromisoformat(one.since))
            yield StatusLine(
                "warn",
                f"{_what(one.affected)} well for 10 minutes and more, since {since}.",
                "End it?",
                f"{reverse('end-outage', args=[outage.pk])}?{urlencode({'since': one.since})}",
            )


def _what(affected: tuple[str, ...]) -> str:
    """Begin a sentence: 'The internet seems', 'The internet and the telephones seem'."""
    is_many = len(affected) > 1 or Outage.Affected.TELEPHONES in affected
    return f"{Outage(affected=list(affected)).affected_words} {'seem' if is_many else 'seems'}"


def _trouble(one: ProbeState) -> str:
    name = f"The printer {one.name}" if one.kind == "printer" else one.name
    return f"{name} {one.words}"
