"""The locked screen in the browser: it covers the page, keeps what was typed, changes hands."""

import pytest
from django.contrib.sessions.models import Session as SignIn
from playwright.sync_api import expect

from tests.world import PASSWORD, build

TYPED = "rings back about Ann Baker"
LOCKED = {401, 422}  # what a locked screen and a wrong password answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    return build()


@pytest.fixture
def page(world, sign_in):
    """The page where a manager changes the practice, with something typed and not yet sent."""
    page = sign_in("maud", world.desk1, password=PASSWORD, expected=LOCKED)
    page.goto("/settings/practice/")
    page.get_by_label("Name of the practice").fill(TYPED)
    return page


def unlock(page, password=PASSWORD):
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def take_over(page, username):
    page.get_by_role("button", name="Somebody else takes over").press("Enter")
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_locking_covers_the_page_and_keeps_what_was_typed(page, axe):
    field = page.get_by_label("Name of the practice")
    field.focus()
    page.get_by_role("button", name="Lock").press("Enter")
    expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator("header")).to_be_hidden()
    expect(field).to_have_count(1)
    assert "rings back" not in page.locator("body").inner_text()
    axe(page)
    unlock(page, "wrong")
    expect(page.locator("#lock-said")).to_contain_text("don't go together")
    expect(page.locator("main")).to_be_hidden()
    unlock(page)
    expect(page.locator("#lock")).to_be_hidden()
    expect(field).to_be_visible()
    expect(field).to_have_value(TYPED)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".shell__practice")).to_have_text(TYPED)


def test_escape_is_no_way_in(page):
    page.get_by_role("button", name="Lock").click()
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()


def test_a_booking_form_stays_as_it_was(world, sign_in):
    page = sign_in("priya", world.desk1, password=PASSWORD, expected=LOCKED)
    page.goto(f"/diary/{world.day.isoformat()}/")
    page.locator(f'[data-slot="{world.slot("10:40").pk}"] a').click()
    reason = page.get_by_label("What is it about?")
    reason.fill(TYPED)
    leave_alone(seconds=11 * 60)  # the diary's own polling finds out
    expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Password")).to_be_visible()
    take_over(page, "tom")
    expect(page.locator("#lock")).to_be_hidden()
    expect(reason).to_have_value(TYPED)


def test_nothing_behind_it_can_be_reached_with_the_keyboard(page):
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_label("Password")).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        inside = "!document.activeElement.closest('header, main, footer')"
        assert page.evaluate(inside)


def test_a_colleague_takes_over_in_two_steps(page, world):
    world.lead.role = "manager"
    world.lead.save()
    page.get_by_role("button", name="Lock").click()
    take_over(page, "lena")
    expect(page.locator("#lock")).to_be_hidden()
    expect(page.locator(".shell__person")).to_have_text("Lena Ford")
    expect(page.get_by_label("Name of the practice")).to_have_value(TYPED)
    page.get_by_role("button", name="Save").click()  # with the token of the new sign-in
    expect(page.locator(".shell__practice")).to_have_text(TYPED)
    entry = world.practice.journal.order_by("-number").first()
    assert (entry.command, entry.by, entry.desk) == ("amend_practice", world.lead, world.desk1)


def test_what_a_receptionist_may_not_see_goes_when_one_takes_over(page):
    page.get_by_role("button", name="Lock").click()
    take_over(page, "tom")
    expect(page.locator(".shell__person")).to_have_text("Tom Reid")
    expect(page.locator("#go-settings")).to_be_hidden()


def test_it_locks_by_itself_and_not_while_somebody_types(world, sign_in):
    world.practice.idle_lock_minutes = 1
    world.practice.save()
    page = sign_in("maud", world.desk1, password=PASSWORD, expected=LOCKED)
    page.clock.install()
    page.goto("/settings/practice/")
    # The browser's clock runs ahead; the server's is moved by hand in the sign-in's row.
    page.get_by_label("Name of the practice").fill(TYPED)
    leave_alone(seconds=50)
    with page.expect_response("**/still-here/") as told:
        page.clock.run_for(21_000)
    assert told.value.request.method == "POST"
    leave_alone(seconds=61)
    page.clock.run_for(21_000)
    expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
    unlock(page)
    expect(page.get_by_label("Name of the practice")).to_have_value(TYPED)


def test_signing_out_in_another_tab_covers_this_one(page):
    other = page.context.new_page()
    other.goto("/settings/practice/")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_label("User name").fill("maud")
    unlock(page)
    expect(page.get_by_label("Name of the practice")).to_have_value(TYPED)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".shell__practice")).to_have_text(TYPED)


def test_without_javascript_what_was_typed_comes_back(world, sign_in):
    page = sign_in(
        "maud", world.desk1, password=PASSWORD, expected=LOCKED, java_script_enabled=False
    )
    page.goto("/settings/practice/")
    page.get_by_label("Name of the practice").fill(TYPED)
    leave_alone(seconds=11 * 60)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
    assert "rings back" not in page.locator("body").inner_text()
    unlock(page)
    expect(page.get_by_text(TYPED)).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".shell__practice")).to_have_text(TYPED)


def leave_alone(seconds: int) -> None:
    """Make every sign-in that much older on the server."""
    for row in SignIn.objects.all():
        values = row.get_decoded()
        if "used_at" in values:
            values["used_at"] -= seconds
            row.session_data = SignIn.get_session_store_class()().encode(values)
            row.save()
