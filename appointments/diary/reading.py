"""Read a site's day from the database: what is the same for every desk until the book changes."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import gcd
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from appointments.availability import Facts, State, changes_by_itself
from appointments.diary.lines import Column, Person, SessionHead, SlotLine
from appointments.models import Appointment, Clinician, Desk, Duty, Session, Slot, SlotType
from appointments.wording import clock

MODE_SIGNS = {
    "face_to_face": "",
    "telephone": "☎",
    "video": "▶",
    "home_visit": "⌂",
    "written": "✉",
}
MODE_WORDS = {
    "face_to_face": "face to face",
    "telephone": "telephone",
    "video": "video",
    "home_visit": "home visit",
    "written": "written",
}
STATUS_WORDS = {
    "booked": "",
    "arrived": "arrived",
    "sent_in": "in",
    "left": "left",
    "did_not_attend": "DNA",
}
# The grid's finest row and the classes that static/css/grid.css has for it (r1…, s1…, l1…).
UNITS = (15, 10, 5)  # minutes
ROWS = 288  # a whole day of five-minute rows
LANES = 4  # slots of one column that overlap stand beside each other, four at most

ROLE_ORDER = ("gp", "paramedic", "nurse", "hca", "pharmacist", "physio", "social", "other", "")

ONE_MINUTE = timedelta(minutes=1)
Name = tuple[str, str]  # family and given name, casefolded


class Open(NamedTuple):
    """A slot with nobody in it: how it looks depends on who looks, and when."""

    facts: Facts
    block_reason: str
    kept_by: str  # desk names; empty for none
    asked_for_by: str


class Book(NamedTuple):
    """A site's day before anyone looks at it, as of one journal entry."""

    number: int  # of the newest entry that touches the day, and its hash
    mark: str
    grid: "Grid"
    times: tuple[tuple[int, str], ...]
    columns: tuple[Column, ...]  # states, words and counts of open slots are filled in later
    open: dict[UUID, Open]
    moments: tuple[datetime, ...]  # when time alone will change the state of an open slot
    names: dict[UUID, Name]  # of every patient booked that day
    cast: "Cast"


class Cast(NamedTuple):
    """The few rows that many slots share."""

    sessions: dict[UUID, Session]
    types: dict[UUID, SlotType]
    desks: dict[UUID | None, str]


def read(practice_id: UUID, site_id: UUID, day: date, number: int, mark: str) -> Book:
    """Read a site's day as of the entry with this number and hash, or newer."""
    sessions = _sessions(site_id, day)
    slots = slots_of(Slot.objects.filter(session__in=[session.pk for session in sessions]))
    rows = people_of(Appointment.objects.filter(slot__session__in=[s.pk for s in sessions]))
    names = {row.patient_id: row.called for row in rows}
    people = persons(rows, {name for name, count in Counter(names.values()).items() if count > 1})
    duty = set(
        Duty.objects.filter(practice=practice_id, day=day).values_list("clinician", flat=True)
    )
    grid = Grid(_unit(slots), _first(slots))
    cast = Cast(
        {session.pk: session for session in sessions},
        SlotType.objects.filter(practice=practice_id).in_bulk(),
        dict(Desk.objects.filter(practice=practice_id).values_list("id", "name")),
    )
    lines: dict[UUID, list[SlotLine]] = {session.pk: [] for session in sessions}
    still_open = {}
    for slot in slots:
        here = people.get(slot.id, [])
        if slot.removed_at is not None and not here:
            continue
        line = grid.line(slot, cast, here)
        lines[slot.session_id].append(line)
        if line.state == State.FREE:
            still_open[slot.id] = open_slot(slot, cast)
    columns = _columns(sessions, lines, duty)
    last = max((line.row + line.span for c in columns for line in c.slots), default=1)
    times = _times(grid.first, grid.unit, last)
    moments = moments_of(still_open)
    return Book(number, mark, grid, times, columns, still_open, moments, names, cast)


def moments_of(still_open: dict[UUID, Open]) -> tuple[datetime, ...]:
    """Give the moments at which time alone changes the state of a slot with nobody in it."""
    return tuple(sorted({at for s in still_open.values() for at in changes_by_itself(s.facts)}))


