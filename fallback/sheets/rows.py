"""What stands on a sheet: which of a desk's slots, in which order. Pure: no queries.

Enough for eight hours: a desk that does nothing but answer the telephone makes an appointment
about every twelve minutes, so 40 rows. Today's rows come first, all of them; then those of the next
days that have any, day after day, until there are 40. At 9 mm a row on lying A4, with headings, six
pages take 44 slots (of a day that has more, the earliest), and 40 rows for requests, extras,
cancellations and messages; tests/fallback/paper_writing measures it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from appointments.models import Mode
from fallback.models import SheetRow

ROWS_ENOUGH = 40
ROWS_AT_MOST = 44
DAYS = 14  # how far ahead a sheet may look for rows: its own day and 13 more

Kind = SheetRow.Kind
BLANK = (
    (Kind.REQUEST, "Requests", 16),
    (Kind.EXTRA, "Extras", 8),
    (Kind.CANCELLATION, "Cancellations", 8),
    (Kind.MESSAGE, "Messages", 8),
)

_LONGEST = SheetRow._meta.get_field("section").max_length or 0
_MODES = {mode.value: mode.label.lower() for mode in Mode}


class PaperSlot(NamedTuple):
    """A slot that a desk holds on paper."""

    id: UUID
    desk_id: UUID
    day: date
    starts_at: datetime
    minutes: int
    type_name: str
    mode: str
    site_id: UUID
    site_name: str

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


class Row(NamedTuple):
    """A row to be: a slot under its heading, or an empty line."""

    kind: str
    section: str
    slot_id: UUID | None


def slot_rows(slots: Iterable[PaperSlot], site_id: UUID, now: datetime) -> list[Row]:
    """Choose and order the rows of one desk's sheet at a site: by day, then type and mode, time.

    What is over is left out. A slot of another site says so in its heading.
    """
    ahead = sorted((s for s in slots if s.ends_at > now), key=lambda s: s.day)
    rows: list[Row] = []
    for _, of_day in groupby(ahead, key=lambda slot: slot.day):
        fitting = sorted(of_day, key=lambda s: (s.starts_at, s.id))[: ROWS_AT_MOST - len(rows)]
        ordered = sorted((_section(s, site_id), s.starts_at, s.id) for s in fitting)
        rows += [Row(Kind.SLOT, section, slot_id) for section, _, slot_id in ordered]
        if len(rows) >= ROWS_ENOUGH:
            break
    return rows


def blank_rows() -> list[Row]:
    """Give the rows for what has no slot."""
    return [Row(kind, section, None) for kind, section, count in BLANK for _ in range(count)]


def _section(slot: PaperSlot, site_id: UUID) -> str:
    where = "" if slot.site_id == site_id else f", {slot.site_name}"
    how = f", {_MODES[slot.mode]}{where}"
    return f"{slot.type_name[: _LONGEST - len(how)]}{how}"[:_LONGEST]
