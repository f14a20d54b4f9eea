"""The cast of tests/world.py, and lists that a practice saves from its screen."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from appointments.imports import screen
from appointments.imports.screen import mappings
from appointments.imports.screen.columns import guess
from appointments.models import Appointment
from tests.world import World, build

HEADINGS = ["Date", "Time", "Session Holder", "Location", "Patient", "DOB", "NHS Number", "Status"]


class List:
    """A list as saved from the screen: rows are added by hand, then it is written and loaded."""

    def __init__(self, world):
        self.world = world
        self.headings = list(HEADINGS)
        self.rows = []
        self.title = []

    def row(self, clock, patient=None, *, holder="LANE, Rosa (Dr)", site="Harbour Surgery", **said):
        """Add a row; a patient of the cast, or nobody."""
        cells = {"Date": f"{self.world.day:%d/%m/%Y}", "Time": clock, "Session Holder": holder}
        cells |= {"Location": site}
        if patient is not None:
            number = patient.nhs_number
            cells |= {
                "Patient": patient.name,
                "DOB": f"{patient.born_on:%d-%b-%Y}",
                "NHS Number": f"{number[:3]} {number[3:6]} {number[6:]}",
            }
        self.rows.append(cells | {name.replace("_", " "): cell for name, cell in said.items()})
        return self

    def data(self, *, separator=",", encoding="utf-8"):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator)
        writer.writerows([line] for line in self.title)
        writer.writerow(self.headings)
        writer.writerows([row.get(name, "") for name in self.headings] for row in self.rows)
        return out.getvalue().encode(encoding)


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def listed(world):
    """Begin a list."""
    return lambda: List(world)


@pytest.fixture
def mapping_of(world):
    """Save what a list's columns mean, as guessed."""

    def save(file, **how):
        sheet = screen.read(world.practice, file.data())
        name = how.pop("name", "Appointments list")
        how = {"site": None} | how
        return mappings.save_mapping(world.by_manager, sheet, name, guess(sheet), **how)

    return save


@pytest.fixture
def hours():
    """Moments a few hours ago, each later than the one before: hours(0), hours(1)…"""
    now = timezone.now().replace(microsecond=0)
    return lambda number: now - timedelta(hours=9 - number)


@pytest.fixture
def load(world, mapping_of, hours):
    """Load lists, each as of an hour after the one before."""
    times = iter(range(9))

    def load(file, *, at=None, **how):
        saved_at = at or hours(next(times))
        return screen.load(
            world.practice, mapping_of(file, **how), screen.File(file.data(), saved_at=saved_at)
        )

    return load


@pytest.fixture
def look(world, mapping_of):
    """Preview a list."""

    def look(file, *, at=None, **how):
        saved_at = at or datetime.now(UTC)
        return screen.preview(
            world.practice, mapping_of(file, **how), screen.File(file.data(), saved_at=saved_at)
        )

    return look


@pytest.fixture
def who(world):
    """Say who is in a slot of Dr Lane's: [(surname, status, 'clash' or 'extra' or '')]."""

    def who(clock, session=None):
        rows = Appointment.objects.filter(slot=world.slot(clock, session))
        rows = rows.exclude(status="cancelled").order_by("in_clash", "is_extra", "pk")
        return [
            (a.patient.family_name, a.status, "clash" * a.in_clash + "extra" * a.is_extra)
            for a in rows.select_related("patient")
        ]

    return who
