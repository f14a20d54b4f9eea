"""Patients in the browser: found while typing, by keyboard, and without scripts."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from appointments import booking, journal
from appointments.models import Patient
from tests.world import PASSWORD, World, build

NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": 683, "height": 384}  # a laptop of 1366 x 768 at 200%


@pytest.fixture
def world(transactional_db) -> World:
    world = build()
    with journal.writing(world.by, "test") as entry:
        for number in range(15):
            entry.add(
                Patient(
                    practice=world.practice,
                    family_name="Smith",
                    given_name="Jo" if number < 2 else f"J{'aeiou'[number % 5]}n",
                    title="Ms",
                    born_on=date(1950 + number, 4, 3),
                    address="12 Epple Road, Birchington",
                    postcode="CT7 9AB",
                    mobile_telephone="07700 900662",
                    contact_comment="ring after 5",
                )
            )
        world.extra["hidden"] = entry.add(
            Patient(
                practice=world.practice,
                family_name="Quill",
                given_name="Al",
                is_confidential=True,
                address="1 Secret Street",
            )
        )
    return world


@pytest.fixture
def at(world, sign_in):
    """Open a page, signed in at desk 1: `at("/patients/")`."""

    def opened(address: str, **options) -> Page:
        page = sign_in("priya", world.desk1, password=PASSWORD, **options)
        page.goto(address)
        return page

    return opened


def lines(page: Page):
    return page.locator("[data-patient]:visible")


def test_patients_are_found_while_typing(at):
    page = at("/patients/")
    expect(page.locator("#patient-search")).to_be_focused()
    page.keyboard.type("smth j")
    expect(lines(page)).to_have_count(10)
    page.get_by_text("5 more").click()
    expect(lines(page)).to_have_count(15)
    page.keyboard.press("/")
    page.keyboard.type("baker")
    expect(lines(page)).to_have_count(1)
    assert page.url.endswith("/patients/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("BAKER, Ann (Mrs)")
    assert page.title() == "Patient"


def test_without_scripts_patients_are_found_and_taken_in(at):
    page = at("/patients/", java_script_enabled=False)
    page.fill("#patient-search", "winter eve 17/5/1990")
    page.click("text=Search")
    expect(page.get_by_text("Nobody found for this.")).to_be_visible()
    page.click("text=New or temporary patient")
    expect(page.get_by_label("Surname")).to_have_value("Winter")
    page.click("text=Save")
    expect(page.locator("h1")).to_have_text("WINTER, Eve")


def test_a_covered_address_is_shown_when_asked_for(at, world):
    page = at(f"/patients/{world.extra['hidden'].pk}/")
    expect(page.get_by_text("1 Secret Street")).to_have_count(0)
    page.click("text=Show address and telephone")
    expect(page.get_by_text("1 Secret Street")).to_be_visible()


def test_a_likely_duplicate_is_looked_at(at, world):
    page = at("/patients/new/", expected={409})
    page.get_by_label("Surname").fill("Baker")
    page.get_by_label("Forename").fill("Anne")
    page.get_by_label("Date of birth").fill("3/4/71")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Is it one of these?")).to_be_visible()
    expect(page.get_by_label("Forename")).to_have_value("Anne")
    page.get_by_role("button", name="Save all the same").click()
    expect(page.locator("h1")).to_have_text("BAKER, Anne")


def test_two_records_are_merged(at, world):
    smiths = Patient.objects.filter(given_name="Jo").order_by("born_on")
    page = at(f"/patients/{smiths[0].pk}/")
    page.click("text=Merge with another record")
    expect(page.locator("#patient-search")).to_be_focused()
    page.keyboard.type("smith jo 3/4/51")
    page.keyboard.press("Enter")
    page.locator(f"[data-patient='{smiths[1].pk}'] input").check()
    page.click("text=Compare the two")
    page.locator("#keep-2").check()
    page.get_by_label("How do you know").fill("same passport")
    page.get_by_role("button", name="Merge").click()
    expect(page).to_have_url(re.compile(str(smiths[1].pk)))
    expect(page.get_by_text("Merged with another record")).to_be_visible()


@pytest.mark.parametrize("viewport", [NARROW, ZOOMED, {"width": 1366, "height": 768}])
def test_pages_fit_and_are_accessible(at, axe, world, viewport):
    row = booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    page = at("/patients/", viewport=viewport)
    page.fill("#patient-search", "smith jo")
    page.press("#patient-search", "Enter")
    expect(lines(page)).not_to_have_count(0)
    check(page, axe)
    ann = f"/patients/{world.ann.pk}/"
    for address in (
        ann,
        f"{ann}amend/",
        f"{ann}merge/",
        "/patients/new/",
        f"/appointments/{row.pk}/slip/",
    ):
        page.goto(address)
        check(page, axe)
    page.goto(f"{ann}merge/")
    page.fill("#patient-search", "smith jo")
    page.press("#patient-search", "Enter")
    expect(page.get_by_role("button", name="Compare the two")).to_be_visible()
    check(page, axe)
    page.locator("[data-patient] input").first.check()
    page.click("text=Compare the two")
    expect(page.get_by_text("Which record is kept?")).to_be_visible()
    check(page, axe)


def check(page: Page, axe) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    axe(page)
