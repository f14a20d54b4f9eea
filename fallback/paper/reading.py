"""What the papers of a site's day are written from: the diary, and what it leaves out of people.

The diary (`appointments.diary`) knows who is where and when. Paper also says when people were
born, how to reach them, and who could be taken for whom. Confidential patients' addresses,
telephones and notes are not read at all, so no document can show them; see sealed.py.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from rapidfuzz.distance import OSA

from appointments import wording
from appointments.diary import Column, Day, Person, SlotLine, diary_for
from appointments.models import Appointment, Patient, Practice, Site
from appointments.search.words import joined, surname_keys
from fallback.paper import glyphs
from fallback.paper.document import Stamp

# Where a confidential patient's details are; the word itself would tell every reader who is one.
SEALED = "see the managers' sealed list"
# Forenames this near are read as the same in a hurry: Jon and John, Ann and Anne, Joan and Jean.
SLIPS = 1  # letters


class OnPaper(NamedTuple):
    """A patient as paper shows them; every text can be printed."""

    id: UUID
    name: str  # 'BAKER, Ann (Mrs)', or 'NHS number 999 000 0018, name on screen'
    born: str  # '3 Apr 1971'
    nhs_number: str  # '999 000 0018'
    telephones: tuple[str, ...]  # 'mobile 07700 900123'; none for confidential patients
    contact: str  # the comment on it: 'mobile is mother's'
    address: str  # with postcode; for confidential patients where it is to be found
    access: str  # 'wheelchair'
    is_confidential: bool
    same_name: bool  # somebody else of this day could be taken for them


class DayPaper(NamedTuple):
    """A site's day with the patients' details that paper shows."""

    stamp: Stamp
    day: Day
    patients: dict[UUID, OnPaper]
    access: dict[UUID, str]  # by appointment: what was noted when it was booked

    def access_of(self, person: Person) -> str:
        """Say what is to be known for seeing or visiting somebody, each thing once."""
        patient = self.patients[person.patient_id]
        said = (patient.access, self.access.get(person.appointment_id, ""))
        return "; ".join(dict.fromkeys(words for words in said if words))


class Booked(NamedTuple):
    """Somebody's appointment, with everything around it."""

    column: Column
    line: SlotLine
    person: Person
    patient: OnPaper


def day_paper(practice: Practice, site: Site, day: date, stamp: Stamp) -> DayPaper:
    """Read a site's day as it was at the stamp's moment, as no desk in particular sees it."""
    diary = diary_for(site, day, now=stamp.up_to_date_at)
    people = [p for column in diary.columns for line in column.slots for p in line.people]
    patients = Patient.objects.filter(practice=practice).in_bulk({p.patient_id for p in people})
    whose = {p.appointment_id: patients[p.patient_id] for p in people}
    noted = Appointment.objects.filter(practice=practice, pk__in=whose).exclude(access_needs="")
    access = noted.values_list("pk", "access_needs")
    alike = could_be_confused(patients.values())
    return DayPaper(
        stamp,
        diary,
        {pk: on_paper(patient, pk in alike) for pk, patient in patients.items()},
        {pk: glyphs.words(said) for pk, said in access if not whose[pk].is_confidential},
    )


def on_paper(patient: Patient, same_name: bool) -> OnPaper:
    """Say a patient as paper shows them."""
    hidden = patient.is_confidential
    return OnPaper(
        id=patient.pk,
        name=glyphs.name(patient.name.rstrip(", "), patient.nhs_number, patient.number),
        born=wording.born(patient.born_on),
        nhs_number=wording.nhs_spaced(patient.nhs_number),
        telephones=() if hidden else telephones(patient),
        contact=SEALED if hidden else glyphs.words(patient.contact_comment),
        address=SEALED if hidden else address(patient),
        access=SEALED if hidden else glyphs.words(patient.access_needs),
        is_confidential=hidden,
        same_name=same_name,
    )


def telephones(patient: Patient) -> tuple[str, ...]:
    """Give a patient's numbers with their kind, the mobile first."""
    kinds = (("mobile", patient.mobile_telephone), ("home", patient.home_telephone))
    return tuple(f"{kind} {glyphs.words(number)}" for kind, number in kinds if number)


def address(patient: Patient) -> str:
    """Give a patient's address with its postcode on one line."""
    parts = (glyphs.words(patient.address), patient.postcode)
    return ", ".join(part for part in parts if part)


def could_be_confused(patients: Iterable[Patient]) -> set[UUID]:
    """Find those whom a hurried eye could take for another of them.

    Same surname (or part of one: Smith, Smith-Jones) with the same or nearly the same forename,
    also where one is short for the other or missing; and same surname with the same birth date:
    twins. Case, accents and hyphens make no difference.
    """
    by_surname = defaultdict(list)
    for patient in patients:
        for surname in surname_keys(patient.family_name):
            by_surname[surname].append(patient)
    found: set[UUID] = set()
    for namesakes in by_surname.values():
        for one, other in combinations(namesakes, 2):
            is_twin = one.born_on is not None and one.born_on == other.born_on
            if is_twin or _nearly(joined(one.given_name), joined(other.given_name)):
                found |= {one.pk, other.pk}
    return found


def _nearly(one: str, other: str) -> bool:
    if one.startswith(other) or other.startswith(one):
        return True
    return OSA.distance(one, other, score_cutoff=SLIPS) <= SLIPS


def booked(paper: DayPaper) -> list[Booked]:
    """Give every appointment of the day once, by time; a double-length one where it begins."""
    found = [
        Booked(column, line, person, paper.patients[person.patient_id])
        for column in paper.day.columns
        for line in column.slots
        for person in line.people
    ]
    found.sort(key=lambda b: (b.line.starts_at, b.column.heading, b.patient.name))
    first: dict[UUID, Booked] = {}
    for one in found:
        first.setdefault(one.person.appointment_id, one)
    return list(first.values())


def kept(line: SlotLine) -> str:
    """Say whose a slot held for outages is: 'Desk 2's sheet', 'Desk 2's screen'; else empty.

    'Desk 2's lost sheet' is doubtful: somebody may be written there.
    """
    desk, _, where = line.kept.rpartition(" on ")
    return f"{desk}'s {'sheet' if where == 'paper' else where}" if desk else ""
