"""The day's read model: what each desk sees, and when a day has changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, diary, journal
from appointments.diary import reading
from appointments.models import Clinician, Session, SessionHolder
from tests.world import World, at, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def seen(world, desk=None, **asked) -> diary.Day:
    desk = desk or world.desk1
    return diary.diary_for(world.site, world.day, desk=desk.pk, **asked)


def line(page, clock, heading="Dr Lane") -> diary.SlotLine:
    column = next(c for c in page.columns if c.heading == heading)
    return next(slot for slot in column.slots if slot.at == clock)


def book(world, clock="10:00", patient=None, by=None, **details):
    wanted = world.asks(patient or world.ann, **details)
    return booking.book(world.slot(clock).pk, wanted, by or world.by)


def test_a_column_per_holder_with_all_slots_and_what_is_free(world):
    page = seen(world)
    assert [c.heading for c in page.columns] == ["Dr Lane", "Sister Webb"]
    assert [len(c.slots) for c in page.columns] == [12, 8]
    assert (page.free, page.columns[0].free, page.columns[0].sessions[0].free) == (20, 12, 12)
    assert page.unit == 5  # 10- and 15-minute slots side by side


def test_states_are_as_the_looking_desk_sees_them(world):
    booking.hold(world.slot("10:00").pk, world.by2)
    booking.keep([world.slot("10:10").pk], world.desk2, "screen", world.by)
    booking.keep([world.slot("10:20").pk], world.desk1, "paper", world.by)
    one, two = seen(world, world.desk1), seen(world, world.desk2)
    assert [line(one, t).state for t in ("10:00", "10:10", "10:20")] == ["held", "kept", "kept"]
    assert [line(two, t).state for t in ("10:00", "10:10", "10:20")] == ["free", "free", "kept"]
    assert line(one, "10:00").words == "open at Desk 2"
    assert line(two, "10:10").words == "free, held for you"


def test_somebody_booked_shows_with_marks_and_signs(world):
    made = book(world, urgency="urgent", mode="telephone", notes="hard of hearing")
    booking.arrive(made.pk, world.by)
    slot = line(seen(world), "10:00")
    (who,) = slot.people
    assert (slot.state, who.name, who.words) == ("arrived", "BAKER Ann", "arrived")
    assert (who.urgent, who.mode_sign, who.has_notes) == (True, "☎", True)


def test_an_extra_stands_beside_the_other_and_hides_nobody(world):
    book(world)
    book(world, patient=world.bob, extra=True, because="fit in")
    slot = line(seen(world), "10:00")
    assert [(p.name, p.is_extra) for p in slot.people] == [
        ("BAKER Ann", False),
        ("CARTER Bob", True),
    ]


def test_an_extra_in_a_free_slot_leaves_it_free(world):
    book(world, extra=True, because="only five minutes")
    slot = line(seen(world), "10:00")
    assert (slot.state, [p.name for p in slot.people]) == ("free", ["BAKER Ann"])


def test_a_double_shows_in_both_slots_and_leads_to_one_appointment(world):
    made = book(world, double=True)
    first, second = line(seen(world), "10:00"), line(seen(world), "10:10")
    assert (first.continues, second.continues) == (False, True)
    assert second.people[0].appointment_id == made.pk


def test_names_that_two_patients_share_carry_the_birth_date(world):
    with journal.writing(world.by, "amend") as entry:
        entry.change(world.bob, family_name="Baker", given_name="ann")
        entry.touch(world.site.pk, world.day)
    book(world, "10:00")
    book(world, "10:10", world.bob)
    book(world, "10:20", world.cat)
    page = seen(world)
    assert line(page, "10:00").people[0].name == "BAKER Ann (3.4.1971)"
    assert line(page, "10:10").people[0].name == "BAKER ann (31.12.1950)"
    assert line(page, "10:20").people[0].name == "HUGHES Catrin"


def test_only_one_clinicians_columns(world):
    page = seen(world, clinician=world.webb.pk)
    assert [c.heading for c in page.columns] == ["Sister Webb"]


def test_overlapping_sessions_of_one_clinician_stand_in_lanes(world):
    with journal.writing(world.by, "open") as entry:
        starts = at(world.day, "10:00")
        session = entry.add(
            Session(practice=world.practice, site=world.site, day=world.day, starts_at=starts,
                    ends_at=starts + timedelta(hours=1), name="Telephone")
        )  # fmt: skip
        entry.add(SessionHolder(practice=world.practice, session=session, clinician=world.lane))
        slot = world.slot("10:00")
        slot.pk, slot.session, slot._state.adding = None, session, True
        slot.id = slot._meta.pk.get_default()
        entry.add(slot)
        entry.touch(world.site.pk, world.day)
    column = seen(world).columns[0]
    assert column.lanes == 2
    assert {s.lane for s in column.slots if s.at == "10:00"} == {1, 2}


@pytest.mark.parametrize("more", [0, 6])
def test_the_number_of_queries_does_not_grow(world, django_assert_num_queries, more):
    with journal.writing(world.by, "load") as entry:
        for number in range(more):
            doctor = entry.add(
                Clinician(practice=world.practice, title="Dr", family_name=f"New{number}")
            )
            starts = at(world.day, "14:00")
            session = entry.add(
                Session(practice=world.practice, site=world.site, day=world.day,
                        starts_at=starts, ends_at=starts + timedelta(hours=1), name="PM")
            )  # fmt: skip
            entry.add(SessionHolder(practice=world.practice, session=session, clinician=doctor))
        entry.touch(world.site.pk, world.day)
    book(world)
    with django_assert_num_queries(9):
        seen(world)
    with django_assert_num_queries(2):
        seen(world)


def test_after_a_booking_only_that_slot_is_read_again(world, monkeypatch):
    seen(world)
    monkeypatch.setattr(reading, "read", lambda *_: pytest.fail("the whole day was read"))
    made = book(world)
    assert line(seen(world), "10:00").people[0].name == "BAKER Ann"
    booking.move(made.pk, world.slot("11:00").pk, world.by)
    booking.arrive(made.pk, world.by)
    page = seen(world)
    assert [line(page, t).state for t in ("10:00", "11:00")] == ["free", "arrived"]


def test_a_name_that_two_share_makes_the_whole_day_be_read(world):
    with journal.writing(world.by, "amend") as entry:
        entry.change(world.bob, family_name="Baker", given_name="Ann")
        entry.touch(world.site.pk, world.day)
    book(world)
    seen(world)
    second = book(world, "10:10", world.bob)
    assert line(seen(world), "10:00").people[0].name == "BAKER Ann (3.4.1971)"
    booking.cancel(second.pk, world.by)
    assert line(seen(world), "10:00").people[0].name == "BAKER Ann"


# --- The stamp ----------------------------------------------------------------------------------


def stamp(world, now=None, **who):
    said = {"desk": world.desk1.pk, "role": "receptionist", "status": "", "asked": "", **who}
    return diary.stamp(world.site, world.day, now=now, **said)


def test_the_stamp_stays_while_nothing_changes(world, django_assert_num_queries):
    first = stamp(world)
    with django_assert_num_queries(2):
        assert stamp(world) == first


@pytest.mark.parametrize(
    "change",
    [
        lambda w: book(w),
        lambda w: booking.hold(w.slot("10:00").pk, w.by2),
        lambda w: booking.keep([w.slot("10:00").pk], w.desk2, "screen", w.by),
    ],
)
def test_the_stamp_changes_with_the_book_and_the_holds(world, change):
    before = stamp(world)
    change(world)
    assert stamp(world) != before


def test_the_stamp_does_not_change_with_another_day_or_site(world):
    before = stamp(world)
    with journal.writing(world.by, "amend") as entry:
        entry.change(world.ann, title="Dr")
        entry.touch(world.site.pk, world.day + timedelta(days=1))
        entry.touch(world.branch.pk, world.day)
    assert stamp(world) == before


def test_time_alone_changes_the_stamp_only_when_a_state_changes(world):
    quiet = at(world.day, "10:01")
    assert stamp(world, now=quiet) == stamp(world, now=quiet + timedelta(minutes=2))
    assert stamp(world, now=at(world.day, "10:09")) != stamp(world, now=at(world.day, "10:10"))


def test_a_hold_that_runs_out_changes_the_stamp(world):
    held = booking.hold(world.slot("10:00").pk, world.by2)
    now = timezone.now()
    assert stamp(world, now=now) != stamp(world, now=held.until + timedelta(seconds=1))


def test_the_stamp_tells_desks_roles_and_filters_apart(world):
    stamps = {
        stamp(world),
        stamp(world, desk=world.desk2.pk),
        stamp(world, role="clinician"),
        stamp(world, asked="free=1"),
        stamp(world, status="the internet is down"),
    }
    assert len(stamps) == 5


def test_a_week_counts_what_is_free(world):
    monday = world.day - timedelta(days=world.day.weekday())
    book(world)
    week = diary.week_for(world.site, monday, desk=world.desk1.pk)
    column = week.days.index(world.day)
    rows = {row.heading: row.days[column] for row in week.rows}
    assert (rows["Dr Lane"].free, rows["Dr Lane"].booked) == (11, 1)
    assert week.free[column] == 19
