"""What is taken down about a patient: brought into one form, and checked."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import nhs_number as nhs
import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from appointments import journal
from appointments.models import Patient
from appointments.refusals import BadDetail
from appointments.wording import LONDON, phone_spaced

EARLIEST_BIRTH = date(1900, 1, 1)
# Numbers that are given out, and those reserved for examples and tests (999…).
# https://digital.nhs.uk/services/nhs-number and nhs_number.constants
GIVEN_OUT = (
    nhs.REGION_ENGLAND_WALES_IOM,
    nhs.REGION_SCOTLAND,
    nhs.REGION_NORTHERN_IRELAND,
    nhs.REGION_SYNTHETIC,
)
# Outward and inward part; letters that no postcode uses are not told apart (BS 7666).
POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")


@dataclass(frozen=True, kw_only=True)
class Details:
    """What may be taken down and amended, in the columns of Patient."""

    title: str = ""
    given_name: str = ""
    middle_names: str = ""
    family_name: str
    sex: str = ""
    born_on: date | None = None
    nhs_number: str = ""
    kind: str = Patient.Kind.REGULAR
    address: str = ""
    postcode: str = ""
    home_telephone: str = ""
    mobile_telephone: str = ""
    email: str = ""
    contact_comment: str = ""
    access_needs: str = ""
    is_confidential: bool = False
    usual_clinician_id: UUID | None = None
    died_on: date | None = None
    departed_on: date | None = None

    def tidied(self, before: "Details | None" = None) -> "Details":
        """Give the same in the form in which it is kept.

        What stands unchanged in `before` is left as it is: records that were loaded from the
        clinical system hold much that could not be typed here. Raises BadDetail.
        """
        tidy: dict[str, Any] = {}
        for name, value in asdict(self).items():
            is_new = before is None or value != getattr(before, name)
            tidy[name] = tidied(name, value) if is_new else value
        return Details(**tidy)

    def fingerprint(self) -> str:
        """Tell whether a record is still as it was when a form was filled from it."""
        said = {name: journal.plain(value) for name, value in asdict(self).items()}
        return hashlib.sha256(journal.canonical(said).encode()).hexdigest()


NAMES = tuple(field.name for field in fields(Details))
# Characters that each text column takes.
LONGEST: dict[str, int] = {
    column.attname: column.max_length
    for column in Patient._meta.concrete_fields
    if column.max_length
}


def details_of(patient: Patient) -> Details:
    """Give what is taken down about a patient."""
    return Details(**{name: getattr(patient, name) for name in NAMES})


def tidied(name: str, value: Any) -> Any:
    """Bring one detail into the form in which it is kept; raises BadDetail."""
    if isinstance(value, str):
        value = _plain_text(value, lines=name == "address")
    if value and name in CHECKS:
        value = CHECKS[name](value, name)
    if name == "family_name" and not value:
        raise BadDetail("Enter the surname.", name)
    if isinstance(value, str) and len(value) > LONGEST[name]:
        raise BadDetail(f"Use at most {LONGEST[name]} characters.", name)
    return value


def _plain_text(value: str, *, lines: bool) -> str:
    """Drop what can't be seen, and spaces too many; an address's lines become commas."""
    if lines:
        value = ", ".join(line.strip(" ,") for line in value.splitlines() if line.strip(" ,"))
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _nhs_number(value: str, name: str) -> str:
    number = nhs.standardise_format(value)
    if not number or not nhs.is_valid(number):
        raise BadDetail("This is not an NHS number. Check its ten digits.", name)
    if not any(region.contains_number(number) for region in GIVEN_OUT):
        raise BadDetail("No NHS number begins like this. Check its ten digits.", name)
    return number


def _telephone(value: str, name: str) -> str:
    """Accept what is possible: numbers kept for examples are, and numbering plans change."""
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(value, "GB"))
    except phonenumbers.NumberParseException:
        possible = False
    if not possible:
        raise BadDetail(
            "This is not a telephone number. Enter it with its area code, like 01632 960123.", name
        )
    return phone_spaced(value)


def _postcode(value: str, name: str) -> str:
    found = POSTCODE.fullmatch("".join(value.split()).upper())
    if not found:
        raise BadDetail(
            "This is not a UK postcode, like CT7 9QZ. Put one from abroad into the address.", name
        )
    return " ".join(found.groups())


def _email(value: str, name: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise BadDetail("This is not an email address, like name@example.org.", name) from None
    return value


def _birth_date(value: date, name: str) -> date:
    if value < EARLIEST_BIRTH:
        raise BadDetail("Check the year: this birth date is before 1900.", name)
    return _past_date(value, name)


def _past_date(value: date, name: str) -> date:
    if value > timezone.localdate(timezone=LONDON):
        raise BadDetail("Check the date: it is in the future.", name)
    return value


CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "nhs_number": _nhs_number,
    "home_telephone": _telephone,
    "mobile_telephone": _telephone,
    "postcode": _postcode,
    "email": _email,
    "born_on": _birth_date,
    "died_on": _past_date,
    "departed_on": _past_date,
}
