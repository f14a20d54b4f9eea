"""What patients see: on a telephone, without scripts, on the waiting room's wall."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from appointments import practices
from fallback import outages
from tests.browser.conftest import AXE
from tests.world import build

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 640}
WALL = {"width": 1920, "height": 1080}
OLD_WALL = {"width": 1024, "height": 768}
LONGEST = "\n".join(
    ["Everybody who comes for a blood test today is asked to go to the front desk."] * 5
)
BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # by the screen's own clock
SETTLED, STEP = timedelta(seconds=5), timedelta(seconds=5)
PUBLIC = ("/status/", "/status/screen/")


@pytest.fixture
def world(transactional_db):
    world = build()
    hours = [(weekday, time(0, 0), time(23, 59)) for weekday in range(7)]
    for site in (world.site, world.branch):
        practices.set_opening_times(site.pk, world.by_manager, hours)
    practices.add_closure(world.by_manager, world.day, "Training", closes=time(13))
    return world


def declare(world, *affected, **values):
    values = {"template": affected[0]} | values
    return outages.declare(world.by, affected, timezone.now() - timedelta(minutes=30), **values)


def nothing_at_all(page):
    """Refuse whatever axe-core finds, best practice and trifles included."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document)")
    assert [each["id"] for each in found["violations"]] == []


@pytest.mark.parametrize("size", [PHONE, WALL], ids=["phone", "wall"])
def test_axe_finds_nothing_at_all(desk, world, size):
    page = desk(viewport=size)
    for happens in (
        lambda: None,
        lambda: declare(world, "telephones", sentences="The engineer comes at midday."),
        lambda: declare(world, "building", site=world.branch, sentences=LONGEST),
    ):
        happens()
        for address in PUBLIC:
            page.goto(address)
            nothing_at_all(page)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0


def test_without_scripts_all_of_it_is_there(desk, world):
    declare(world, "telephones", sentences="The engineer comes at midday.")
    page = desk(java_script_enabled=False, viewport=PHONE)
    page.goto("/status/")
    words = page.locator("main").inner_text()
    for part in (
        "Our telephones are not working",
        "The engineer comes at midday.",
        "You cannot reach us by telephone.",
        "call 999",
        "Last updated",
    ):
        assert part in words
    page.goto("/status/screen/")
    assert "scripts are turned off here" in page.locator("main").inner_text()


@pytest.mark.parametrize("size", [WALL, OLD_WALL], ids=["new", "old"])
def test_all_that_may_be_said_fits_on_the_wall(desk, world, size):
    declare(world, "clinical_system", sentences=LONGEST)
    declare(world, "building", site=world.branch)
    page = desk(viewport=size)
    page.goto("/status/screen/")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def on_the_wall(desk, **options):
    """The waiting room's screen, with a clock that only the test moves."""
    page = desk(viewport=WALL, **options)
    page.clock.install(time=BEGAN)
    page.goto("/status/screen/")
    page.clock.pause_at(BEGAN + SETTLED)
    return page


def pass_by(page, **time):
    """Let time go by on the screen; each question is answered, or not, before it goes on."""
    for _ in range(int(timedelta(**time) / STEP)):
        page.clock.run_for(STEP / timedelta(milliseconds=1))
        page.wait_for_timeout(50)  # of the real clock


def test_the_screen_follows_by_itself(desk, world):
    page = on_the_wall(desk)
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == "We are open as usual"
    one = declare(world, "power")
    pass_by(page, seconds=20)
    page.get_by_text("We have no electricity").wait_for()
    outages.end(world.by, one)
    pass_by(page, seconds=20)
    page.get_by_text("We are open as usual").wait_for()
    assert not page.locator("#age").is_visible()


def test_the_last_state_stays_when_the_server_goes_and_says_how_old_it_is(desk, world):
    declare(world, "power")
    page = on_the_wall(desk)
    as_of = page.locator("#told").get_attribute("data-as-of")
    page.context.set_offline(True)
    pass_by(page, seconds=40)
    assert not page.locator("#age").is_visible()  # one or two lost answers are nothing
    pass_by(page, seconds=40)
    age = page.locator("#age")
    age.wait_for()
    assert age.inner_text() == (
        f"No news for 1 minute. What you see was so at {as_of}. Please ask at reception."
    )
    page.clock.fast_forward("25:00")
    pass_by(page, seconds=20)
    page.get_by_text("No news for 26 minutes.").wait_for()
    assert page.get_by_text("We have no electricity").is_visible()
    page.context.set_offline(False)
    pass_by(page, seconds=20)
    age.wait_for(state="hidden")


def test_a_machine_that_slept_says_that_what_it_shows_is_old(desk, world):
    page = on_the_wall(desk)
    page.context.set_offline(True)
    page.clock.fast_forward("03:00:00")
    pass_by(page, seconds=20)
    page.get_by_text("No news for 3 hours.").wait_for()
    page.clock.resume()  # axe-core waits for itself
    nothing_at_all(page)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "content_type": "text/html", "body": "<h1>Sign in to the Wi-Fi</h1>"},
        {"status": 503, "content_type": "text/html", "body": '<div id="told">Nonsense</div>'},
        {"status": 200, "content_type": "text/html", "body": ""},
    ],
    ids=["a network's own page", "a server in trouble", "nothing"],
)
def test_nothing_else_is_taken_for_an_answer(desk, world, answer):
    page = on_the_wall(desk, expected={503})
    page.route("**/status/screen/", lambda route: route.fulfill(**answer))
    pass_by(page, seconds=80)
    page.locator("#age").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "We are open as usual"


def test_a_newer_version_of_the_program_is_loaded_whole(desk, world):
    page = on_the_wall(desk)
    loads = []
    page.on("load", lambda _: loads.append(1))
    fresh = page.context.request.get("/status/screen/").text()
    newer = fresh.replace("css/status_screen", "css/status.css?newer=status_screen", 1)
    answers = iter([newer, fresh])
    page.route(
        "**/status/screen/",
        lambda route: route.fulfill(status=200, content_type="text/html", body=next(answers)),
    )
    with page.expect_navigation():
        page.clock.run_for(20_000)
    assert loads
