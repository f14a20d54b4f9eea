"""The day diary: a site's whole day for reading, by session holder in the order of the screen."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from appointments.diary import Column, SlotLine
from fallback.paper.document import Document
from fallback.paper.reading import DayPaper
from fallback.paper.rows import Row, rows_of, short

# A pause this long parts a holder's day, where it must be parted between two pages.
PAUSE = timedelta(minutes=25)


def document(paper: DayPaper) -> Document:
    """Write the day diary: every slot by time, who is booked or why nobody is."""
    data = {"holders": [_holder(paper, column) for column in paper.day.columns]}
    return Document("diary", "Day diary", "diary.typ", data, paper.stamp)


def sessions_of(column: Column) -> list[str]:
    """Name a holder's sessions with their times."""
    return [
        f"{session.name}, {session.times}" + (" CANCELLED" if session.cancelled else "")
        for session in column.sessions
    ]


def booked_in(column: Column) -> int:
    """Count a holder's appointments; a double-length one is one."""
    return len({person.appointment_id for line in column.slots for person in line.people})


def _holder(paper: DayPaper, column: Column) -> dict[str, Any]:
    parts = [rows_of(paper, slots) for slots in _parted(column.slots)]
    return {
        "heading": column.heading,
        "is_duty": column.is_duty,
        "sessions": sessions_of(column),
        "booked": booked_in(column),
        "free": column.free,
        "parts": [[_plain(row) for row in rows] for rows in parts],
    }


def _plain(row: Row) -> dict[str, Any]:
    if row.patient is None or row.person is None:
        return {"at": row.at, "state": row.state, "words": row.words}
    return {
        "at": row.at,
        "state": row.state,
        "name": row.patient.name,
        "same": row.patient.same_name,
        "born": row.patient.born,
        "urgent": row.person.urgent,
        "how": row.how,
        "reason": short(row.reason),
        "mark": row.words,
    }


def _parted(slots: tuple[SlotLine, ...]) -> list[tuple[SlotLine, ...]]:
    """Part a day at its longest pause, the surgery's lunch, if it has one."""
    pauses = [
        (after.starts_at - before.starts_at - timedelta(minutes=before.minutes), place)
        for place, (before, after) in enumerate(pairwise(slots), start=1)
    ]
    longest, place = max(pauses, default=(timedelta(0), 0))
    return [slots[:place], slots[place:]] if longest >= PAUSE else [slots]
