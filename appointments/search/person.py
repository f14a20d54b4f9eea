"""What search keeps of a patient."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from appointments.search.words import forename_keys, surname_keys, telephones


@dataclass(frozen=True, eq=False, slots=True)
class Person:
    """What the index keeps of a patient; compared by identity, as a record can be read again."""

    id: UUID
    title: str
    family_name: str
    given_name: str
    middle_names: str
    born_on: date | None
    died_on: date | None
    departed_on: date | None
    kind: str
    nhs_number: str
    number: str
    address: str
    postcode: str
    home_telephone: str
    mobile_telephone: str
    contact_comment: str
    is_confidential: bool
    families: tuple[str, ...]  # keys: the whole surname first
    forenames: tuple[str, ...]  # keys: the whole first name first
    telephones: tuple[str, ...]  # keys
    is_gone: bool  # died, or left the practice
    order: tuple  # by name, then birth date

    @property
    def name(self) -> str:
        """'SMITH, John (Mr)'; the same as Patient.name, which is too slow to make thousands of."""
        title = f" ({self.title})" if self.title else ""
        return f"{self.family_name.upper()}, {self.given_name}{title}"

    @property
    def same_name(self) -> tuple[str, str]:
        """What two people of the same name share."""
        return self.families[0] if self.families else "", self.forenames[0]

    @property
    def same_birth(self) -> tuple[str, date | None]:
        """What twins share."""
        return self.families[0] if self.families else "", self.born_on


# A patient's columns that are read for it.
COLUMNS = (
    "id title family_name given_name middle_names born_on died_on departed_on kind nhs_number "
    "number address postcode home_telephone mobile_telephone contact_comment is_confidential"
).split()


def person(**columns: Any) -> Person:
    """Make a person from a patient's COLUMNS."""
    family, given = columns["family_name"], columns["given_name"]
    families = surname_keys(family)
    forenames = forename_keys(given, columns["middle_names"])
    return Person(
        families=families,
        forenames=forenames,
        telephones=telephones((columns["home_telephone"], columns["mobile_telephone"])),
        is_gone=bool(columns["died_on"] or columns["departed_on"]),
        order=(families, forenames, columns["born_on"] or date.min, columns["id"].int),
        **columns,
    )
