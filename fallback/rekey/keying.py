"""From what a clerk typed to an entry: matched where one thing alone is meant, else asked.

`Undecided` brings what a person has to choose from; nothing was written then, and the same form
sent again with the choice goes on.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from appointments import patients, search
from appointments.journal import Actor
from appointments.models import Practice, Staff
from appointments.patients import Details
from appointments.refusals import BadDetail, BookingRefused, LikelyDuplicate
from appointments.search import Found
from fallback.models import Entry, Sheet, SheetRow
from fallback.rekey import matching
from fallback.rekey.entering import Line, enter
from fallback.rekey.finishing import set_aside
from fallback.rekey.matching import Meant, Place
from fallback.rekey.rows import refuse_entered, row_of

What = Entry.What
ASIDE = "aside"  # not something that happened, but what the clerk makes of it
MARKS = frozenset({What.CANCELLED, What.ARRIVED, What.DID_NOT_ATTEND, What.MOVED})
FOR_LATER = frozenset({What.REQUEST, What.MESSAGE})
BOOKS = frozenset({What.BOOKED, What.EXTRA})

# What a line of each kind usually says.
USUAL = {
    SheetRow.Kind.SLOT: What.BOOKED,
    SheetRow.Kind.LISTED: What.BOOKED,
    SheetRow.Kind.REQUEST: What.REQUEST,
    SheetRow.Kind.EXTRA: What.EXTRA,
    SheetRow.Kind.CANCELLATION: What.CANCELLED,
    SheetRow.Kind.MESSAGE: What.MESSAGE,
    SheetRow.Kind.LOOSE: What.BOOKED,
}


class Choices(NamedTuple):
    """The one who is meant, or a list from which a person chooses."""

    exact: Found | None = None
    people: Sequence[Found] = ()
    appointments: Sequence[Meant] = ()
    places: Sequence[Place] = ()
    nobody: str = ""  # in words, where 'none of these' is a choice too


class Undecided(BookingRefused):
    """Several things can be meant, or none: a person chooses by number."""

    code = "undecided"

    def __init__(self, sentence: str, **choices: Any):
        super().__init__(sentence)
        self.choices = Choices(**choices)


@dataclass(frozen=True)
class Said:
    """What the form of a row says. What was chosen from a list stands beside what was typed."""

    what: str  # one of Entry.What, or ASIDE
    reference: UUID
    written_at: datetime
    taken_by: str = ""
    typed: str = ""
    patient: UUID | None = None
    is_nobody: bool = False  # none of those who were listed
    newcomer: Details | None = None  # to be registered as a temporary patient
    said: str = ""
    urgency: str = "routine"
    told_at: datetime | None = None
    told_by: str = ""
    where: str = ""
    slot: UUID | None = None
    appointment: UUID | None = None
    why: str = ""
    owner: Staff | None = None
    due_at: datetime | None = None


class Kept(NamedTuple):
    """What was chosen already, on a form that is shown again for something else."""

    person: Found | None = None
    appointment: Meant | None = None


def kept(practice: Practice, patient: UUID | None, appointment: UUID | None) -> Kept | None:
    """Read what was chosen, to be shown; None where nothing was."""
    person = next(iter(search.shown(practice, [patient])), None) if patient else None
    meant = matching.appointment(practice, appointment) if appointment else None
    return Kept(person, meant) if person or meant else None


def choices(sheet: Sheet, what: str, typed: str) -> Choices:
    """List what a name can mean for a line of this kind."""
    found = matching.people(sheet.practice, typed)
    if what not in MARKS:
        return Choices(exact=found.exact, people=found.found)
    ids = [one.id for one in found.found]
    return Choices(appointments=matching.appointments(sheet.practice, ids, sheet.day))


def key(sheet: Sheet, code: str, said: Said, by: Actor) -> Entry:
    """Key one row, by its code, as it is said.

    Raises Undecided where a person has to choose, BadDetail where something is missing, and what
    `rekey.enter` and `rekey.set_aside` refuse.
    """
    row, line = row_of(sheet, code), _line(said)
    is_there = Entry.objects.filter(practice=by.practice, reference=said.reference).exists()
    if is_there or said.what == What.NOTHING:  # sent again: nothing is asked again
        return enter(sheet.reference, row.code, line, by)
    refuse_entered(row)
    if said.what in MARKS:
        line = replace(line, appointment=said.appointment or _appointment(sheet, said, by))
    elif said.newcomer and said.patient is None:
        line = replace(line, patient=_newcomer(said, said.newcomer, by), typed=_name(said.newcomer))
    elif said.patient is None:
        line = replace(line, patient=_patient(said, by))
    if said.what == ASIDE:
        return _set_aside(sheet, row, said, line, by)
    if said.what == What.MOVED or (said.what in BOOKS and (said.where or not row.slot_id)):
        line = replace(line, slot=said.slot or _slot(sheet, said, by))
    return enter(sheet.reference, row.code, line, by)


def _line(said: Said) -> Line:
    return Line(
        what=said.what, reference=said.reference, written_at=said.written_at,
        taken_by=said.taken_by, patient=said.patient, typed=said.typed, said=said.said,
        urgency=said.urgency, slot=said.slot, appointment=said.appointment, told_at=said.told_at,
        told_by=said.told_by,
    )  # fmt: skip


def _patient(said: Said, by: Actor) -> UUID | None:
    """Give the one who is meant; None where a name may stay as it was written."""
    may_stay = said.what in FOR_LATER or said.what == ASIDE
    if may_stay and (said.is_nobody or not said.typed):
        return None
    if not said.typed:
        raise BadDetail("Type the name and birth date, or say that nothing is written here.", "q")
    found = matching.people(by.practice, said.typed)
    if found.exact:
        return found.exact.id
    if said.what == ASIDE or (may_stay and not found.found):
        return None
    if not found.found:
        raise Undecided(
            "Nobody is found for this. Look at the paper again, and try the birth date or fewer "
            "letters. Not known here at all? Key a temporary patient, or set the row aside."
        )
    raise Undecided(
        "Who is it? Compare the birth date with the paper, and choose by number.",
        people=found.found,
        nobody="None of these: leave the name as it was written" if may_stay else "",
    )


def _newcomer(said: Said, details: Details, by: Actor) -> UUID:
    """Register a temporary patient, once for this form however often it is sent."""
    reference = uuid.uuid5(said.reference, "temporary patient")
    try:
        made = patients.register(details, by, reference=reference, despite_alike=said.is_nobody)
    except LikelyDuplicate as refused:
        raise Undecided(
            "This may be somebody whom you have already. Choose by number.",
            people=refused.alike[: matching.MOST],
            nobody="None of these: somebody new",
        ) from None
    return made.pk


def _name(details: Details) -> str:
    return f"{details.family_name} {details.given_name}".strip()


def _appointment(sheet: Sheet, said: Said, by: Actor) -> UUID:
    """Give the one appointment that a mark can be about."""
    if not said.typed:
        raise BadDetail("Type the name and birth date of whoever it is about.", "q")
    found = matching.people(by.practice, said.typed)
    ids = [said.patient] if said.patient else [one.id for one in found.found]
    meant = matching.appointments(by.practice, ids, sheet.day)
    live = [one for one in meant if not one.state]
    if (found.exact or said.patient) and len(live) == 1:
        return live[0].id
    if not meant:
        whom = "No appointment from that day on is found for this name." if ids else "Nobody is "
        whom += "" if ids else "found for this."
        raise Undecided(f"{whom} Look at the paper again, or set the row aside.")
    raise Undecided("Which appointment is it? Choose by number.", appointments=meant)


def _slot(sheet: Sheet, said: Said, by: Actor) -> UUID:
    if not said.where:
        raise BadDetail("Say with whom and at what time, like ‘lane 10:40’.", "where")
    found = matching.slots(by.practice, sheet, said.where)
    if len(found) == 1 and found[0].is_sure:
        return found[0].id
    if not found:
        raise BadDetail(
            "No slot is found for this. Write with whom and at what time, like ‘lane 10:40’; with "
            "the day if it is another one: ‘lane 24/11 10:40’.",
            "where",
        )
    raise Undecided("Which slot is it? Choose by number.", places=found)


def _set_aside(sheet: Sheet, row: SheetRow, said: Said, line: Line, by: Actor) -> Entry:
    owner = said.owner or by.staff
    if owner is None or said.due_at is None:
        raise BadDetail("Say whose it is, and by when.", "owner")
    written = replace(line, what=str(USUAL[SheetRow.Kind(row.kind)]))
    return set_aside(
        sheet.reference, row.code, written, by, why=said.why, owner=owner, due_at=said.due_at
    )
