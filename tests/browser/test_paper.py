"""Paper in the browser: for everybody, by keyboard alone, without JavaScript, enlarged."""

import pytest
from playwright.sync_api import expect

from fallback import overview, sheets
from fallback.models import Sheet
from tests.paper import furnish_paper, keep_papers, printed_sheet
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def lead(world, sign_in):
    return sign_in("lena", world.desk1, password=PASSWORD, expected={409, 422})


def open_slot(page, world, clock="10:10"):
    page.goto(f"/diary/{world.day}/")
    page.locator(f'[data-slot="{world.slot(clock).pk}"] > a').click()
    page.locator(".panel__offer").wait_for()


def test_everybody_can_use_it(lead, world, axe):
    furnish_paper(world)
    day = f"/paper/{world.site.pk}/{world.day}"
    for address in (
        "/paper/",
        "/paper/prepare/",
        "/paper/readiness/",
        f"{day}/",
        f"{day}/closing/",
        f"{day}/day-diary/look/",
    ):
        lead.goto(address)
        axe(lead)
    open_slot(lead, world)
    axe(lead)


def test_a_row_is_struck_out_by_its_code_and_the_slot_booked_with_the_keyboard(lead, world):
    sheet = printed_sheet(world)
    lead.goto(f"/diary/{world.day}/")
    slot = lead.locator(f'[data-slot="{world.slot("10:10").pk}"] > a')
    slot.focus()
    lead.keyboard.press("Enter")
    expect(lead.get_by_label("Code of the row")).to_be_focused()
    lead.keyboard.type("a4")
    lead.keyboard.press("Enter")
    expect(lead.get_by_role("alert").filter(has_text="not a4")).to_be_visible()
    expect(lead.get_by_label("Code of the row")).to_be_focused()
    lead.keyboard.type("a3")
    lead.keyboard.press("Enter")
    expect(lead.locator("#q")).to_be_focused()
    lead.keyboard.type("baker")
    lead.locator("#pick [data-patient]").wait_for()
    lead.keyboard.press("ArrowDown")
    lead.keyboard.press("Enter")
    expect(lead.get_by_role("heading", name="Booked")).to_be_visible()
    assert sheet.rows.get().struck_at is not None


def test_the_same_without_scripts(world, sign_in):
    printed_sheet(world)
    page = sign_in(
        "priya", world.desk1, password=PASSWORD, expected={409}, java_script_enabled=False
    )
    page.goto(f"/slots/{world.slot('10:10').pk}/")
    page.get_by_label("Code of the row").fill("C9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This slot is row A3")).to_be_visible()
    page.get_by_label("Code of the row").fill("A3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Book")).to_be_visible()


def test_another_desks_row_is_let_go_of_with_a_reason(world, sign_in):
    printed_sheet(world)
    page = sign_in("lena", world.desk2, password=PASSWORD)
    open_slot(page, world)
    expect(page.get_by_label("Why that desk loses it")).to_be_focused()
    page.keyboard.type("A child with asthma")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_be_focused()


def test_a_desk_takes_its_newer_print_in_hand_from_the_diary(world, sign_in):
    sheet = printed_sheet(world)
    page = sign_in("priya", world.desk1, password=PASSWORD)
    page.goto("/")
    offer = page.get_by_role("button", name="I have it in my hand")
    offer.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"In hand: sheet {sheets.shown(sheet)}")).to_be_visible()
    page.goto("/")
    expect(offer).to_have_count(0)


def test_yesterdays_sheets_are_closed_with_one_button(lead, world):
    sheet = printed_sheet(world)
    Sheet.objects.filter(pk=sheet.pk).update(day=overview.today() - (world.day - overview.today()))
    lead.goto("/paper/")
    lead.get_by_role("button", name="No outage, all shredded").focus()
    lead.keyboard.press("Enter")
    expect(lead.get_by_text("No sheets are on real paper.")).to_be_visible()


def test_pages_are_turned_with_the_keyboard(lead, world):
    keep_papers(world, pages=2)
    lead.goto(f"/paper/{world.site.pk}/{world.day}/day-diary/look/")
    picture = lead.get_by_role("img", name="Picture of page 1 of 2")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 900
    lead.get_by_role("link", name="Next page").focus()
    lead.keyboard.press("Enter")
    expect(lead.get_by_role("img", name="Picture of page 2 of 2")).to_be_visible()
    expect(lead.get_by_role("link", name="Next page")).to_have_count(0)


def test_the_readiness_comes_onto_the_page(lead, world, axe):
    lead.goto("/paper/")
    lead.get_by_role("link", name="Could we lose the server this minute?").click()
    expect(lead.locator("#readiness").get_by_text("Not ready.")).to_be_visible()
    axe(lead)
    assert lead.url.endswith("/paper/")


def test_prepare_asks_first_and_says_what_it_did(lead, world, axe):
    lead.goto("/paper/")
    lead.get_by_role("button", name="Prepare for an outage").click()
    lead.get_by_role("button", name="Prepare now").click()
    expect(lead.get_by_text("Prepared: 20 slots are now shared out")).to_be_visible()
    axe(lead)


@pytest.mark.parametrize("width", [640, 320])  # a window of 1280 at 200%; WCAG 2.2, 1.4.10
def test_enlarged_or_narrow_nothing_needs_scrolling_both_ways(world, sign_in, width):
    small = {"width": width, "height": 450}
    page = sign_in("maud", world.desk1, password=PASSWORD, viewport=small)
    furnish_paper(world)
    for address in (
        "/paper/",
        "/paper/prepare/",
        f"/paper/{world.site.pk}/{world.day}/",
        f"/paper/{world.site.pk}/{world.day}/day-diary/look/",
        "/settings/carrying-on/",
        "/settings/safe-copies/",
        "/settings/sealed-kit/",
    ):
        page.goto(address)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), address


def test_the_managers_pages(world, sign_in, axe):
    page = sign_in("maud", world.desk1, password=PASSWORD, expected={422})
    page.goto("/settings/sealed-kit/")
    page.get_by_label("Your own password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    axe(page)
    page.get_by_label("Your own password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    axe(page)
    page.goto("/settings/carrying-on/")
    page.get_by_label("Folder in which").fill("nowhere")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Enter the whole path")).to_be_visible()
    axe(page)