def _sessions(site_id: UUID, day: date) -> list[Session]:
    found = Session.objects.filter(site=site_id, day=day)
    return list(found.prefetch_related("holders").order_by("starts_at", "name", "id"))


class SlotRow(NamedTuple):
    """What the slots' query fetches; slot types, desks and sessions are few and come once."""

    id: UUID
    session_id: UUID
    starts_at: datetime
    minutes: int
    mode: str
    blocked_at: datetime | None
    block_reason: str
    removed_at: datetime | None
    kept_by_id: UUID | None
    kept_on: str
    asked_for_by_id: UUID | None
    slot_type_id: UUID


def slots_of(slots: QuerySet[Slot]) -> list[SlotRow]:
    """Fetch slots in the order of time."""
    rows = slots.order_by("starts_at", "id").values_list(*SlotRow._fields)
    return [SlotRow._make(row) for row in rows]


class PersonRow(NamedTuple):
    """What the appointments' query fetches."""

    slot_id: UUID
    id: UUID
    continues_id: UUID | None
    patient_id: UUID
    patient__family_name: str
    patient__given_name: str
    patient__born_on: date | None
    status: str
    urgency: str
    mode: str
    is_extra: bool
    in_clash: bool
    notes: str
    access_needs: str
    reason: str

    @property
    def called(self) -> Name:
        """The name as it is compared with others."""
        return self.patient__family_name.casefold(), self.patient__given_name.casefold()


def people_of(appointments: QuerySet[Appointment]) -> list[PersonRow]:
    """Fetch live appointments: within a slot the ordinary one first, then extras and clashes."""
    live = appointments.exclude(status="cancelled")
    live = live.order_by("is_extra", "in_clash", "booked_at", "id")
    return [PersonRow._make(row) for row in live.values_list(*PersonRow._fields)]


def persons(rows: list[PersonRow], alike: set[Name]) -> dict[UUID, list[tuple[Person, bool]]]:
    """Put people into words: {slot: [(Person, whether it continues the slot before)]}.

    `alike` are names that several of the day's patients share: these carry the birth date.
    """
    people: dict[UUID, list[tuple[Person, bool]]] = {}
    for row in rows:
        name = f"{row.patient__family_name.upper()} {row.patient__given_name}"
        born_on = row.patient__born_on
        if alike and born_on and row.called in alike:
            name = f"{name} ({born_on.day}.{born_on.month}.{born_on.year})"
        person = Person(
            row.continues_id or row.id, name, row.status, STATUS_WORDS[row.status],
            row.urgency == "urgent", MODE_SIGNS[row.mode], MODE_WORDS[row.mode], row.is_extra,
            row.in_clash, bool(row.notes or row.access_needs), row.reason, row.patient_id,
        )  # fmt: skip
        people.setdefault(row.slot_id, []).append((person, row.continues_id is not None))
    return people


def open_slot(slot: SlotRow, cast: Cast) -> Open:
    """Give what the state of a slot with nobody in it depends on."""
    session, kind = cast.sessions[slot.session_id], cast.types[slot.slot_type_id]
    facts = Facts(
        slot.id, slot.session_id, slot.starts_at, slot.minutes, slot.mode, slot.blocked_at,
        session.cancelled_at, slot.removed_at, slot.kept_by_id, slot.kept_on, session.day,
        kind.release, kind.release_time, kind.release_days, kind.release_hours,
    )  # fmt: skip
    desks = cast.desks
    return Open(
        facts,
        slot.block_reason,
        desks.get(slot.kept_by_id, ""),
        desks.get(slot.asked_for_by_id, ""),
    )


