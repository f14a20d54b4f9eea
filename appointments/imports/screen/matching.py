"""Which site, clinician and patient a row means. Pure rules; never a guess."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from appointments.imports.screen.lines import Person
from appointments.imports.screen.reading import plain
from appointments.imports.screen.values import Name, words_of
from appointments.imports.slots import survivor
from appointments.models import Clinician, Patient, Site


class Unknown(Exception):  # noqa: N818  (a row's fate, not an error)
    """A row's word could not be found in the book; the text says why."""


class People:
    """Patients by what a row may say of them."""

    def __init__(self, patients: Iterable[Patient]):
        self._by_nhs_number: dict[str, dict[UUID, Patient]] = {}
        self._by_number: dict[str, dict[UUID, Patient]] = {}
        self._by_name: dict[tuple, dict[UUID, Patient]] = {}
        for patient in patients:
            used = survivor(patient)
            if used is None:
                continue
            if patient.nhs_number:
                self._by_nhs_number.setdefault(patient.nhs_number, {})[used.pk] = used
            if patient.number:
                self._by_number.setdefault(patient.number.casefold(), {})[used.pk] = used
            for name in _names(patient):
                self._by_name.setdefault((name, patient.born_on), {})[used.pk] = used

    def find(self, person: Person) -> Patient:
        """Find the one patient that a row means. Raises Unknown.

        By NHS number, else by patient number, else exactly by full name and birth date. What else
        the row says must not contradict it.
        """
        by_nhs_number = self._by_nhs_number.get(person.nhs_number, {})
        by_number = self._by_number.get(person.number.casefold(), {}) if person.number else {}
        if by_nhs_number and by_number and not by_nhs_number.keys() & by_number.keys():
            raise Unknown("its NHS number and its patient number are of two different people")
        found = by_nhs_number or by_number
        how = "NHS number" if by_nhs_number else "patient number"
        if len(found) > 1 and by_nhs_number and by_number:
            found = {key: found[key] for key in found.keys() & by_number.keys()}
        if not found:
            found, how = self._named(person), "name and birth date"
        if len(found) > 1 and person.born:
            found = {k: p for k, p in found.items() if p.born_on in person.born} or found
        if len(found) > 1:
            raise Unknown(f"several patients in the book have its {how}")
        if not found:
            raise Unknown(_why_nobody(person))
        (patient,) = found.values()
        if person.born and patient.born_on and patient.born_on not in person.born:
            raise Unknown(f"its {how} and its birth date are of two different people")
        return patient

    def _named(self, person: Person) -> dict[UUID, Patient]:
        found: dict[UUID, Patient] = {}
        for name in _forms(person.name):
            for born in person.born:
                found |= self._by_name.get((name, born), {})
        if person.nhs_number:  # of that name and birth date, and another person
            found = {k: p for k, p in found.items() if not p.nhs_number}
        return found


def _names(patient: Patient) -> set[tuple[str, ...]]:
    given, family = words_of(patient.given_name), words_of(patient.family_name)
    return {(*given, *family), (*given, *words_of(patient.middle_names), *family)}


def _forms(name: Name | None) -> set[tuple[str, ...]]:
    return {form for form in name or () if form}


def _why_nobody(person: Person) -> str:
    if person.nhs_number or person.number:
        return (
            "nobody in the book has its NHS number or patient number, nor its name and birth date"
        )
    if not person.born:
        return (
            "it has neither an NHS number nor a patient number nor a birth date, and a name alone "
            "is not enough"
        )
    return "nobody in the book has exactly its name and birth date"


class Staffed:
    """Clinicians by the ways in which lists name them, and as the mapping says."""

    def __init__(self, clinicians: Iterable[Clinician], said: dict[str, str]):
        self._forms: dict[tuple[str, ...], dict[UUID, Clinician]] = {}
        by_id = {str(clinician.pk): clinician for clinician in clinicians}
        self._said = {name: by_id[key] for name, key in said.items() if key in by_id}
        gone = [c for c in by_id.values() if c.left_on]
        for clinician in (c for c in by_id.values() if not c.left_on):
            for form in clinician_forms(clinician):
                self._forms.setdefault(form, {})[clinician.pk] = clinician
        for clinician in gone:  # the past is loaded as well; a colleague of that name goes before
            for form in clinician_forms(clinician):
                self._forms.setdefault(form, {clinician.pk: clinician})

    def find(self, text: str) -> Clinician:
        """Find the one clinician of a name. Raises Unknown."""
        if known := self._said.get(plain(text)):
            return known
        if not text:
            raise Unknown("it names no clinician")
        found = self._forms.get(words_of(re.sub(r"[()]", " ", text)), {})
        if len(found) > 1:
            raise Unknown(f"several clinicians in the book are called '{text}'")
        if not found:
            raise Unknown(f"no clinician in the book is called '{text}'")
        (clinician,) = found.values()
        return clinician


def clinician_forms(clinician: Clinician) -> set[tuple[str, ...]]:
    """Give the ways in which a list may write a clinician's name."""
    title, given, family = (
        words_of(part) for part in (clinician.title, clinician.given_name, clinician.family_name)
    )
    forms = {(*title, *family), (*family, *title), family}
    for first in (given, tuple(word[:1] for word in given[:1])):
        if first:
            forms |= {
                (*first, *family),
                (*title, *first, *family),
                (*family, *first),
                (*family, *first, *title),
                (*family, *title, *first),
            }
    return forms - {()}


class Places:
    """Sites by name, and as the mapping says."""

    def __init__(self, sites: Iterable[Site], fixed: UUID | None, said: dict[str, str]):
        self._by_id = {str(site.pk): site for site in sites}
        self._said = {name: self._by_id[key] for name, key in said.items() if key in self._by_id}
        self._by_name: dict[str, list[Site]] = {}
        for site in self._by_id.values():
            self._by_name.setdefault(plain(site.name), []).append(site)
        is_open = [site for site in self._by_id.values() if site.closed_on is None]
        only: Any = is_open[0] if len(is_open) == 1 else None
        self._fixed: Site | None = self._by_id.get(str(fixed)) or only

    def find(self, text: str) -> Site:
        """Find the one site of a name; a row that names none is where the mapping says."""
        if not text and self._fixed:
            return self._fixed
        if known := self._said.get(plain(text)):
            return known
        if not text:
            raise Unknown("it names no site, and the practice has several")
        found = self._by_name.get(plain(text), [])
        open_ones = [site for site in found if site.closed_on is None] or found
        if len(open_ones) != 1:
            raise Unknown(f"no site in the book is called '{text}'")
        return open_ones[0]
