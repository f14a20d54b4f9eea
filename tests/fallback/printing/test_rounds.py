"""What prints by itself: when, what, where, and once."""

from datetime import date, datetime, time, timedelta

import freezegun
import pytest
from django.db import IntegrityError
from django.utils import timezone

from appointments import practices
from appointments.availability import LONDON
from appointments.models import OpeningTime
from fallback import plans, printers, printing
from fallback.models import PrintJob, Sheet
from fallback.paper import making
from fallback.printing import cups as queue
from fallback.printing import rounds
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
State = PrintJob.State


@pytest.fixture
def sent(monkeypatch):
    """Titles of what was handed to the print service, which takes everything."""
    titles = []

    def submit(pdf, to, title, two_sided):
        titles.append((to, title))
        return f"{to}-{len(titles)}"

    monkeypatch.setattr(queue, "submit", submit)
    monkeypatch.setattr(queue, "follow", lambda name: queue.Queued(State.PRINTED, ""))
    return titles


@pytest.fixture
def world():
    with freezegun.freeze_time(at(FRIDAY, "09:00")):
        made = worlds.build(day=MONDAY)
        for site in (made.site, made.branch):
            practices.set_opening_times(site.pk, made.by_manager, practices.CORE_HOURS)
    return made


@pytest.fixture
def printer(world):
    return printers.add_printer(world.by_manager, queue="front-office", site=world.site)


def at(day, clock):
    return datetime.combine(day, time.fromisoformat(clock), LONDON)


def look(world, day, clock):
    with freezegun.freeze_time(at(day, clock)) as frozen:
        frozen.tick()
        printing.look_after(world.practice, timezone.now())


def occasions():
    return set(PrintJob.objects.values_list("occasion", "print__day"))


def test_in_the_evening_for_the_next_working_day(world, printer, sent):
    look(world, FRIDAY, "17:44")
    assert sent == []
    look(world, FRIDAY, "17:45")
    assert occasions() == {("evening 2026-11-23", MONDAY)}
    kinds = {job.document.partition(":")[0] for job in PrintJob.objects.all()}
    assert kinds == {"diary", "contacts", "visits", "sheet", "running"}
    assert set(PrintJob.objects.values_list("asked_by", flat=True)) == {None}


def test_in_the_morning_for_today(world, printer, sent):
    look(world, MONDAY, "07:29")
    assert sent == []
    look(world, MONDAY, "07:30")
    assert occasions() == {("morning 2026-11-23", MONDAY)}


def test_once_across_restarts_and_clocks_set_back(world, printer, sent):
    look(world, FRIDAY, "17:45")
    count = len(sent)
    for clock in ("17:46", "18:30", "17:45", "17:50"):
        look(world, FRIDAY, clock)
    look(world, FRIDAY + timedelta(days=1), "17:45")  # Saturday: Monday's are printed already
    assert len(sent) == count


def test_a_clock_that_is_put_back_in_autumn_prints_once(world, printer, sent):
    plans.change_plan(world.by_manager, morning_print=time(1, 30), evening_print=None)
    sunday = date(2026, 10, 25)
    OpeningTime.objects.create(
        practice=world.practice, site=world.site, weekday=6, opens=time(1), closes=time(9)
    )
    for fold in (0, 1):
        with freezegun.freeze_time(at(sunday, "01:30").replace(fold=fold)):
            printing.look_after(world.practice, timezone.now())
    assert {occasion for occasion, _ in occasions()} == {"morning 2026-10-25"}
    assert len(sent) == PrintJob.objects.count()
    assert PrintJob.objects.filter(document="diary:Day diary").count() == 1


def test_late_within_the_hour_and_not_later(world, printer, sent):
    look(world, MONDAY, "08:30")
    assert sent == []
    look(world, MONDAY, "08:29")
    assert sent


def test_a_weekend_and_a_closed_day_have_no_morning(world, printer, sent):
    practices.add_closure(world.by_manager, date(2026, 11, 24), "Training")
    look(world, date(2026, 11, 22), "07:30")  # Sunday
    look(world, date(2026, 11, 24), "07:30")
    assert sent == []


