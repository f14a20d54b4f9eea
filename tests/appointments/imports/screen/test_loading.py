"""What a screen export does to the book, and what it leaves alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal, sessions
from appointments.imports import screen
from appointments.models import Appointment, Call, Clash, Practice, Session, Slot
from tests.world import assert_rebuilds, at, build

pytestmark = pytest.mark.django_db


def test_who_is_booked_comes_into_the_book(world, listed, load, who):
    file = listed().row("10:00", world.ann).row("10:10").row("10:20", world.bob, Status="Arrived")
    report = load(file)
    assert who("10:00") == [("Baker", "booked", "")]
    assert who("10:10") == []
    assert who("10:20") == [("Carter", "arrived", "")]
    assert report.counts["appointment"]["created"] == 2
    assert report.rejects == []
    assert_rebuilds(world.practice)


def test_loading_twice_changes_nothing(world, listed, load):
    file = listed().row("10:00", world.ann).row("10:10").row("18:00", world.bob).row("18:10")
    load(file)
    number, slots = journal.newest(world.practice), Slot.objects.count()
    report = load(file)
    assert journal.newest(world.practice) == number
    assert Slot.objects.count() == slots
    assert report.counts["appointment"]["created"] == 0
    assert report.counts["appointment"]["unchanged"] == 2


def test_who_is_no_longer_listed_is_cancelled_within_what_is_covered(world, listed, load, who):
    load(listed().row("10:00", world.ann).row("10:30", world.bob).row("11:00", world.cat))
    load(listed().row("10:10").row("11:00", world.cat))
    assert who("10:00") == [("Baker", "booked", "")]  # before the first row
    assert who("10:30") == []
    assert who("11:00") == [("Hughes", "booked", "")]
    gone = Appointment.objects.get(patient=world.bob)
    assert gone.cancel_reason == "Cancelled in the clinical system"
    assert_rebuilds(world.practice)


def test_a_list_of_whole_days_covers_them(world, listed, load, who):
    load(listed().row("10:00", world.ann).row("11:00", world.cat))
    load(listed().row("11:00", world.cat), is_whole_days=True)
    assert who("10:00") == []


def test_another_session_site_or_day_stays(world, listed, load, who):
    load(
        listed()
        .row("10:00", world.ann)
        .row("10:15", world.bob, holder="Sister Webb")
        .row("10:00", world.cat, site="Hill Branch")
    )
    report = load(listed().row("10:00", world.ann).row("11:50"), is_whole_days=True)
    assert who("10:15", world.clinic) == [("Carter", "booked", "")]
    assert Appointment.objects.exclude(status="cancelled").count() == 3
    assert report.notes["people stay booked in sessions that this file does not name"] == 1


def test_our_booking_in_a_slot_that_they_sold_makes_a_clash(world, listed, load, who):
    booking.book(world.slot("10:00").pk, world.asks(world.bob), world.by)
    report = load(listed().row("10:00", world.ann).row("10:10"))
    assert who("10:00") == [("Carter", "booked", ""), ("Baker", "booked", "clash")]
    assert report.counts["clash"]["created"] == Clash.objects.count() == 1
    load(listed().row("10:00", world.ann).row("10:10"))
    assert Clash.objects.count() == 1
    assert_rebuilds(world.practice)


def test_our_booking_that_they_have_not_stays(world, listed, load, who):
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    load(listed().row("10:00", world.ann).row("10:10").row("10:20"))
    assert who("10:10") == [("Carter", "booked", "")]


def test_our_booking_that_was_keyed_there_is_one_appointment(world, listed, load, who):
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    load(listed().row("10:10", world.bob))
    assert who("10:10") == [("Carter", "booked", "")]
    assert world.slot("10:10").loaded_patient == world.bob
    load(listed().row("10:00", world.ann).row("10:10").row("10:20"))
    assert who("10:10") == []


def test_our_marks_go_before_their_status(world, listed, load, who):
    load(listed().row("10:00", world.ann).row("10:10", world.bob, Status="Arrived"))
    booking.arrive(Appointment.objects.get(patient=world.ann).pk, world.by)
    load(listed().row("10:00", world.ann, Status="Booked").row("10:10", world.bob))
    assert who("10:00") == [("Baker", "arrived", "")]
    assert who("10:10") == [("Carter", "arrived", "")]  # the second list says nothing
    load(listed().row("10:00", world.ann, Status="Left").row("10:10", world.bob, Status="Booked"))
    assert who("10:00") == [("Baker", "left", "")]
    assert who("10:10") == [("Carter", "booked", "")]


def test_whom_nobody_knows_is_rejected_and_the_slot_blocked(world, listed, load, who):
    file = listed().row("10:00", Patient="NOBODY, Ned (Mr)", DOB="1/2/1990").row("10:10", world.ann)
    report = load(file)
    assert [(r.line, r.reason) for r in report.rejects] == [
        (
            2,
            "nobody in the book has exactly its name and birth date; the slot is blocked, since "
            "somebody expects to be seen",
        )
    ]
    assert world.slot("10:00").blocked_at
    load(listed().row("10:00", world.bob).row("10:10", world.ann))
    assert world.slot("10:00").blocked_at is None
    assert who("10:00") == [("Carter", "booked", "")]


def test_blocked_words_block_and_free_words_unblock(world, listed, load):
    load(listed().row("10:00", Patient="LUNCH").row("10:10", Status="Slot Blocked").row("10:20"))
    assert world.slot("10:00").blocked_at
    assert world.slot("10:10").blocked_at
    load(listed().row("10:00", Status="Slot Available").row("10:10").row("10:20"))
    assert world.slot("10:00").blocked_at is None
    assert world.slot("10:10").blocked_at  # the list does not say


def test_slots_and_sessions_that_the_book_lacks_are_made(world, listed, load):
    file = listed().row("18:00", world.ann).row("18:10").row("18:20", Patient="Blocked")
    load(file)
    made = Session.objects.get(external_id__startswith="screen-")
    assert made.name == "Dr Lane PM"
    assert (made.starts_at, made.ends_at) == (at(world.day, "18:00"), at(world.day, "18:30"))
    assert list(made.holders.all()) == [world.lane]
    assert [s.blocked_at is not None for s in made.slots.all()] == [False, False, True]
    load(file.row("18:30", world.bob))
    made.refresh_from_db()
    assert made.ends_at == at(world.day, "18:40")
    assert made.slots.count() == 4
    assert_rebuilds(world.practice)


def test_beside_bulk_extracts_no_session_is_made(world, listed, load):
    Practice.objects.update(external_id="A" * 36)
    world.practice.refresh_from_db()
    report = load(listed().row("18:00", world.ann).row("10:00", world.bob))
    (reject,) = report.rejects
    assert "it comes with the next bulk extract; a patient was booked in it" in reject.reason
    assert Session.objects.count() == 2


def test_a_patient_who_was_moved(world, listed, load, look, who):
    load(listed().row("10:00", world.ann).row("10:10").row("10:20", world.bob))
    later = listed().row("10:00").row("10:10", world.ann).row("10:20", world.bob)
    seen = look(later)
    (moved,) = seen.of("moved")
    assert (moved.patient, moved.was, moved.slot) == (
        world.ann,
        world.slot("10:00"),
        world.slot("10:10"),
    )
    assert seen.of("new") == seen.of("cancelled") == []
    load(later)
    assert (who("10:00"), who("10:10")) == ([], [("Baker", "booked", "")])


def test_a_clash_shows_both(world, listed, look):
    booking.book(world.slot("10:00").pk, world.asks(world.bob), world.by)
    (clash,) = look(listed().row("10:00", world.ann)).of("clash")
    assert (clash.patient, clash.ours) == (world.ann, world.bob)


def test_looking_changes_nothing(world, listed, look):
    number = journal.newest(world.practice)
    file = listed().row("10:00", world.ann).row("18:00", world.bob).row("10:20", holder="Dr No")
    seen = look(file)
    assert journal.newest(world.practice) == number + 1  # the mapping
    assert not Appointment.objects.exists()
    assert [c.patient for c in seen.of("new")] == [world.ann, world.bob]
    (cover,) = seen.covers
    assert (cover.site, cover.day) == (world.site, world.day)
    assert (cover.first, cover.last) == (at(world.day, "10:00"), at(world.day, "18:10"))
    assert seen.unknown["clinician"] == [("Dr No", 1)]
    assert Practice.objects.get().clinical_as_of is None


def test_never_older_over_newer(world, listed, load, hours, who):
    load(listed().row("10:00", world.ann).row("10:10"), at=hours(5))
    with pytest.raises(screen.NotAnExport, match="would undo newer changes"):
        load(listed().row("10:00").row("10:10"), at=hours(4))
    assert who("10:00") == [("Baker", "booked", "")]
    assert Practice.objects.get().clinical_as_of == hours(5)


def test_an_older_list_is_refused_even_when_the_newer_changed_nothing(
    world, listed, load, hours, who
):
    load(listed().row("10:00").row("10:10"), at=hours(5))
    with pytest.raises(screen.NotAnExport):
        load(listed().row("10:00", world.ann), at=hours(4))
    assert who("10:00") == []


def test_two_lists_of_other_days_may_come_in_any_order(world, listed, load, hours):
    load(listed().row("10:00", world.ann), at=hours(5))
    other = listed().row("10:00", world.bob)
    other.rows[0]["Date"] = f"{world.day + timedelta(days=1):%d %b %Y}"
    load(other, at=hours(4))
    assert Appointment.objects.count() == 2
    assert Practice.objects.get().clinical_as_of == hours(5)


def test_the_files_own_time_goes_before_the_one_given(world, listed, load, hours):
    file = listed().row("10:00", world.ann)
    made = timezone.localtime(hours(3)).replace(second=0)
    file.title = [f"Appointments list. Printed on {made:%d/%m/%Y %H:%M} by Maud"]
    load(file, at=hours(7))
    assert Practice.objects.get().clinical_as_of == made


def test_a_list_of_the_future_is_refused(world, listed, load):
    with pytest.raises(screen.NotAnExport, match="lies ahead"):
        load(listed().row("10:00", world.ann), at=timezone.now() + timedelta(hours=1))


def test_a_list_that_leaves_out_a_sites_today_does_not_make_the_book_new(
    world, listed, load, hours
):
    today = timezone.localdate()
    Session.objects.filter(pk=world.clinic.pk).update(day=today)
    report = load(listed().row("10:00", world.ann), at=hours(3))
    assert Practice.objects.get().clinical_as_of is None
    assert any("not yet as new as the list: Harbour Surgery" in note for note in report.notes)


def test_a_row_that_cant_be_placed_protects_its_day(world, listed, load, who):
    load(listed().row("10:00", world.ann).row("10:10").row("10:20", world.bob))
    file = listed().row("10:00", world.ann).row("10:20", Time="soon").row("10:30")
    report = load(file)
    assert who("10:20") == [("Carter", "booked", "")]
    assert [r.reason for r in report.rejects] == ["its time is missing or can't be read"]


def test_a_cancelled_row_is_no_booking(world, listed, load, who):
    load(listed().row("10:00", world.ann).row("10:10"))
    load(
        listed()
        .row("10:00", world.ann, Status="Cancelled by patient")
        .row("10:00", world.bob)
        .row("10:10", world.cat, Status="Cancelled")
    )
    assert who("10:00") == [("Carter", "booked", "")]
    assert who("10:10") == []


def test_two_patients_at_one_time_have_two_slots(world, listed, load, who):
    file = listed().row("10:00", world.ann).row("10:00", world.bob).row("10:00", world.bob)
    report = load(file)
    slots = world.morning.slots.filter(starts_at=at(world.day, "10:00"))
    assert slots.count() == 2
    assert {a.patient for a in Appointment.objects.all()} == {world.ann, world.bob}
    assert report.notes["rows stand twice in the file"] == 1
    load(file)
    assert slots.count() == 2


def test_our_extra_that_was_keyed_there_stays_one(world, listed, load, who):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    extra = world.asks(world.bob, extra=True, because="in pain")
    booking.book(world.slot("10:00").pk, extra, world.by)
    load(listed().row("10:00", world.ann).row("10:00", world.bob))
    assert who("10:00") == [("Baker", "booked", ""), ("Carter", "booked", "extra")]


def test_whom_we_booked_into_a_session_they_filled_is_rung(world, listed, load):
    sessions.cancel_session(world.by_lead, world.morning.pk, "Dr Lane is ill")
    load(listed().row("10:00", world.ann))
    assert "the session is cancelled" in Call.objects.get().why


def test_a_file_from_the_inbox_is_known_by_its_headings(world, listed, mapping_of, tmp_path, who):
    file = listed().row("10:00", world.ann)
    path = tmp_path / "today.csv"
    path.write_bytes(file.data())
    with pytest.raises(screen.NotAnExport, match="not those of a list that was set up"):
        screen.load_file(world.practice, path)
    mapping_of(file)
    report = screen.load_file(world.practice, path)
    assert report.counts["appointment"]["created"] == 1
    assert who("10:00") == [("Baker", "booked", "")]
    assert Practice.objects.get().clinical_as_of.timestamp() == pytest.approx(path.stat().st_mtime)


def test_a_file_from_the_inbox_may_not_empty_a_day(world, listed, load, tmp_path, who):
    names = "Ada Ben Col Dee Eve Fay Gus Hal".split()
    with journal.writing(world.by, "register") as entry:
        people = [
            entry.add(
                type(world.ann)(
                    practice=world.practice, given_name=name, family_name="Long",
                    born_on=world.ann.born_on, number=f"9{name}", nhs_number=f"999000{n:04}",
                )
            )
            for n, name in enumerate(names, 5000)
        ]  # fmt: skip
    full, clocks = listed(), [f"10:{m}0" for m in range(6)] + ["11:00", "11:10"]
    for clock, patient in zip(clocks, people, strict=True):
        full.row(clock, patient)
    load(full)
    short = listed().row("10:00", people[0]).row("11:10")
    path = tmp_path / "today.csv"
    path.write_bytes(short.data())
    with pytest.raises(screen.NotAnExport, match="By this list 7 of 8 people are no longer booked"):
        screen.load_file(world.practice, path)
    assert who("10:30") == [("Long", "booked", "")]
    load(short)  # somebody has looked
    assert who("10:30") == []


def test_one_practice_never_takes_anothers(world, listed, load):

    other = build("G82002", home=False)
    report = load(listed().row("10:00", other.ann, NHS_Number="999 000 0999", DOB="9/9/1999"))
    assert len(report.rejects) == 1
    assert not Appointment.objects.exists()
