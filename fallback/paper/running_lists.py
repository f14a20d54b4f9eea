"""A session's running list: every slot by time, who is booked, and room to write beside it.

One desk keeps it, writes in what the other desks tell it while they are cut off, and takes it to
the clinician's room.
"""

from typing import Any

from appointments.availability import State
from appointments.diary import SlotLine
from appointments.models import Desk, Session
from appointments.wording import clock
from fallback import codes
from fallback.models import Sheet
from fallback.paper import glyphs, qr
from fallback.paper.document import Document
from fallback.paper.reading import DayPaper, OnPaper
from fallback.paper.rows import Row, rows_of, short

Words = dict[str, Any]


def documents(sheets: list[Sheet], paper: DayPaper) -> list[Document]:
    """Write the running lists of a day, those of one desk in one document, each on its own pages.

    One document a desk: whoever keeps them prints them together, and sixty compiles would cost
    twice as much as four.
    """
    desks = {sheet.desk_id: sheet.desk for sheet in sheets}
    return [_of_desk(desk, [s for s in sheets if s.desk_id == pk], paper)
            for pk, desk in desks.items()]  # fmt: skip


def _of_desk(desk: Desk, sheets: list[Sheet], paper: DayPaper) -> Document:
    name = glyphs.visible(desk.name)
    return Document(
        kind="running",
        stem=f"Running lists of {name}",
        template="running_lists.typ",
        data={"desk": name, "lists": [_list(sheet, desk, paper) for sheet in sheets]},
        stamp=paper.stamp,
        desk_id=desk.pk,
        sheet_ids=tuple(sheet.pk for sheet in sheets),
    )


def _list(sheet: Sheet, desk: Desk, paper: DayPaper) -> Words:
    """Write a session's list from its sheet, whose rows give the codes, and the day."""
    session = sheet.session
    if session is None:
        raise ValueError(f"{sheet.reference} is a desk's sheet, not a running list")
    codes_of = {row.slot_id: row.code for row in sheet.rows.all()}
    columns = {
        column.heading: [line for line in column.slots if line.id in codes_of]
        for column in paper.day.columns
    }
    heading, lines = next(((h, own) for h, own in columns.items() if own), (session.name, []))
    heading = glyphs.visible(heading)
    return {
        "with": heading,
        "session": _session(session, heading),
        "reference": codes.shown(sheet.reference),
        "qr": qr.drawn(qr.label_of(sheet, desk, paper.stamp.print_number)),
        "rows": [_row(codes_of[line.id], line, paper) for line in lines],
    }


def _session(session: Session, heading: str) -> str:
    times = f"{clock(session.starts_at)} to {clock(session.ends_at)}"
    name = glyphs.visible(session.name)
    return times if name == heading else f"{name}, {times}"


def _row(code: str, line: SlotLine, paper: DayPaper) -> Words:
    rows = rows_of(paper, [line])
    return {
        "code": code,
        "time": line.at,
        "people": [_person(row, row.patient) for row in rows if row.patient],
        "nobody": " ".join(row.words for row in rows if row.patient is None),
        "is_blocked": line.state in (State.BLOCKED, State.PAST),
        "is_kept": line.state == State.KEPT,
    }


def _person(row: Row, patient: OnPaper) -> Words:
    second = "second half of a double length" if row.line.continues else ""
    how = (row.how, second, glyphs.words(short(row.reason)))
    return {
        "name": patient.name,
        "born": patient.born,
        "same_name": patient.same_name,
        "nhs_number": patient.nhs_number if patient.same_name else "",
        "urgent": row.person is not None and row.person.urgent,
        "how": "; ".join(words for words in how if words),
        "mark": row.words,
    }