@pytest.mark.parametrize(
    "whole_day, expected", [(True, date(2026, 11, 25)), (False, date(2026, 11, 24))]
)
def test_the_next_working_day_leaves_out_closures(world, whole_day, expected):
    closes = None if whole_day else time(13)
    practices.add_closure(world.by_manager, date(2026, 11, 24), "Training", closes=closes)
    assert printing.next_worked(world.site, MONDAY) == expected


def test_a_closed_day_on_which_sessions_are_held_is_worked(world):
    practices.add_closure(world.by_manager, MONDAY, "Bank holiday")
    assert printing.is_worked(world.site, MONDAY)
    assert not printing.is_worked(world.branch, MONDAY)


def test_hours_that_were_never_entered_are_weekdays(world):
    world.site.opening_times.all().delete()
    assert printing.next_worked(world.site, date(2026, 11, 27)) == date(2026, 11, 30)


def test_each_printer_prints_its_own(world, printer, sent):
    printers.amend_printer(printer.pk, world.by_manager, prints_sheets=False)
    writing = printers.add_printer(
        world.by_manager, queue="desk", site=world.site, prints_diary=False
    )
    silent = printers.add_printer(
        world.by_manager, queue="back", site=world.site, prints_diary=False, prints_sheets=False
    )
    branch = printers.add_printer(world.by_manager, queue="branch", site=world.branch)
    look(world, MONDAY, "07:30")

    def kinds(of):
        own = PrintJob.objects.filter(printer=of).values_list("document", "print__site")
        return {(document.partition(":")[0], site) for document, site in own}

    here = world.site.pk
    assert kinds(printer) == {(kind, here) for kind in ("diary", "contacts", "visits")}
    assert kinds(writing) == {("sheet", here), ("running", here)}
    assert kinds(silent) == set()
    assert {site for _, site in kinds(branch)} == {world.branch.pk}


def test_a_time_that_is_not_set_never_comes(world, printer, sent):
    plans.change_plan(world.by_manager, morning_print=None, evening_print=None)
    look(world, MONDAY, "07:30")
    look(world, MONDAY, "17:45")
    assert sent == []


def test_a_kill_in_the_middle_prints_the_rest_and_nothing_twice(world, printer, sent, monkeypatch):
    class Killed(BaseException):
        pass

    whole = queue.submit

    def dies(*args, **kwargs):
        if len(sent) == 2:
            raise Killed
        return whole(*args, **kwargs)

    monkeypatch.setattr(queue, "submit", dies)
    with pytest.raises(Killed):
        look(world, MONDAY, "07:30")
    monkeypatch.setattr(queue, "submit", whole)
    monkeypatch.setattr(queue, "follow", lambda name: queue.Queued(State.PRINTED, ""))
    look(world, MONDAY, "07:31")
    look(world, MONDAY, "07:36")
    states = list(PrintJob.objects.order_by("asked_at").values_list("state", flat=True))
    # The one that was being handed over may have come out or not: a person is told to look.
    assert states.count(State.FAILED) == 1
    assert states.count(State.WAITING) == 0
    assert len(sent) == len(states) - 1
    documents = list(PrintJob.objects.values_list("document", flat=True))
    assert len(documents) == len(set(documents))


def test_two_keepers_at_once_print_once(world, printer, sent):
    with freezegun.freeze_time(at(MONDAY, "07:30")):
        made = making.make(world.practice, world.site, MONDAY)
        by = rounds.Actor(world.practice)
        printing.send(made, printer, by, "all", occasion="morning 2026-11-23")
        with pytest.raises(IntegrityError):
            printing.send(made, printer, by, "all", occasion="morning 2026-11-23")
    assert len(sent) == PrintJob.objects.count()


def test_a_failing_press_is_no_failing_keeper(world, printer, sent, monkeypatch, caplog):
    def refuses(*args, **kwargs):
        raise rounds.PressError("the press ended with 1")

    monkeypatch.setattr(making, "make", refuses)
    look(world, MONDAY, "07:30")
    assert sent == []
    assert "were not printed" in caplog.text


def test_sheets_printed_by_themselves_are_paper(world, printer, sent):
    look(world, MONDAY, "07:30")
    assert not Sheet.objects.filter(kind="desk", site=world.site, printed_at=None).exists()
