"""Checks in the browser: seen by everybody, anew by itself, and one press leads to declaring."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fallback.keeper import report
from fallback.keeper.report import PlaceState, PracticeState, ProbeState, Report
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 15_000  # ms: the list comes anew every 10 s


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def tell(world):
    """Say as the keeper how the internet is."""

    def tell(state, words=""):
        now = timezone.now()
        ago = (now - timedelta(minutes=6)).isoformat()
        probes = (
            ProbeState("a", "outside", "www.nhs.uk", "www.nhs.uk:443", state, ago, words, ago, 0.1),
            ProbeState("disk", "disk", "The server's disk", "/x", "well", ago, "9 GB free", ago, 0),
        )
        places = (PlaceState("p", "Back office", "/mnt/x", seen_at=ago),)
        said = PracticeState("G82001", False, str(now.date()), places=places, probes=probes)
        report.write(Report(now.isoformat(), 1, practices={str(world.practice.pk): said}))

    return tell


def test_what_goes_down_is_seen_without_loading_and_declared_by_keyboard(world, sign_in, tell, axe):
    tell("well")
    page = sign_in("priya", world.desk1, password=PASSWORD)
    page.goto("/checks/")
    axe(page)
    row = page.get_by_role("row").filter(has_text="www.nhs.uk")
    expect(row).to_contain_text("Well")
    expect(page.get_by_role("link", name="Declare an outage")).to_have_count(0)
    tell("down", "refuses connections")
    expect(row).to_contain_text("refuses connections", timeout=PATIENCE)
    expect(row).to_contain_text("What still works: Booking goes on in full.")
    axe(page)
    button = page.locator("#declare")
    button.focus()
    with page.expect_response(lambda one: one.url.endswith("/checks/"), timeout=PATIENCE):
        pass  # the list comes anew, and the keyboard stays where it was
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/outages/declare/**")
    expect(page.get_by_label("The internet", exact=True)).to_be_checked()


def test_it_stands_at_the_top_of_the_day_without_javascript_too(world, sign_in, tell):
    tell("down", "refuses connections")
    page = sign_in("priya", world.desk1, password=PASSWORD, java_script_enabled=False)
    page.goto(f"/diary/{world.day}/")
    page.get_by_role("link", name="Declare an outage?").click()
    expect(page.get_by_role("heading", name="Declare an outage")).to_be_visible()


def test_enlarged_to_twice_the_size_nothing_is_cut_off(world, sign_in, tell, axe):
    tell("down", "does not answer within 5 seconds")
    page = sign_in("priya", world.desk1, password=PASSWORD, viewport={"width": 640, "height": 480})
    page.goto("/checks/")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_day_screen_tells_the_desk_s_time(world, sign_in):
    page = sign_in("priya", world.desk1, password=PASSWORD)
    with page.expect_request(lambda request: "x-desk-time" in request.headers) as asked:
        page.goto(f"/diary/{world.day}/")
    said = int(asked.value.headers["x-desk-time"]) / 1000
    assert abs(said - timezone.now().timestamp()) < 10