class Grid(NamedTuple):
    """Where slots stand: rows of `unit` minutes from `first` on."""

    unit: int
    first: datetime

    def line(self, slot: SlotRow, cast: Cast, here: list[tuple[Person, bool]]) -> SlotLine:
        """One slot with whoever is in it; 'free' where nobody is (seeing.py says what it is)."""
        main = next((p for p, _ in here if not p.is_extra and not p.in_clash), None)
        if main is None and slot.removed_at is not None:
            main = here[0][0]  # taken out of the session, but somebody is still booked there
        offset = (slot.starts_at - self.first) // ONE_MINUTE
        start = offset // self.unit
        end = -(-(offset + slot.minutes) // self.unit)
        kind, kept_by = cast.types[slot.slot_type_id], cast.desks.get(slot.kept_by_id, "")
        return SlotLine(
            id=slot.id,
            state=main.status if main else State.FREE.value,
            at=_clock(slot.starts_at),
            starts_at=slot.starts_at,
            minutes=slot.minutes,
            row=start + 1,
            span=max(1, end - start),
            lane=1,
            colour=kind.colour,
            type_name=kind.name,
            type_id=kind.pk,
            mode=slot.mode,
            mode_sign=MODE_SIGNS[slot.mode],
            mode_words=MODE_WORDS[slot.mode],
            words="",
            kept=_kept(kept_by, slot.kept_on),
            asked_for="",
            people=tuple(person for person, _ in here),
            continues=any(second for _, second in here),
        )


def _kept(desk: str, on: str) -> str:
    return f"{desk} on {'lost sheet' if on == 'lost' else on}" if desk else ""


@lru_cache(maxsize=4096)
def _clock(at: datetime) -> str:
    return clock(at)


def _unit(slots: list[SlotRow]) -> int:
    """Choose the coarsest row of the grid on which every slot starts: 15, 10 or 5 minutes."""
    together = 0
    for minute in {slot.starts_at.minute for slot in slots}:
        together = gcd(together, minute)
    return next((unit for unit in UNITS if together % unit == 0), UNITS[-1]) if together else 10


def _first(slots: list[SlotRow]) -> datetime:
    """Choose the start of the first grid row: the half hour in which the first slot starts."""
    if not slots:
        return timezone.now().replace(minute=0, second=0, microsecond=0)
    earliest = slots[0].starts_at
    return earliest.replace(minute=30 * (earliest.minute // 30), second=0, microsecond=0)


def _times(first: datetime, unit: int, last: int) -> tuple[tuple[int, str], ...]:
    return tuple(
        (row, clock(first + timedelta(minutes=unit * (row - 1))))
        for row in range(1, min(last, ROWS) + 1)
        if (unit * (row - 1)) % (30 if unit != 10 else 10) == 0
    )


def _columns(sessions, lines, duty) -> tuple[Column, ...]:
    """Sessions of the same holders stand in one column, in the order of the practice's people."""
    by_holders: dict[tuple, list[Session]] = {}
    for session in sessions:
        whose = tuple(sorted(c.pk for c in session.holders.all()))
        by_holders.setdefault(whose or (session.name,), []).append(session)
    columns = []
    for own in by_holders.values():
        holders = sorted(own[0].holders.all(), key=attrgetter("family_name"))
        slots, lanes = _in_lanes([line for s in own for line in lines[s.pk]])
        heads = tuple(
            SessionHead(
                session.pk,
                session.name,
                f"{clock(session.starts_at)} to {clock(session.ends_at)}",
                session.cancelled_at is not None,
                free=0,
            )
            for session in own
        )
        columns.append(
            Column(
                key=str(own[0].pk),
                heading=_heading(holders, own[0].name),
                is_duty=any(c.pk in duty for c in holders),
                clinician_ids=tuple(c.pk for c in holders),
                role=holders[0].role if holders else "",
                sessions=heads,
                slots=slots,
                lanes=lanes,
                free=0,
            )
        )
    return tuple(sorted(columns, key=_in_order))


def _heading(holders: list[Clinician], session_name: str) -> str:
    """One or two people by name; a meeting of many, or a list of nobody's, by the session's."""
    if len(holders) in (1, 2):
        return " and ".join(holder.short_name for holder in holders)
    return session_name


def _in_order(column: Column) -> tuple:
    return (not column.is_duty, ROLE_ORDER.index(column.role), column.heading)


def _in_lanes(lines: list[SlotLine]) -> tuple[tuple[SlotLine, ...], int]:
    """Put overlapping slots beside each other; says how many lanes that takes."""
    ends: list[int] = []
    placed = []
    for line in sorted(lines, key=attrgetter("row", "starts_at")):
        lane = next((i for i, end in enumerate(ends) if end <= line.row), len(ends))
        lane = min(lane, LANES - 1)
        ends[lane : lane + 1] = [line.row + line.span]
        placed.append(line if lane == 0 else line._replace(lane=lane + 1))
    return tuple(placed), len(ends) or 1
