"""Settings, Screen export in the browser: by keyboard, without JavaScript, for everybody."""

import pytest
from playwright.sync_api import expect

from appointments.models import Appointment
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    return build()


@pytest.fixture
def path(world, tmp_path):
    day = f"{world.day:%d/%m/%Y}"
    path = tmp_path / "list.csv"
    path.write_text(
        "Appointments list\nDate,Time,With,Where,Whom,Born,Number there\n"
        f'{day},10:00,"LANE, Rosa (Dr)",Harbour Surgery,"BAKER, Ann (Mrs)",03/04/1971,101\n'
        f"{day},10:10,Room 3,Harbour Surgery,,,\n"
    )
    return path


def reach(page, label):
    """Go on with the Tab key until a control has the focus."""
    wanted = page.get_by_label(label, exact=True)
    for _ in range(80):
        if wanted.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reached {label}")


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_list_from_the_file_to_the_book_by_keyboard(world, sign_in, path, axe, has_scripts):
    page = sign_in(
        "maud", world.desk1, password=PASSWORD, expected={422}, java_script_enabled=has_scripts
    )
    page.goto("/settings/screen-export/")
    page.get_by_label("The list, saved as CSV").set_input_files(path)
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What the columns are")).to_be_visible()
    expect(page.get_by_text("BAKER, Ann (Mrs)")).to_be_visible()
    if has_scripts:
        axe(page)
    expect(page.get_by_label("What is Whom?")).to_have_value("patient")
    for label, typed in (
        ("What is Born?", "Patient's date of b"),
        ("What is Number there?", "Patient n"),
    ):
        reach(page, label)
        page.keyboard.type(typed)
    reach(page, "Name of this list")
    page.keyboard.press("Control+a")
    page.keyboard.type("Daily list")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    if has_scripts:
        axe(page)
    page.get_by_label("Room 3 (1 row)").select_option(label="Dr Lane")
    page.get_by_role("button", name="Keep and look again").press("Enter")
    expect(page.get_by_text("Names that the book does not know")).to_be_hidden()
    page.get_by_role("button", name="Load", exact=True).press("Enter")
    expect(page.get_by_text("Enter the time at which the list was saved.").first).to_be_visible()
    page.get_by_label("Day on which it was saved").fill("2026-01-02")
    page.get_by_label("Time at which it was saved").fill("07:45")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Daily list is in the book.")).to_be_visible()
    if has_scripts:
        axe(page)
    assert Appointment.objects.get().patient == world.ann


def test_on_a_narrow_screen(world, sign_in, path):
    page = sign_in("maud", world.desk1, password=PASSWORD, viewport={"width": 640, "height": 450})
    page.goto("/settings/screen-export/")
    page.get_by_label("The list, saved as CSV").set_input_files(path)
    page.get_by_role("button", name="Go on").click()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
