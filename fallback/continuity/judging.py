"""Judging what was found: what would hurt if the server went this minute."""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments import journal
from appointments.availability import LONDON
from appointments.models import Practice, Site
from appointments.wording import day_short, moment
from fallback import allotments, blocking, plans
from fallback.allotments.reading import deal
from fallback.backups import Named
from fallback.keeper import report
from fallback.models import Plan
from fallback.printing import is_worked, next_worked

from .reading import Copy, Found, read_all

# A change is on paper everywhere within 10 s, in a burst within 30 (the keeper's promise).
BEHIND_AT_MOST = timedelta(seconds=30)
# Today's papers are stamped anew every 10 minutes; half of that again before something is wrong.
TODAY_AT_MOST = timedelta(minutes=15)
# Backups are made every 5 minutes while anything changes: two in a row have failed.
UNSAVED_AT_MOST = timedelta(minutes=15)
# And once an hour whether anything changes or not.
BACKUP_AT_MOST = timedelta(minutes=75)
# The server, and any one place, may be lost together.
PLACES_AT_LEAST = 2
# The keeper makes papers for today and seven more days.
AHEAD_AT_MOST = timedelta(days=7)


@dataclass(frozen=True)
class DeskLeft:
    """What a desk could sell if it were cut off."""

    site: str
    day: date
    desk: str
    on_screen: int
    on_paper: int


@dataclass(frozen=True)
class SiteReady:
    """A site's own equipment and the days on which it will need its papers next."""

    site: Site
    days: list[date]
    places: list[str]  # inside it
    printers: list[str]


