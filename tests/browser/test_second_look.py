"""The second look and the reconciliation in a browser: by keyboard, and without a script."""

import pytest
from playwright.sync_api import expect

from fallback import plans, rekey
from fallback.rekey import looking
from tests.fallback.rekey.conftest import line, printed_sheet
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    world = build()
    plans.change_plan(world.by_manager, second_look=10)
    return world


@pytest.fixture
def sheet(world):
    """Two rows keyed by Priya, the rest empty."""
    sheet = printed_sheet(world)
    slots = sheet.rows.filter(kind="slot").order_by("place")
    for row, patient in zip(slots, (world.ann, world.bob), strict=False):
        rekey.enter(
            sheet.reference, row.code, line(patient=patient.pk, said="cough", taken_by="PS"),
            world.by,
        )  # fmt: skip
    rekey.leave_rest(sheet.reference, world.by)
    return sheet


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_agrees_and_the_next_is_in_hand(world, sheet, sign_in, axe, scripts):
    page = sign_in("tom", world.desk2, password=PASSWORD, java_script_enabled=scripts)
    page.goto("/second-look/")
    page.get_by_role("link", name=rekey_reference(sheet)).click()
    in_hand = page.locator(".look")
    expect(in_hand).to_contain_text("BAKER, Ann")
    if scripts:
        axe(page)
    page.keyboard.press("Enter")
    expect(in_hand).to_contain_text("CARTER, Bob")
    page.get_by_label("The paper says otherwise").fill("Is Barter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="They are all empty on the paper")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing on this sheet waits for you.")).to_be_visible()


def test_what_came_back_is_answered(world, sheet, sign_in, axe):
    entry = sheet.entries.filter(patient=world.ann).get()
    looking.differ(entry.pk, "Is Barker", world.by2)
    page = sign_in("priya", world.desk1, password=PASSWORD)
    page.goto("/second-look/")
    expect(page.get_by_text("Is Barker")).to_be_visible()
    axe(page)
    page.get_by_label("It stands: why, or what you put right").fill("It is Baker, her card says so")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Is Barker")).to_be_hidden()


def test_the_reconciliation(world, sheet, sign_in, axe):
    page = sign_in("lena", world.desk1, password=PASSWORD)
    page.goto(f"/reconciliation/?first={world.day}&last={world.day}")
    expect(page.get_by_text("rows that wait for a second look: 45")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Show what outside gets").click()
    expect(page.get_by_text("BAKER")).to_be_hidden()
    axe(page)


def rekey_reference(sheet):
    """As it stands on the page."""
    return f"{sheet.reference[:-1]}-{sheet.reference[-1]}"
