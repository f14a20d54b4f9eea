"""Sheets on real paper: in hand, binned, shredded, offered at the diary."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fallback import overview, sheets
from fallback.models import Sheet
from tests.paper import printed_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(world):
    return printed_sheet(world)


def said(sheet, what):
    return f"/paper/sheets/{sheet.pk}/{what}/"


def older(world, sheet) -> Sheet:
    """The print of the same desk and day that a newer one takes the place of."""
    at = sheet.made_at - timedelta(hours=2)
    return printed_sheet(world, "10:20", made_at=at, printed_at=at, in_hand_at=at)


def test_in_hand_is_one_tap(world, as_, sheet):
    answer = as_(world.priya).post(said(sheet, "in-hand"))
    assert (answer.status_code, answer["Location"]) == (303, "/paper/")
    sheet.refresh_from_db()
    assert sheet.in_hand_by == world.priya
    text = as_(world.priya).get("/paper/").text
    assert f"In hand: sheet <b>{sheets.shown(sheet)}</b>" in text


def test_then_it_says_what_to_strike_out_and_what_to_bin(world, as_, sheet):
    old = older(world, sheet)
    text = as_(world.priya).post(said(sheet, "in-hand")).text
    assert f"bin sheet {sheets.shown(old)}" in text.lower().replace(
        sheets.shown(old).lower(), sheets.shown(old)
    )
    assert as_(world.priya).post(said(old, "binned")).status_code == 303
    old.refresh_from_db()
    assert old.ended_as == "binned"


def test_nothing_is_binned_before_a_newer_one_is_in_hand(world, as_, sheet):
    answer = as_(world.priya).post(said(sheet, "binned"))
    assert answer.status_code == 409
    assert "No newer sheet of Desk 1 is in hand yet." in answer.text


def test_a_sheet_that_was_replaced_is_not_taken(world, as_, sheet):
    Sheet.objects.filter(pk=sheet.pk).update(ended_at=timezone.now(), ended_as="replaced")
    answer = as_(world.priya).post(said(sheet, "in-hand"))
    assert answer.status_code == 409
    assert "was replaced" in answer.text


@pytest.mark.parametrize("what", ["in-hand", "binned"])
def test_whose_it_is_and_how_it_is_said(world, other, as_, sheet, what):
    theirs = printed_sheet(other)
    assert as_(world.priya).get(said(sheet, what)).status_code == 405
    assert as_(world.priya).post(said(theirs, what)).status_code == 404
    assert as_(world.doctor).post(said(sheet, what)).status_code == 403
    theirs.refresh_from_db()
    assert theirs.in_hand_at is None


def test_a_newer_print_is_offered_on_the_desks_diary(world, as_, sheet):
    offer = f"sheet {sheets.shown(sheet)} for"
    at_desk1 = as_(world.priya).get("/diary/").text
    assert offer in at_desk1
    assert f'action="{said(sheet, "in-hand")}"' in at_desk1
    assert offer not in as_(world.tom, world.desk2).get("/diary/").text
    assert offer not in as_(world.doctor).get("/diary/").text
    sheets.take_in_hand(sheets.shown(sheet), world.by)
    assert offer not in as_(world.priya).get("/diary/").text


def test_the_old_one_is_offered_to_be_binned_once_the_newer_is_in_hand(world, as_, sheet):
    today = timezone.localdate()
    Sheet.objects.filter(pk=sheet.pk).update(day=today)
    old = older(world, sheet)
    Sheet.objects.filter(pk=old.pk).update(day=today)
    assert "is the old one" not in as_(world.priya).get("/diary/").text
    sheets.take_in_hand(sheets.shown(sheet), world.by)
    assert f"Sheet {sheets.shown(old)} for" in as_(world.priya).get("/diary/").text


def test_all_shredded_closes_yesterdays_sheets_at_once(world, as_, sheet):
    yesterday = timezone.localdate() - timedelta(days=1)
    Sheet.objects.filter(pk=sheet.pk).update(day=yesterday)
    lead = as_(world.lead)
    address = f"/paper/{world.site.pk}/{yesterday}/closing/"
    page = lead.get("/paper/").text
    assert f'<form class="tap" method="post" action="{address}">' in page
    assert lead.post(address)["Location"] == "/paper/"
    sheet.refresh_from_db()
    assert sheet.ended_as == "shredded"
    assert world.slot("10:10").kept_by is None
    assert "No sheets are on real paper." in lead.get("/paper/").text


def test_a_day_that_is_not_over_is_asked_first(world, as_, sheet):
    lead = as_(world.lead)
    address = f"/paper/{world.site.pk}/{world.day}/closing/"
    assert f'<a href="{address}">No outage' in lead.get("/paper/").text
    asked = lead.get(address).text
    assert sheets.shown(sheet) in asked
    sheet.refresh_from_db()
    assert sheet.ended_at is None
    assert lead.post(address).status_code == 303
    assert "No sheets of this day" in lead.get(address).text


def test_closing_is_the_leads(world, other, as_, sheet):
    address = f"/paper/{world.site.pk}/{world.day}/closing/"
    assert as_(world.priya).get(address).status_code == 403
    assert as_(world.priya).post(address).status_code == 403
    theirs = f"/paper/{other.site.pk}/{world.day}/closing/"
    assert as_(world.lead).post(theirs).status_code == 404
    sheet.refresh_from_db()
    assert sheet.ended_at is None


def test_tomorrows_sheet_in_hand_leaves_todays_in_use_and_yesterdays_to_be_binned(world, sheet):
    today = timezone.localdate()
    there = {sheet.pk: 1, older(world, sheet).pk: 0}
    for pk, ahead in there.items():
        at = {"day": today + timedelta(days=ahead), "in_hand_at": timezone.now()}
        Sheet.objects.filter(pk=pk).update(**at)
    _, in_hand, to_bin = overview.stages(world.practice, world.desk1)
    assert (len(in_hand), to_bin) == (2, [])
    Sheet.objects.filter(day=today).update(day=today - timedelta(days=1))
    _, in_hand, to_bin = overview.stages(world.practice, world.desk1)
    assert [len(in_hand), len(to_bin)] == [1, 1]


def test_running_lists_are_counted_only(world, as_, sheet):
    Sheet.objects.filter(pk=sheet.pk).update(kind="running", session=world.morning)
    text = as_(world.lead).get("/paper/").text
    assert "And 1 running list, which" in text
    assert sheets.shown(sheet) not in text
