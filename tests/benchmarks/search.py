"""Finding patients: how long it takes, and how many misspelt surnames are found."""

import time
from datetime import date
from random import Random

from appointments import search
from appointments.models import Patient, Practice
from tests.benchmarks.ground import Figure, percentile

AT_MOST = 10.0  # ms, for 95 in 100
FOUND_AT_LEAST = 98.0  # in 100
FIRST = 20
SEARCHES = 600
MISSPELT = 1000
SHORTEST = 4  # letters of a surname: one wrong letter in 'Ng' makes any other name
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def measure() -> list[Figure]:
    """Search as receptionists do, with and without slips of the finger."""
    rng = Random(20)
    practice = Practice.objects.get(is_home=True)
    began = time.perf_counter()
    search.find(practice, "smith")
    first = time.perf_counter() - began
    people = list(practice.patient_set.order_by("number"))
    asked = [typed(rng, person) for person in rng.choices(people, k=SEARCHES)]
    took = [clocked(practice, q) for q in asked]
    found, misspelt_took = misspelt(rng, practice, people)
    return [
        Figure("search, 95 in 100 within", percentile(took, 95), "ms", at_most=AT_MOST,
               note=f"{SEARCHES} of every kind; half within {percentile(took, 50):.2g} ms"),
        Figure("search, misspelt, 95 in 100 within", percentile(misspelt_took, 95), "ms",
               at_most=AT_MOST),
        Figure(f"misspelt surnames among the first {FIRST}", found, "in 100",
               at_least=FOUND_AT_LEAST, note=f"{MISSPELT} surnames, one slip each"),
        Figure("search, the first after a start", first * 1000, "ms",
               note="reads all patients; the server does it before anybody asks"),
    ]  # fmt: skip


def typed(rng: Random, person: Patient) -> str:
    """Write what a receptionist would type for somebody."""
    born: date = person.born_on
    ways = [
        person.family_name,
        f"{person.family_name} {person.given_name[0]}",
        f"{person.given_name} {person.family_name}",
        f"{person.family_name[:4]} {born:%d/%m/%Y}",
        f"{born:%d%m%Y}",
        person.nhs_number,
        person.mobile_telephone or person.home_telephone,
        person.postcode,
    ]
    return rng.choice([way for way in ways if way])


def clocked(practice: Practice, q: str) -> float:
    """Give the ms that a search takes."""
    began = time.perf_counter()
    search.find(practice, q, limit=FIRST)
    return (time.perf_counter() - began) * 1000


def misspelt(rng: Random, practice: Practice, people: list[Patient]) -> tuple[float, list[float]]:
    """Give how many in 100 misspelt surnames bring up somebody of the right one, and the times."""
    names = sorted({p.family_name for p in people if len(p.family_name) >= SHORTEST})
    hits, took = 0, []
    for name in rng.choices(names, k=MISSPELT):
        q = slip(rng, name)
        took.append(clocked(practice, q))
        found = search.find(practice, q, limit=FIRST)
        hits += any(one.name.startswith(f"{name.upper()},") for one in found)
    return 100 * hits / MISSPELT, took


def slip(rng: Random, name: str) -> str:
    """Leave out, double, change or swap one letter (not the first: people get that right)."""
    at = rng.randrange(1, len(name))
    match rng.randrange(4):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + rng.choice(LETTERS) + name[at:]
        case 2:
            return name[:at] + rng.choice(LETTERS) + name[at + 1 :]
    at = min(at, len(name) - 2)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
