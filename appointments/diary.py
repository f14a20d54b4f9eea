"""One read model for a site's day: the page, the paper and the browser copy all come from it.

`diary_for` asks a fixed number of queries however long the day is, and gives plain values that a
template only has to write down. NamedTuples rather than frozen dataclasses: a busy day has 1,080
slots, and making them costs a third.
"""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import gcd
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments import journal
from appointments.availability import (
    COLUMNS,
    LONDON,
    Facts,
    State,
    changes_by_itself,
    released_at,
    state,
)
from appointments.models import Appointment, Duty, Hold, Practice, Session, Site, Slot
from appointments.wording import clock, moment

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
STATE_WORDS = {
    State.BOOKED: "",
    State.ARRIVED: "arrived",
    State.SENT_IN: "in",
    State.LEFT: "left",
    State.DID_NOT_ATTEND: "DNA",
}
# The grid's finest row and the classes that static/css/grid.css has for it (r1…, s1…, l1…).
UNITS = (15, 10, 5)  # minutes
ROWS = 288  # a whole day of five-minute rows
LANES = 4  # slots of one column that overlap stand beside each other, four at most


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


def diary_for(
    site: Site,
    day: date,
    *,
    desk: UUID | None = None,
    clinician: UUID | None = None,
    now: datetime | None = None,
) -> Day:
    """A site's day as `desk` sees it; only one clinician's columns if `clinician` is given."""
    now = now or timezone.now()
    number = journal.newest_for(site.practice, site.pk, day)  # first: what follows is as new
    sessions = _sessions(site, day, clinician)
    rows = _slot_rows(sessions)
    people = _people(sessions, site.practice)
    held = _held(site, day, now)
    duty = set(
        Duty.objects.filter(practice=site.practice, day=day).values_list("clinician", flat=True)
    )
    unit = _unit(row[2] for row in rows)
    first = _first(rows, unit)
    lines: dict[UUID, list[SlotLine]] = {session.pk: [] for session in sessions}
    for row in rows:
        line = _line(row, people, held, desk, now, first, unit)
        if line is not None:
            lines[row[1]].append(line)
    columns = _columns(sessions, lines, duty)
    last = max((line.row + line.span for c in columns for line in c.slots), default=1)
    return Day(
        site=site,
        day=day,
        made_at=now,
        number=number,
        unit=unit,
        first=first,
        times=_times(first, unit, last),
        columns=columns,
        free=sum(column.free for column in columns),
    )


def _sessions(site: Site, day: date, clinician: UUID | None) -> list[Session]:
    found = site.sessions.filter(day=day)
    if clinician is not None:
        found = found.filter(holders=clinician)
    return list(found.prefetch_related("holders").order_by("starts_at", "name", "id"))


_SLOT_COLUMNS = (
    *COLUMNS, "slot_type_id", "slot_type__name", "slot_type__colour", "block_reason",
    "kept_by__name", "asked_for_by__name",
)  # fmt: skip
_FACTS = len(COLUMNS)


def _slot_rows(sessions: list[Session]) -> list[tuple]:
    slots = Slot.objects.filter(session__in=[session.pk for session in sessions])
    return list(slots.order_by("starts_at", "id").values_list(*_SLOT_COLUMNS))


_PERSON_COLUMNS = (
    "slot_id", "id", "continues_id", "patient_id", "patient__family_name", "patient__given_name",
    "patient__born_on", "status", "urgency", "mode", "is_extra", "in_clash", "notes",
    "access_needs", "reason", "booked_by__name",
)  # fmt: skip


