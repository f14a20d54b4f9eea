"""The call list and the search for slots, as they are swapped in by htmx, and without a script."""

import pytest
from playwright.sync_api import expect

from appointments import booking, sessions
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    world = build()
    for clock, patient in (("10:00", world.ann), ("10:10", world.bob)):
        booking.book(world.slot(clock).pk, world.asks(patient), world.by)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    return world


def test_a_call_is_taken_down_in_its_place_and_other_notes_stay(world, sign_in, axe):
    page = sign_in("priya", world.desk1, password=PASSWORD)
    page.goto("/calls/")
    ann, bob = page.get_by_role("article").all()
    bob.get_by_label("Note").fill("after five")
    ann.get_by_role("button", name="No answer").press("Enter")
    expect(ann.get_by_text("1 try")).to_be_visible()
    expect(ann).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Patients to ring: 2")
    ann.get_by_role("button", name="Reached").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Patients to ring: 1")
    expect(bob.get_by_label("Note")).to_have_value("after five")
    ann.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Patients to ring: 2")
    axe(page)


def test_the_list_of_slots_follows_each_choice(world, sign_in, axe):
    page = sign_in("priya", world.desk1, password=PASSWORD)
    page.goto("/find/")
    rows = page.locator("#found tbody tr")
    expect(rows).to_have_count(8)
    page.get_by_label("Time of day").select_option("pm")
    expect(page.locator("#found")).to_contain_text("Nothing is free that fits")
    page.get_by_label("Time of day").focus()
    page.get_by_label("Time of day").select_option("am")
    expect(rows).to_have_count(8)
    expect(page.get_by_label("Time of day")).to_be_focused()
    axe(page)


def test_both_work_as_plain_forms(world, sign_in):
    page = sign_in("priya", world.desk1, password=PASSWORD, java_script_enabled=False)
    page.goto("/calls/")
    page.get_by_role("article").first.get_by_role("button", name="Reached").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Patients to ring: 1")
    page.goto("/find/")
    page.get_by_label("Time of day").select_option("pm")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#found")).to_contain_text("Nothing is free that fits")
