"""A practice's places: each has its hand, and none waits for another."""

import logging
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments.models import Practice
from fallback.hand.troubles import NOT_MARKED
from fallback.keeper import staleness
from fallback.keeper.report import Copy, PlaceState
from fallback.models import Place
from fallback.places import first
from fallback.places.hands import Hand

log = logging.getLogger(__name__)

LOOKED_AT_EVERY = 60.0  # s: is all that was brought still there?
VERIFIED_EVERY = 6 * 3600.0  # s: is each file still what it was?
# A place that was closed is emptied of our papers, for so long as it may take to come back.
EMPTIED_FOR = timedelta(days=30)


class At:
    """One place, as the keeper knows it."""

    def __init__(self, place: Place):
        self.place = place
        self.hand = Hand(str(place.pk))
        self.given: tuple | None = None  # what the last job was about
        self.given_at = 0.0  # monotonic
        self.verified_at: float | None = None
        self.is_leaving = False
        self.trouble_since: str | None = None
        self.seen_at: str | None = None

    def listen(self) -> None:
        """Hear how the job is going."""
        if not self.hand.listen():
            return
        now = timezone.now().isoformat()
        if self.hand.trouble:
            self.given = None
            if self.trouble_since is None:
                self.trouble_since = now
                log.warning("safe copy %s: %s", self.place.pk, self.hand.trouble)
        else:
            self.trouble_since, self.seen_at = None, now

    def bring(self, practice: Practice, sign: tuple, today: date) -> None:
        """Give the hand a job if there is something to bring, or it is time to look again."""
        at = time.monotonic()
        sign = (*sign, _job(practice, self.place, today))
        if not self.hand.is_free or (sign == self.given and at < self.given_at + LOOKED_AT_EVERY):
            return
        verify = self.verified_at is None or at > self.verified_at + VERIFIED_EVERY
        if verify:
            self.verified_at = at
        self.given, self.given_at = sign, at
        self.hand.give(sign[-1] | {"verify": verify})

    def state(self, practice: Practice) -> PlaceState:
        """Say how it is, for the report."""
        device = self.hand.answer.get("device")
        return PlaceState(
            place=str(self.place.pk),
            name=self.place.name,
            folder=self.place.folder,
            trouble=self.hand.trouble,
            trouble_since=self.trouble_since,
            same_disk=None if device is None else device == _own_device(),
            seen_at=self.seen_at,
            copies=tuple(Copy(**one) for one in self.hand.answer.get("prints", ())),
        )


class Delivery:
    """The places of one practice."""

    def __init__(self) -> None:
        self.at: dict[UUID, At] = {}
        self.emptied: set[UUID] = set()

    def turn(self, practice: Practice, today: date) -> None:
        """Hear every hand, and give a job to each that is free and behind."""
        places = list(practice.place_set.filter(closed_on=None))
        self._find_closed(practice, today)
        for pk in self.at.keys() - {place.pk for place in places}:
            self._empty(pk)
        sign = _sign(practice)
        for place in places:
            at = self.at.setdefault(place.pk, At(place))
            at.place, at.is_leaving = place, False
            self.emptied.discard(place.pk)
            at.listen()
            at.bring(practice, sign, today)

    def listen(self) -> None:
        """Only hear, between two makings."""
        for at in self.at.values():
            at.listen()

    def end(self) -> None:
        """Let go of all hands."""
        for at in self.at.values():
            at.hand.end()

    def states(self, practice: Practice) -> tuple[PlaceState, ...]:
        """Say how the places are that are in use."""
        return tuple(at.state(practice) for at in self.at.values() if at.place.closed_on is None)

    def _find_closed(self, practice: Practice, today: date) -> None:
        closed = practice.place_set.filter(closed_on__gt=today - EMPTIED_FOR)
        for place in closed.exclude(pk__in=self.emptied):
            at = self.at.setdefault(place.pk, At(place))
            at.place = place

    def _empty(self, pk: UUID) -> None:
        """Take our papers out of a place that was closed, whenever it can be reached."""
        at = self.at[pk]
        at.listen()
        if not at.hand.is_free:
            return
        if at.is_leaving and (at.seen_at or at.hand.trouble == NOT_MARKED):
            at.hand.end()
            self.emptied.add(pk)
            del self.at[pk]
        else:
            at.is_leaving, at.seen_at = True, None
            at.hand.give({"do": "leave", "folder": at.place.folder, "mark": str(pk)})


def _job(practice: Practice, place: Place, today: date) -> dict[str, Any]:
    endings = {".pdf": True, ".html": place.has_html, ".csv": place.has_csv}
    return {
        "do": "bring",
        "folder": place.folder,
        "mark": str(place.pk),
        "papers": str(first.folder_of(practice)),
        "practice": practice.ods_code,
        "protected": place.pdfs_protected,
        "endings": [ending for ending, has in endings.items() if has],
        "today": today.isoformat(),
        "oldest": (today - timedelta(days=place.keeps_days)).isoformat(),
        "sites": [str(site.pk) for site in staleness.sites(practice)],
        "backups": str(backups_folder()) if place.has_backups else None,
    }


def backups_folder() -> Path:
    """Give the folder of the server's own backups, which every place that takes them mirrors."""
    folder = settings.DATA_DIR / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _sign(practice: Practice) -> tuple:
    """Give something that differs when there is something new to bring."""
    kept = first.folder_of(practice) / "kept.json"
    newest = kept.stat().st_mtime_ns if kept.exists() else 0
    return newest, backups_folder().stat().st_mtime_ns


def _own_device() -> int:
    return Path(settings.DATA_DIR).stat().st_dev
