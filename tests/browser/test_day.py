"""The day's work in real browsers: two desks, the keyboard alone, no JavaScript, 200% zoom."""

import time

import pytest
from playwright.sync_api import expect

from appointments import booking
from appointments.models import Appointment, Hold
from tests.world import PASSWORD, World, build

pytestmark = pytest.mark.django_db(transaction=True)
SEEN_WITHIN = 2.0  # s: another desk's change


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def at_desk(sign_in, world):
    """Open the day at a desk: `at_desk(1)`."""

    def open_day(number=1, **options):
        who = (world.priya, world.tom)[number - 1]
        desk = (world.desk1, world.desk2)[number - 1]
        page = sign_in(who.username, desk, password=PASSWORD, **options)
        page.goto(f"/diary/{world.day}/")
        if options.get("java_script_enabled", True):
            page.locator('.slot > a[tabindex="0"]').wait_for()  # the scripts are awake
        return page

    return open_day


def cell(page, world, clock):
    return page.locator(f'[data-slot="{world.slot(clock).pk}"]')


def pick(page, name):
    """Type a name into the panel's search box and choose the only patient found."""
    page.locator("#q").press_sequentially(name)
    expect(page.locator("#pick [data-patient]")).to_have_count(1)
    page.keyboard.press("ArrowDown")


def test_booking_at_one_desk_is_seen_at_the_other_within_two_seconds(at_desk, world):
    one, two = at_desk(1), at_desk(2)
    cell(one, world, "10:00").locator("a").click()
    pick(one, "baker")
    one.locator("[data-book]").click()
    expect(one.locator(".panel__tell")).to_contain_text("10:00, Dr Lane, at Harbour Surgery")
    began = time.monotonic()
    expect(cell(two, world, "10:00")).to_have_attribute("data-state", "booked")
    assert time.monotonic() - began < SEEN_WITHIN
    expect(cell(two, world, "10:00")).to_contain_text("BAKER Ann")


def test_a_slot_open_at_one_desk_is_held_at_the_other_and_given_back(at_desk, world):
    one, two = at_desk(1), at_desk(2)
    cell(one, world, "10:00").locator("a").click()
    expect(cell(two, world, "10:00")).to_have_attribute("data-state", "held")
    expect(cell(two, world, "10:00")).to_contain_text("open at Desk 1")
    one.keyboard.press("Escape")
    expect(cell(two, world, "10:00")).to_have_attribute("data-state", "free")
    assert not Hold.objects.exists()


def test_closing_the_page_gives_the_slot_back(at_desk, world):
    one, two = at_desk(1), at_desk(2)
    cell(one, world, "10:00").locator("a").click()
    expect(cell(two, world, "10:00")).to_have_attribute("data-state", "held")
    one.goto("about:blank")
    expect(cell(two, world, "10:00")).to_have_attribute("data-state", "free")


def test_a_form_that_is_open_is_never_swapped_away(at_desk, world):
    one = at_desk(1)
    cell(one, world, "10:00").locator("a").click()
    one.locator("#id_reason").fill("Half a sentence")
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by2)
    expect(cell(one, world, "10:10")).to_have_attribute("data-state", "booked")
    expect(one.locator("#id_reason")).to_have_value("Half a sentence")


def test_the_loser_of_a_race_is_told_and_keeps_what_was_typed(at_desk, world):
    one = at_desk(1, expected={409})
    cell(one, world, "10:00").locator("a").click()
    pick(one, "baker")
    one.locator("#id_reason").fill("Sore throat")
    Hold.objects.all().delete()
    booking.book(world.slot("10:00").pk, world.asks(world.bob), world.by2)
    one.locator("[data-book]").click()
    expect(one.locator("#panel [role=alert]")).to_contain_text("already booked by Tom Reid")
    expect(one.locator("#panel [role=alert]")).to_contain_text("Free nearby: 10:10 Dr Lane")