@dataclass
class Readiness:
    """Everything that was found. `problems` make it not ready; `remarks` are worth knowing."""

    practice: Practice
    at: datetime
    found: list[Found] = field(default_factory=list)
    sites: list[SiteReady] = field(default_factory=list)
    desks: list[DeskLeft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    is_keeper_running: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether the practice could lose its server this minute."""
        return not self.problems

    @property
    def backup(self) -> tuple[str, Named] | None:
        """The newest verified backup, and the place that has it."""
        there = [(found.place.name, found.backup) for found in self.found if found.backup]
        return max(there, key=lambda each: each[1].made_at, default=None)

    def equipment(self, sentence: str) -> None:
        """Say what the practice has to buy or set up: of a demo, nobody expects it."""
        (self.remarks if self.practice.is_demo else self.problems).append(sentence)


def check(practice: Practice, now: datetime | None = None) -> Readiness:
    """Look at everything that would be needed. Takes seconds: it reads all files in all places."""
    now = now or timezone.now()
    plan = plans.plan_of(practice)
    ready = Readiness(practice, now)
    ready.found = read_all(list(practice.place_set.filter(closed_on=None)))
    _look_at_places(ready)
    for site in practice.site_set.filter(closed_on=None):
        here = _site(practice, site, now)
        ready.sites.append(here)
        if here.days:
            _look_at_site(ready, here)
        for day in here.days:
            _look_at_copies(ready, site, day)
            _look_at_desks(ready, site, day)
        if plan.beside_clinical_system:
            _look_at_blocks(ready, here)
    _look_at_clinical_system(ready, plan)
    _look_at_backups(ready)
    ready.is_keeper_running = _keeper_runs(now)
    if not ready.is_keeper_running:
        ready.problems.append(
            "Nothing keeps the copies up to date: start the keeper ('make run' starts it)."
        )
    return ready


def is_current(copy: Copy, now: datetime) -> bool:
    """Say whether nothing that happened to the site's day, half a minute ago or more, is missing.

    A copy with a higher number than the book has is of another book: one from before a restore.
    """
    practice = Site.objects.get(pk=copy.site).practice
    if copy.journal > journal.newest(practice):
        return False
    touches = journal.touching(practice.pk, UUID(copy.site), copy.day, copy.journal + 1)
    oldest = touches.values_list("entry__at", flat=True).first()
    return oldest is None or now - oldest < BEHIND_AT_MOST


def _site(practice: Practice, site: Site, now: datetime) -> SiteReady:
    today = timezone.localtime(now, LONDON).date()
    following = next_worked(site, today)
    days = [today] if is_worked(site, today) else []
    if following and following - today <= AHEAD_AT_MOST:
        days.append(following)
    return SiteReady(
        site,
        days,
        [str(place) for place in practice.place_set.filter(site=site, closed_on=None)],
        [str(printer) for printer in practice.printer_set.filter(site=site, closed_on=None)],
    )


def _look_at_places(ready: Readiness) -> None:
    if not ready.found:
        ready.problems.append(
            "No safe copies are kept: name folders on other PCs under Settings, Safe copies."
        )
    for found in ready.found:
        if found.trouble:
            ready.problems.append(f"{found.place} {found.trouble}.")
        elif found.is_same_disk:
            where = "same disk: demo" if ready.practice.is_demo else "on the server's own disk"
            ready.remarks.append(f"{found.place} is lost together with the server ({where}).")
    if ready.found and all(found.is_same_disk or found.trouble for found in ready.found):
        ready.equipment(
            "Every safe copy that can be read is on the server's own disk: name a folder on "
            "another PC, or a USB stick."
        )


def _look_at_site(ready: Readiness, here: SiteReady) -> None:
    if not here.places:
        ready.equipment(f"No safe copy stands inside {here.site}: name a folder on a PC there.")
    if not here.printers:
        ready.equipment(f"No printer stands inside {here.site} that prints by itself.")


def _look_at_copies(ready: Readiness, site: Site, day: date) -> None:
    today = timezone.localtime(ready.at, LONDON).date()
    good = away = 0
    for found in ready.found:
        copy = next((c for c in found.copies if (c.site, c.day) == (str(site.pk), day)), None)
        if found.trouble:
            continue
        trouble = _trouble(copy, ready.at, is_today=day == today)
        if trouble:
            ready.problems.append(f"{found.place}: {site}, {day_short(day)}: {trouble}.")
        else:
            good += 1
            away += not found.is_same_disk
    if good < PLACES_AT_LEAST:
        ready.problems.append(
            f"{site}, {day_short(day)}: good papers in {good} place{'' if good == 1 else 's'}; "
            f"at least {PLACES_AT_LEAST} are needed."
        )
    elif not away:
        ready.equipment(f"{site}, {day_short(day)}: no good papers off the server's disk.")


def _trouble(copy: Copy | None, now: datetime, *, is_today: bool) -> str:
    if copy is None:
        return "no papers"
    if not copy.matches:
        return "files are missing or damaged"
    if not copy.opens:
        return "a PDF does not open"
    if not is_current(copy, now):
        return f"the papers of {moment(copy.made_at)} are out of date"
    if is_today and now - copy.made_at > TODAY_AT_MOST:
        return f"the papers were stamped last on {moment(copy.made_at)}"
    return ""


def _look_at_desks(ready: Readiness, site: Site, day: date) -> None:
    left = allotments.left_to_sell(ready.practice, site, day).values()
    ready.desks += [
        DeskLeft(str(site), day, str(each.desk), each.on_screen, each.on_paper) for each in left
    ]
    if not left or any(each.on_screen + each.on_paper for each in left):
        return
    here = f"{site}, {day_short(day)}"
    if deal(ready.practice, site, day, ready.at).decision.keep:
        ready.problems.append(f"{here}: no desk has a slot to sell, and nobody shares them out.")
    else:
        ready.remarks.append(f"{here}: no desk has a slot left to sell.")


def _look_at_blocks(ready: Readiness, here: SiteReady) -> None:
    left = blocking.to_block(ready.practice, ready.at)
    many = sum(slot.session.site_id == here.site.pk and slot.session.day in here.days
               for slot in left)  # fmt: skip
    if many:
        ready.problems.append(
            f"{here.site}: {many} held slot{'s' if many > 1 else ''} can still be sold in the "
            "clinical system: block them there, and tick them under Worklist, Held slots."
        )


def _look_at_clinical_system(ready: Readiness, plan: Plan) -> None:
    if not plan.beside_clinical_system:
        return
    as_of = ready.practice.clinical_as_of
    limit = timedelta(minutes=plan.stale_after_minutes)
    if as_of is None or ready.at - as_of > limit:
        when = f"of {moment(as_of)}" if as_of else "missing"
        ready.problems.append(
            f"The newest extract of the clinical system is {when}, so every copy is as old as that."
        )


def _look_at_backups(ready: Readiness) -> None:
    taking = [found for found in ready.found if found.place.has_backups]
    there = [found for found in taking if found.backup]
    if not there:
        ready.problems.append("There is no verified backup in any safe copy.")
        return
    if all(found.is_same_disk for found in there):
        ready.equipment("There is no verified backup off the server's own disk.")
    newest = max((found.backup for found in there if found.backup), key=lambda b: b.made_at)
    of = f"The newest verified backup is of {moment(newest.made_at)}"
    if ready.at - newest.made_at > BACKUP_AT_MOST:
        ready.problems.append(f"{of}.")
        return
    unsaved = journal.since(ready.practice, newest.journal).first()
    if unsaved and ready.at - unsaved.at > UNSAVED_AT_MOST:
        ready.problems.append(
            f"{of}, and what has happened since {moment(unsaved.at)} is not in it."
        )


def _keeper_runs(now: datetime) -> bool:
    """See that somebody holds the keeper's lock, and that its report is fresh."""
    said = report.read()
    return bool(said and said.is_running(now)) and any(_holders())


def _holders() -> Iterator[bool]:
    try:
        handle = os.open(settings.DATA_DIR / "keeper.lock", os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield True
    finally:
        os.close(handle)
