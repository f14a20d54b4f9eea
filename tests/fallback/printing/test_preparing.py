"""Prepare: everything free is shared out, and the keeper is asked to print."""

import pytest

from appointments.refusals import NotYours
from fallback import allotments, printers, printing
from fallback.keeper import wishes
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return worlds.build()


def left(world):
    return sum(
        each.on_screen + each.on_paper
        for each in allotments.left_to_sell(world.practice, world.site, world.day).values()
    )


def test_all_that_is_free_is_shared_out_and_printed(world):
    printer = printers.add_printer(
        world.by_manager, queue="front-office", site=world.site, prints_diary=False
    )
    done = printing.prepare(world.by_lead)
    free = world.practice.slot_set.filter(session__day=world.day).count()
    assert done.shared_out == left(world) == free
    assert done.printers == ["front-office at Harbour Surgery"]
    assert done.without_printer == [world.branch]
    wished = wishes.waiting()
    assert {(wish.site, wish.day) for wish in wished} == {
        (str(site.pk), day.isoformat()) for site, days in done.days.items() for day in days
    }
    here = [wish for wish in wished if wish.site == str(world.site.pk)]
    assert {(wish.printer, wish.papers, wish.staff) for wish in here} == {
        (str(printer.pk), "sheets", str(world.lead.pk))
    }
    assert {wish.printer for wish in wished if wish.site == str(world.branch.pk)} == {""}


def test_the_days_are_today_and_the_next_working_day(world):
    done = printing.prepare(world.by_lead)
    assert world.day in done.days[world.site]
    assert len(done.days[world.site]) <= 2


def test_only_who_leads_prepares(world):
    with pytest.raises(NotYours):
        printing.prepare(world.by)
    assert left(world) == 0
    assert wishes.waiting() == []
