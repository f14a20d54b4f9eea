from dataclasses import fields
from datetime import timedelta
from itertools import combinations

import pytest

from appointments import practices
from fallback import outages, telling
from fallback.models import Outage
from fallback.telling import Notice, advice, notice
from tests.world import at, build

RING = "01632 960100"


def test_all_is_well(told, noon):
    said = told()
    assert (said.state, said.template, said.heading) == ("well", "", "We are open as usual")
    assert said.sentences == (
        "Come to your appointment unless we have told you otherwise.",
        "You can ring us as usual.",
        f"If it is urgent, ring us on {RING}. If nobody answers, use 111.nhs.uk or call 111.",
        "In an emergency, call 999.",
    )
    assert (said.updated_at, said.next_at, said.since) == (noon, None, None)


def test_at_night_nobody_is_asked_to_ring(told, world):
    said = told(now=at(world.day, "06:00"))
    assert said.heading == "We are closed now"
    assert said.works[0].startswith("We open at 8am on ")
    assert said.telephone == ""
    assert RING not in " ".join(said.sentences)
    assert said.urgent[0] == "If you need help before we open, use 111.nhs.uk or call 111."


def test_an_outage_says_what_happened_what_works_and_where_to_turn(told, down, noon):
    said = told(down("internet", sentences="Flu clinic: come as usual.\nParking is full."))
    assert said.state == "outage"
    assert said.template == "internet"
    assert said.heading == "Our internet connection is not working"
    assert said.happened[0].startswith("This began at 11am on ")
    assert said.works == (
        "We are open and can see you.",
        "Come to your appointment unless we have told you otherwise.",
        "You can ring us as usual.",
        "Things may take longer than usual.",
    )
    assert said.own == ("Flu clinic: come as usual.", "Parking is full.")
    assert RING in said.urgent[0]
    assert said.since == noon - timedelta(hours=1)


def test_nobody_rings_while_the_telephones_are_out(told, down):
    said = told(down("telephones"))
    assert "You cannot reach us by telephone." in said.works
    assert said.telephone == ""
    assert said.urgent[0].startswith("If it is urgent, come to the surgery, or use 111")


def test_nobody_comes_to_a_building_that_is_shut(told, down, world):
    said = told(down("building"))
    assert said.heading == "The surgery is closed"
    assert said.works[0] == "Do not come to the surgery unless we have told you to."
    assert "Come to your appointment" not in " ".join(said.sentences)
    assert "We are open" not in " ".join(said.sentences)
    assert said.today == (("Harbour Surgery", "closed for now"),)
    assert said.waiting == said.works


def test_at_night_an_outage_says_that_it_is_closed(told, down, world):
    said = told(down("internet"), now=at(world.day, "06:00"))
    assert said.works[0] == "We are closed now."
    assert said.works[1].startswith("We open at 8am on ")


def test_a_shut_building_promises_no_opening(told, down, world):
    said = told(down("building"), now=at(world.day, "06:00"))
    assert said.works[:2] == (
        "We are closed now.",
        "Do not come to the surgery unless we have told you to.",
    )


def test_a_building_that_is_shut_in_part_is_open(told, down):
    said = told(down("building", template="part_of_building"))
    assert said.heading == "Part of our building is closed"
    assert "We are open and can see you." in said.works


def test_one_sites_trouble_is_not_the_others(told, down, world):
    said = told(down("building", site=world.branch))
    assert said.heading == "Hill Branch is closed"
    assert said.works[:3] == (
        "Do not come to Hill Branch unless we have told you to.",
        "If you have an appointment there, we will contact you as soon as we can.",
        "If your appointment is at Harbour Surgery, come unless we have told you otherwise.",
    )
    assert RING in said.urgent[0]


def test_where_one_sites_telephones_are_out_the_other_is_rung(told, down, world):
    said = told(down("telephones", site=world.site))
    assert said.heading == "Our telephones at Harbour Surgery are not working"
    assert said.telephone == "01632 960101"
    assert "You cannot reach Harbour Surgery by telephone." in said.works
    assert "Ring 01632 960101 instead." in said.works
    assert "ring us on 01632 960101" in said.urgent[0]


def test_two_outages_are_both_said(told, down, world):
    said = told(down("internet"), down("building", site=world.branch, ago=90))
    assert said.heading == "Hill Branch is closed. Our internet connection is not working"
    assert said.happened[0].startswith("Hill Branch has been closed since 10:30am on ")
    assert said.happened[1].startswith("Our internet connection has not worked since 11am on ")
    assert said.template == "several"
    assert said.since == at(world.day, "10:30")


