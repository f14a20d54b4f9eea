"""The plan, and which slot types are dealt out."""

import pytest

from appointments import journal
from appointments.models import SlotType
from appointments.refusals import NotFound, NotYours
from fallback import plans
from fallback.models import Plan
from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


def test_a_plan_is_there_before_anybody_made_one_and_looking_writes_nothing(world):
    before = journal.newest(world.practice)
    plan = plans.plan_of(world.practice)
    assert (plan.shares_on_screen, plan.shares_on_paper) == (1, 1)
    assert journal.newest(world.practice) == before
    assert not Plan.objects.exists()


def test_a_manager_changes_the_plan_and_what_shows_on_paper_makes_it_stale(world):
    plans.change_plan(world.by_manager, shares_on_paper=2)
    assert plans.plan_of(world.practice).shares_on_paper == 2
    number, _ = journal.newest_for(world.practice.pk, world.site.pk, world.day)
    assert number == journal.newest(world.practice)
    plans.change_plan(world.by_manager, passwords_lie="In the safe")
    assert plans.plan_of(world.practice).passwords_lie == "In the safe"
    assert journal.newest_for(world.practice.pk, world.site.pk, world.day)[0] == number
    assert Plan.objects.count() == 1


def test_changing_the_plan_to_what_it_is_writes_nothing(world):
    plans.change_plan(world.by_manager, shares_on_paper=2)
    before = journal.newest(world.practice)
    plans.change_plan(world.by_manager, shares_on_paper=2)
    assert journal.newest(world.practice) == before


def test_only_a_manager_changes_the_plan_or_what_is_dealt(world):
    with pytest.raises(NotYours):
        plans.change_plan(world.by_lead, shares_on_paper=2)
    with pytest.raises(NotYours):
        plans.deal_type(world.by_lead, world.routine.pk, False)


def test_the_managers_tick_decides(world):
    assert plans.types_of(world.practice) == {world.routine: True}
    plans.deal_type(world.by_manager, world.routine.pk, False)
    assert plans.types_of(world.practice) == {world.routine: False}
    plans.deal_type(world.by_manager, world.routine.pk, True)
    before = journal.newest(world.practice)
    plans.deal_type(world.by_manager, world.routine.pk, True)
    assert plans.types_of(world.practice) == {world.routine: True}
    assert journal.newest(world.practice) == before


def test_another_practices_slot_type_is_none_of_ours(world):
    other = build("G82002", home=False)
    with pytest.raises(NotFound):
        plans.deal_type(world.by_manager, other.routine.pk, False)


def test_retired_types_are_not_dealt(world):
    SlotType.objects.update(retired_on=world.day.replace(year=2020))
    assert plans.types_of(world.practice) == {}


@pytest.mark.parametrize(
    "name", ["Urgent", "URGENT - GP", "Duty triage", "Same-day", "On the day", "Emergency slot"]
)
def test_slots_for_urgent_cases_are_left_out_by_default(name):
    assert not plans.is_dealt_by_default(name)


@pytest.mark.parametrize(
    "name", ["Routine", "Non-urgent", "Not urgent", "Routine, 48 hours before", "Telephone", ""]
)
def test_all_others_are_dealt_by_default(name):
    assert plans.is_dealt_by_default(name)
