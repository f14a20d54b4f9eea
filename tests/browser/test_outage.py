"""An outage in the browser: declared, worked at two desks, ended, signed off; by keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.wording import clock
from fallback import outages
from fallback.models import Outage
from tests.paper import furnish_paper
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def lead(world, sign_in):
    return sign_in("lena", world.desk1, password=PASSWORD, expected={409, 422})


def test_everybody_can_use_it(lead, world, axe):
    furnish_paper(world)
    made = outages.declare(
        world.by, ["internet"], timezone.now() - timedelta(hours=2), template="internet"
    )
    addresses = ["", "declare/", "declare/?affected=power", *(
        f"{made.pk}/{page}" for page in ("", "changing/", "ending/", "home/", "report/")
    )]  # fmt: skip
    for address in addresses:
        lead.goto(f"/outages/{address}")
        axe(lead)
    outages.end(world.by, made)
    for address in (f"{made.pk}/", f"{made.pk}/home/", ""):
        lead.goto(f"/outages/{address}")
        axe(lead)


def test_an_outage_from_the_first_minute_to_the_signature(lead, world, sign_in):
    tom = sign_in("tom", world.desk2, password=PASSWORD)
    lead.goto("/outages/")
    lead.get_by_role("button", name="Declare an outage").focus()
    lead.keyboard.press("Enter")

    # What patients read follows what is ticked, and what is typed.
    lead.get_by_label("The internet").focus()
    lead.keyboard.press("Space")
    preview = lead.get_by_role("region", name="As patients will read it")
    expect(preview).to_contain_text("Our internet connection is not working")
    lead.get_by_label("The telephones").focus()
    lead.keyboard.press("Space")
    expect(preview).to_contain_text("Our internet and telephones are not working")
    lead.get_by_label(re.compile("Your own sentences")).fill("The flu clinic goes on.")
    expect(preview).to_contain_text("The flu clinic goes on.")
    lead.get_by_role("button", name="Declare the outage").focus()
    lead.keyboard.press("Enter")
    expect(lead.get_by_role("heading", level=1)).to_have_text(
        "Outage 1: the internet and the telephones"
    )
    made = Outage.objects.get()
    assert (made.template, made.sentences) == (
        "internet_and_telephones", "The flu clinic goes on.",
    )  # fmt: skip

    # Whoever opens a page anywhere sees it, and is one step from what to do.
    tom.goto("/patients/")
    line = tom.locator("#status-lines")
    expect(line).to_contain_text("Outage: the internet and the telephones, since")
    line.get_by_role("link", name="What to do").click()
    expect(tom.get_by_text("Divert the calls as below.")).to_be_visible()
    tom.get_by_label("What happened").fill("Supplier says 11:00")
    tom.keyboard.press("Enter")
    expect(tom.locator("#log-lines")).to_contain_text("Supplier says 11:00")
    # It comes to the other desk by itself.
    expect(lead.locator("#log-lines")).to_contain_text("Supplier says 11:00", timeout=20_000)

    # Every hour it is asked.
    Outage.objects.update(still_so_at=timezone.now() - timedelta(minutes=61))
    tom.goto("/patients/")
    tom.locator("#status-lines").get_by_role("link", name="Still so?").click()
    tom.get_by_role("button", name="Still so").focus()
    tom.keyboard.press("Enter")
    expect(tom.get_by_text("by Tom Reid.").first).to_be_visible()
    assert not outages.asks_whether_still_so(Outage.objects.get())

    # Over; what is left; the signature; the report.
    lead.goto(f"/outages/{made.pk}/")
    lead.get_by_role("button", name="It is over…").click()
    lead.get_by_role("button", name="It is over").click()
    expect(lead.get_by_text("Everything is home.")).to_be_visible()
    lead.get_by_role("button", name="Sign the outage off").click()
    expect(lead.get_by_role("heading", name="Minute by minute")).to_be_visible()
    expect(lead.get_by_text("Supplier says 11:00").first).to_be_visible()
    lead.get_by_role("link", name="Version to hand outside").click()
    expect(lead.get_by_text("Supplier says 11:00")).to_have_count(0)
    assert Outage.objects.get().signed_off_by == world.lead


def test_a_refusal_says_what_is_wrong_and_keeps_what_was_typed(lead, world):
    lead.goto("/outages/declare/?affected=telephones")
    lead.get_by_label(re.compile("Your own sentences")).fill("<b>Ring 111</b>")
    lead.get_by_role("button", name="Declare the outage").click()
    expect(lead.locator(".nhsuk-error-summary")).to_contain_text("plain words")
    expect(lead.get_by_label(re.compile("Your own sentences"))).to_have_value("<b>Ring 111</b>")
    lead.get_by_label(re.compile("Your own sentences")).fill("Ring 111")
    lead.get_by_role("button", name="Declare the outage").click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Outage 1: the telephones")


def test_an_end_before_its_beginning_is_a_sentence(lead, world):
    now = timezone.now()
    made = outages.declare(world.by, ["power"], now - timedelta(minutes=30))
    lead.goto(f"/outages/{made.pk}/ending/")
    before = now - timedelta(minutes=45)
    lead.get_by_label("It was over at").fill(clock(before))
    if clock(before) > clock(now):  # it was yesterday
        lead.get_by_label("Day").fill(f"{before:%Y-%m-%d}")
    lead.get_by_role("button", name="It is over").click()
    expect(lead.locator(".nhsuk-error-summary")).to_contain_text("so it can't have been over at")
    assert outages.current(world.practice) == [made]


def test_the_same_without_scripts(world, sign_in):
    page = sign_in(
        "priya", world.desk1, password=PASSWORD, expected={422}, java_script_enabled=False
    )
    page.goto("/outages/declare/")
    page.get_by_label("The power").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("We have no electricity").first).to_be_visible()
    # Changed afterwards: nobody declares with words that they have not seen.
    page.get_by_label("The telephones").check()
    page.get_by_role("button", name="Declare the outage").click()
    expect(page.get_by_text("look at what patients read now").first).to_be_visible()
    page.get_by_role("button", name="Declare the outage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Outage 1: the telephones and the power"
    )


def test_enlarged_nothing_needs_scrolling_sideways(world, sign_in):
    page = sign_in("lena", world.desk1, password=PASSWORD, viewport={"width": 640, "height": 800})
    made = outages.declare(world.by, ["power"], timezone.now(), template="power")
    outages.say(world.by, made, "x" * 300)
    for address in ("", "declare/?affected=power", f"{made.pk}/", f"{made.pk}/home/"):
        page.goto(f"/outages/{address}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 640, address
