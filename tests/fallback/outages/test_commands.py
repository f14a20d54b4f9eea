"""Declared, changed, asked after, ended and signed off by people; the log says all of it."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal
from appointments.journal import Actor
from appointments.models import JournalTouch
from appointments.refusals import (
    AlreadyThere,
    BadDetail,
    NotFound,
    NotYours,
    StillNeeded,
    WrongStatus,
)
from fallback import allotments, outages
from fallback.models import LogLine, Outage
from tests.fallback.outages.conftest import minutes_ago
from tests.world import assert_rebuilds

pytestmark = pytest.mark.django_db


def kinds(outage) -> list[str]:
    return [line.kind for line in outages.log_of(outage)]


def test_what_is_declared_stands(world, declared):
    made = declared("telephones", "internet", template="internet_and_telephones")
    assert outages.current(world.practice) == [made]
    assert (made.number, made.affected) == (1, ["internet", "telephones"])
    assert made.affected_words == "The internet and the telephones"
    assert made.declared_by == world.priya
    assert kinds(made) == ["declared", "told"]
    assert (
        "The internet and the telephones, all sites, since" in made.log.get(kind="declared").words
    )
    assert_rebuilds(world.practice)


def test_declared_twice_by_a_double_click_is_one(world, declared):
    reference = uuid.uuid4()
    assert declared(reference=reference).pk == declared(reference=reference).pk
    assert Outage.objects.count() == 1


def test_what_stands_already_is_not_declared_again(world, declared):
    declared("internet", "telephones")
    for same in ({"by": world.by2}, {"site": world.branch}):
        with pytest.raises(AlreadyThere) as refused:
            declared("internet", **same)
        assert "Outage 1: the internet and the telephones stands already" in refused.value.sentence
        assert "by Priya Shah" in refused.value.sentence
    assert declared("internet", "power").number == 2


def test_what_stands_at_one_site_may_be_declared_for_another(world, declared):
    declared("power", site=world.branch)
    assert declared("power", site=world.site).number == 2
    assert declared("power").number == 3


def test_several_outages_overlap_each_with_its_number(world, other, declared):
    first, second = declared("internet"), declared("telephones", ago=10)
    assert [each.number for each in outages.current(world.practice)] == [1, 2]
    theirs = outages.declare(other.by, ["power"], minutes_ago(5))
    assert theirs.number == 1
    outages.end(world.by, first)
    assert outages.current(world.practice) == [second]


def test_it_touches_no_day_so_no_paper_goes_stale(world, declared):
    before = JournalTouch.objects.count()
    made = declared()
    outages.say(world.by, made, "Supplier says 11:00")
    outages.end(world.by, made)
    assert JournalTouch.objects.count() == before


def test_the_journals_numbers_are_those_of_its_times(world, declared):
    with_nothing = journal.newest(world.practice)
    made = declared(began_at=timezone.now())
    assert made.journal_from == with_nothing
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    during = journal.newest(world.practice)
    over_at = timezone.now()
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    ended = outages.end(world.by, made, over_at)
    assert ended.journal_to == during


@pytest.mark.parametrize(
    "affected, began, words",
    [
        ([], 5, "Choose what is down"),
        (["coffee"], 5, "'coffee' is nothing that can be down"),
        (["power"], -5, "has not come yet"),
        (["power"], 60 * 24 * 40, "more than a month ago"),
    ],
)
def test_what_cannot_be_right_is_a_sentence(world, affected, began, words):
    with pytest.raises(BadDetail) as refused:
        outages.declare(world.by, affected, minutes_ago(began))
    assert words in refused.value.sentence
    assert not Outage.objects.exists()


def test_sentences_of_5000_characters_are_refused_and_counted(world, declared):
    with pytest.raises(BadDetail) as refused:
        declared(sentences="x" * 5_000)
    assert "5,000 characters" in refused.value.sentence
    assert not Outage.objects.exists()


def test_patients_are_only_told_what_is_true(world, declared):
    with pytest.raises(BadDetail) as refused:
        declared("power", template="telephones")
    assert refused.value.field == "template"
    made = declared("internet", template="internet")
    changed = outages.update(world.by, made, affected=["power"])
    assert changed.template == "power"
    assert made.log.filter(kind="told", words="We have no electricity.").exists()


def test_an_outage_cannot_end_before_it_began_nor_in_the_future(world, declared):
    made = declared(ago=30)
    with pytest.raises(BadDetail) as refused:
        outages.end(world.by, made, minutes_ago(31))
    assert "so it can't have been over at" in refused.value.sentence
    with pytest.raises(BadDetail, match="bad_detail"):
        outages.end(world.by, made, timezone.now() + timedelta(minutes=5))
    assert outages.current(world.practice) == [made]


def test_over_is_said_once(world, declared):
    made = declared(ago=30)
    first = outages.end(world.by, made, minutes_ago(10))
    again = outages.end(world.by2, made, minutes_ago(2))
    assert (again.ended_at, again.ended_by) == (first.ended_at, world.priya)
    with pytest.raises(WrongStatus, match="wrong_status"):
        outages.still_so(world.by, made)
    with pytest.raises(WrongStatus, match="wrong_status"):
        outages.update(world.by, made, template="")


def test_changing_it_is_logged_and_what_patients_are_told_apart(world, declared):
    made = declared("internet", template="internet")
    outages.update(world.by2, made, affected=["power"], site=world.branch)
    changed = made.log.get(kind="changed")
    assert changed.words.startswith("The power, Hill Branch, since")
    assert changed.by == world.tom
    outages.update(world.by2, made, template="power", sentences="  Flu clinic goes on.  ")
    made.refresh_from_db()
    assert (made.template, made.sentences) == ("power", "Flu clinic goes on.")
    assert made.worded_at > made.declared_at
    assert kinds(made) == ["declared", "told", "changed", "told", "told"]
    before = journal.newest(world.practice)
    outages.update(world.by2, made, affected=["power"], site=world.branch, template="power")
    assert journal.newest(world.practice) == before


def test_a_new_start_has_its_own_journal_number(world, declared):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    made = declared(began_at=timezone.now())
    assert made.journal_from == journal.newest(world.practice) - 1
    changed = outages.update(world.by, made, began_at=minutes_ago(60))
    assert changed.journal_from == 0
    with pytest.raises(BadDetail, match="bad_detail"):
        outages.update(world.by, made, began_at=timezone.now() + timedelta(hours=1))


def test_still_so_is_asked_every_hour(world, declared):
    made = declared()
    assert not outages.asks_whether_still_so(made)
    later = timezone.now() + timedelta(minutes=61)
    assert outages.asks_whether_still_so(made, later)
    Outage.objects.update(still_so_at=minutes_ago(70))
    again = outages.still_so(world.by2, made)
    assert not outages.asks_whether_still_so(again)
    assert again.still_so_by == world.tom
    assert not outages.asks_whether_still_so(outages.end(world.by, made), later)


def test_the_log_takes_lines_of_earlier_and_after_its_end(world, declared):
    made = declared()
    at = minutes_ago(40)
    said = outages.say(world.by, made, " Supplier says 11:00 ", at=at)
    assert (said.words, said.at, said.by) == ("Supplier says 11:00", at, world.priya)
    assert outages.log_of(made)[0] == said
    outages.end(world.by, made)
    outages.say(world.by, made, "Report number 1234")
    reference = uuid.uuid4()
    for _ in range(2):
        outages.say(world.by, made, "once", reference=reference)
    assert made.log.filter(words="once").count() == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 501])
def test_a_line_of_the_log_is_neither_empty_nor_endless(world, declared, words):
    made = declared()
    with pytest.raises(BadDetail, match="bad_detail"):
        outages.say(world.by, made, words)
    with pytest.raises(BadDetail, match="bad_detail"):
        outages.say(world.by, made, "so", at=timezone.now() + timedelta(minutes=2))
    assert not LogLine.objects.filter(kind="said").exists()


def test_signing_off_is_the_leads_and_only_at_zero(world, declared):
    made = declared()
    with pytest.raises(NotYours, match="not_yours"):
        outages.sign_off(world.by, made, left=0)
    with pytest.raises(WrongStatus, match="wrong_status"):
        outages.sign_off(world.by_lead, made, left=0)
    outages.end(world.by, made)
    assert outages.to_sign_off(world.practice) == [made]
    with pytest.raises(StillNeeded) as refused:
        outages.sign_off(world.by_lead, made, left=1)
    assert refused.value.sentence.startswith("1 thing is not done yet")
    done = outages.sign_off(world.by_lead, made, left=0)
    assert outages.sign_off(world.by_manager, made, left=3).signed_off_by == done.signed_off_by
    assert outages.to_sign_off(world.practice) == []
    assert_rebuilds(world.practice)


def test_another_practices_outage_is_not_found(world, other, declared):
    made = declared()
    for command in (outages.still_so, outages.end, outages.update):
        with pytest.raises(NotFound, match="not_found"):
            command(other.by, made)


def test_sharing_out_rests_while_an_outage_stands(world, declared):
    made = declared()
    assert allotments.share_out(world.practice, world.site, world.day) == 0
    outages.end(world.by, made)
    assert allotments.share_out(world.practice, world.site, world.day) > 0


def test_prepare_still_shares_out_everything_while_an_outage_stands(world, declared):
    declared()
    assert allotments.share_out_all(world.by_lead, world.site, [world.day]) > 0


def test_the_program_itself_may_not_sign_off(world, declared):
    made = declared()
    outages.end(world.by, made)
    with pytest.raises(NotYours, match="not_yours"):
        outages.sign_off(Actor(world.practice), made, left=0)
