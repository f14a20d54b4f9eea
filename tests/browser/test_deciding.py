"""What waits for a person, in a browser: decided by keyboard, and nothing that axe-core minds."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments import booking, patients
from appointments.models import Appointment, Clash
from appointments.patients import Details
from fallback import outages, rekey
from fallback.rekey import Line
from tests.paper import printed_sheet
from tests.waiting import loose_page, request
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    world = build()
    page = loose_page(world, 12)
    request(
        world, page, 1, urgency="urgent", said="Chest feels tight since last night, wants today"
    )
    request(world, page, 2, patient=None, typed="carter bob 31/12", said="Back pain")
    request(world, page, 3, what="message", patient=None, typed="hughes", said="Sick note please")
    line = Line("booked", uuid.uuid4(), timezone.now() - timedelta(hours=3), typed="smth jn ?")
    rekey.set_aside(
        page.reference, page.rows.get(place=4).code, line, world.by, why="Can't be read",
        owner=world.tom, due_at=timezone.now() - timedelta(minutes=20),
    )  # fmt: skip
    booking.book(world.slot("10:00").pk, world.asks(world.bob, reason="Blood pressure"), world.by2)
    request(world, page, 5, what="booked", slot=world.slot("10:00").pk, said="Rash on both arms")
    details = Details(
        family_name="Baker", given_name="Anne", born_on=date(1971, 4, 3), kind="temporary",
        mobile_telephone="07700 900999",
    )  # fmt: skip
    new = patients.register(details, world.by, despite_alike=True)
    request(world, page, 6, what="booked", patient=new.pk, slot=world.slot("10:30").pk)
    lost = printed_sheet(world, "11:20")
    rekey.declare_lost(lost.reference, world.by_lead, "Last seen in Dr Lane's room")
    outages.declare(
        world.by_lead, affected=["ours"], began_at=timezone.now() - timedelta(hours=5),
        template="", sentences="", reference=uuid.uuid4(),
    )  # fmt: skip
    world.extra["page"] = page
    return world


@pytest.fixture
def lead(world, sign_in):
    return sign_in("lena", world.desk1, password=PASSWORD)


def test_a_clash_is_decided_by_keyboard_and_the_other_is_rung(world, lead, axe):
    lead.goto(f"/clashes/{Clash.objects.get().pk}/")
    axe(lead)
    lead.get_by_label("CARTER, Bob (Mr) stays").press("Space")
    lead.get_by_label("10:10, Dr Lane").press("Space")
    lead.get_by_label("Why", exact=True).fill("Was booked first")
    lead.keyboard.press("Enter")
    expect(lead.get_by_role("heading", level=1)).to_have_text("Clashes to settle: 0")
    moved = Appointment.objects.get(patient=world.ann, status="booked")
    assert moved.slot == world.slot("10:10")
    lead.goto("/calls/")
    expect(lead.get_by_text("this one was moved")).to_be_visible()
    lead.get_by_role("button", name="No answer").press("Enter")
    expect(lead.get_by_text("Back to the duty clinician")).to_be_visible()
    axe(lead)
    lead.get_by_label("Duty clinician", exact=True).select_option("Dr Lane")
    lead.get_by_label("says").fill("Try the daughter, then a letter")
    lead.keyboard.press("Enter")
    expect(lead.get_by_text("Dr Lane said:")).to_be_visible()
    expect(lead.get_by_text("Back to the duty clinician")).to_have_count(0)


def test_an_urgent_request_is_told_and_filled(world, lead, axe):
    lead.goto("/outstanding/")
    axe(lead)
    lead.get_by_role("link", name="Requests to fill").press("Enter")
    axe(lead)
    lead.get_by_role("link", name="BAKER, Ann").press("Enter")
    axe(lead)
    lead.get_by_role("button", name="Told").press("Enter")
    expect(lead.get_by_text("Duty clinician told at")).to_be_visible()
    lead.get_by_label("10:10, Dr Lane").press("Space")
    lead.get_by_role("button", name="Book it").press("Enter")
    expect(lead.get_by_role("heading", level=1)).to_have_text("Set aside: 3")
    assert Appointment.objects.filter(slot=world.slot("10:10"), patient=world.ann).exists()


def test_the_other_pages_have_nothing_that_axe_minds(world, lead, axe):
    for where in ("/clashes/", "/temporary-patients/", "/loose-pages/"):
        lead.goto(where)
        axe(lead)
    lead.goto(f"/loose-pages/{world.extra['page'].pk}/")
    axe(lead)
    lead.goto(f"/diary/{world.day}/")
    expect(lead.get_by_text("doubtful: Desk 1’s lost sheet")).to_be_visible()


def test_it_works_without_scripts(world, sign_in):
    page = sign_in("lena", world.desk1, password=PASSWORD, java_script_enabled=False)
    page.goto("/temporary-patients/")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="This is the same person").click()
    expect(page.get_by_text("Everybody who was taken down on paper is matched.")).to_be_visible()
    page.goto("/set-aside/")
    page.get_by_role("button", name="Tick off").click()
    expect(page.get_by_role("heading", name="Messages: 0")).to_be_visible()
