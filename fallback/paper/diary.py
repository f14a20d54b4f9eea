"""The day diary: a site's whole day for reading, by session holder in the order of the screen."""

import textwrap
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from appointments.availability import State
from appointments.diary import Column, Person, SlotLine
from appointments.diary.reading import MODE_WORDS
from fallback.paper import glyphs
from fallback.paper.document import Document
from fallback.paper.reading import DayPaper, kept

REASON_LENGTH = 70  # characters; the whole reason is on the screen. A name is never shortened.
# A pause this long parts a holder's day, where it must be parted between two pages.
PAUSE = timedelta(minutes=25)
USUAL_MODE = MODE_WORDS["face_to_face"]
# States of a slot with nobody in it, and what its row looks like (diary.typ).
NOBODY = {State.FREE, State.KEPT, State.HELD, State.BLOCKED, State.EMBARGOED, State.PAST}


def document(paper: DayPaper) -> Document:
    """Write the day diary: every slot by time, who is booked or why nobody is."""
    holders = [_holder(paper, column) for column in paper.day.columns]
    data = {"holders": holders, "free": sum(holder["free"] for holder in holders)}
    return Document("diary", "Day diary", "diary.typ", data, paper.stamp)


def rows_of(paper: DayPaper, slots: tuple[SlotLine, ...]) -> list[dict[str, Any]]:
    """Write slots as rows, one for every person; the second half of a long one says so."""
    rows: list[dict[str, Any]] = []
    begun: set[UUID] = set()
    for line in slots:
        own = [_person(paper, line, person, begun) for person in line.people]
        begun |= {person.appointment_id for person in line.people}
        if line.state in NOBODY:  # also where there are only extras
            own.insert(0, {"state": line.state, "words": nobody(line)})
        for index, row in enumerate(own):
            rows.append(row | {"at": line.at if index == 0 else ""})
    return rows


def nobody(line: SlotLine) -> str:
    """Say what a slot with nobody in it is: 'free: Routine, telephone', 'Desk 2's sheet: …'."""
    mode = line.mode_words
    told = mode == USUAL_MODE or mode in line.type_name.casefold()
    what = ", ".join([line.type_name, *([] if told else [mode]), f"{line.minutes} min"])
    says = {
        State.FREE: f"free: {what}",
        State.EMBARGOED: f"free {line.words}: {what}",
        State.KEPT: f"{kept(line)}: {what}",
        State.HELD: f"{line.words} when this was made: {what}",
    }
    return says.get(State(line.state), line.words or "blocked")


def short(reason: str) -> str:
    """Shorten a reason at a word's end."""
    return textwrap.shorten(glyphs.words(reason), REASON_LENGTH, placeholder=" …")


def _person(paper: DayPaper, line: SlotLine, person: Person, begun: set[UUID]) -> dict[str, Any]:
    patient = paper.patients[person.patient_id]
    continues = person.appointment_id in begun
    how = [
        "extra" if person.is_extra else "",
        "two people promised this" if person.in_clash else "",
        person.mode_words if person.mode_words != USUAL_MODE else "",
    ]
    return {
        "state": "booked",
        "name": patient.name,
        "same": patient.same_name,
        "born": patient.born,
        "urgent": person.urgent,
        "how": ", ".join(words for words in how if words),
        "reason": "continued" if continues else short(person.reason),
        "mark": person.words,
    }


def _holder(paper: DayPaper, column: Column) -> dict[str, Any]:
    parts = [rows_of(paper, slots) for slots in _parted(column.slots)]
    people = {person.appointment_id for line in column.slots for person in line.people}
    return {
        "heading": column.heading,
        "is_duty": column.is_duty,
        "sessions": [
            f"{session.name}, {session.times}" + (" CANCELLED" if session.cancelled else "")
            for session in column.sessions
        ],
        "booked": len(people),
        "free": column.free,
        "parts": parts,
    }


def _parted(slots: tuple[SlotLine, ...]) -> list[tuple[SlotLine, ...]]:
    """Part a day at its longest pause, the surgery's lunch, if it has one."""
    pauses = [
        (after.starts_at - before.starts_at - timedelta(minutes=before.minutes), place)
        for place, (before, after) in enumerate(pairwise(slots), start=1)
    ]
    longest, place = max(pauses, default=(timedelta(0), 0))
    return [slots[:place], slots[place:]] if longest >= PAUSE else [slots]
