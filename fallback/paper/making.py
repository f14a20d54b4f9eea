"""One making of a site-day's papers: read, dealt to the desks, printed, with HTML and CSV beside.

All documents of a making bear one print number and one stamp. The journal's number is read before
anything else: what is booked meanwhile makes the paper stale, and never looks as if it were on it.
"""

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from appointments import journal
from appointments.models import Practice, Site, Slot
from appointments.wording import day_words
from fallback import plans, sheets
from fallback.models import Plan, Print, Sheet
from fallback.paper import contacts, csv, desk_sheets, diary, html, reading, running_lists, visits
from fallback.paper.document import Document, Rendered, Stamp
from fallback.paper.press import PressError, press
from fallback.sheets.rows import ROWS_ENOUGH

log = logging.getLogger(__name__)

TRIES = 50  # makings that may reach for the same number at once

# desk, day, slot, start, type, mode, since when blocked in the clinical system, the desk's site
Held = tuple[Any, ...]


class Made(NamedTuple):
    """What a making gave. `mark` says of what: another one by now, and it is stale (`mark_of`)."""

    print: Print
    stamp: Stamp
    rendered: list[Rendered]
    html: bytes
    csv: bytes
    mark: str
    missing: tuple[str, ...] = ()  # documents that could not be made: 'Sheet of Desk 2'


def make(practice: Practice, site: Site, day: date, *, now: datetime | None = None) -> Made:
    """Make the papers of a site's day as the book is now; a Print remembers that it was done.

    Raises PressError if the press refuses the day diary; another document that it refuses is
    missing and keeps nothing else back. One making prints at a time on this machine, whoever
    asks: two would only slow each other and the desks down.
    """
    mark = mark_of(practice, site, day)
    number = journal.newest(practice)
    now = now or timezone.now()
    plan = plans.plan_of(practice)
    as_of = clinical_as_of(practice, plan)
    print_ = _numbered(Print(practice=practice, site=site, day=day, journal=number, made_at=now))
    dealt = sheets.ensure(practice, site, day, print_number=print_.number, journal=number, now=now)
    stamp = Stamp(
        practice=practice.name,
        site=site.name,
        day=day,
        day_words=day_words(day),
        up_to_date_at=now,
        clinical_as_of=as_of,
        print_number=print_.number,
        journal=number,
    )
    paper = reading.day_paper(practice, site, day, stamp)
    documents = _documents(paper, dealt, plan)
    with _the_press():
        rendered = _pressed(documents)
    made = {id(one.document) for one in rendered}
    missing = tuple(document.stem for document in documents if id(document) not in made)
    print_.pages = next(one.pages for one in rendered if one.document.kind == "diary")
    print_.save(update_fields=["pages"])
    return Made(print_, stamp, rendered, html.page(paper), csv.rows(paper), mark, missing)


def _pressed(documents: list[Document]) -> list[Rendered]:
    try:
        return press(documents)
    except PressError as trouble:
        if not any(one.document.kind == "diary" for one in trouble.made):
            raise
        log.error("not all papers could be made: %s", trouble)
        return trouble.made


def _documents(paper: reading.DayPaper, dealt: list[Sheet], plan: Plan) -> list[Document]:
    """Say what is printed: for reading, then for writing."""
    return [
        diary.document(paper),
        contacts.document(paper),
        visits.document(paper),
        *(desk_sheets.document(s, paper.stamp, plan) for s in dealt if s.kind == Sheet.Kind.DESK),
        *running_lists.documents([s for s in dealt if s.kind == Sheet.Kind.RUNNING], paper),
    ]


def mark_of(practice: Practice, site: Site, day: date, held: list[Held] | None = None) -> str:
    """Give the mark of what a day's papers are made of: another mark, and they are stale.

    It is the newest entry that touched the site's day (its hash as well, since after a restore the
    same number may mean something else), and which slots the desks hold on paper from that day on:
    the sheets go on with the next days' rows, and these change without touching this day. `held` is
    what `held_on_paper` gave, for whoever asks for many days.
    """
    number, digest = journal.newest_for(practice.pk, site.pk, day)
    held = held_on_paper(practice, day) if held is None else held
    own = [slot for slot in held if slot[-1] == site.pk]
    rows = hashlib.sha256(repr(list(_on_sheets(own, day))).encode()).hexdigest()
    return f"{number} {digest[:16]} {rows[:16]}"


def held_on_paper(practice: Practice, day: date) -> list[Held]:
    """Read which slots desks hold on paper from a day on: in the order of the sheets."""
    slots = practice.slot_set.filter(kept_on=Slot.KeptOn.PAPER, session__day__gte=day)
    order = ("kept_by_id", "session__day", "starts_at", "id")
    columns = ("kept_by_id", "session__day", "id", "starts_at", "slot_type_id", "mode",
               "blocked_there_at", "kept_by__site_id")  # fmt: skip
    return list(slots.order_by(*order).values_list(*columns))


def _on_sheets(held: list[Held], day: date) -> Iterator[Held]:
    """Leave out what is too far ahead for a desk's sheet: it stops once it has rows enough."""
    for _, of_desk in groupby((slot for slot in held if slot[1] >= day), key=itemgetter(0)):
        had = 0
        for _, of_day in groupby(of_desk, key=itemgetter(1)):
            if had >= ROWS_ENOUGH:
                break
            for slot in of_day:
                had += 1
                yield slot


def clinical_as_of(practice: Practice, plan: Plan) -> datetime | None:
    """Say how fresh the clinical system's extract is, in a practice beside one."""
    if not plan.beside_clinical_system:
        return None
    return Practice.objects.values_list("clinical_as_of", flat=True).get(pk=practice.pk)


def _numbered(print_: Print) -> Print:
    """Save a print under the next number of its practice, whoever else takes one meanwhile."""
    for _ in range(TRIES):
        used = Print.objects.filter(practice=print_.practice).aggregate(most=Max("number"))["most"]
        print_.number = (used or 0) + 1
        try:
            with transaction.atomic():
                print_.save(force_insert=True)
        except IntegrityError:  # somebody was quicker: `print_number_once` stands underneath
            continue
        return print_
    raise RuntimeError(f"no print number could be had in {TRIES} tries")


@contextmanager
def _the_press() -> Iterator[None]:
    """Wait for the one press of this machine; a process that is killed gives it back."""
    handle = os.open(settings.DATA_DIR / "press.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
