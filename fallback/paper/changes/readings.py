"""A site's day read twice: as it stands in the book, and as it stood at an earlier journal entry.

The journal quotes what each row was before every change. Taking those changes back, the newest
first, from the rows as they stand gives the rows as they were. Both readings are made from such
quoted rows by the same function.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from appointments import journal
from appointments.models import (
    Appointment,
    JournalEntry,
    JournalHead,
    Practice,
    Session,
    SessionHolder,
    Slot,
)

Quoted = dict[str, Any]  # a row as the journal quotes it: empty columns left out, ids as text
Rows = dict[str, Quoted]  # by id
Book = dict[str, Rows]  # by kind of row
Said = dict[str, Any]  # one change of one row, as a journal entry has it

KINDS = ("session", "sessionholder", "slot", "appointment")
PLACES = {"site_id", "day", "session_id", "slot_id"}  # columns that say where a row belongs


class SessionThen(NamedTuple):
    """A session as one reading has it."""

    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    holders: frozenset[UUID]


class SlotThen(NamedTuple):
    """A slot as one reading has it."""

    session: UUID
    starts_at: datetime
    minutes: int
    slot_type: UUID
    mode: str
    is_blocked: bool
    is_taken_out: bool
    kept_for: UUID | None  # the desk whose sheet has it


class Seat(NamedTuple):
    """Somebody in a slot: a live appointment, or the second half of a double-length one."""

    patient: UUID
    mode: str
    is_extra: bool
    in_clash: bool
    is_second: bool
    appointment: UUID


class Reading(NamedTuple):
    """A site's day at one journal entry."""

    sessions: dict[UUID, SessionThen]
    slots: dict[UUID, SlotThen]
    seats: dict[UUID, tuple[Seat, ...]]  # by slot
    where: dict[UUID, UUID]  # the slot of each live appointment


class Readings(NamedTuple):
    """A site's day then and now, and what the journal says of its patients in between."""

    then: Reading
    now: Reading
    amended: dict[UUID, frozenset[str]]  # the patients whose details changed: which columns


def read(practice: Practice, site: UUID, day: date, number: int) -> Readings:
    """Read a site's day as it was at journal entry `number`, and as it is.

    Nobody writes meanwhile (the journal's head is locked, for a few hundredths of a second), so
    that rows and journal agree.
    """
    with transaction.atomic():
        JournalHead.objects.select_for_update().get(practice=practice)
        touches = journal.touching(practice.pk, site, day, number + 1).order_by()
        entries = journal.since(practice, number)
        said = _said(entries.filter(pk__in=touches.values("entry")))
        if any(PLACES & change.get("was", {}).keys() for change in said):
            # What left this day may have changed again since, without touching it.
            said = _said(entries)
        before = _before(said)
        book = _rows(practice, site, day, before)
    amended: dict[UUID, frozenset[str]] = {}
    for change in said:
        if change["what"] == "patient":
            patient = UUID(change["id"])
            columns = {*change.get("also", ()), *change.get("was", ())}
            amended[patient] = amended.get(patient, frozenset()) | columns
    return Readings(
        _reading(_taken_back(book, before), site, day), _reading(book, site, day), amended
    )


def _said(entries: QuerySet[JournalEntry]) -> list[Said]:
    return [
        change for text in entries.values_list("changes", flat=True) for change in json.loads(text)
    ]


def _before(said: Iterable[Said]) -> dict[str, dict[str, Quoted | None]]:
    """Give, of each row that changed, the columns as they were first; None for a new row."""
    before: dict[str, dict[str, Quoted | None]] = {kind: {} for kind in KINDS}
    for change in said:
        if change["what"] not in before:
            continue
        rows = before[change["what"]]
        row = rows.setdefault(change["id"], {} if "was" in change else None)
        if row is not None:
            for name, value in change.get("was", {}).items():
                row.setdefault(name, value)
    return before


