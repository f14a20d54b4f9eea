"""Find patients: one box for names, birth dates, numbers, telephones and postcodes.

    for found in search.find(practice, "smith j 3/4/71"): ...

The patients of a practice are kept in memory, one index per practice and process, which follows
the journal (see `following`). Ten thousand or forty thousand patients: a few milliseconds.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from appointments.models import Appointment, Patient, Practice
from appointments.search import asked
from appointments.search.following import index_of
from appointments.search.person import COLUMNS, Person, person
from appointments.wording import LONDON, age, born, nhs_spaced, phone_spaced

# Reading a number takes 0.1 ms, and the same patients come up letter after letter.
_spaced = lru_cache(maxsize=10_000)(phone_spaced)
COMING = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)


class Found(NamedTuple):
    """A patient as a line of a list shows them. What is confidential is not in it."""

    id: UUID
    name: str  # 'SMITH, John (Mr)'
    born_on: date | None
    age: str  # '55'; '7 months'
    nhs_number: str  # '999 123 4567'
    address: str | None  # its first line; None, like the next three, when confidential
    postcode: str | None
    telephone: str | None
    contact_comment: str | None
    is_confidential: bool
    is_deceased: bool
    has_departed: bool
    standing: str  # 'Died 3 Apr 2024', 'Left the practice 5 Oct 2026', 'Temporary patient' or ''
    warnings: tuple[str, ...]  # whom this patient can be taken for
    next_at: datetime | None  # the next appointment
    next_with: str  # 'Dr Lane'


def find(practice: Practice, q: str, limit: int = 20, today: date | None = None) -> list[Found]:
    """Find at most `limit` patients by what was typed: exact matches first, then near ones.

    Nothing that can be looked up gives an empty list; no text is an error.
    """
    today = today or timezone.localdate(timezone=LONDON)
    looked_for = asked.read(q, today)
    if looked_for.is_empty:
        return []
    with index_of(practice) as index:
        people = [(one, index.warnings(one)) for one in index.look(looked_for, limit)]
    return _lines(people, today)


def exactly(practice: Practice, q: str, today: date | None = None) -> Found | None:
    """Find the one patient who can be meant, by full name and birth date or by NHS number.

    None when nobody fits, when several do, when the patient has died or left, and whenever a
    warning stands: then a person must choose.
    """
    today = today or timezone.localdate(timezone=LONDON)
    with index_of(practice) as index:
        one = index.exactly(asked.read(q, today))
    return _lines([(one, ())], today)[0] if one else None


def alike(
    practice: Practice, patient: Patient, limit: int = 10, today: date | None = None
) -> list[Found]:
    """Find those who may be this patient already; `patient` need not be saved."""
    new = person(**{column: getattr(patient, column) for column in COLUMNS})
    today = today or timezone.localdate(timezone=LONDON)
    with index_of(practice) as index:
        people = [(one, index.warnings(one)) for one in index.alike(new, limit)]
    return _lines(people, today)


def shown(practice: Practice, patient_ids: Iterable[UUID]) -> list[Found]:
    """Give the lines of patients whose ids are known, in that order; unknown ids are left out."""
    with index_of(practice) as index:
        known = [index.people[one] for one in patient_ids if one in index.people]
        people = [(one, index.warnings(one)) for one in known]
    return _lines(people, timezone.localdate(timezone=LONDON))


def _lines(people: list[tuple[Person, tuple[str, ...]]], today: date) -> list[Found]:
    coming = _next_appointments([one.id for one, _ in people])
    return [_line(one, warnings, coming.get(one.id), today) for one, warnings in people]


def _line(
    one: Person, warnings: tuple[str, ...], coming: tuple[datetime, str] | None, today: date
) -> Found:
    public = not one.is_confidential
    at, with_whom = coming or (None, "")
    return Found(
        id=one.id,
        name=one.name,
        born_on=one.born_on,
        age=age(one.born_on, one.died_on or today),
        nhs_number=nhs_spaced(one.nhs_number),
        address=one.address.split(",")[0].strip() if public else None,
        postcode=one.postcode if public else None,
        telephone=_spaced(one.mobile_telephone or one.home_telephone) if public else None,
        contact_comment=one.contact_comment if public else None,
        is_confidential=one.is_confidential,
        is_deceased=one.died_on is not None,
        has_departed=one.departed_on is not None,
        standing=_standing(one),
        warnings=warnings,
        next_at=at,
        next_with=with_whom,
    )


def _standing(one: Person) -> str:
    if one.died_on:
        return f"Died {born(one.died_on)}"
    if one.departed_on:
        return f"Left the practice {born(one.departed_on)}"
    return "Temporary patient" if one.kind == Patient.Kind.TEMPORARY else ""


def _next_appointments(patient_ids: list[UUID]) -> dict[UUID, tuple[datetime, str]]:
    """Give when and with whom each patient is booked next: one query for the whole list."""
    # Not by practice as well: SQLite would go through all of the practice's appointments.
    rows = (
        Appointment.objects.filter(
            patient__in=patient_ids, status__in=COMING, slot__starts_at__gte=timezone.now()
        )
        .order_by("-slot__starts_at")
        .values_list(
            "patient_id",
            "slot__starts_at",
            "slot__session__holders__title",
            "slot__session__holders__family_name",
            "slot__session__name",
        )
    )
    return {
        patient: (at, f"{title or ''} {family}".strip() if family else session)
        for patient, at, title, family, session in rows
    }