def test_book_arrive_undo_cancel_and_book_again_by_keyboard_alone(at_desk, world):
    page = at_desk(1)
    press = page.keyboard.press
    page.locator("#diary .slot > a").first.wait_for()
    press("n")
    press("Enter")
    expect(page.locator("#q")).to_be_focused()
    pick(page, "baker")
    press("Enter")
    expect(page.locator(".panel__tell")).to_be_visible()
    press("Escape")
    expect(cell(page, world, "10:00").locator("a")).to_be_focused()
    expect(cell(page, world, "10:00")).to_have_attribute("data-state", "booked")
    cell(page, world, "10:00").locator("a").focus()
    press("Enter")
    expect(page.locator(".panel__marks")).to_be_visible()
    press("a")
    expect(cell(page, world, "10:00")).to_have_attribute("data-state", "arrived")
    expect(page.locator('[data-key="i"]')).to_be_visible()
    press("u")
    expect(cell(page, world, "10:00")).to_have_attribute("data-state", "booked")
    press("c")
    expect(page.locator("#cancel-reason")).to_be_focused()
    page.keyboard.type("feels better")
    press("Enter")
    expect(cell(page, world, "10:00")).to_have_attribute("data-state", "free")
    assert Appointment.objects.get().cancel_reason == "feels better"


def test_a_booking_takes_at_most_twelve_keys_beyond_the_name(at_desk, world):
    page = at_desk(1)
    presses = []
    page.locator("#diary .slot > a").first.wait_for()

    def press(key):
        presses.append(key)
        page.keyboard.press(key)

    press("n")
    press("Enter")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("baker")
    expect(page.locator("#pick [data-patient]")).to_have_count(1)
    press("ArrowDown")
    press("Enter")
    expect(page.locator(".panel__tell")).to_be_visible()
    assert len(presses) <= 12


def test_nobody_is_chosen_until_a_person_chooses(at_desk, world):
    page = at_desk(1, expected={422})
    cell(page, world, "10:00").locator("a").click()
    page.locator("#q").press_sequentially("baker")
    expect(page.locator("#pick [data-patient]")).to_have_count(1)
    assert page.locator("#pick input:checked").count() == 0
    page.locator("[data-book]").click()
    expect(page.locator("#panel")).to_contain_text("choose them from the list")
    assert not Appointment.objects.exists()


def test_arrow_keys_walk_the_grid_and_tab_stops_there_once(at_desk, world):
    page = at_desk(1)
    cell(page, world, "10:00").locator("a").focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, world, "10:10").locator("a")).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.column').querySelector('h2').innerText"
                         ) == "Sister Webb"  # fmt: skip
    assert page.locator('.slot > a[tabindex="0"]').count() == 1


def test_single_keys_can_be_switched_off(at_desk, world):
    world.priya.shortcuts_on = False
    world.priya.save()
    page = at_desk(1)
    cell(page, world, "10:30").locator("a").focus()
    page.keyboard.press("n")
    expect(cell(page, world, "10:30").locator("a")).to_be_focused()


def test_a_server_that_goes_is_said_and_the_page_stays(at_desk, world):
    page = at_desk(1)
    cell(page, world, "10:00").locator("a").wait_for()
    page.context.set_offline(True)
    expect(page.locator("#shell-message")).to_contain_text("can't be reached", timeout=15_000)
    expect(cell(page, world, "10:00")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#shell-message")).to_be_empty(timeout=15_000)


def test_all_of_it_without_javascript(at_desk, world):
    page = at_desk(1, java_script_enabled=False, expected={409, 422})
    cell(page, world, "10:00").locator("a").click()
    page.locator("#q").fill("baker")
    page.locator("#id_reason").fill("Cough")
    page.keyboard.press("Enter")
    page.locator("[data-patient] input").check()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator("h2.panel__head")).to_contain_text("10:00 Dr Lane")
    assert Appointment.objects.get().reason == "Cough"
    page.get_by_role("button", name="Arrived").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Move").click()
    page.locator("main form[action*='/move/'] button").first.click()
    assert Appointment.objects.get().slot.starts_at != world.slot("10:00").starts_at
    page.locator("summary", has_text="Cancel").click()
    page.get_by_role("button", name="Cancel this appointment").click()
    assert Appointment.objects.get().status == "cancelled"


@pytest.mark.parametrize("size", [{"width": 720, "height": 450}, {"width": 320, "height": 640}])
def test_zoomed_in_a_booking_still_works(at_desk, world, size):
    page = at_desk(1, viewport=size)
    cell(page, world, "10:00").locator("a").click()
    pick(page, "baker")
    page.locator("[data-book]").click()
    expect(page.locator(".panel__tell")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
