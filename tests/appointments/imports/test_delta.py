"""A later extract: only what changed over there, and all that it does to the book."""

import pytest

from appointments import journal
from appointments.imports import emis
from appointments.models import Appointment, Call, Clinician, Patient, Session, Site, Slot
from tests.appointments.imports.book import is_sound
from tests.appointments.imports.extract import LATER, Extract, bare, guid
from tests.world import at

pytestmark = pytest.mark.django_db


def test_a_slot_that_comes_back_empty_was_cancelled(small, load, practice, in_slot):
    load(small.book(1, 1))
    report = load(small.free(1), tables=("slot",))
    assert in_slot(1) == []
    gone = Appointment.objects.get()
    assert (gone.status, gone.cancelled_for) == ("cancelled", "")  # they don't say who cancelled
    assert gone.cancel_reason == "Cancelled in the clinical system"
    assert gone.cancelled_at is not None
    assert report.counts["appointment"] == {
        "created": 0,
        "updated": 0,
        "removed": 1,
        "unchanged": 0,
    }
    assert is_sound(practice)


def test_booked_cancelled_and_booked_again_are_two_appointments(small, load, practice, in_slot):
    load(small.book(1, 1))
    load(small.free(1))
    load(small.book(1, 1))
    assert sorted(in_slot(1, cancelled=True)) == [
        ("Baker", "booked", ""), ("Baker", "cancelled", ""),
    ]  # fmt: skip
    assert Appointment.objects.values("reference").distinct().count() == 2


def test_another_patient_in_the_slot(small, load, practice, in_slot):
    load(small.book(1, 1))
    report = load(small.book(1, 2))
    assert in_slot(1) == [("Carter", "booked", "")]
    assert report.counts["appointment"]["created"] == report.counts["appointment"]["removed"] == 1


def test_a_day_goes_by(small, load, practice, in_slot):
    load(small.book(1, 1).book(2, 2).book(3, 3))
    load(small.book(1, 1, SendInTime="10:02:00", SlotStatus="Sent In"))
    assert in_slot(1) == [("Baker", "sent_in", "")]
    small.book(1, 1, SendInTime="10:02:00", LeftTime="10:11:00", SlotStatus="Left")
    load(small.book(2, 2, DidNotAttend="true", SlotStatus="DNA"), tables=("slot",))
    assert (in_slot(1), in_slot(2)) == ([("Baker", "left", "")], [("Carter", "did_not_attend", "")])
    load(small.book(1, 1, LeftTime="", SendInTime=""), tables=("slot",))  # they put it right
    assert in_slot(1) == [("Baker", "booked", "")]
    assert in_slot(3) == [("Hughes", "booked", "")]
    assert is_sound(practice)


def test_a_deleted_slot_goes_and_can_come_back(small, load, practice, in_slot, slot):
    load(small.book(1, 1))
    small.slot(1)["Deleted"] = "true"
    report = load(small, tables=("slot",))
    assert slot(1).removed_at is not None
    assert in_slot(1) == []
    assert report.counts["slot"]["removed"] == 1
    number = journal.newest(practice)
    load(small, tables=("slot",))
    assert journal.newest(practice) == number
    small.slot(1)["Deleted"] = "false"
    load(small, tables=("slot",))
    assert slot(1).removed_at is None
    assert in_slot(1) == [("Baker", "booked", "")]
    assert is_sound(practice)


def test_a_deleted_row_may_say_no_more_than_its_guid(small, load, practice, slot):
    small.rows["slot"] = [{"SlotGuid": guid("slot", 1), "Deleted": "true"}]
    small.rows["patient"] = [{"PatientGuid": guid("patient", 2), "Deleted": "true"}]
    small.rows["session"] = [{"AppointmentSessionGuid": guid("session", 3), "Deleted": "true"}]
    report = load(small, tables=("patient", "session", "slot"))
    assert not report.rejects
    assert slot(1).removed_at is not None
    bob = Patient.objects.get(external_id=bare("patient", 2))
    assert (bob.family_name, f"{bob.departed_on}") == ("Carter", "2026-11-23")
    assert Session.objects.get(external_id=bare("session", 3)).cancelled_at is not None


def test_a_deleted_session_takes_its_slots_with_it(small, load, practice, in_slot, slot):
    load(small.book(1, 1))
    small.session(1)["Deleted"] = "true"
    report = load(small, tables=("session",))
    assert Session.objects.get(external_id=bare("session", 1)).cancelled_at is not None
    assert not Slot.objects.filter(session__external_id=bare("session", 1), removed_at=None)
    assert in_slot(1) == []
    assert report.counts["session"]["removed"] == 1
    (reject, *_) = load(small, tables=("session", "slot")).rejects
    assert reject.reason == "its session was deleted; a patient was booked in it"
    small.session(1)["Deleted"] = "false"
    load(small, tables=("session", "slot"))
    assert Session.objects.get(external_id=bare("session", 1)).cancelled_at is None
    assert in_slot(1) == [("Baker", "booked", "")]
    assert is_sound(practice)


def test_a_session_that_comes_again_keeps_its_holders(small, load, practice):
    small.session(1)["Description"] = "Dr Lane early"
    report = load(small, tables=("session",))
    session = Session.objects.get(name="Dr Lane early")
    assert [c.family_name for c in session.holders.all()] == ["Lane"]
    assert report.counts["session"] == {"updated": 1, "unchanged": 2}


def test_holders_come_and_go(small, load, practice):
    small.rows["session_user"] = [small.a_holder(1, 1, deleted="true"), small.a_holder(1, 2)]
    report = load(small, tables=("session_user",))
    session = Session.objects.get(external_id=bare("session", 1))
    assert [c.family_name for c in session.holders.all()] == ["Webb"]
    assert report.counts["session_user"] == {"removed": 1, "created": 1}
    assert is_sound(practice)


