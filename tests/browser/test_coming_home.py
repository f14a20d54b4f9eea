"""Home again: an outage that was played on paper is in the book, down to zero.

One sheet, the odd pages, a clash and the sign-offs go through Chromium by keyboard; the other three
sheets' rows go, line by line, to the same addresses that its forms post to.
"""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from appointments.models import Call, Clash
from fallback import outages, outstanding, reconciliation, sheets
from fallback.models import Entry, Sheet
from fallback.reconciliation.tally import End
from tests.browser.outage_ground import CLASHES, DESKS, ROWS, UNKNOWN, play
from tests.world import PASSWORD, assert_rebuilds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def played(transactional_db):
    return play()


@pytest.fixture
def as_():
    """Sign somebody in with a client that posts what the pages' forms post."""

    def signed_in(person):
        client = Client(SERVER_NAME="localhost")
        said = {"username": person.username, "password": PASSWORD, "desk": "1"}
        assert client.post("/sign-in/", said).status_code == 303
        return client

    return signed_in


def test_the_whole_way_home(played, sign_in, as_, axe):
    world = played.world
    assert sum(len(lines) for lines in played.paper.values()) == DESKS * ROWS
    first, *others = played.paper
    page = sign_in("priya", world.desk1, password=PASSWORD, expected={409})
    refuses_the_neighbours(page, played.foreign)
    by_keyboard(page, first, played.paper[first], axe)
    for reference in others:
        by_post(as_(world.priya), world, reference, played.paper[reference])
    assert Clash.objects.filter(settled_at=None).count() == CLASHES
    lead = sign_in("lena", world.desk1, password=PASSWORD)
    is_lost(lead, sheets.shown(played.lost))
    settles_one(lead, world)
    down_to_zero(as_(world.lead), world)
    for reference in others:
        lead.goto(f"/rekeying/{reference}/")
        lead.get_by_role("button", name="Sign the sheet off").click()
        expect(lead.get_by_text(f"Sheet {reference} is signed off.")).to_be_visible()
    assert outstanding.outstanding(world.practice, played.outage).left == 0
    outages.sign_off(world.by_lead, played.outage, left=0)
    says_so(lead, played)
    assert_rebuilds(world.practice)


def refuses_the_neighbours(page, reference):
    page.goto("/rekeying/")
    page.get_by_label("Reference of the sheet").fill(reference)
    page.keyboard.press("Enter")
    expect(page.get_by_text("belongs to another practice").first).to_be_visible()


def by_keyboard(page, reference, lines, axe):
    """Open the sheet by its reference and key all of it, name by name."""
    page.goto("/rekeying/")
    page.get_by_label("Reference of the sheet").fill(reference)
    page.keyboard.press("Enter")
    expect(page.locator(".hand__code")).to_be_visible()
    axe(page)
    for line in lines:
        in_hand = page.locator(".hand__code")
        if in_hand.inner_text() != line.code:
            page.goto(f"/rekeying/{reference}/?row={line.code}")
        expect(in_hand).to_have_text(line.code)
        key_line(page, line)
        expect(page.locator(".done")).to_contain_text(line.code)
    page.goto(f"/rekeying/{reference}/")
    page.locator("[data-key=e]").click()
    page.get_by_role("button", name="Sign the sheet off").click()
    expect(page.get_by_text(f"Sheet {reference} is signed off.")).to_be_visible()


def key_line(page, line):
    box = page.locator("#id_q")
    if line.form.get("who") == "temporary":
        page.locator("[data-key=t]").click()
        for name in ("family_name", "given_name", "born_on"):
            page.locator(f"#id_{name}").fill(line.form[name])
    elif line.what in ("arrived", "did_not_attend"):
        page.locator(
            {"arrived": "[data-key=a]", "did_not_attend": "[data-key=d]"}[line.what]
        ).click()
        expect(page.locator(".hand")).to_have_attribute("data-chosen", line.what)
        box.fill(line.typed)
    else:
        box.fill(line.typed)
    if line.what == "extra":
        page.locator("#id_where").fill("webb 10:00")
    if "said" in line.form:
        page.locator("#id_said").fill(line.form["said"])
    page.locator("#id_written").fill("0914")
    page.locator("#id_taken_by").fill("PS")
    page.locator("[data-enter]").click()


