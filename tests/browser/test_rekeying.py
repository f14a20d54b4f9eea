"""A sheet keyed in a browser by the keyboard alone; by two clerks; and without any script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.models import Appointment
from fallback import rekey, sheets
from fallback.models import Entry
from tests.fallback.rekey.conftest import printed_sheet
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = {409, 422}


@pytest.fixture
def world(transactional_db):
    return build()


@pytest.fixture
def sheet(world):
    return printed_sheet(world)


@pytest.fixture
def codes(sheet):
    return [row.code for row in sheet.rows.order_by("place")]


@pytest.fixture
def clerk(world, sheet, sign_in):
    """Priya at desk 1, who opens the sheet by typing its reference."""
    page = sign_in("priya", world.desk1, password=PASSWORD, expected=REFUSALS)
    page.goto("/rekeying/")
    page.keyboard.type(sheets.shown(sheet).lower())
    page.keyboard.press("Enter")
    expect(page.locator("#id_q")).to_be_focused()
    return page


def written(hours=1) -> str:
    at = timezone.localtime(timezone.now() - timedelta(hours=hours))
    return f"{at.day}/{at.month} {at:%H%M}"


def in_hand(page, code):
    expect(page.locator(".hand__code")).to_have_text(code)
    expect(page.locator("#id_q")).to_be_focused()


def first_row(page, name="baker ann 3/4/71"):
    """Key the first row; the times of the others follow from it."""
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(written())
    page.keyboard.press("Tab")
    page.keyboard.type("PS")
    page.keyboard.press("Enter")


def test_rows_are_keyed_by_name_and_enter(clerk, codes, axe):
    axe(clerk)
    first_row(clerk)
    in_hand(clerk, codes[1])
    expect(clerk.locator(".done")).to_contain_text("BAKER, Ann (Mrs): in the book.")
    clerk.keyboard.type("9990000026")
    expect(clerk.locator("#choices-found")).to_contain_text("CARTER, Bob")
    clerk.keyboard.press("Enter")
    in_hand(clerk, codes[2])
    expect(clerk.locator(".live__sums")).to_contain_text("in the book 2")
    expect(clerk.locator(f"#row-{codes[1]}")).to_contain_text("CARTER, Bob (Mr)")
    assert Entry.objects.filter(taken_by="PS").count() == 2
    axe(clerk)


def test_who_is_not_certain_is_chosen_by_number(clerk, world, codes, axe):
    first_row(clerk, "baker")
    radio = clerk.locator("#choices-found input[type=radio]").first
    expect(radio).to_be_focused()
    expect(radio).not_to_be_checked()
    axe(clerk)
    clerk.keyboard.press("1")
    expect(radio).to_be_checked()
    clerk.keyboard.press("Enter")
    in_hand(clerk, codes[1])
    assert Appointment.objects.get().patient == world.ann
    # With the list on the screen already, Enter leads into it without asking the server.
    clerk.keyboard.type("hughes")
    expect(clerk.locator("#choices-found")).to_contain_text("HUGHES")
    clerk.keyboard.press("Enter")
    clerk.keyboard.press("1")
    clerk.keyboard.press("Enter")
    in_hand(clerk, codes[2])


def test_one_key_each(clerk, codes, sheet):
    clerk.keyboard.press("-")
    in_hand(clerk, codes[1])
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#hand-note")).to_contain_text("press - if nothing is written")
    clerk.keyboard.press("ArrowDown")
    in_hand(clerk, codes[2])
    clerk.keyboard.press("ArrowUp")
    in_hand(clerk, codes[1])
    for key, words in (
        ("q", "Who asks, and for what?"),
        ("g", "A message"),
        ("x", "Who was fitted in?"),
        ("c", "Who is not coming?"),
        ("m", "Who was moved, and where to?"),
        ("a", "Who came?"),
        ("d", "Who did not come?"),
        ("s", "Set this row aside"),
        ("t", "A temporary patient"),
        ("k", "Who is written here?"),
    ):
        clerk.keyboard.press(f"Alt+{key}")
        expect(clerk.locator(".hand__title")).to_have_text(words)
    clerk.keyboard.press("=")
    expect(clerk.locator(".done")).to_contain_text(f"nothing written on {len(codes) - 1} rows")
    sign_off = clerk.get_by_role("button", name="Sign the sheet off")
    expect(sign_off).to_be_focused()
    clerk.keyboard.press("b")
    in_hand(clerk, codes[1])
    assert rekey.sums(sheet).to_do == len(codes) - 1


def test_keyed_wrongly_and_taken_back_with_one_key(clerk, codes):
    first_row(clerk)
    in_hand(clerk, codes[1])
    clerk.keyboard.press("Alt+b")
    in_hand(clerk, codes[0])
    expect(clerk.locator("#id_q")).to_have_value("baker ann 3/4/71")
    clerk.keyboard.press("Enter")
    in_hand(clerk, codes[1])
    assert Appointment.objects.filter(status="booked").count() == 1


def test_what_is_typed_before_the_next_row_is_there_is_not_lost(clerk, codes):
    first_row(clerk)
    clerk.keyboard.type("9990000026")
    in_hand(clerk, codes[1])
    expect(clerk.locator("#id_q")).to_have_value("9990000026")
    clerk.keyboard.press("Enter")
    in_hand(clerk, codes[2])


def test_a_key_held_down_keys_one_row(clerk, codes, sheet):
    clerk.keyboard.down("-")
    clerk.keyboard.down("-")
    clerk.keyboard.down("-")
    clerk.keyboard.up("-")
    in_hand(clerk, codes[1])
    assert rekey.sums(sheet).nothing == 1


def test_a_stranger_becomes_a_temporary_patient_without_the_mouse(clerk, codes):
    first_row(clerk)
    in_hand(clerk, codes[1])
    clerk.keyboard.type("novak jana 1/2/1990")
    clerk.keyboard.press("Alt+t")
    expect(clerk.get_by_label("Surname")).to_be_focused()
    expect(clerk.get_by_label("Surname")).to_have_value("Novak")
    clerk.keyboard.press("Enter")
    in_hand(clerk, codes[2])
    expect(clerk.locator(".done")).to_contain_text("NOVAK, Jana: in the book.")


def test_two_clerks_see_each_other_and_what_each_has_done(clerk, world, sheet, codes, sign_in):
    tom = sign_in("tom", world.desk2, password=PASSWORD, expected=REFUSALS)
    tom.goto(f"/rekeying/{sheets.shown(sheet)}/")
    in_hand(tom, codes[1])
    expect(tom.locator(".live__other")).to_contain_text("Priya Shah (Desk 1)")
    expect(clerk.locator(".live__other")).to_contain_text(
        f"Tom Reid (Desk 2) is on this sheet too, at row {codes[1]}"
    )
    tom.keyboard.press("-")
    in_hand(tom, codes[2])
    clerk.keyboard.type("bak")
    expect(clerk.locator(f"#row-{codes[1]}")).to_contain_text("nothing written")
    expect(clerk.locator("#id_q")).to_have_value("bak")  # nobody's typing is disturbed


def test_the_whole_of_it_without_a_script(world, sheet, codes, sign_in):
    page = sign_in(
        "priya", world.desk1, password=PASSWORD, expected=REFUSALS, java_script_enabled=False
    )
    page.goto("/rekeying/")
    page.get_by_label("Reference of the sheet").fill(sheets.shown(sheet))
    page.get_by_role("button", name="Open the sheet").click()
    page.get_by_label("Name and birth date").fill("baker")
    page.get_by_label("Written at").fill(written())
    page.keyboard.press("Enter")
    page.get_by_role("radio").check()
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".hand__code")).to_have_text(codes[1])
    page.get_by_role("button", name="Set aside").click()
    page.get_by_label("Why").fill("Can't be read")
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".hand__code")).to_have_text(codes[1])
    page.get_by_role("button", name="This and the rest are empty").click()
    page.get_by_role("button", name="Sign the sheet off").click()
    expect(page.get_by_text("is signed off.")).to_be_visible()


def test_enlarged_it_needs_no_scrolling_sideways(clerk, codes, axe):
    clerk.set_viewport_size({"width": 640, "height": 450})
    first_row(clerk, "baker")
    expect(clerk.locator("#choices-found input[type=radio]").first).to_be_focused()
    wide = clerk.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    axe(clerk)
