"""The frame around every page: keys, the safety token, trouble said in one sentence."""

import pytest
from playwright.sync_api import Page, expect

from tests.world import PASSWORD, World, build

NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": 683, "height": 384}  # a laptop of 1366 x 768 at 200%
UNREACHABLE = "can't be reached"


@pytest.fixture
def world(transactional_db) -> World:
    return build()


@pytest.fixture
def at_keys(world, sign_in):
    """Open the key list, signed in; options as for a desk."""

    def opened(**options) -> Page:
        page = sign_in("priya", world.desk1, password=PASSWORD, **options)
        page.goto("/keys/")
        return page

    return opened


def dialog(page: Page):
    return page.locator("dialog#keys")


def trouble(page: Page):
    return page.locator("#shell-message")


@pytest.mark.parametrize("viewport", [NARROW, ZOOMED, {"width": 1366, "height": 768}])
def test_the_frame_fits_and_is_accessible(at_keys, axe, viewport):
    page = at_keys(viewport=viewport)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    axe(page)


def test_the_frame_is_one_line_on_a_reception_pc(at_keys):
    page = at_keys(viewport={"width": 1366, "height": 768})
    assert page.locator("header.shell").bounding_box()["height"] <= 48


def test_question_mark_shows_the_keys_without_leaving_the_page(at_keys):
    page = at_keys()
    page.keyboard.press("?")
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()


def test_slash_goes_to_the_patients(at_keys):
    page = at_keys()
    page.keyboard.press("/")
    page.wait_for_url("**/patients/")


def test_keys_with_a_modifier_are_the_browsers_own(at_keys):
    page = at_keys()
    page.keyboard.press("Control+?")
    page.keyboard.press("Alt+/")
    expect(dialog(page)).to_be_hidden()
    assert page.url.endswith("/keys/")


def test_typing_is_typing(at_keys):
    page = at_keys()
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.locator("main input").press_sequentially("3/4/71?")
    expect(page.locator("main input")).to_have_value("3/4/71?")
    expect(dialog(page)).to_be_hidden()


def test_single_keys_can_be_switched_off(at_keys, world):
    type(world.priya).objects.filter(pk=world.priya.pk).update(shortcuts_on=False)
    page = at_keys()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(dialog(page)).to_be_hidden()
    assert page.url.endswith("/keys/")


def test_the_skip_link_leads_to_the_work(at_keys):
    page = at_keys()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(
    "status, sentence",
    [
        (401, "the screen was locked"),
        (403, "your role does not include it"),
        (404, "no longer in the book"),
        (413, "could not be done"),
        (500, "Something went wrong"),
        (503, "Something went wrong"),
    ],
)
def test_a_failed_request_is_said_and_changes_nothing(at_keys, status, sentence):
    page = at_keys(expected={status})
    page.route("**/broken/", lambda route: route.fulfill(status=status, body="<p>swapped</p>"))
    page.evaluate(
        "document.querySelector('main').innerHTML ="
        "'<input value=typed><button hx-post=/broken/ hx-target=main>Send</button>'"
    )
    page.evaluate("htmx.process(document.querySelector('main'))")
    page.locator("main button").evaluate("button => button.focus()")
    page.keyboard.press("Enter")
    expect(trouble(page)).to_contain_text(sentence)
    expect(page.locator("main input")).to_have_value("typed")


@pytest.mark.parametrize("status", [409, 422])
def test_a_refusal_is_swapped_in_like_an_answer(at_keys, status):
    page = at_keys(expected={status})
    page.route("**/refused/", lambda route: route.fulfill(status=status, body="<p>Taken.</p>"))
    page.evaluate("htmx.ajax('POST', '/refused/', 'main')")
    expect(page.locator("main")).to_have_text("Taken.")
    expect(trouble(page)).to_be_empty()


def test_a_poll_that_succeeds_takes_back_that_the_book_was_unreachable(at_keys):
    page = at_keys()
    page.route("**/poll/", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/poll/', 'main').catch(() => {})")
    expect(trouble(page)).to_contain_text(UNREACHABLE)
    page.unroute("**/poll/")
    page.route("**/poll/", lambda route: route.fulfill(body="<p>Back.</p>"))
    page.evaluate("htmx.ajax('GET', '/poll/', 'main')")
    expect(page.locator("main")).to_have_text("Back.")
    expect(trouble(page)).to_be_empty()


def test_the_token_sent_is_the_one_the_browser_holds_now(at_keys):
    page = at_keys()
    fresh = "a" * 32
    page.context.add_cookies([{"name": "csrftoken", "value": fresh, "url": page.url}])
    page.route("**/sent/", lambda route: route.fulfill(body="<p>Sent.</p>"))
    with page.expect_request("**/sent/") as sent:
        page.evaluate(
            "htmx.ajax('POST', '/sent/', {target: 'main', values: {csrfmiddlewaretoken: 'old'}})"
        )
    assert sent.value.headers["x-csrftoken"] == fresh
    assert "csrfmiddlewaretoken" not in (sent.value.post_data or "")


def test_a_plain_form_of_an_older_page_is_still_sendable(at_keys):
    page = at_keys()
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(f => f.value='old')"
    )
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