def by_post(client, world, reference, lines):
    """Key a sheet at the addresses of its forms, and say that the rest is empty."""
    for line in lines:
        answer = client.post(f"/rekeying/{reference}/rows/{line.code}/", line.form)
        assert answer.status_code == 303, (line, answer.text)
    keyed = {line.code for line in lines}
    rows = sheets.find(world.practice, reference).rows.order_by("place")
    left = next(row.code for row in rows if row.code not in keyed)
    assert client.post(f"/rekeying/{reference}/rows/{left}/rest/").status_code == 303


def is_lost(page, reference):
    page.goto(f"/rekeying/{reference}/lost/")
    page.get_by_label("What is known of it").fill("Last seen on the trolley at noon")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Lost", exact=False).first).to_be_visible()
    assert Sheet.objects.filter(ended_as=Sheet.End.LOST).count() == 1


def settles_one(page, world):
    """Both people side by side; the outage lead takes down who stays."""
    clash = Clash.objects.filter(settled_at=None).first()
    page.goto(f"/clashes/{clash.pk}/")
    page.get_by_label(re.compile("Both are seen")).check()
    page.get_by_label("Why", exact=True).fill("Both have come")
    page.get_by_role("button", name="Settle it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Clashes to settle: {CLASHES - 1}")


def down_to_zero(client, world):
    """Settle, ring, fill, close, match: whatever the run home still counts."""
    for clash in Clash.objects.filter(settled_at=None):
        said = {"outcome": "first", "move_to": "none", "reason": "Booked there first"}
        assert client.post(f"/clashes/{clash.pk}/", said).status_code == 303
    for entry in Entry.objects.filter(what="request", closed_at=None, taken_back_at=None)[:2]:
        text = client.get(f"/set-aside/{entry.pk}/").text
        slot = re.search(r'name="slot"[^>]*value="([0-9a-f-]{36})"', text)[1]
        assert client.post(f"/set-aside/{entry.pk}/filling/", {"slot": slot}).status_code == 303
    for entry in Entry.objects.filter(end="set_aside", closed_at=None, taken_back_at=None):
        said = {"how": "Rang back"}
        assert client.post(f"/set-aside/{entry.pk}/closing/", said).status_code == 303
    newcomers = world.practice.patient_set.filter(kind="temporary")
    assert newcomers.count() == UNKNOWN
    for patient in newcomers:
        answer = client.post(f"/temporary-patients/{patient.pk}/kind/", {"kind": "other"})
        assert answer.status_code == 303
    for call in Call.objects.filter(done_at=None):
        said = {"outcome": "reached", "tries": str(call.tries)}
        assert client.post(f"/calls/{call.pk}/", said).status_code == 303


def says_so(page, played):
    """The report: every line accounted for, and nothing open."""
    found = reconciliation.of_outage(played.outage)
    ends, lost = found.tally.ends, played.lost.rows.count()
    written = ends[End.IN_BOOK] + ends[End.SETTLED] + ends[End.CLOSED]
    assert written == DESKS * ROWS
    assert (ends[End.SETTLED], ends[End.CLOSED], ends[End.LOST]) == (CLASHES, 4 * 5 - 2, lost)
    assert found.tally.agrees
    assert (found.tally.still_open, found.faults) == (0, [])
    page.goto(f"/reconciliation/?outage={played.outage.number}")
    expect(
        page.get_by_text(
            "All sums agree, nothing is open, and every sheet but 1 lost is signed off."
        )
    ).to_be_visible()
    for reference, lines in played.paper.items():
        section = page.locator("section.account", has_text=f"Sheet {reference}")
        for line in lines:
            row = section.get_by_role("row").filter(has=page.get_by_text(line.code, exact=True))
            expect(row).to_have_count(1)
    assert "BAKER" not in page.title()
