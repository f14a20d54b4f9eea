"""What the web process asks the keeper to do now: make a site-day's papers, and print them.

A wish is a small file in the data folder, written whole. It holds ids and words, nothing of
patients; the keeper takes it, grants it and removes it.

    wishes.wish(practice, site, day)                                    # make it anew now
    wishes.wish(practice, site, day, printer=queue, papers="all", by=actor)   # and print it
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments.journal import Actor
from appointments.models import Practice, Site
from fallback.hand.files import write_whole
from fallback.models import Printer

TOO_OLD = 15 * 60  # seconds: what was asked before a long standstill is not printed by surprise


@dataclass(frozen=True)
class Wish:
    """One wish, as it lies in its file."""

    id: str
    practice: str
    site: str
    day: str
    asked_at: str
    printer: str = ""  # the Printer's id; empty: only make
    papers: str = "all"  # what to print, as `printing.send` takes it
    staff: str = ""
    desk: str = ""


def wish(
    practice: Practice,
    site: Site,
    day: date,
    *,
    printer: Printer | None = None,
    papers: str = "all",
    by: Actor | None = None,
) -> UUID:
    """Ask for a site-day's papers made anew now and, with a printer, printed; gives the wish's id.

    The keeper begins within a second. Whoever waits asks `is_waiting`.
    """
    number = uuid.uuid4()
    said = Wish(
        id=str(number),
        practice=str(practice.pk),
        site=str(site.pk),
        day=day.isoformat(),
        asked_at=timezone.now().isoformat(),
        printer=str(printer.pk) if printer else "",
        papers=papers,
        staff=str(by.staff.pk) if by and by.staff else "",
        desk=str(by.desk.pk) if by and by.desk else "",
    )
    write_whole(_path(said.id), json.dumps(asdict(said)).encode())
    return number


def is_waiting(number: UUID) -> bool:
    """Say whether the keeper has yet to grant a wish."""
    return _path(str(number)).exists()


def waiting() -> list[Wish]:
    """Give what is asked for, oldest first; what is too old or can't be read is thrown away."""
    found = []
    for path in _folder().glob("*.json"):
        said = _read(path)
        if said is None or _age(said) > TOO_OLD:
            path.unlink(missing_ok=True)
        else:
            found.append(said)
    return sorted(found, key=lambda one: one.asked_at)


def granted(wishes: Iterable[Wish]) -> None:
    """Strike wishes off; one is struck off before it is granted, so that nothing prints twice."""
    for one in wishes:
        _path(one.id).unlink(missing_ok=True)


def _read(path: Path) -> Wish | None:
    try:
        return Wish(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _age(said: Wish) -> float:
    return abs((timezone.now() - datetime.fromisoformat(said.asked_at)).total_seconds())


def _folder() -> Path:
    return settings.DATA_DIR / "wishes"


def _path(number: str) -> Path:
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{number}.json"
