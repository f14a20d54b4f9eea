"""The outage kit follows from what is down, and can be printed whatever stands in the lists."""

from datetime import date

import pytest
from freezegun import freeze_time

from appointments.models import OpeningTime
from fallback import outages
from fallback.outages import kit
from fallback.plans import change_plan
from tests.world import at

pytestmark = pytest.mark.django_db


def steps(outage) -> str:
    return " ".join(kit.kit_of(outage).steps)


def test_booking_goes_on_where_the_server_does(declared):
    made = declared("telephones")
    assert kit.kit_of(made).goes_on.startswith("Booking goes on here in full")
    assert "Divert the calls" in steps(made)
    assert "own sheet" not in steps(made)


def test_branches_are_cut_off_without_the_internet(world, declared):
    made = declared("internet")
    assert "Ring Hill Branch: no desk there reaches this server." in steps(made)
    assert [one.site for one in kit.kit_of(made).papers if one.is_cut_off] == [world.branch]


def test_in_the_dark_each_desk_has_its_own_sheet(declared):
    made = declared("power")
    assert kit.kit_of(made).goes_on.startswith("Booking goes on from the sheets")
    assert "Print now, while anything runs." in steps(made)
    assert "Nobody is turned away" in steps(made)


@pytest.mark.parametrize("affected, is_said", [("clinical_system", True), ("telephones", False)])
def test_beside_a_clinical_system_the_worklist_is_named(world, declared, affected, is_said):
    made = declared(affected)
    assert "worklist" not in steps(made)
    change_plan(world.by_manager, beside_clinical_system=True)
    assert ("worklist" in steps(made)) == is_said


def test_the_practices_own_lists_stand_in_it(world, declared):
    change_plan(world.by_manager, people="IT: 01632 960190\n\n Power cut: 105", diversions="A to B")
    found = kit.kit_of(declared("power"))
    assert found.people == ["IT: 01632 960190", "Power cut: 105"]
    assert found.diversions == ["A to B"]
    assert found.leads == ["Lena Ford", "Maud Price"]


def test_what_is_said_on_the_telephone_is_what_patients_read(world, declared):
    made = declared("internet", template="internet", sentences="The flu clinic goes on.")
    said = kit.kit_of(made).say
    assert said[0] == "Our internet connection is not working."
    assert "The flu clinic goes on." in said
    assert "I can book you in now." in said
    silent = kit.kit_of(outages.update(world.by, made, template="")).say
    assert silent[0].startswith("Come to your appointment")


def test_a_poster_printed_at_night_is_true_by_day(world):
    monday = date(2026, 11, 23)
    for weekday in range(5):
        OpeningTime.objects.create(
            practice=world.practice, site=world.site, weekday=weekday, opens="08:00",
            closes="18:30",
        )  # fmt: skip
    with freeze_time(at(monday, "23:00")):
        made = outages.declare(world.by, ["power"], at(monday, "22:40"), template="power")
        found = kit.kit_of(made)
        poster = kit.documents(found)[1]
    assert not found.notice.is_open
    assert "closed now" not in repr(poster.data)


@pytest.mark.parametrize("lines, pages", [(6, 1), (60, 3)])
def test_it_prints_whatever_stands_in_the_lists(world, declared, lines, pages):
    long = "\n".join(f"#panic() $x$ \u202e <b> Somebody {n}: 01632 960{n:03}" for n in range(lines))
    change_plan(world.by_manager, people=long, diversions=long, script=long)
    made = declared("power", "telephones", template="power", sentences="x" * 500)
    page, poster = kit.printed(made)
    assert (page.pages, poster.pages) == (pages, 1)
