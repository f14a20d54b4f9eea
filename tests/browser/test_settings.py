"""The manager's pages in the browser: for everybody, by keyboard, without JavaScript."""

import pytest
from playwright.sync_api import expect

from appointments import practices
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    world = build()
    practices.add_bank_holidays(world.by_manager, [world.day.year, world.day.year + 1])
    return world


@pytest.fixture
def page(world, sign_in):
    return sign_in("maud", world.desk1, password=PASSWORD, expected={422})


def test_everybody_can_use_them(page, world, axe):
    for address in (
        "",
        "practice/",
        "sites/",
        f"sites/{world.site.pk}/",
        f"sites/{world.site.pk}/hours/",
        "closures/",
        "desks/new/",
        "slot-types/",
        "slot-types/new/",
        f"clinicians/{world.lane.pk}/",
        "staff/",
        "staff/new/",
        f"staff/{world.priya.pk}/",
        "access-log/",
        "../duty/",
        "../your-settings/",
        "../your-settings/password/",
        "../desk/",
    ):
        page.goto(f"/settings/{address}")
        axe(page)


def test_everybody_can_come_in(desk, world, axe):
    page = desk(expected={422})
    page.goto("/sign-in/")
    axe(page)
    page.get_by_label("User name").fill("maud")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    expect(page.get_by_label("User name")).to_have_value("maud")
    axe(page)


def test_the_first_run(desk, transactional_db, axe):
    page = desk(java_script_enabled=False)
    page.goto("/")
    for label, typed in {
        "Name of the practice": "Minnis Bay Medical Centre",
        "ODS code": "G82999",
        "Name of the main site": "Minnis Bay",
        "Your name": "Moira Keane",
        "User name": "moira",
        "Password once more": "three odd teapots",
    }.items():
        page.get_by_label(label).fill(typed)
    page.get_by_label("Password", exact=True).fill("three odd teapots")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("link", name="Minnis Bay Medical Centre")).to_be_visible()
    expect(page.get_by_role("link", name="Desk 1")).to_be_visible()


def test_a_release_rule_asks_for_what_it_needs(page):
    page.goto("/settings/slot-types/new/")
    expect(page.get_by_label("From what time")).to_be_hidden()
    page.get_by_label("Name of the slot type").fill("On the day")
    page.get_by_label("At a time on the day, or days before").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Enter the time from which")).to_be_visible()
    page.get_by_label("From what time").fill("08:00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="on the day, from 08:00")).to_be_visible()


def test_at_twice_the_size(world, sign_in):
    half = {"width": 640, "height": 450}  # a window of 1280 by 900 at 200%
    page = sign_in("maud", world.desk1, password=PASSWORD, viewport=half)
    for address in ("practice/", f"sites/{world.site.pk}/hours/", "slot-types/", "access-log/"):
        page.goto(f"/settings/{address}")
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), address


def test_a_temporary_password_is_read_out_once(page, desk, world):
    page.goto(f"/settings/staff/{world.tom.pk}/")
    page.get_by_role("button", name="Give a new password").click()
    temporary = page.locator("code").nth(1).inner_text()
    other = desk()
    other.goto("/sign-in/")
    other.get_by_label("User name").fill("tom")
    other.get_by_label("Password").fill(temporary)
    other.get_by_label("Desk", exact=True).select_option(label="Desk 2, Harbour Surgery")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Choose your own password")).to_be_visible()
