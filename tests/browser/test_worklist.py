"""The worklist in a browser: keyed by Enter, copied with leave or without, and no script at all."""

import pytest
from playwright.sync_api import expect

from appointments import booking
from fallback import plans
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)

# A page that is not served by https has no clipboard of its own, as most surgeries' PCs see us.
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
NO_COPY = "document.execCommand = () => false"


@pytest.fixture
def world(transactional_db):
    world = build()
    plans.change_plan(world.by_manager, beside_clinical_system=True)
    for clock, patient in (("10:00", world.ann), ("10:10", world.bob), ("10:20", world.cat)):
        booking.book(world.slot(clock).pk, world.asks(patient), world.by)
    return world


@pytest.fixture
def page(world, sign_in):
    page = sign_in("priya", world.desk1, password=PASSWORD)
    page.goto("/diary/")
    page.get_by_role("link", name="Worklist (3)").click()
    return page


def wait_a_moment(page):
    """As long as a person needs to read the next line."""
    page.wait_for_timeout(350)


def test_enter_ticks_and_the_next_is_in_hand(page, axe):
    expect(page.get_by_role("heading", level=2).first).to_have_text("Book: BAKER, Ann (Mrs)")
    expect(page.locator(".in-hand__entered")).to_be_focused()
    axe(page)
    wait_a_moment(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Book: CARTER, Bob (Mr)")
    expect(page.locator(".in-hand__entered")).to_be_focused()
    page.get_by_role("link", name="Later, show the next").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Book: HUGHES, Catrin")
    wait_a_moment(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Book: CARTER, Bob (Mr)")
    wait_a_moment(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything is in the clinical system.")).to_be_visible()
    expect(page.get_by_role("link", name="Worklist (0)")).to_be_visible()
    axe(page)


def test_a_key_held_down_ticks_one_line(page):
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    wait_a_moment(page)
    page.goto("/worklist/")
    left = int(page.get_by_role("heading", level=1).inner_text().split(": ")[1])
    assert left >= 2


def test_parts_are_copied_with_the_browsers_leave(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy NHS number").click()
    expect(page.locator("#copied")).to_have_text("Copied: 9990000018")
    assert page.evaluate("navigator.clipboard.readText()") == "9990000018"


def test_parts_are_copied_where_the_browser_hides_its_clipboard(page):
    page.context.grant_permissions(["clipboard-read"])
    page.evaluate("window.read = navigator.clipboard.readText.bind(navigator.clipboard)")
    page.evaluate(NO_CLIPBOARD)
    page.get_by_role("button", name="Copy patient number").click()
    expect(page.locator("#copied")).to_have_text("Copied: 101")
    expect(page.get_by_role("button", name="Copy patient number")).to_be_focused()
    assert page.evaluate("window.read()") == "101"


def test_it_says_so_when_nothing_can_be_copied(page):
    page.evaluate(NO_CLIPBOARD)
    page.evaluate(NO_COPY)
    page.get_by_role("button", name="Copy time").click()
    expect(page.locator("#copied")).to_contain_text("press Ctrl and C")
    assert page.evaluate("getSelection().toString()").strip() == "10:00"


def test_it_works_without_a_script(world, sign_in):
    page = sign_in("priya", world.desk1, password=PASSWORD, java_script_enabled=False)
    page.goto("/worklist/")
    page.get_by_role("button", name="Entered").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("To enter in the clinical system: 2")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_role("link", name="Taken there by someone else").click()
    page.get_by_label("NHS number, or name").fill("baker")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("radio").check()
    page.get_by_role("button", name="This patient is in the slot there").click()
    expect(page.get_by_role("link", name="See the clash")).to_be_visible()
