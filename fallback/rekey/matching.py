"""What a line of handwriting can mean: a patient, an appointment, a slot.

Something is taken at once only where one thing alone can be meant; otherwise a person chooses from
a list by number. Names that two people share, and twins, always are a list.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from appointments import finding, search
from appointments.availability import LONDON
from appointments.models import Appointment, Practice, Slot
from appointments.search import Found
from appointments.search.words import joined, words
from appointments.wording import DAYS, born, clock, day_short, nhs_spaced
from fallback.models import Sheet

MOST = 9  # choices: each has a figure of its own
FROM = timedelta(hours=1)  # an appointment or slot is looked for this near the time that is written

_TIME = re.compile(r"(?<!\d)(?:(\d{1,2})[:.](\d{2})|(\d{1,2})(\d{2}))(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?!\d)")
_CODE = re.compile(r"[a-z]\d{1,2}", re.IGNORECASE)
_WEEKDAYS = {day[:3].casefold(): number for number, day in enumerate(DAYS)}


class People(NamedTuple):
    """Whom a name can mean: the one, or those of whom a person chooses."""

    exact: Found | None
    found: list[Found]


class Meant(NamedTuple):
    """An appointment that may be the one."""

    id: UUID
    name: str
    born: str
    nhs_number: str
    place: str  # 'Mon 23 Nov, 10:40, Dr Lane, Harbour Surgery'
    state: str  # empty while it is just booked


class Place(NamedTuple):
    """A slot that may be the one."""

    id: UUID
    words: str  # 'Mon 23 Nov, 10:40, Dr Lane, Harbour Surgery'
    is_sure: bool  # it begins at the very time that was written


def people(practice: Practice, typed: str) -> People:
    """Match what is written of a person: 'smith j 3/4/71', an NHS number, a name.

    The one is there for a full name with birth date or an NHS number, if no warning stands.
    """
    exact = search.exactly(practice, typed)
    found = [exact] if exact else search.find(practice, typed, limit=MOST)
    return People(exact, found)


def appointments(practice: Practice, patients: Iterable[UUID], day: date) -> list[Meant]:
    """List the appointments of these patients from a day on; those cancelled already come last."""
    rows = Appointment.objects.filter(
        practice=practice, patient__in=list(patients), continues=None, slot__session__day__gte=day
    )
    ordered = sorted(
        _with_place(rows),
        key=lambda row: (row.status == Appointment.Status.CANCELLED, row.slot.starts_at, row.pk),
    )
    return [_meant(row) for row in ordered[:MOST]]


def appointment(practice: Practice, appointment_id: UUID) -> Meant | None:
    """Read one appointment that was chosen."""
    found = _with_place(Appointment.objects.filter(practice=practice, pk=appointment_id)).first()
    return _meant(found) if found else None


def slots(practice: Practice, sheet: Sheet, typed: str) -> list[Place]:
    """List the slots that 'lane 10:40', 'webb 24/11 9.15' or a row's code of this sheet can mean.

    Without a day it is the sheet's. If no slot begins at that time, those around it are listed.
    """
    text = typed.strip()
    if _CODE.fullmatch(text):
        row = sheet.rows.filter(code=text.upper(), slot__isnull=False).first()
        return [_place(_loaded(practice).get(pk=row.slot_id), True)] if row else []
    rest, day = _take_day(text, sheet.day)
    rest, at = _take_time(rest, day)
    if at is None:
        return []
    near = _loaded(practice).filter(
        session__day=day, starts_at__gt=at - FROM, starts_at__lt=at + FROM, removed_at=None
    )
    fitting = [slot for slot in near if _is_with(slot, rest)]
    sure = [slot for slot in fitting if slot.starts_at == at]
    nearest = sorted(sure or fitting, key=lambda slot: (abs(slot.starts_at - at), slot.pk))
    return [_place(slot, bool(sure)) for slot in nearest[:MOST]]


def is_code(sheet: Sheet, typed: str) -> bool:
    """Whether what was typed is the code of one of the sheet's rows."""
    code = typed.strip()
    return bool(_CODE.fullmatch(code)) and sheet.rows.filter(code=code.upper()).exists()


def place(slot: Slot) -> str:
    """Name a slot on one line: 'Mon 23 Nov, 10:40, Dr Lane, Harbour Surgery'."""
    session = slot.session
    whom = finding.with_whom(session.holders.all(), session.name)
    return f"{day_short(session.day)}, {clock(slot.starts_at)}, {whom}, {session.site.name}"


def _with_place(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    rows = rows.select_related("patient", "slot__session__site")
    return rows.prefetch_related("slot__session__holders")


def _meant(row: Appointment) -> Meant:
    patient = row.patient
    state = "" if row.status == Appointment.Status.BOOKED else row.get_status_display()
    number = nhs_spaced(patient.nhs_number)
    return Meant(row.pk, patient.name, born(patient.born_on), number, place(row.slot), state)


def _loaded(practice: Practice):
    slots = practice.slot_set.select_related("session__site")
    return slots.prefetch_related("session__holders")


def _place(slot: Slot, is_sure: bool) -> Place:
    return Place(slot.pk, place(slot), is_sure)


def _take_day(text: str, day: date) -> tuple[str, date]:
    """Take '24/11' or 'tue' out of a text; a weekday is the first from the sheet's day on."""
    if found := _DAY.search(text):
        d, m, y = found.groups()
        year = (2000 + int(y) if len(y) == 2 else int(y)) if y else day.year
        try:
            said = date(year, int(m), int(d))
        except ValueError:
            return text, day
        if not y and said < day - timedelta(days=180):
            said = said.replace(year=year + 1) if (m, d) != ("2", "29") else said
        return _without(text, found), said
    for word in words(text):
        if (number := _WEEKDAYS.get(word[:3])) is not None and DAYS[number].casefold().startswith(
            word
        ):
            ahead = (number - day.weekday()) % 7
            return re.sub(word, " ", text, count=1, flags=re.IGNORECASE), day + timedelta(ahead)
    return text, day


def _take_time(text: str, day: date) -> tuple[str, datetime | None]:
    found = _TIME.search(text)
    if not found:
        return text, None
    hour, minute = (int(part) for part in found.groups() if part is not None)
    try:
        return _without(text, found), datetime.combine(day, time(hour, minute), LONDON)
    except ValueError:
        return text, None


def _without(text: str, found: re.Match) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _is_with(slot: Slot, said: str) -> bool:
    """Whether a slot is with whom the words say: each begins a holder's or the session's name."""
    session = slot.session
    names = [joined(session.name), *words(session.name)]
    for holder in session.holders.all():
        names += [joined(holder.family_name), *words(f"{holder.title} {holder.short_name}")]
    return all(any(name.startswith(word) for name in names) for word in words(said))
