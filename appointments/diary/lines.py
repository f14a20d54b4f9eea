"""What a day is made of, as plain values that a template only has to write down.

NamedTuples rather than frozen dataclasses: a busy day has 1,080 slots, and making them costs a
third.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from appointments.models import Site


class Person(NamedTuple):
    """Somebody in a slot, as the day shows it."""

    appointment_id: UUID
    name: str  # 'SMITH John'; birth date only where two names on the day are alike
    status: str
    words: str  # 'arrived', 'in', 'left', 'DNA'; empty for booked
    urgent: bool
    mode_sign: str
    mode_words: str
    is_extra: bool
    in_clash: bool
    has_notes: bool
    reason: str
    patient_id: UUID


class SlotLine(NamedTuple):
    """One slot in its column, with the words for it."""

    id: UUID
    state: str
    at: str  # '08:30', local
    starts_at: datetime
    minutes: int
    row: int  # first grid row, from 1
    span: int  # in grid rows
    lane: int  # from 1
    colour: str
    type_name: str
    type_id: UUID
    mode: str
    mode_sign: str
    mode_words: str
    words: str  # 'held by Desk 1', 'from 13:00', 'lunch'
    kept: str  # 'Desk 3 on paper' where the slot is held for outages
    asked_for: str  # the desk that asks for it, where this desk keeps it
    people: tuple[Person, ...]
    continues: bool  # the second half of a double-length appointment


class SessionHead(NamedTuple):
    """A session as its column's head names it."""

    id: UUID
    name: str
    times: str
    cancelled: bool
    free: int


class Column(NamedTuple):
    """A session holder's day (or that of several who hold together, or of a list of its own)."""

    key: str
    heading: str
    is_duty: bool
    clinician_ids: tuple[UUID, ...]
    role: str
    sessions: tuple[SessionHead, ...]
    slots: tuple[SlotLine, ...]
    lanes: int
    free: int


class Day(NamedTuple):
    """A site's day as one desk sees it at one moment."""

    site: Site
    day: date
    made_at: datetime
    number: int  # of the newest journal entry that touches it
    unit: int  # minutes of one grid row
    first: datetime  # start of grid row 1
    times: tuple[tuple[int, str], ...]  # (row, '08:30') for the side
    columns: tuple[Column, ...]
    free: int
