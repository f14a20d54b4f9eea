"""The blank kit: names this practice's people and things, no patient and no password."""

from itertools import pairwise

import pytest

from appointments import booking, journal
from appointments.models import Desk, Site
from fallback import plans, sealed
from fallback.models import Place, Printer
from fallback.paper import kit
from tests.fallback.paper_writing.conftest import squeezed
from tests.fallback.paper_writing.test_desk_sheets import MM, PEN, rules
from tests.world import build


@pytest.fixture
def made(world, pressed):
    """Print the kit: {what: pages}."""

    def made():
        return {one.stem: pressed(one) for one in kit.documents(world.practice)}

    return made


def equip(world, site=None, name="Back office PC", **columns):
    place = Place(
        practice=world.practice, name=name, site=site, folder=f"/srv/{name}/{'x' * 90}", **columns
    )
    printer = Printer(practice=world.practice, site=site or world.site, queue=f"queue-{name}"[:90])
    with journal.writing(world.by_manager, "equip") as entry:
        entry.add(place)
        entry.add(printer)


def test_plan_b_is_the_first_and_one_page(world, made):
    pages = made()
    assert list(pages) == ["Plan B", "Door poster", "Day pages"]
    assert len(pages["Plan B"]) == 1
    assert len(pages["Door poster"]) == 1
    assert len(pages["Day pages"]) == 3 * kit.DAYS


def test_plan_b_names_desks_printers_places_people_and_the_envelope(world, made):
    equip(world, world.site)
    equip(world, None, "USB stick")
    plans.change_plan(
        world.by_manager, people="IT help 01632 960500\n#ICB on call 01632 960501",
        passwords_lie="the safe, red envelope",
    )  # fmt: skip
    text = squeezed(made()["Plan B"].text())
    for part in (
        "Harbour Surgery", "Hill Branch", "Desk 1", "Desk 2", "queue-Back office PC",
        "Back office PC", "USB stick", "/srv/USB stick/" + "x" * 90, "Lena Ford", "Maud Price",
        "IT help 01632 960500", "#ICB on call", "the safe, red envelope", "01632 960100",
        "no safe copy inside this site",
    ):  # fmt: skip
        assert squeezed(part) in text


@pytest.mark.parametrize("is_beside", [True, False])
def test_plan_b_speaks_of_the_clinical_system_only_beside_one(world, made, is_beside):
    plans.change_plan(world.by_manager, beside_clinical_system=is_beside)
    text = squeezed(made()["Plan B"].text())
    assert (squeezed("clinical system may be down") in text) is is_beside
    assert text.count("•") == 4 + is_beside


def test_plan_b_says_what_nobody_has_said_yet(world, made):
    text = squeezed(made()["Plan B"].text())
    assert squeezed("Nobody is named yet") in text
    assert squeezed("Not said yet where they lie") in text


def test_the_password_itself_is_nowhere(world, made):
    equip(world, world.site, leaves_server=True)
    secret = sealed.password()
    for pages in made().values():
        assert squeezed(secret) not in squeezed(pages.text())
        assert not any(part in pages.text() for part in secret.split("-"))


def test_plan_b_stays_one_page_for_a_large_practice(world, made):
    with journal.writing(world.by_manager, "grow") as entry:
        for number in range(4):
            site = entry.add(Site(practice=world.practice, name=f"Branch {number} by the long sea"))
            for desk in range(5):
                entry.add(
                    Desk(
                        practice=world.practice, site=site, number=10 * number + desk + 10,
                        name=f"Front desk {number}.{desk}",
                    )
                )  # fmt: skip
    for number, site in enumerate(Site.objects.filter(practice=world.practice)):
        equip(world, site, f"PC {number}")
    people = "\n".join(f"Person {n} of the long list, 01632 9605{n:02}" for n in range(12))
    plans.change_plan(world.by_manager, people=people)
    pages = made()["Plan B"]
    assert len(pages) == 1
    text = squeezed(pages.text())
    assert "Frontdesk3.4" in text
    assert squeezed("Person 11 of the long list") in text


def test_the_poster_says_open_and_what_to_have_ready(world, made):
    text = squeezed(made()["Door poster"].text())
    for part in (
        "We are open",
        "help you",
        "full name",
        "date of birth",
        "call 999",
        "01632 960101",
    ):
        assert squeezed(part) in text
    assert "NHS" not in text


def test_day_pages_have_no_date_and_room_for_a_pen(world, made):
    pages = made()["Day pages"]
    assert [page in pages.text(0) for page in ("08:00", "11:50", "12:00")] == [True, True, False]
    assert "19:50" in pages.text(2)
    heights = sorted({height for height, _, _ in rules(pages.pdf[0])})
    rows = [b - a for a, b in pairwise(heights) if b - a > 5 * MM]
    assert len([row for row in rows if row >= PEN * MM]) >= 26


def test_no_patient_is_on_any_page(world, made):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    for pages in made().values():
        for part in ("BAKER", "Baker", "1971", "900123"):
            assert part not in pages.text()


def test_another_practices_things_are_not_named(world, pressed):
    stranger = build("G82003", home=False)
    equip(world, world.site)
    text = squeezed(pressed(kit.documents(stranger.practice)[0]).text())
    assert squeezed("Back office") not in text
