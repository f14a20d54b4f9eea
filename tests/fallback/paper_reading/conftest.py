"""The cast, a day's paper, and PDFs as text and as pictures."""

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pypdfium2
import pytest

from appointments import booking, journal
from appointments.models import Appointment, Clinician, Patient, Session, SessionHolder, Slot
from appointments.wording import day_words
from fallback.paper import reading
from fallback.paper.document import Document, Stamp
from fallback.paper.press import press
from fallback.paper.reading import DayPaper
from tests.world import World, at, build


@pytest.fixture
def world(db) -> World:
    return build()


def stamp_of(world: World, clinical: datetime | None = None, clock: str = "08:02") -> Stamp:
    return Stamp(
        practice="Minnis Bay Partnership",
        site=world.site.name,
        day=world.day,
        day_words=day_words(world.day),
        up_to_date_at=at(world.day, clock),
        clinical_as_of=clinical,
        print_number=1042,
        journal=journal.newest(world.practice),
    )


@pytest.fixture
def paper(world) -> Callable[..., DayPaper]:
    """Read the world's day, at two past eight."""

    def read(clinical: datetime | None = None) -> DayPaper:
        stamp = stamp_of(world, clinical)
        return reading.day_paper(world.practice, world.site, world.day, stamp)

    return read


@pytest.fixture
def book(world) -> Callable[..., Appointment]:
    """Book a patient into Dr Lane's slot: book(world.ann, '10:10', reason='cough')."""

    def booked(patient: Patient, clock: str, session: Session | None = None, **details):
        slot = world.slot(clock, session)
        return booking.book(slot.pk, world.asks(patient, **details), world.by)

    return booked


@pytest.fixture
def register(world) -> Callable[..., Patient]:
    """Take a patient into the world: register('Nguyễn', 'Thị Hoa', born_on=…)."""
    numbers = itertools.count(500)

    def registered(family_name: str, given_name: str, **details) -> Patient:
        patient = Patient(
            practice=world.practice, family_name=family_name, given_name=given_name,
            number=str(next(numbers)), **details,
        )  # fmt: skip
        with journal.writing(world.by, "register") as entry:
            entry.add(patient)
        return patient

    return registered


def text_of(pdf: bytes) -> str:
    """All text of a PDF, with single spaces: what wraps reads on."""
    return " ".join(" ".join(pages_of(pdf)).split())


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = (page.get_textpage().get_text_range() for page in document)
        # pdfium gives a hyphen at a line's end as U+FFFE, since it may be no part of the word.
        return [
            " ".join(text.replace("\ufffe", "-").replace("\u200b", "").split()) for text in texts
        ]
    finally:
        document.close()


def printed(document: Document) -> str:
    return text_of(press([document])[0].pdf)


FAMILIES = [
    "Nguyễn", "Wójcik", "Ægisdóttir", "O'Brien", "Smith-Featherstonehaugh", "Żółć",
    "Ó Súilleabháin", "Jones", "*Bold*", "#panic()", "$x$", "_Under_", "`raw`", "\\escape",
    "<script>", "{{ value }}", "@label", "=SUM(A1)", "Müller", "D’Arcy", "van der Berg", "Çelik",
    "Đặng", "Łukasz", "Þórdís", "Ştefănescu", "Kovačević", "Jørgensen", "Sjöström", "Õunapuu",
]  # fmt: skip


@pytest.fixture
def full_day(world) -> World:
    """30 clinicians with 36 slots each, nearly all of them taken, in one entry."""
    with journal.writing(world.by, "load") as entry:
        world.extra["rows"] = list(_full_day(world, entry))
        entry.touch(world.site.pk, world.day)
    return world


SYLLABLES = "Ba Ce Di Fo Gu Ha Je Ki Lo Mu".split()


def forename(number: int) -> str:
    """A forename that differs from every other by two letters at least."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:03}").capitalize()


def _full_day(world: World, entry):
    practice, day, number = world.practice, world.day, 0
    starts = [at(day, "08:30") + timedelta(minutes=10 * n) for n in range(18)]
    starts += [at(day, "14:00") + timedelta(minutes=10 * n) for n in range(18)]
    for c in range(30):
        clinician = entry.add(
            Clinician(practice=practice, title="Dr", given_name="A", family_name=f"Ward{c:02}")
        )
        session = entry.add(
            Session(
                practice=practice, site=world.site, day=day, name="All day",
                starts_at=starts[0], ends_at=starts[-1] + timedelta(minutes=10),
            )
        )  # fmt: skip
        entry.add(SessionHolder(practice=practice, session=session, clinician=clinician))
        for n, begins in enumerate(starts):
            slot = entry.add(
                Slot(
                    practice=practice, session=session, starts_at=begins, minutes=10,
                    slot_type=world.routine,
                )
            )  # fmt: skip
            if n % 12 == 11:
                yield clinician, slot, None
                continue
            number += 1
            patient = entry.add(
                Patient(
                    practice=practice, family_name=FAMILIES[number % len(FAMILIES)],
                    given_name=forename(number), title="Mx", number=f"f{number}",
                    born_on=date(1930, 1, 1) + timedelta(days=29 * number),
                    mobile_telephone="07700 900123", home_telephone="01632 960123",
                    contact_comment="mobile is daughter's, not before noon",
                )
            )  # fmt: skip
            appointment = Appointment(
                practice=practice, slot=slot, patient=patient, reference=patient.pk,
                booked_at=begins - timedelta(days=2),
                reason="knee pain" if n % 3 else "cough for three weeks, wants a letter",
            )  # fmt: skip
            yield clinician, slot, entry.add(appointment)
