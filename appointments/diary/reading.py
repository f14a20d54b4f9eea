"""Read a site's day from the database, once for each journal entry that touches it.

Everything here is the same for every desk until the next entry, so it is remembered under the
hash of the newest one: thirty desks that poll after a booking cost one reading, not thirty.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import gcd
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

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

# Days remembered: today's and the days around it at each site. A busy one takes about 2 MB.
REMEMBERED = 24


class Open(NamedTuple):
    """A slot with nobody in it: how it looks depends on who looks, and when."""

    facts: Facts
    block_reason: str
    kept_by: str  # desk names; empty for none
    asked_for_by: str


class Book(NamedTuple):
    """A site's day before anyone looks at it."""

    unit: int
    first: datetime
    times: tuple[tuple[int, str], ...]
    columns: tuple[Column, ...]  # states and words of open slots still to be filled in
    open: dict[UUID, Open]
    moments: tuple[datetime, ...]  # when time alone will change a state


@lru_cache(maxsize=REMEMBERED)
def book_of(practice_id: UUID, site_id: UUID, day: date, mark: str) -> Book:
    """Read a site's day; `mark` is the hash of the newest journal entry that touches it."""
    sessions = _sessions(site_id, day)
    slots = _slots(sessions)
    people = _people(sessions)
    duty = set(
        Duty.objects.filter(practice=practice_id, day=day).values_list("clinician", flat=True)
    )
    unit = _unit(slots)
    grid = _Grid(unit, _first(slots))
    types = SlotType.objects.filter(practice=practice_id).in_bulk()
    desks: dict[UUID | None, str] = dict(
        Desk.objects.filter(practice=practice_id).values_list("id", "name")
    )
    by_session = {session.pk: session for session in sessions}
    lines: dict[UUID, list[SlotLine]] = {session.pk: [] for session in sessions}
    still_open, moments = {}, set()
    for slot in slots:
        here = people.get(slot.id, [])
        if slot.removed_at is not None and not here:
            continue
        kind = types[slot.slot_type_id]
        facts = _facts(slot, by_session[slot.session_id], kind)
        line = grid.line(slot, kind, here, desks.get(slot.kept_by_id, ""))
        lines[slot.session_id].append(line)
        moments.update(changes_by_itself(facts))
        if line.state == State.FREE:
            still_open[slot.id] = Open(
                facts,
                slot.block_reason,
                desks.get(slot.kept_by_id, ""),
                desks.get(slot.asked_for_by_id, ""),
            )
    columns = _columns(sessions, lines, duty)
    last = max((line.row + line.span for c in columns for line in c.slots), default=1)
    times = _times(grid.first, unit, last)
    return Book(unit, grid.first, times, columns, still_open, tuple(sorted(moments)))


def _sessions(site_id: UUID, day: date) -> list[Session]:
    found = Session.objects.filter(site=site_id, day=day)
    return list(found.prefetch_related("holders").order_by("starts_at", "name", "id"))


class _Slot(NamedTuple):
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


def _slots(sessions: list[Session]) -> list[_Slot]:
    slots = Slot.objects.filter(session__in=[session.pk for session in sessions])
    rows = slots.order_by("starts_at", "id").values_list(*_Slot._fields)
    return [_Slot._make(row) for row in rows]


_PERSON_COLUMNS = (
    "slot_id", "id", "continues_id", "patient_id", "patient__family_name", "patient__given_name",
    "patient__born_on", "status", "urgency", "mode", "is_extra", "in_clash", "notes",
    "access_needs", "reason",
)  # fmt: skip


def _people(sessions: list[Session]) -> dict[UUID, list[tuple]]:
    """Who is in which slot: {slot: [(Person, whether it continues the slot before)]}."""
    live = Appointment.objects.filter(slot__session__in=[s.pk for s in sessions])
    live = live.exclude(status="cancelled").order_by("is_extra", "in_clash", "booked_at", "id")
    rows = list(live.values_list(*_PERSON_COLUMNS))
    alike = _names_of_several(rows)
    people: dict[UUID, list[tuple]] = {}
    for (
        slot, pk, continues, patient, family, given, born_on, status, urgency, mode, is_extra,
        in_clash, notes, needs, reason,
    ) in rows:  # fmt: skip
        name = f"{family.upper()} {given}"
        if born_on and (family.casefold(), given.casefold()) in alike:
            name = f"{name} ({born_on.day}.{born_on.month}.{born_on.year})"
        person = Person(
            continues or pk, name, status, STATUS_WORDS[status], urgency == "urgent",
            MODE_SIGNS[mode], MODE_WORDS[mode], is_extra, in_clash, bool(notes or needs), reason,
            patient,
        )  # fmt: skip
        people.setdefault(slot, []).append((person, continues is not None))
    return people


def _names_of_several(rows: list[tuple]) -> set[tuple[str, str]]:
    """Names that two different patients of the day share."""
    persons = {(row[3], row[4].casefold(), row[5].casefold()) for row in rows}
    count = Counter((family, given) for _, family, given in persons)
    return {name for name, times in count.items() if times > 1}


def _facts(slot: _Slot, session: Session, kind: SlotType) -> Facts:
    return Facts(
        slot.id, slot.session_id, slot.starts_at, slot.minutes, slot.mode, slot.blocked_at,
        session.cancelled_at, slot.removed_at, slot.kept_by_id, slot.kept_on, session.day,
        kind.release, kind.release_time, kind.release_days, kind.release_hours,
    )  # fmt: skip


class _Grid:
    """Where slots stand: rows of `unit` minutes from `first` on."""

    def __init__(self, unit: int, first: datetime):
        self.unit, self.first = unit, first

    def line(self, slot: _Slot, kind: SlotType, here: list, kept_by: str) -> SlotLine:
        """One slot with whoever is in it; 'free' where nobody is (seeing.py says what it is)."""
        main = next((p for p, _ in here if not p.is_extra and not p.in_clash), None)
        if main is None and slot.removed_at is not None:
            main = here[0][0]  # taken out of the session, but somebody is still booked there
        offset = int((slot.starts_at - self.first).total_seconds()) // 60
        start = offset // self.unit
        end = -(-(offset + slot.minutes) // self.unit)
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
            mode_sign=MODE_SIGNS[slot.mode],
            mode_words=MODE_WORDS[slot.mode],
            words="",
            kept=f"{kept_by} on {slot.kept_on}" if kept_by else "",
            asked_for="",
            people=tuple(p for p, _ in here),
            continues=any(second for _, second in here),
        )


@lru_cache(maxsize=4096)
def _clock(at: datetime) -> str:
    return clock(at)


def _unit(slots: list[_Slot]) -> int:
    """Choose the coarsest row of the grid on which every slot starts: 15, 10 or 5 minutes."""
    together = 0
    for minute in {slot.starts_at.minute for slot in slots}:
        together = gcd(together, minute)
    return next((unit for unit in UNITS if together % unit == 0), UNITS[-1]) if together else 10


def _first(slots: list[_Slot]) -> datetime:
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
                sum(line.state == State.FREE for line in lines[session.pk]),
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
                free=sum(head.free for head in heads),
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
