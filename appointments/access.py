"""The access log: who looked at which patient's data. Not the journal: looking changes nothing.

NHS practices must be able to say who opened a record (Care Record Guarantee); a manager reads this
log under Settings. Each note is one statement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from appointments.journal import Actor
from appointments.models import Access, Patient

LONGEST = 200  # characters of a detail
# A search is looked up letter by letter while it is typed; within this time of the last letter
# what only goes on from it is the same search.
STILL_TYPING = timedelta(seconds=30)


@dataclass(frozen=True)
class Typed:
    """The last search of somebody at a desk."""

    access: UUID
    asked: str
    at: datetime


# Kept per process: with several, a search may leave more than one line. Nothing is ever lost.
_typing: dict[tuple, Typed] = {}


def opened(by: Actor, patient: Patient, detail: str = "") -> None:
    """Note that somebody opened a patient's details."""
    _note(by, Access.What.OPENED, patient, detail)


def opened_list(by: Actor, which: str) -> None:
    """Note that somebody opened a list with patients' details on it, such as the call list."""
    _note(by, Access.What.OPENED, None, which)


def searched(by: Actor, asked: str) -> None:
    """Note what somebody searched for; an empty search is none.

    'smi', 'smit' and 'smith' typed one after the other are one line, 'smith'.
    """
    # PostgreSQL keeps no NUL in a text.
    asked = asked.replace("\0", "").strip()[:LONGEST]
    if not asked:
        return
    now = timezone.now()
    who = (by.practice.pk, by.staff and by.staff.pk, by.desk and by.desk.pk)
    last = _typing.get(who)
    if last and now - last.at <= STILL_TYPING and _goes_on(last, asked, now):
        _typing[who] = Typed(last.access, max(asked, last.asked, key=len), now)
    else:
        _typing[who] = Typed(_note(by, Access.What.SEARCHED, None, asked).pk, asked, now)


def printed(by: Actor, patient: Patient | None, detail: str = "") -> None:
    """Note that somebody printed something with a patient's data on it."""
    _note(by, Access.What.PRINTED, patient, detail)


def took_away(by: Actor, detail: str, patient: Patient | None = None) -> None:
    """Note that patients' data left the program as a file."""
    _note(by, Access.What.TOOK_AWAY, patient, detail)


def _goes_on(last: Typed, asked: str, now: datetime) -> bool:
    """Note a search as a part of the last one, if it is: longer, or some letters taken back."""
    if last.asked.startswith(asked):
        return True
    if not asked.startswith(last.asked):
        return False
    return Access.objects.filter(pk=last.access).update(detail=asked, at=now) > 0


def _note(by: Actor, what: str, patient: Patient | None, detail: str) -> Access:
    # A transaction, short as it is, waits its turn with the bookings instead of barging in.
    with transaction.atomic():
        return Access.objects.create(
            practice=by.practice,
            at=timezone.now(),
            staff=by.staff,
            desk=by.desk,
            what=what,
            patient=patient,
            detail=detail[:LONGEST],
        )
