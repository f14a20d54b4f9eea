"""One making: numbers, stamps, and what makes it stale."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from appointments import booking, journal
from appointments.models import Practice
from fallback import plans, sheets
from fallback.keeper.staleness import days, stale
from fallback.models import Print
from fallback.paper import making
from fallback.places import first
from tests.world import build


def make(world, **more):
    made = making.make(world.practice, world.site, world.day, **more)
    first.keep(world.practice, made)
    return made


def waiting(world, now=None):
    return {(one.site.name, one.day) for one in stale(world.practice, now)}


def here(world):
    return (world.site.name, world.day)


def test_everything_of_a_making_bears_its_number_and_stamp(world, press):
    now = timezone.now()
    before = journal.newest(world.practice)
    made = make(world, now=now)
    assert made.print.number == 1
    assert made.print.pages == 1
    assert made.stamp.up_to_date_at == now
    assert made.print.journal == made.stamp.journal == before
    assert {rendered.document.stamp for rendered in made.rendered} == {made.stamp}
    kinds = [rendered.document.kind for rendered in made.rendered]
    assert kinds[:3] == ["diary", "contacts", "visits"]
    assert b"Harbour Surgery" in made.html
    assert made.csv
    assert make(world).print.number == 2


def test_what_happens_during_a_making_makes_it_stale(world, press, monkeypatch):
    ensure = sheets.ensure

    def meanwhile(*args, **more):
        booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by)
        return ensure(*args, **more)

    monkeypatch.setattr(sheets, "ensure", meanwhile)
    make(world)
    assert here(world) in waiting(world)
    monkeypatch.setattr(sheets, "ensure", ensure)
    make(world)
    assert here(world) not in waiting(world)


def test_all_is_stale_at_first_today_comes_first(world, press):
    now = timezone.now()
    found = stale(world.practice, now)
    assert [one.day for one in found] == [day for day in days(now) for _ in range(2)]
    assert len(found) == 16


def test_a_booking_makes_its_own_day_stale_and_no_other(world, press):
    for one in stale(world.practice):
        first.keep(world.practice, making.make(world.practice, one.site, one.day))
    assert waiting(world) == set()
    booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by)
    assert waiting(world) == {here(world)}


def test_slots_held_on_paper_for_later_days_stand_on_earlier_sheets(world, press):
    for one in stale(world.practice):
        first.keep(world.practice, making.make(world.practice, one.site, one.day))
    booking.keep([world.slot("10:10").pk], world.desk1, "paper", world.by_lead)
    today = days(timezone.now())[0]
    assert {(world.site.name, today), here(world)} <= waiting(world)
    assert all(day <= world.day for _, day in waiting(world))


def test_a_stamp_of_today_grows_old_and_a_clock_set_back_is_seen(world, press):
    now = timezone.now()
    today = days(now)[0]
    first.keep(world.practice, making.make(world.practice, world.site, today, now=now))
    here_today = (world.site.name, today)
    assert here_today not in waiting(world, now + timedelta(minutes=9))
    assert here_today in waiting(world, now - timedelta(minutes=5))
    later = now + timedelta(minutes=11)
    if days(later)[0] == today:
        assert here_today in waiting(world, later)
        (one,) = [s for s in stale(world.practice, later) if (s.site.name, s.day) == here_today]
        assert not one.is_changed


def test_beside_a_clinical_system_a_new_extract_makes_all_stale(world, press):
    plans.change_plan(world.by_manager, beside_clinical_system=True)
    for one in stale(world.practice):
        first.keep(world.practice, making.make(world.practice, one.site, one.day))
    assert waiting(world) == set()
    at = datetime(2026, 11, 22, 7, 45, tzinfo=UTC)
    Practice.objects.filter(pk=world.practice.pk).update(clinical_as_of=at)
    assert len(waiting(world)) == 16
    assert make(world).stamp.clinical_as_of == at


def test_a_restored_book_makes_all_stale(world, press, monkeypatch):
    make(world)
    number, digest = journal.newest_for(world.practice.pk, world.site.pk, world.day)
    assert here(world) not in waiting(world)
    monkeypatch.setattr(journal, "newest_for", lambda *_: (number, digest[::-1]))
    assert here(world) in waiting(world)


def test_another_practice_has_its_own_numbers_and_papers(world, press):
    other = build("G82002", home=False)
    make(world)
    assert make(other).print.number == 1
    assert len(first.kept(world.practice)) == len(first.kept(other.practice)) == 1
    assert first.folder_of(world.practice) != first.folder_of(other.practice)


@pytest.mark.django_db(transaction=True)
def test_numbers_are_never_given_twice(press, data):
    world = build()
    numbers, barrier = [], threading.Barrier(6)

    def take():
        barrier.wait()
        for _ in range(5):
            print_ = Print(practice=world.practice, site=world.site, day=world.day, journal=1,
                           made_at=timezone.now())  # fmt: skip
            numbers.append(making._numbered(print_).number)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 31))
