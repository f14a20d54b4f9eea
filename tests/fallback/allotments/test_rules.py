"""Which slots go to which desk: the rules by themselves."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fallback.allotments.rules import PAPER, SCREEN, DealtSlot, Shares, decide

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ONE_EACH = Shares(on_screen=1, on_paper=1)
DESKS = [uuid.UUID(int=n) for n in range(1, 4)]
ROUTINE, REVIEW = uuid.uuid4(), uuid.uuid4()


def session(count, *, kind=(ROUTINE, "face_to_face"), kept=None, stays=(), may_not_stay=()):
    """Slots of ten minutes from nine; `kept` says who has which: {index: (desk, on)}."""
    whole, kept = uuid.uuid4(), kept or {}
    return [
        DealtSlot(
            id=uuid.uuid4(),
            session_id=whole,
            starts_at=NINE + timedelta(minutes=10 * n),
            kind=kind,
            kept_by=kept.get(n, (None, ""))[0],
            kept_on=kept.get(n, (None, ""))[1],
            may_be_kept=n not in kept,
            may_stay=n in kept and n not in may_not_stay,
            stays=n in stays,
        )
        for n in range(count)
    ]


def dealt(slots, shares=ONE_EACH, desks=DESKS, rows=120, clinicians=None):
    return decide(slots, desks, shares, clinicians=clinicians or {}, rows_on_paper=rows)


def after(slots, decision):
    """The slots as they are once the decision has been carried out; what is over is left out."""
    slots = [slot for slot in slots if slot.may_stay or slot.stays or slot.kept_by is None]
    given_ = dict.fromkeys(decision.let_go, (None, "")) | decision.keep
    return [
        slot._replace(
            kept_by=given_[slot.id][0],
            kept_on=given_[slot.id][1],
            may_be_kept=given_[slot.id][0] is None,
            may_stay=given_[slot.id][0] is not None,
        )
        if slot.id in given_
        else slot
        for slot in slots
    ]


def test_of_a_session_the_latest_two_are_dealt_one_on_screen_and_one_on_paper():
    slots = session(5)
    assert dealt(slots).keep == {slots[4].id: (DESKS[0], PAPER), slots[3].id: (DESKS[1], SCREEN)}


def test_one_slot_of_a_session_stays_open():
    slots = session(2)
    assert list(dealt(slots).keep.values()) == [(DESKS[0], PAPER)]
    assert dealt(session(1)).keep == {}


def test_what_is_in_hand_counts_as_open_but_is_not_dealt():
    slots = session(3)
    slots[2] = slots[2]._replace(may_be_kept=False)
    assert set(dealt(slots).keep) == {slots[0].id, slots[1].id}


def test_when_nothing_is_open_one_is_let_go_those_on_screen_first():
    slots = session(2, kept={0: (DESKS[0], PAPER), 1: (DESKS[1], SCREEN)})
    decision = dealt(slots)
    assert decision.let_go == [slots[1].id]
    slots = session(1, kept={0: (DESKS[0], PAPER)})
    assert dealt(slots).let_go == [slots[0].id]


def test_while_an_open_slot_is_left_nothing_is_let_go():
    slots = session(3, kept={1: (DESKS[0], PAPER), 2: (DESKS[1], SCREEN)})
    assert not any(dealt(slots))


def test_what_must_stay_is_never_let_go():
    slots = session(2, kept={0: (DESKS[0], PAPER), 1: (DESKS[1], SCREEN)}, stays={0, 1})
    assert not any(dealt(slots))
    slots = session(3, kept=dict.fromkeys(range(3), (DESKS[0], PAPER)), stays={0, 1, 2})
    assert dealt(slots, Shares(0, 0)).let_go == []


def test_what_can_not_be_sold_any_more_is_let_go_unless_it_must_stay():
    kept = {0: (DESKS[0], PAPER), 1: (DESKS[0], PAPER), 2: (DESKS[1], SCREEN)}
    slots = session(6, kept=kept, may_not_stay={0, 1}, stays={1})
    decision = dealt(slots)
    assert decision.let_go == [slots[0].id]
    assert set(decision.keep.values()) == {(DESKS[0], PAPER)}  # neither counts for the share


def test_what_a_desk_had_that_is_closed_goes_to_the_others_at_once():
    slots = session(4, kept={2: (DESKS[2], SCREEN), 3: (DESKS[2], PAPER)})
    decision = dealt(slots, desks=DESKS[:2])
    assert decision.let_go == [slots[2].id, slots[3].id]
    assert set(decision.keep.values()) == {(DESKS[0], PAPER), (DESKS[1], SCREEN)}
    assert not any(dealt(after(slots, decision), desks=DESKS[:2]))


def test_more_than_the_shares_is_let_go_the_earliest_first():
    slots = session(6, kept=dict.fromkeys(range(4), (DESKS[0], SCREEN)))
    decision = dealt(slots, Shares(2, 0))
    assert decision.let_go == [slots[0].id, slots[1].id]


def test_shares_that_move_from_screen_to_paper_are_moved_in_one_go():
    slots = session(3, kept=dict.fromkeys(range(3), (DESKS[0], SCREEN)))
    shares = Shares(on_screen=0, on_paper=2)
    decision = dealt(slots, shares)
    assert {on for _, on in decision.keep.values()} == {PAPER}
    assert not any(dealt(after(slots, decision), shares))


def test_everything_is_dealt_when_it_is_wanted_evenly_and_stays_so():
    slots = session(12) + session(9)
    decision = dealt(slots, None)
    assert len(decision.keep) == 21
    shares = Counter(decision.keep.values())
    assert len(shares) == 6
    assert max(shares.values()) - min(shares.values()) <= 1
    assert not any(dealt(after(slots, decision), None))


def test_a_desk_gets_no_more_on_paper_than_its_sheet_takes():
    decision = dealt(session(40), None, desks=DESKS[:1], rows=5)
    assert Counter(on for _, on in decision.keep.values()) == {PAPER: 5, SCREEN: 35}
    sessions = [slot for _ in range(8) for slot in session(4)]
    decision = dealt(sessions, desks=DESKS[:1], rows=5)
    assert Counter(on for _, on in decision.keep.values()) == {PAPER: 5, SCREEN: 8}


def test_without_desks_nothing_is_dealt():
    assert not any(dealt(session(5), desks=[]))
    assert not any(dealt(session(5), None, desks=[]))


def test_all_desks_get_alike_of_each_clinician():
    clinicians, slots = {}, []
    for who in (uuid.uuid4(), uuid.uuid4()):
        for _ in range(6):
            slots += (new := session(10))
            clinicians[new[0].session_id] = [who]
    keep = dealt(slots, clinicians=clinicians).keep
    of = {slot.id: clinicians[slot.session_id][0] for slot in slots}
    assert set(Counter((desk, on) for desk, on in keep.values()).values()) == {4}
    assert set(Counter((desk, of[pk]) for pk, (desk, _) in keep.items()).values()) == {4}


def test_all_kinds_are_dealt_in_proportion():
    """A quarter of each session is telephone: so is a quarter of what is dealt, never only the
    latest of each session."""
    slots = []
    for _ in range(8):
        new = session(8)
        slots += new[:6] + [slot._replace(kind=(ROUTINE, "telephone")) for slot in new[6:]]
    keep = dealt(slots).keep
    modes = Counter(slot.kind[1] for slot in slots if slot.id in keep)
    assert modes == {"face_to_face": 12, "telephone": 4}


@st.composite
def site_days(draw):
    slots = []
    for _ in range(draw(st.integers(0, 4))):
        count = draw(st.integers(1, 6))
        of = st.tuples(st.sampled_from(DESKS), st.sampled_from([SCREEN, PAPER]))
        kept = draw(st.dictionaries(st.integers(0, count - 1), of))
        some = st.sets(st.sampled_from(sorted(kept))) if kept else st.just(set())
        kind = draw(st.sampled_from([(ROUTINE, "telephone"), (REVIEW, "face_to_face")]))
        slots += session(count, kind=kind, kept=kept, stays=draw(some), may_not_stay=draw(some))
    return slots


SHARES = st.none() | st.builds(Shares, st.integers(0, 3), st.integers(0, 3))


@given(site_days(), SHARES, st.integers(0, 4), st.integers(0, 3))
def test_shared_out_twice_changes_nothing(slots, shares, rows, desks):
    decision = dealt(slots, shares, DESKS[:desks], rows)
    assert not any(dealt(after(slots, decision), shares, DESKS[:desks], rows))


@given(site_days(), SHARES)
def test_nothing_that_must_stay_is_touched_and_nothing_is_dealt_twice(slots, shares):
    decision = dealt(slots, shares)
    staying = {slot.id for slot in slots if slot.stays}
    held = {slot.id for slot in slots if slot.kept_by}
    assert not staying & (set(decision.let_go) | decision.keep.keys())
    assert decision.keep.keys() & held <= set(decision.let_go)
    assert len(decision.let_go) == len(set(decision.let_go))


@given(site_days(), st.builds(Shares, st.integers(0, 3), st.integers(0, 3)))
def test_a_session_with_anything_to_sell_has_something_open(slots, shares):
    """No patient is turned away because of slots that could be let go."""
    end = after(slots, dealt(slots, shares))
    for whole in {slot.session_id for slot in end}:
        own = [slot for slot in end if slot.session_id == whole]
        movable = [slot for slot in own if slot.kept_by and not slot.stays]
        assert any(slot.kept_by is None for slot in own) or not movable
