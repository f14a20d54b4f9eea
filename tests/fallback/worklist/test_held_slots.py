"""Held slots and their blocks in the clinical system: commands, page, loads, paper, readiness."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking
from appointments.imports.slots import Ours, Theirs, decide
from appointments.models import Slot
from fallback import allotments, blocking, continuity, plans
from fallback.paper import making
from tests.fallback.worklist.conftest import beside
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    """Two of Dr Lane's slots held for Desk 1, one on paper and one on its screen."""
    beside(world)
    slots = [world.slot("10:00").pk, world.slot("10:10").pk]
    booking.keep(slots[:1], world.desk1, "paper", world.by)
    booking.keep(slots[1:], world.desk1, "screen", world.by)
    return slots


def left(world):
    return allotments.left_to_sell(world.practice, world.site, world.day)[world.desk1.pk]


def lists(world):
    found = blocking.read(world.practice, timezone.now())
    return [
        [at for group in groups for _, at in group.times]
        for groups in (found.to_block, found.to_free, found.blocked)
    ]


def test_only_what_is_blocked_there_counts_as_the_desks_own(world, held):
    assert left(world)[1:] == (0, 0)
    assert booking.blocked_there(held[:1], world.by) == 1
    assert booking.blocked_there(held[:1], world.by) == 0
    assert left(world)[1:] == (0, 1)
    assert lists(world) == [["10:10"], [], ["10:00"]]


def test_where_ours_is_the_book_all_held_slots_count(world):
    plans.change_plan(world.by_manager, beside_clinical_system=False)
    booking.keep([world.slot("10:00").pk], world.desk1, "paper", world.by)
    assert left(world).on_paper == 1
    assert not blocking.read(world.practice, timezone.now()).is_beside


def test_a_slot_let_go_of_is_to_be_freed_there(world, held):
    booking.blocked_there(held, world.by)
    booking.let_go(held[1:], world.by_lead, "Needed")
    assert lists(world) == [[], ["10:10"], ["10:00"]]
    assert booking.free_there(held[1:], world.by) == 1
    assert lists(world) == [[], [], ["10:00"]]


def test_whoever_is_booked_is_the_worklists_own_line(world, held):
    booking.blocked_there(held, world.by)
    booking.let_go(held, world.by_lead, "Needed")
    booking.book(held[0], world.asks(world.ann), world.by)
    assert lists(world) == [[], ["10:10"], []]


def test_a_slot_that_is_not_held_can_not_be_ticked(world, held):
    assert booking.blocked_there([world.slot("10:20").pk], world.by) == 0


def loaded(slot_id, *, blocked):
    """Give what a load would write of a slot."""
    slot = Slot.objects.select_related("session", "slot_type").get(pk=slot_id)
    values = {"starts_at": slot.starts_at, "minutes": slot.minutes, "mode": slot.mode}
    theirs = Theirs("guid", "new", slot.session, slot.slot_type, values, blocked)
    return decide(theirs, Ours(slot), timezone.now()).values


def test_a_load_does_not_block_here_what_was_blocked_there_for_us(world, held):
    booking.blocked_there(held[:1], world.by)
    assert not loaded(held[0], blocked=True).get("blocked_at")
    assert loaded(held[1], blocked=True)["blocked_at"]


def test_a_load_that_says_it_is_free_there_takes_the_tick_back(world, held):
    booking.blocked_there(held[:1], world.by)
    assert loaded(held[0], blocked=False)["blocked_there_at"] is None
    assert "blocked_there_at" not in loaded(held[0], blocked=None)


def test_the_sheet_says_which_rows_may_be_sold_there(world, held):
    def said():
        made = making.make(world.practice, world.site, world.day)
        (sheet,) = [
            one.document for one in made.rendered
            if one.document.kind == "sheet" and one.document.desk_id == world.desk1.pk
        ]  # fmt: skip
        rows = [r for d in sheet.data["days"] for s in d["sections"] for r in s["rows"]]
        return {row["time"]: row["unsure"] for row in rows}, made.mark

    before, mark = said()
    assert before["10:00"] is True
    booking.blocked_there(held[:1], world.by)
    after, newer = said()
    assert after["10:00"] is False
    assert newer != mark


def test_readiness_names_held_slots_that_can_still_be_sold_there(world, held):
    now = world.slot("10:00").starts_at - timedelta(hours=1)
    words = "can still be sold in the clinical system"
    assert any(words in problem for problem in continuity.check(world.practice, now).problems)
    booking.blocked_there(held, world.by)
    assert not any(words in problem for problem in continuity.check(world.practice, now).problems)


def test_the_page_ticks_single_slots_and_whole_sessions(reception, world, held):
    page = reception.get("/worklist/held-slots/").content.decode()
    assert "2 to see to" in page
    assert "Held slots to block or free there" in reception.get("/worklist/").content.decode()
    answer = reception.post("/worklist/held-slots/blocked/", {"slot": [str(held[0])]})
    assert answer.status_code == 303
    assert lists(world)[2] == ["10:00"]
    session = world.slot("10:00").session_id
    reception.post("/worklist/held-slots/blocked/", {"all_of": str(session)})
    assert lists(world)[2] == ["10:00", "10:10"]
    reception.post("/worklist/held-slots/freed/", {"slot": [str(held[1])]})
    assert lists(world)[0] == ["10:10"]
    assert world.slot("10:00").blocked_there_by == world.priya


def test_nonsense_and_other_practices_slots_change_nothing(reception, world, held):
    other = build("B99999", home=False)
    booking.keep([other.slot("10:00").pk], other.desk1, "paper", other.by)
    sent = {"slot": ["x", str(other.slot("10:00").pk)], "all_of": "nonsense"}
    assert reception.post("/worklist/held-slots/blocked/", sent).status_code == 303
    assert Slot.objects.filter(blocked_there_at__isnull=False).count() == 0


def test_reading_is_by_get_and_ticking_by_post(reception):
    assert reception.post("/worklist/held-slots/").status_code == 405
    assert reception.get("/worklist/held-slots/blocked/").status_code == 405


def test_clinicians_do_not_see_it(client, world):
    said = {"username": world.doctor.username, "password": PASSWORD, "desk": "1"}
    client.post("/sign-in/", said)
    assert client.get("/worklist/held-slots/").status_code == 403
