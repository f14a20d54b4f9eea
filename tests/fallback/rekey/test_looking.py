"""A second look: by another person, held against the paper; what differs comes back."""

from uuid import uuid4

import pytest

from appointments.refusals import (
    ChangedMeanwhile,
    NeedsReason,
    NotFound,
    NotYours,
    StillNeeded,
    WrongStatus,
)
from fallback import plans, rekey
from fallback.models import Entry, SecondLook, Sheet
from fallback.rekey import looking, looks
from tests.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_all(world):
    plans.change_plan(world.by_manager, second_look=10)


@pytest.fixture
def keyed(world, of_all, rows, key):
    """A row that Priya keyed."""
    return key(rows("slot")[0], patient=world.ann.pk)


def test_off_unless_it_is_set(world, sheet, rows, key):
    key(rows("slot")[0], patient=world.ann.pk)
    assert looks.waiting(world.practice) == []
    rekey.leave_rest(sheet.reference, world.by)
    assert rekey.sign_off(sheet.reference, world.by).ended_as == Sheet.End.DONE


def test_another_person_agrees(world, sheet, keyed):
    (waits,) = looks.by_sheet(world.practice, world.tom)
    assert (waits.sheet, waits.to_look, waits.own, waits.back) == (sheet, 1, 0, 0)
    (own,) = looks.by_sheet(world.practice, world.priya)
    assert (own.to_look, own.own) == (0, 1)
    with pytest.raises(NotYours):
        looking.agree(keyed.pk, world.by)
    look = looking.agree(keyed.pk, world.by2)
    assert look == looking.agree(keyed.pk, world.by2)
    assert (look.agrees, look.looked_by) == (True, world.tom)
    assert looks.by_sheet(world.practice, world.tom) == []


def test_what_differs_comes_back_and_stands(world, sheet, keyed):
    with pytest.raises(NeedsReason):
        looking.differ(keyed.pk, " ", world.by2)
    look = looking.differ(keyed.pk, "Baker, not Barker", world.by2)
    assert list(looks.came_back(world.practice)) == [look]
    assert looks.waiting(world.practice) == []
    with pytest.raises(NotYours) as refused:
        looking.answer(look.pk, "fine", world.by2)
    assert refused.value.sentence == "Priya Shah answers this one."
    with pytest.raises(NeedsReason):
        looking.answer(look.pk, "", world.by)
    looking.answer(look.pk, "It is Baker: her card says so", world.by)
    looking.answer(look.pk, "Sent again", world.by)
    look.refresh_from_db()
    assert (look.answer, look.answered_by) == ("It is Baker: her card says so", world.priya)
    (line,) = looks.of_sheet(sheet, world.tom).written  # once more
    assert (line.entry, line.looks) == (keyed, [look])
    looking.agree(keyed.pk, world.by2)
    assert looks.waiting(world.practice) == []


def test_what_differs_is_keyed_anew(world, sheet, rows, key, keyed):
    look = looking.differ(keyed.pk, "Is Carter", world.by2)
    rekey.take_back(keyed.pk, world.by)
    assert not looks.came_back(world.practice)
    with pytest.raises(NotFound):
        looking.answer(look.pk, "Too late", world.by)
    with pytest.raises(NotFound):
        looking.agree(keyed.pk, world.by2)
    anew = key(keyed.row, patient=world.bob.pk)
    assert looks.waiting(world.practice) == [anew]


def test_a_row_that_differed_once_is_looked_at_whatever_the_sample(world, rows, key, of_all):
    row = next(row for row in rows("slot") if not looks.is_chosen(row.pk, 1))
    wrong = key(row, patient=world.ann.pk)
    looking.differ(wrong.pk, "Is Carter", world.by2)
    plans.change_plan(world.by_manager, second_look=1)
    rekey.take_back(wrong.pk, world.by)
    anew = key(row, patient=world.bob.pk)
    assert looks.waiting(world.practice) == [anew]


def test_the_outage_lead_answers_for_somebody_who_has_gone_home(world, keyed):
    look = looking.differ(keyed.pk, "Is Carter", world.by2)
    assert looking.answer(look.pk, "Rang him", world.by_lead).answered_by == world.lead


def test_nobody_answers_their_own_look(world, keyed):
    look = looking.differ(keyed.pk, "Is Carter", world.by_lead)
    with pytest.raises(NotYours):
        looking.answer(look.pk, "No, it is right", world.by_lead)


def test_pressed_too_quickly(world, keyed):
    looking.agree(keyed.pk, world.by2)
    assert looking.differ(keyed.pk, "No: is Carter", world.by2).agrees is False
    assert SecondLook.objects.count() == 1
    assert looking.agree(keyed.pk, world.by2).differs == ""


def test_two_look_at_the_same_row(world, keyed):
    looking.agree(keyed.pk, world.by2)
    with pytest.raises(ChangedMeanwhile) as refused:
        looking.differ(keyed.pk, "x", world.by_lead)
    assert refused.value.sentence.startswith("Tom Reid has looked at row")


def test_blank_rows_with_one_key(world, sheet, of_all, rows, key):
    mine = key(rows("slot")[0], "nothing", by=world.by2)
    rekey.leave_rest(sheet.reference, world.by)
    assert looking.agree_blank(sheet, world.by2) == sheet.rows.count() - 1
    assert looking.agree_blank(sheet, world.by2) == 0
    assert [e.pk for e in looks.waiting(world.practice)] == [mine.pk]  # Tom's: not his to confirm


def test_signing_off_waits_for_the_looks(world, sheet, keyed):
    rekey.leave_rest(sheet.reference, world.by)
    with pytest.raises(StillNeeded) as refused:
        rekey.sign_off(sheet.reference, world.by)
    assert "wait for a second look" in refused.value.sentence
    looking.agree_blank(sheet, world.by2)
    look = looking.differ(keyed.pk, "Is Carter", world.by2)
    with pytest.raises(StillNeeded) as refused:
        rekey.sign_off(sheet.reference, world.by)
    assert "1 row of sheet" in refused.value.sentence
    assert "came back" in refused.value.sentence
    looking.answer(look.pk, "It is Baker", world.by)
    looking.agree(keyed.pk, world.by_lead)
    assert rekey.sign_off(sheet.reference, world.by).ended_as == Sheet.End.DONE
    with pytest.raises(WrongStatus):
        looking.differ(keyed.pk, "Too late", world.by2)


def test_a_sample_is_by_chance_and_stays(world, sheet, rows, key):
    plans.change_plan(world.by_manager, second_look=3)
    rekey.leave_rest(sheet.reference, world.by)
    chosen = {e.row_id for e in looks.waiting(world.practice)}
    assert chosen == {r.pk for r in sheet.rows.all() if looks.is_chosen(r.pk, 3)}
    assert len(chosen) < Entry.objects.count()


def test_a_sample_is_of_the_size_that_was_set():
    ids = [uuid4() for _ in range(20_000)]
    for of_ten in (0, 1, 3, 10):
        assert abs(sum(looks.is_chosen(each, of_ten) for each in ids) - 2000 * of_ten) < 500


def test_clinicians_and_other_practices(world, keyed):
    with pytest.raises(NotYours):
        looking.agree(keyed.pk, world.by_doctor)
    other = build("G82002", home=False)
    for command in (looking.agree, lambda pk, by: looking.differ(pk, "x", by)):
        with pytest.raises(NotFound):
            command(keyed.pk, other.by2)
    assert looks.by_sheet(other.practice, other.tom) == []