def _people(sessions: list[Session], practice: Practice) -> dict[UUID, list[tuple]]:
    """Who is in which slot: {slot: [(Person, whether it continues the slot before)]}."""
    live = Appointment.objects.filter(slot__session__in=[s.pk for s in sessions])
    live = live.exclude(status="cancelled").order_by("is_extra", "in_clash", "booked_at", "id")
    rows = list(live.values_list(*_PERSON_COLUMNS))
    alike = _names_of_several(rows)
    people: dict[UUID, list[tuple]] = {}
    for (
        slot, pk, continues, patient, family, given, born_on, status, urgency, mode, is_extra,
        in_clash, notes, needs, reason, _,
    ) in rows:  # fmt: skip
        name = f"{family.upper()} {given}"
        if born_on and (family.casefold(), given.casefold()) in alike:
            name = f"{name} ({born_on.day}.{born_on.month}.{born_on.year})"
        person = Person(
            continues or pk, name, status, STATE_WORDS[status], urgency == "urgent",
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


def _held(site: Site, day: date, now: datetime) -> dict[UUID, tuple[UUID, str]]:
    """Slots whose booking form is open somewhere: {slot: (desk, its name)}."""
    holds = Hold.objects.filter(until__gt=now, slot__session__site=site, slot__session__day=day)
    return {
        slot: (desk, name)
        for slot, desk, name in holds.values_list("slot_id", "desk_id", "desk__name")
    }


def _line(row, people, held, desk, now, first, unit) -> SlotLine | None:
    facts = Facts._make(row[:_FACTS])
    type_id, type_name, colour, block_reason, kept_by, asked_for_by = row[_FACTS:]
    here = people.get(facts.id, ())
    if facts.removed_at and not here:
        return None
    main = next((p for p, _ in here if not p.is_extra and not p.in_clash), None)
    if main is None and here and facts.removed_at:
        main = here[0][0]
    holder = held.get(facts.id)
    seen = state(facts, main and main.status, holder and holder[0], desk, now)
    offset = int((facts.starts_at - first).total_seconds()) // 60
    start = offset // unit
    end = -(-(offset + facts.minutes) // unit)
    return SlotLine(
        facts.id, seen.value, _clock(facts.starts_at), facts.starts_at, facts.minutes, start + 1,
        max(1, end - start), 1, colour, type_name, type_id, MODE_SIGNS[facts.mode],
        MODE_WORDS[facts.mode], _words(seen, facts, holder, kept_by, block_reason, desk),
        f"{kept_by} on {facts.kept_on}" if kept_by else "",
        asked_for_by or "" if facts.kept_by_id == desk else "",
        tuple(p for p, _ in here), any(second for _, second in here),
    )  # fmt: skip


def _words(seen: State, facts: Facts, holder, kept_by, block_reason, desk) -> str:
    if seen is State.HELD:
        return f"open at {holder[1]}"
    if seen is State.KEPT:
        return f"held: {kept_by} {facts.kept_on}"
    if seen is State.BLOCKED:
        return block_reason or "blocked"
    if seen is State.EMBARGOED:
        opens = released_at(facts)
        local = opens.astimezone(LONDON)
        return f"from {clock(opens)}" if local.date() == facts.day else f"from {moment(opens)}"
    if seen is State.PAST:
        return "not used"
    if seen is State.FREE and kept_by:
        return "free, held for you"
    return "free" if seen is State.FREE else ""


@lru_cache(maxsize=4096)
def _clock(at: datetime) -> str:
    return clock(at)


def _unit(starts_and_lengths: Iterable[datetime]) -> int:
    """The coarsest row of the grid on which every slot starts: 15, 10 or 5 minutes."""
    together = 0
    for start in starts_and_lengths:
        together = gcd(together, start.minute)
    return next((unit for unit in UNITS if together % unit == 0), UNITS[-1]) if together else 10


def _first(rows: list[tuple], unit: int) -> datetime:
    """The start of the first grid row: the first slot's, at the last half hour before it."""
    if not rows:
        return timezone.now().replace(minute=0, second=0, microsecond=0)
    earliest = min(row[2] for row in rows)
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
        holders = tuple(sorted(c.pk for c in session.holders.all()))
        by_holders.setdefault(holders or (session.name,), []).append(session)
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
                heading=" and ".join(c.short_name for c in holders) or own[0].name,
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


_ROLE_ORDER = ("gp", "paramedic", "nurse", "hca", "pharmacist", "physio", "social", "other", "")


def _in_order(column: Column) -> tuple:
    return (not column.is_duty, _ROLE_ORDER.index(column.role), column.heading)


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


# --- Has anything changed? ----------------------------------------------------------------------


def stamp(
    site: Site, day: date, *, desk: UUID | None, role: str, status: str, asked: str,
    now: datetime | None = None,
) -> str:
    """An ETag for a site's day: equal stamps mean an equal page.

    Made of the day's newest journal entry, the slots in hand, the last moment at which time alone
    changed something, today's date, and who looks (desk, role, status lines, filters, version).
    """
    now = now or timezone.now()
    newest = journal.newest_for(site.practice, site.pk, day)
    moments = _moments(site.pk, day, newest)
    said = (
        str(site.pk), day, newest, sorted(_held(site, day, now).items()),
        bisect_right(moments, now), timezone.localdate(now, LONDON), desk, role, status, asked,
        settings.APP_VERSION,
    )  # fmt: skip
    return f'"{hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()}"'


@lru_cache(maxsize=128)
def _moments(site: UUID, day: date, newest: int) -> list[datetime]:
    """When time alone will change the day's states. Good until the next journal entry for it."""
    rows = Slot.objects.filter(session__site=site, session__day=day).values_list(*COLUMNS)
    return sorted({moment for row in rows for moment in changes_by_itself(Facts._make(row))})


# --- Several days -------------------------------------------------------------------------------


class DayCount(NamedTuple):
    """How much is free and booked in one column of a week."""

    day: date
    free: int
    booked: int
    other: int  # blocked, held, not released


class WeekRow(NamedTuple):
    """A clinician's (or list's) week at a site."""

    heading: str
    days: tuple[DayCount | None, ...]


class Week(NamedTuple):
    """A site's week, by clinician, for finding gaps at a glance."""

    site: Site
    days: tuple[date, ...]
    rows: tuple[WeekRow, ...]
    free: tuple[int, ...]  # per day


def week_for(
    site: Site, monday: date, *, desk: UUID | None = None, clinician: UUID | None = None,
    now: datetime | None = None,
) -> Week:
    """A site's week from `monday`: weekdays, and the weekend where something is on."""
    diaries = [
        diary_for(site, monday + timedelta(days=n), desk=desk, clinician=clinician, now=now)
        for n in range(7)
    ]
    diaries = [d for n, d in enumerate(diaries) if n < 5 or d.columns]
    headings: dict[str, list[DayCount | None]] = {}
    for index, diary in enumerate(diaries):
        for column in diary.columns:
            counts = headings.setdefault(column.heading, [None] * len(diaries))
            counts[index] = _count(diary.day, column)
    return Week(
        site,
        tuple(d.day for d in diaries),
        tuple(WeekRow(heading, tuple(days)) for heading, days in sorted(headings.items())),
        tuple(d.free for d in diaries),
    )


def _count(day: date, column: Column) -> DayCount:
    states = Counter(line.state for line in column.slots)
    free = states.pop("free", 0)
    other = sum(states.pop(s, 0) for s in ("blocked", "kept", "held", "embargoed", "past"))
    return DayCount(day, free, sum(states.values()), other)