def _taken_back(book: Book, before: dict[str, dict[str, Quoted | None]]) -> Book:
    then: Book = {}
    for kind, rows in book.items():
        then[kind] = {pk: row for pk, row in rows.items() if pk not in before[kind]}
        for pk, was in before[kind].items():
            # What is not among the rows belongs to other days; only a holder is ever removed, and
            # is quoted whole then.
            if was is not None and (pk in rows or kind == "sessionholder"):
                row = rows.get(pk, {}) | was
                then[kind][pk] = {name: value for name, value in row.items() if value is not None}
    return then


def _rows(
    practice: Practice, site: UUID, day: date, before: dict[str, dict[str, Quoted | None]]
) -> Book:
    """Quote the day's rows as they stand, and those that were the day's before."""
    sessions = _quoted(
        Session.objects.filter(practice=practice),
        Q(site=site, day=day),
        [
            *_were(before["session"], "day", {day.isoformat()}),
            *_were(before["session"], "site_id", {str(site)}),
        ],
    )
    slots = _quoted(
        Slot.objects.filter(practice=practice),
        Q(session__in=list(sessions)),
        _were(before["slot"], "session_id", sessions.keys()),
    )
    appointments = _quoted(
        Appointment.objects.filter(practice=practice),
        Q(slot__session__in=list(sessions)),
        _were(before["appointment"], "slot_id", slots.keys()),
    )
    holders = _quoted(
        SessionHolder.objects.filter(practice=practice), Q(session__in=list(sessions)), []
    )
    return {
        "session": sessions,
        "sessionholder": holders,
        "slot": slots,
        "appointment": appointments,
    }


def _were(rows: dict[str, Quoted | None], column: str, values: Iterable[str]) -> list[str]:
    wanted = set(values)
    return [pk for pk, was in rows.items() if was is not None and was.get(column) in wanted]


def _quoted(rows: QuerySet, these: Q, and_these: list[str]) -> Rows:
    return {
        str(row.pk): journal.quoted(row)
        for row in rows.filter(these | Q(pk__in=and_these)).order_by("pk")
    }


def _reading(book: Book, site: UUID, day: date) -> Reading:
    holders: dict[str, set[UUID]] = {}
    for row in book["sessionholder"].values():
        holders.setdefault(row["session_id"], set()).add(UUID(row["clinician_id"]))
    sessions = {
        UUID(pk): SessionThen(
            datetime.fromisoformat(row["starts_at"]),
            datetime.fromisoformat(row["ends_at"]),
            "cancelled_at" in row,
            frozenset(holders.get(pk, ())),
        )
        for pk, row in book["session"].items()
        if (row["site_id"], row["day"]) == (str(site), day.isoformat())
    }
    slots = {
        UUID(pk): _slot(row)
        for pk, row in book["slot"].items()
        if UUID(row["session_id"]) in sessions
    }
    live = {
        UUID(pk): row
        for pk, row in book["appointment"].items()
        if UUID(row["slot_id"]) in slots and row["status"] != Appointment.Status.CANCELLED
    }
    seats: dict[UUID, list[Seat]] = {}
    for pk, row in live.items():
        seats.setdefault(UUID(row["slot_id"]), []).append(_seat(pk, row))
    return Reading(
        sessions,
        slots,
        {slot: tuple(here) for slot, here in seats.items()},
        {pk: UUID(row["slot_id"]) for pk, row in live.items()},
    )


def _slot(row: Quoted) -> SlotThen:
    return SlotThen(
        session=UUID(row["session_id"]),
        starts_at=datetime.fromisoformat(row["starts_at"]),
        minutes=row["minutes"],
        slot_type=UUID(row["slot_type_id"]),
        mode=row["mode"],
        is_blocked="blocked_at" in row,
        is_taken_out="removed_at" in row,
        kept_for=UUID(row["kept_by_id"]) if row.get("kept_on") == Slot.KeptOn.PAPER else None,
    )


def _seat(pk: UUID, row: Quoted) -> Seat:
    return Seat(
        patient=UUID(row["patient_id"]),
        mode=row["mode"],
        is_extra=row.get("is_extra", False),
        in_clash=row.get("in_clash", False),
        is_second="continues_id" in row,
        appointment=pk,
    )