def test_a_session_moves_to_another_site_and_day(small, load, practice):
    small.session(1)["LocationGuid"] = guid("location", 2)
    load(small, tables=("session",))
    touched = set(practice.journal.order_by("-number")[0].touches.values_list("site__name", "day"))
    assert touched == {("Harbour Surgery", small.day), ("Hill Branch", small.day)}


def test_a_slot_moves_within_the_session(small, load, practice, slot):
    small.slot(1).update(
        AppointmentStartTime="10:05:00", PlannedDurationInMinutes="5", SlotType="Short"
    )
    load(small, tables=("slot",))
    moved = slot(1)
    assert (moved.starts_at, moved.minutes) == (at(small.day, "10:05"), 5)
    assert moved.slot_type.name == "Short"


def test_their_blocks_come_and_go(small, load, practice, slot):
    small.slot(1)["IsBlocked"] = "true"
    load(small, tables=("slot",))
    assert slot(1).blocked_at is not None
    small.slot(1)["IsBlocked"] = "false"
    load(small, tables=("slot",))
    assert (slot(1).blocked_at, slot(1).block_reason) == (None, "")


def test_a_patient_who_turns_up_later_gets_the_slot(small, load, practice, in_slot, slot):
    load(small.book(1, 9), tables=("slot",))
    assert slot(1).blocked_at is not None
    small.rows["patient"].append(
        small.a_patient(9, "Mr", "Wei", "Ng", "M", "1990-01-01", "9990000042")
    )
    load(small)
    assert in_slot(1) == [("Ng", "booked", "")]
    assert slot(1).blocked_at is None


def test_patients_clinicians_and_sites_change(small, load, practice):
    load(small.book(1, 1))
    small.patient(1).update(Surname="Baker-Jones", HomePhone="01632 960199")
    small.rows["user"][0]["ContractEndDate"] = "2026-11-30"
    small.rows["location"][1]["Deleted"] = "true"
    report = load(small)
    assert Patient.objects.get(external_id=bare("patient", 1)).family_name == "Baker-Jones"
    assert f"{Clinician.objects.get(family_name='Lane').left_on}" == "2026-11-30"
    assert f"{Site.objects.get(name='Hill Branch').closed_on}" == "2026-11-24"
    assert report.counts["location"] == {"removed": 1, "unchanged": 1}
    assert report.counts["patient"] == {"updated": 1, "unchanged": 3}
    small.rows["location"][1]["Deleted"] = "false"
    load(small, tables=("location",))
    assert Site.objects.get(name="Hill Branch").closed_on is None


def test_a_clinician_whose_row_is_deleted_has_left(small, load, practice):
    small.rows["user"] = [{"UserInRoleGuid": guid("user", 1), "Deleted": "true"}]
    report = load(small, tables=("user",))
    assert f"{Clinician.objects.get(family_name='Lane').left_on}" == "2026-11-23"
    assert report.counts["user"] == {"removed": 1}


def test_a_patients_new_name_makes_the_days_look_different(small, load, practice):
    load(small.book(1, 1))
    small.patient(1)["Surname"] = "Baker-Jones"
    load(small, tables=("patient",))
    touches = practice.journal.order_by("-number")[0].touches
    assert list(touches.values_list("site__name", "day")) == [("Harbour Surgery", small.day)]


def test_an_older_layout_leaves_alone_what_it_cannot_say(small, load, practice, slot, in_slot):
    small.patient(1)["ContactComments"] = "mobile is mother's"
    small.slot(2).update(SlotType="Telephone triage", ModeOfContact="Telephone/Audio")
    small.slot(3)["IsBlocked"] = "true"
    load(small.book(1, 1))
    small.patient(1)["Town"] = "Minster"
    load(small, old_layout=True)
    ann = Patient.objects.get(external_id=bare("patient", 1))
    assert (ann.contact_comment, "Minster" in ann.address) == ("mobile is mother's", True)
    assert (slot(2).slot_type.name, slot(2).mode) == ("Telephone triage", "telephone")
    assert slot(3).blocked_at is not None
    assert in_slot(1) == [("Baker", "booked", "")]
    assert Appointment.objects.get().booked_at is not None


def test_an_extract_without_a_table_that_names_the_practice(small, load, practice):
    small.rows["session_user"] = [small.a_holder(3, 2)]  # no organisation in these rows at all
    report = load(small, tables=("session_user",))
    assert report.counts["session_user"] == {"created": 1}


def test_older_extracts_are_refused(small, load, practice, tmp_path):
    load(small.book(1, 1))
    older = small.free(1).write(tmp_path / "older", stamp="20261121020000")
    with pytest.raises(emis.NotAnExtract, match="older than the one loaded last"):
        emis.load(older)


def test_several_extracts_in_one_folder_are_read_in_order(small, tmp_path, in_slot, practice):
    folder = small.book(1, 1).write(tmp_path / "inbox", stamp=LATER)
    small.book(2, 2).free(1).write(folder, stamp="20261124020000", tables=("slot",))
    emis.load(folder)
    assert (in_slot(1), in_slot(2)) == ([], [("Carter", "booked", "")])
    number = journal.newest(practice)
    report = emis.load(folder)
    assert journal.newest(practice) == number
    assert [r.table for r in report.rejects] == ["user"]


def test_an_extract_goes_to_its_own_practice_only(small, load, practice, in_slot):
    other = Extract(small.day, ods_code="G82002")
    load(other)
    load(other.book(1, 1), tables=("slot",))
    assert {a.practice.ods_code for a in Appointment.objects.all()} == {"G82002"}
    assert not Call.objects.exists()
