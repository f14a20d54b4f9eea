"""A day's slots as the rows of a list: the diary, the HTML page and the CSV are written of them."""

import textwrap
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from appointments.availability import State
from appointments.diary import Person, SlotLine
from appointments.diary.reading import MODE_WORDS
from fallback.paper import glyphs
from fallback.paper.reading import DayPaper, OnPaper, kept

USUAL_MODE = MODE_WORDS["face_to_face"]
REASON_LENGTH = 52  # characters: two lines. A name is never shortened.
# States of a slot with nobody in it.
NOBODY = {State.FREE, State.KEPT, State.HELD, State.BLOCKED, State.EMBARGOED, State.PAST}


class Row(NamedTuple):
    """Somebody in a slot, or nobody and why."""

    line: SlotLine
    at: str  # '08:30'; empty for whoever else is in the same slot
    state: str  # 'booked', or the state of a slot with nobody in it
    words: str  # 'free: Routine, 10 min'; 'arrived', empty while somebody is just booked
    patient: OnPaper | None = None
    person: Person | None = None
    how: str = ""  # 'telephone', 'extra'
    continues: bool = False  # the second half of a double-length appointment

    @property
    def reason(self) -> str:
        """Why they come, as far as it is written on the first of their rows."""
        if self.person is None:
            return ""
        return "continued" if self.continues else glyphs.words(self.person.reason)


def rows_of(paper: DayPaper, slots: Iterable[SlotLine]) -> list[Row]:
    """Write slots as rows: one for every person, and one for a slot that has none of its own."""
    rows: list[Row] = []
    begun: set[UUID] = set()
    for line in slots:
        own = [_taken(paper, line, person, begun) for person in line.people]
        begun |= {person.appointment_id for person in line.people}
        if line.state in NOBODY:  # also where there are only extras
            own.insert(0, Row(line, line.at, line.state, nobody(line)))
        rows += [row._replace(at=line.at if n == 0 else "") for n, row in enumerate(own)]
    return rows


def nobody(line: SlotLine) -> str:
    """Say what a slot with nobody in it is: 'free: Routine, 10 min', 'Desk 2's sheet: …'."""
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
    """Shorten a reason at a word's end; the whole one is on the screen."""
    return textwrap.shorten(reason, REASON_LENGTH, placeholder=" …")


def _taken(paper: DayPaper, line: SlotLine, person: Person, begun: set[UUID]) -> Row:
    how = (
        "extra" if person.is_extra else "",
        "two people promised this" if person.in_clash else "",
        person.mode_words if person.mode_words != USUAL_MODE else "",
    )
    return Row(
        line=line,
        at="",
        state="booked",
        words=person.words,
        patient=paper.patients[person.patient_id],
        person=person,
        how=", ".join(words for words in how if words),
        continues=person.appointment_id in begun,
    )
