"""The demo's patients: families at one address, twins, namesakes, and all that needs care."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

import nhs_number

from appointments.demo import names
from appointments.models import Clinician, Patient, Practice

NHS_PREFIX = 999  # the range of test patients; six more digits and the check digit follow
NHS_RANGE = 1_000_000
DRAMA_NUMBERS = 1000  # Ofcom's 01632 960000-960999 and 07700 900000-900999
TOWNS = {"CT22": "Saltmarsh", "CT23": "Nether Staple", "CT24": "Saltmarsh", "CT25": "St Wendreda",
         "CT26": "Upper Reach"}  # fmt: skip
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
STREETS = ("Road", "Street", "Lane", "Avenue", "Close", "Drive", "Gardens", "Way", "Terrace",
           "Crescent", "Mews", "Hill")  # fmt: skip
STREET_NAMES = ("Harbour", "Church", "Orchard", "Mill", "Station", "Priory", "Canterbury", "Epple",
                "Cliff", "Windmill", "Saltings", "Oast", "Chestnut", "Rectory", "Coastguard",
                "St Mildred's", "Hoppers", "Tudor", "Marine", "Beacon")  # fmt: skip
HOUSES = ("The Old Forge", "Rose Cottage", "Sea View", "Oast House", "Rivendell Care Home")

# How many in a thousand patients are of each age (lower end, upper end, how many): a practice by
# the sea, older than the country (ONS, mid-year estimates for coastal Kent, rounded).
HEADS_OF_FAMILY = ((18, 29, 130), (30, 44, 210), (45, 59, 240), (60, 74, 250), (75, 89, 150),
                   (90, 101, 20))  # fmt: skip

COMMENTS = (
    "mobile is mother's",
    "mobile is daughter's, she may book",
    "do not leave messages",
    "ring after 5",
    "hard of hearing: text",
    "ring the carer first",
    "no voicemail",
    "works nights: not before noon",
    "speaks Polish, some English",
    "landline is the care home's",
)
NEEDS = (
    "wheelchair",
    "hearing loop",
    "interpreter: Polish",
    "interpreter: Punjabi",
    "British Sign Language interpreter",
    "large print letters",
    "ground-floor room",
    "carer comes along",
    "guide dog",
)


@dataclass
class _Home:
    """What a family shares."""

    origin: names.Origin
    family_name: str
    address: str
    postcode: str
    telephone: str


class People:
    """Draws patients, the same ones for the same generator and day."""

    def __init__(self, rng: Random, practice: Practice, usual: list[Clinician], today: date):
        self.rng = rng
        self.practice = practice
        self.usual = usual
        self.today = today
        self.made: list[Patient] = []
        self._taken: set[str] = set()

    def draw(self, count: int) -> list[Patient]:
        """Draw so many patients, with namesakes and special cases in proportion."""
        while len(self.made) < count:
            self._family()
        del self.made[count:]
        self._namesakes(count // 200)
        for patient in self.made:
            self._circumstances(patient)
        return self.made

    # --- Families ----------------------------------------------------------------------------

    def _family(self) -> None:
        rng = self.rng
        home = self._home()
        low, high, _ = rng.choices(HEADS_OF_FAMILY, [many for *_, many in HEADS_OF_FAMILY])[0]
        age = rng.randint(low, high)
        sex = rng.choice("MF")
        head = self._member(home, sex, self._born(age))
        if rng.random() < (0.55 if age > 24 else 0.2):
            other = "F" if sex == "M" else "M"
            partner_age = min(101, max(18, age + rng.randint(-7, 7)))
            own_name = "" if rng.random() < 0.7 else names.family_name(rng, home.origin)
            self._member(home, other, self._born(partner_age), own_name)
        if 22 <= age <= 52:
            self._children(home, head, age)

    def _children(self, home: _Home, parent: Patient, parent_age: int) -> None:
        rng = self.rng
        many = rng.choices((0, 1, 2, 3, 4), (35, 22, 28, 11, 4))[0]
        oldest = min(17, parent_age - 19)
        if oldest < 0:
            return
        born = [self._born(rng.randint(0, oldest)) for _ in range(many)]
        if many > 1 and rng.random() < 0.06:
            born[1] = born[0]  # twins
        for day in born:
            sex = rng.choice("MF")
            child = self._member(home, sex, day)
            if sex == parent.sex and rng.random() < 0.02:
                child.given_name = parent.given_name  # named after the parent

    def _home(self) -> _Home:
        rng = self.rng
        origin, family_name = names.family(rng)
        district = rng.choice(list(TOWNS))
        inward = f"{rng.randint(1, 9)}{rng.choice(INWARD_LETTERS)}{rng.choice(INWARD_LETTERS)}"
        street = f"{rng.choice(STREET_NAMES)} {rng.choice(STREETS)}"
        place = f"{rng.randint(1, 160)} {street}"
        chance = rng.random()
        if chance < 0.12:
            place = f"Flat {rng.randint(1, 24)}, {place}"
        elif chance < 0.15:
            place = f"{rng.choice(HOUSES)}, {street}"
        telephone = f"01632 960{rng.randrange(DRAMA_NUMBERS):03}" if rng.random() < 0.7 else ""
        return _Home(
            origin, family_name, f"{place}, {TOWNS[district]}", f"{district} {inward}", telephone
        )

    def _member(self, home: _Home, sex: str, born_on: date, family_name: str = "") -> Patient:
        rng = self.rng
        age = (self.today - born_on).days // 365
        has_mobile = rng.random() < (0.88 if 15 < age < 75 else 0.45)
        given = names.given_name(rng, home.origin, sex)
        family_name = family_name or home.family_name
        address = f"{given}.{family_name}".casefold().replace(" ", "").replace("'", "")
        is_reachable = address.isascii() and age > 15 and rng.random() < 0.45
        patient = Patient(
            id=UUID(int=rng.getrandbits(128), version=4),
            practice=self.practice,
            nhs_number=self._nhs_number(),
            number=str(10_000 + len(self.made)),
            title=self._title(sex, age),
            given_name=given,
            middle_names=(
                names.given_name(rng, home.origin, sex) if rng.random() < names.MIDDLE_NAMED else ""
            ),
            family_name=family_name,
            sex=sex,
            born_on=born_on,
            address=home.address,
            postcode=home.postcode,
            home_telephone=home.telephone,
            mobile_telephone=f"07700 900{rng.randrange(DRAMA_NUMBERS):03}" if has_mobile else "",
            email=f"{address}@example.org" if is_reachable else "",
            usual_clinician=rng.choice(self.usual),
            registered_on=max(born_on, self.today - timedelta(days=rng.randint(20, 12_000))),
        )
        self.made.append(patient)
        return patient

    def _title(self, sex: str, age: int) -> str:
        if age < 16:
            return "Master" if sex == "M" else "Miss"
        rare = self.rng.random()
        if rare < 0.02:
            return self.rng.choice(("Dr", "Rev", "Mx", "Prof"))
        return "Mr" if sex == "M" else self.rng.choice(("Mrs", "Mrs", "Ms", "Miss"))

    def _born(self, age: int) -> date:
        return self.today - timedelta(days=age * 365 + age // 4 + self.rng.randint(1, 364))

    def _nhs_number(self) -> str:
        """Draw one that nobody has; one in eleven has no check digit and is never issued."""
        while True:
            nine = f"{NHS_PREFIX}{self.rng.randrange(NHS_RANGE):06}"
            check = nhs_number.calculate_checksum(nine)
            if check is not None and check < 10 and nine not in self._taken:
                self._taken.add(nine)
                return f"{nine}{check}"

    # --- What needs care ---------------------------------------------------------------------

    def _namesakes(self, many: int) -> None:
        """Give people of one name to each other's list; every fifth pair shares the birthday."""
        for at in range(many):
            one, other = self.rng.sample(self.made, 2)
            other.given_name, other.family_name = one.given_name, one.family_name
            other.sex, other.title = one.sex, one.title
            if at % 5 == 0:
                other.born_on, other.registered_on = one.born_on, one.registered_on

    def _circumstances(self, patient: Patient) -> None:
        rng = self.rng
        lately = self.today - timedelta(days=rng.randint(1, 700))
        chance = rng.random()
        if chance < 0.012 and years(patient, self.today) > 55:
            patient.died_on = lately
        elif chance < 0.045 and (patient.registered_on or self.today) < lately:
            patient.departed_on = lately
        elif chance < 0.052:
            patient.kind = Patient.Kind.TEMPORARY
        elif chance < 0.058:
            patient.nhs_number = ""  # newly arrived, or not traced yet
        patient.is_confidential = rng.random() < 0.006
        if rng.random() < 0.06:
            patient.contact_comment = rng.choice(COMMENTS)
        if rng.random() < 0.03:
            patient.access_needs = rng.choice(NEEDS)


def years(patient: Patient, today: date) -> int:
    """Give somebody's age, roughly."""
    return (today - (patient.born_on or today)).days // 365
