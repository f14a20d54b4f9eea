"""What the keeper says of itself: a file in the data folder, written whole every second.

The web process reads it for the status line, /healthz and the Paper page: no query, no lock, and
it works while the book can't be read. That it is old says that the keeper has stopped. Nothing of
patients is in it.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

SILENT_FOR = 30  # s without a report: the keeper has stopped (a making may take some seconds)


@dataclass(frozen=True)
class Copy:
    """The print of a site's day that the server, or a place, has. Times are ISO texts."""

    site: str
    site_name: str
    day: str
    print: int
    journal: int
    made_at: str
    clinical_as_of: str | None

    @property
    def good_at(self) -> datetime:
        """How old it is: its making or, if that is older, the clinical system's extract."""
        return datetime.fromisoformat(min(self.made_at, self.clinical_as_of or self.made_at))


@dataclass(frozen=True)
class PlaceState:
    """How a place is. `trouble` goes on after its name: 'is full'; empty while all is well."""

    place: str
    name: str
    folder: str
    trouble: str = ""
    trouble_since: str | None = None
    same_disk: bool | None = None  # None: it could not be asked yet
    seen_at: str | None = None  # when it was last brought up to date
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True)
class DutyTrouble:
    """A duty that did not succeed, and since when."""

    duty: str
    words: str
    since: str


@dataclass(frozen=True)
class ProbeState:
    """What is thought of something that is watched: unknown, well, doubtful or down, since when.

    `words` go on after its name ('refuses connections'; a remark where it is well). `took` is in
    seconds; None: it did not answer in time.
    """

    key: str
    kind: str
    name: str
    target: str
    state: str
    since: str | None
    words: str
    tried_at: str | None
    took: float | None


@dataclass(frozen=True)
class Recovery:
    """A declared outage whose part that is watched has been well for a while, since when."""

    outage: str
    affected: tuple[str, ...]
    since: str


@dataclass(frozen=True)
class Published:
    """How a website's status file is. `trouble` goes on after its name: 'does not answer in time'.

    `lead` is how far the host's clock is ahead of ours, in seconds.
    """

    target: str
    name: str
    trouble: str
    trouble_since: str | None
    published_at: str | None  # None: not since the keeper started
    lead: int
    lasts_minutes: int
    line_fits: bool  # whether the line on the website has this server's key


@dataclass(frozen=True)
class PracticeState:
    """How a practice's papers are: the server's own copies, what waits to be made, the places.

    And what is watched, and when something that failed last had papers made (`prepared_at`).
    """

    ods: str
    is_demo: bool
    today: str
    copies: tuple[Copy, ...] = ()
    stale_since: str | None = None  # the oldest change of today that is not on paper yet
    waiting: int = 0  # site-days that are to be made
    stale_after_minutes: int | None = None  # of the clinical system's extract; None: beside none
    places: tuple[PlaceState, ...] = ()
    troubles: tuple[DutyTrouble, ...] = ()
    published: tuple[Published, ...] = ()
    probes: tuple[ProbeState, ...] = ()
    prepared_at: str | None = None
    recoveries: tuple[Recovery, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything the keeper says. `practices` by the practice's id."""

    at: str
    pid: int
    has_ended: bool = False
    troubles: tuple[DutyTrouble, ...] = ()
    practices: dict[str, PracticeState] = field(default_factory=dict)

    def is_running(self, now: datetime | None = None) -> bool:
        """Whether the keeper was at work just now, also after the clock was set back."""
        age = (now or timezone.now()) - datetime.fromisoformat(self.at)
        return not self.has_ended and abs(age.total_seconds()) < SILENT_FOR

    def of(self, practice_id: UUID) -> PracticeState | None:
        """Give what is said of one practice."""
        return self.practices.get(str(practice_id))


def read() -> Report | None:
    """Read the newest report; None where no keeper has ever been. Costs a stat while unchanged."""
    path = _path()
    try:
        facts = os.stat(path)
    except FileNotFoundError:
        return None
    return _read(path, facts.st_mtime_ns, facts.st_ino)


@lru_cache(maxsize=1)
def _read(path: Path, changed_at: int, number: int) -> Report | None:
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    said["troubles"] = _many(DutyTrouble, said["troubles"])
    said["practices"] = {key: _practice(one) for key, one in said["practices"].items()}
    return Report(**said)


def _practice(said: dict[str, Any]) -> PracticeState:
    places = [PlaceState(**{**one, "copies": _many(Copy, one["copies"])}) for one in said["places"]]
    return PracticeState(
        **{
            **said,
            "copies": _many(Copy, said["copies"]),
            "places": tuple(places),
            "troubles": _many(DutyTrouble, said["troubles"]),
            "published": _many(Published, said.get("published", [])),
            "probes": _many(ProbeState, said.get("probes", ())),
            "recoveries": tuple(
                Recovery(**{**one, "affected": tuple(one["affected"])})
                for one in said.get("recoveries", ())
            ),
        }
    )


def _many(kind: type, rows: list[dict[str, Any]]) -> tuple:
    return tuple(kind(**row) for row in rows)


def write(report: Report) -> None:
    """Put a report in the place of the one before. It need not outlast a power cut: no fsync."""
    path = _path()
    temporary = path.with_name(f".{path.name}.{report.pid}")
    temporary.write_text(json.dumps(asdict(report)))
    os.replace(temporary, path)


def _path() -> Path:
    return settings.DATA_DIR / "keeper.json"