def test_what_explains_the_rest_stands_alone_in_the_heading(told, down):
    said = told(down("telephones"), down("power", ago=30))
    assert (said.heading, said.template) == ("We have no electricity", "power")
    assert "You cannot reach us by telephone." in said.works


def test_more_than_two_are_several(told, down):
    said = told(down("telephones"), down("internet"), down("clinical_system"))
    assert said.heading == "Several of our systems are not working"


def test_the_same_twice_is_said_once(told, down):
    said = told(down("internet", sentences="Hello."), down("internet", sentences="Hello."))
    assert said.heading == "Our internet connection is not working"
    assert said.own == ("Hello.",)
    assert len(said.sentences) == len(set(said.sentences))


def test_an_outage_that_tells_patients_nothing_is_not_told(told, down):
    assert told(down("clinical_system", template="")).state == "well"


def test_the_next_word_comes_an_hour_after_the_last(told, down, noon):
    said = told(down("internet"))
    assert said.updated_at == noon - timedelta(minutes=10)
    assert said.updated_words.startswith("11:50am on ")
    assert said.next_words == "12:50pm"


def test_of_two_the_one_that_was_confirmed_longest_ago_is_due_first(told, down, noon):
    late = down("internet")
    late.still_so_at = late.worded_at = noon - timedelta(minutes=40)
    said = told(late, down("telephones"))
    assert said.next_at == noon + timedelta(minutes=20)


def test_a_word_that_is_overdue_is_not_promised_again(told, down, noon):
    said = told(down("internet"), now=noon + timedelta(hours=2))
    assert (said.next_at, said.next_words) == (None, "")


def test_a_word_due_after_midnight_says_the_day(told, down, noon):
    late = down("internet")
    late.still_so_at = noon + timedelta(hours=11, minutes=30)
    said = told(late, now=late.still_so_at)
    assert said.next_words.startswith("12:30am on ")


def test_days_that_differ_are_listed_from_tomorrow_on(told, world):
    tomorrow = world.day + timedelta(days=1)
    for day in (world.day, tomorrow):
        practices.add_closure(world.by_manager, day, "Training")
    said = told()
    assert [day.day for day in said.unusual] == [tomorrow]
    assert said.today == (("Harbour Surgery", "closed"),)


def test_a_practice_without_telephone_or_hours(db):
    world = build()
    for site in (world.site, world.branch):
        practices.amend_site(site.pk, world.by_manager, telephone="")
    said = notice(world.practice, at(world.day, "03:00"))
    assert (said.heading, said.hours, said.today) == ("We are working as usual", (), ())
    assert said.urgent[0].startswith("If it is urgent, ring us. If nobody answers")


def test_it_is_the_practices_own_outages_that_count(world, noon):
    other = build("G82002", home=False)
    outages.declare(other.by, ["power"], noon - timedelta(days=2), template="power")
    assert notice(world.practice, noon).state == "well"
    mine = outages.declare(world.by, ["power"], noon - timedelta(days=2), template="power")
    assert notice(world.practice, noon).state == "outage"
    outages.end(world.by, mine, noon - timedelta(days=1, hours=23))
    assert notice(world.practice, noon).state == "well"


def test_few_questions_are_asked(world, noon, django_assert_max_num_queries):
    for name in Outage.Affected.values:
        outages.declare(world.by, [name], noon - timedelta(days=2), template=name, site=world.site)
    with django_assert_max_num_queries(5):
        notice(world.practice, noon)


EVERY = [
    some
    for count in range(1, len(Outage.Affected) + 1)
    for some in combinations(Outage.Affected.values, count)
]


@pytest.mark.parametrize("affected", EVERY, ids="+".join)
def test_no_notice_contradicts_itself(told, down, world, affected):
    for site in (None, world.site, world.branch):
        for each in telling.templates(affected):
            for clock in ("06:00", "12:00"):
                one = down(*affected, template=each.key, site=site)
                said = told(one, now=at(world.day, clock))
                words = " ".join((said.heading, *said.sentences))
                assert "{" not in words
                assert len(said.sentences) == len(set(said.sentences))
                assert advice.EMERGENCY in said.sentences
                assert "111.nhs.uk" in words
                if "telephones" in affected and not site:
                    assert "ring" not in words.lower().split()
                if clock == "06:00":
                    assert "We are open" not in words
                    assert RING not in words
                if "Do not come to the surgery" in words:
                    assert "come to your appointment" not in words.lower()


def test_nothing_but_plain_values_leaves(told, down):
    said = told(down("internet"))
    assert {field.name for field in fields(Notice)} >= {"state", "template", "hours", "own"}
    assert all(isinstance(each, str) for each in said.sentences)
