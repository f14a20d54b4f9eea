"""A first extract becomes a practice that reception can work with."""

from datetime import date, time, timedelta

import pytest

from appointments import journal, practices
from appointments.models import Appointment, Patient, Practice, Session, Slot, SlotType
from tests.appointments.imports.book import is_sound
from tests.appointments.imports.extract import Extract, bare, guid
from tests.world import at

pytestmark = pytest.mark.django_db


def test_the_practice_with_its_sites_hours_and_desks(practice):
    assert (practice.ods_code, practice.name) == ("G82001", "Harbour Surgery G82001")
    assert practice.is_home
    assert practice.main_site.name == "Harbour Surgery"
    main, branch = practice.site_set.all()
    assert (branch.name, branch.address, branch.postcode) == (
        "Hill Branch", "The Old School, Birchington", "CT7 9QZ",
    )  # fmt: skip
    hours = {(t.weekday, t.opens, t.closes) for t in main.opening_times.all()}
    assert hours == {(weekday, time(8), time(18, 30)) for weekday in range(5)}
    assert [(d.name, d.site) for d in practice.desk_set.all()] == [
        (f"Desk {n}", main) for n in (1, 2, 3, 4)
    ]


def test_a_second_practice_stands_beside_the_home_practice(practice, load, small):
    load(Extract(small.day, ods_code="G82002"))
    other = Practice.objects.get(ods_code="G82002")
    assert not other.is_home
    assert Practice.objects.get(is_home=True) == practice
    assert other.patient_set.count() == practice.patient_set.count()


def test_clinicians_are_taken_and_receptionists_are_not(practice, load, small):
    assert sorted((c.short_name, c.role) for c in practice.clinician_set.all()) == [
        ("Dr Lane", "gp"), ("Sister Webb", "nurse"),
    ]  # fmt: skip
    (reject,) = load(small).rejects
    assert (
        reject.reason == "not a clinician (Receptionist) and without sessions, so not in the book"
    )


def test_a_receptionist_with_a_session_is_somebody_who_is_seen(small, load):
    small.rows["session_user"].append(small.a_holder(3, 3))
    load(small)
    holder = Session.objects.get(external_id=bare("session", 3)).holders.get()
    assert (holder.family_name, holder.role) == ("Roe", "other")


@pytest.mark.parametrize(
    "job, role",
    [
        ("General Medical Practitioner", "gp"),
        ("Salaried General Practitioner", "gp"),
        ("GP Registrar", "gp"),
        ("Practice Nurse", "nurse"),
        ("Healthcare Assistant", "hca"),
        ("Clinical Pharmacist", "pharmacist"),
        ("First Contact Physiotherapist", "physio"),
        ("Paramedic", "paramedic"),
        ("Social Prescribing Link Worker", "social"),
        ("Advanced Practitioner", "other"),
        ("GP Receptionist", None),
        ("Practice Manager", None),
        ("Medical Secretary", None),
        ("", None),
    ],
)
def test_roles_by_job(small, load, job, role):
    small.rows["user"].append(small._user(9, "Ms", "Ola", "Fox", job))
    load(small)
    found = Practice.objects.get().clinician_set.filter(family_name="Fox").first()
    assert (found and found.role) == role


def test_a_contract_that_ended(small, load):
    small.rows["user"][1]["ContractEndDate"] = "2026-10-31"
    load(small)
    webb = Practice.objects.get().clinician_set.get(family_name="Webb")
    assert webb.left_on == date(2026, 10, 31)


def test_a_patient_in_full(small, load):
    small.patient(1).update(
        MiddleNames="Mary", EmailAddress="ann@example.org", ContactComments="mobile is mother's",
        SpineSensitive="true", NhsNumber="999 000 0018",
    )  # fmt: skip
    load(small)
    ann = Patient.objects.get(external_id=bare("patient", 1))
    assert ann.name == "BAKER, Ann (Mrs)"
    assert (ann.middle_names, ann.sex, ann.born_on) == ("Mary", "F", date(1971, 4, 3))
    assert (ann.nhs_number, ann.number, ann.kind) == ("9990000018", "10001", "regular")
    assert ann.address == "Flat 1, 2 Epple Road, Birchington, Kent"
    assert (ann.postcode, ann.email) == ("CT7 9QZ", "ann@example.org")
    assert (ann.home_telephone, ann.mobile_telephone) == ("01632 960101", "07700 900101")
    assert ann.contact_comment == "mobile is mother's"
    assert ann.is_confidential
    assert ann.usual_clinician.short_name == "Dr Lane"
    assert ann.registered_on == date(2010, 3, 1)
    assert (ann.died_on, ann.departed_on) == (None, None)


@pytest.mark.parametrize(
    "change, column, value",
    [
        ({"IsConfidential": "TRUE"}, "is_confidential", True),
        ({"DateOfDeath": "2026-10-02"}, "died_on", date(2026, 10, 2)),
        ({"DateofDeactivation": "2026-03-14"}, "departed_on", date(2026, 3, 14)),
        ({"Deleted": "true"}, "departed_on", date(2026, 11, 22)),
        ({"PatientTypeDescription": "Temporary"}, "kind", "temporary"),
        ({"PatientTypeDescription": "Emergency"}, "kind", "other"),
        ({"DateOfBirth": "2031-01-01"}, "born_on", date(2031, 1, 1)),
        ({"DateOfBirth": ""}, "born_on", None),
        ({"DateOfBirth": "1971-02-30"}, "born_on", None),
        ({"HomePhone": "ex-directory"}, "home_telephone", "ex-directory"),
        ({"GivenName": "", "Surname": "Sukarno"}, "family_name", "Sukarno"),
        ({"GivenName": "Sukarno", "Surname": ""}, "family_name", "Sukarno"),
        ({"Surname": "  Bak er "}, "family_name", "Bak er"),
        ({"Surname": "O'E\u0301a"}, "family_name", "O'Éa"),
        ({"NhsNumber": "9990000001"}, "nhs_number", "9990000001"),
        ({"NhsNumber": "12345"}, "nhs_number", ""),
        ({"Postcode": " ct7  9qz"}, "postcode", "CT7 9QZ"),
        ({"Postcode": "BFPO 801"}, "postcode", "BFPO 801"),
        ({"Sex": "unknown"}, "sex", ""),
        ({"ContactComments": "ring\r\nafter 5"}, "contact_comment", "ring after 5"),
        ({"ContactComments": "x" * 300}, "contact_comment", "x" * 199 + "…"),
        ({"UsualGpUserInRoleGuid": guid("user", 77)}, "usual_clinician_id", None),
    ],
)
def test_a_patient_with_something_odd(small, load, change, column, value):
    small.patient(1).update(change)
    load(small)
    assert getattr(Patient.objects.get(external_id=bare("patient", 1)), column) == value


def test_sessions_with_none_one_and_two_holders(small, load):
    small.rows["session_user"].append(small.a_holder(1, 2))
    load(small)
    held = {
        session.name: sorted(c.family_name for c in session.holders.all())
        for session in Session.objects.all()
    }
    assert held == {
        "Dr Lane AM": ["Lane", "Webb"], "Sister Webb clinic": ["Webb"], "Cancellation list": [],
    }  # fmt: skip
    morning = Session.objects.get(name="Dr Lane AM")
    assert (morning.starts_at, morning.ends_at) == (at(small.day, "10:00"), at(small.day, "11:00"))
    assert morning.category == "General Consultation Routine"


@pytest.mark.parametrize(
    "row, status",
    [
        ({}, "booked"),
        ({"SlotStatus": "Arrived"}, "arrived"),
        ({"SendInTime": "10:04:00", "SlotStatus": "Sent In"}, "sent_in"),
        ({"SendInTime": "10:04:00", "SlotStatus": "Arrived"}, "sent_in"),
        ({"SendInTime": "10:04:00", "LeftTime": "10:15:00", "SlotStatus": "Left"}, "left"),
        ({"LeftTime": "10:15:00", "SlotStatus": "Left"}, "left"),
        ({"DidNotAttend": "True", "SlotStatus": "DNA"}, "did_not_attend"),
    ],
)
def test_statuses(small, load, row, status):
    report = load(small.book(1, 2, **row))
    appointment = Appointment.objects.get()
    assert appointment.patient.family_name == "Carter"
    assert appointment.status == status
    assert appointment.sent_in_at == (("SendInTime" in row and at(small.day, "10:04")) or None)
    assert appointment.left_at == (("LeftTime" in row and at(small.day, "10:15")) or None)
    assert not any("contradict" in note for note in report.notes)


@pytest.mark.parametrize(
    "row, status",
    [
        ({"SlotStatus": "Left"}, "left"),  # only the word says so: taken at its word
        ({"DidNotAttend": "true", "LeftTime": "10:15:00"}, "did_not_attend"),
        ({"LeftTime": "10:15:00", "SlotStatus": "Booked"}, "left"),
        ({"SlotStatus": "Slot Available"}, "booked"),
        ({"SlotStatus": "Walked Out"}, "booked"),
    ],
)
def test_statuses_that_disagree_with_the_times(small, load, row, status):
    report = load(small.book(1, 2, **row))
    assert Appointment.objects.get().status == status
    told = any("contradict" in note for note in report.notes)
    assert told == (row not in ({"SlotStatus": "Left"}, {"SlotStatus": "Walked Out"}))


def test_when_and_how_it_was_booked(small, load):
    load(small.book(1, 1).book(2, 2, BookingMethod="Patient", ModeOfContact="Telephone/Audio"))
    ann, bob = Appointment.objects.order_by("slot__starts_at")
    assert (ann.booked_via, ann.mode) == ("telephone", "face_to_face")
    assert (bob.booked_via, bob.mode) == ("online", "telephone")
    assert ann.booked_at == at(small.day - timedelta(days=3), "09:15")
    assert ann.booked_by is None


def test_slot_types_are_made_from_their_names(small, load):
    small.slot(2).update(
        SlotType="Telephone triage", ModeOfContact="Telephone/Audio",
        NationalSlotCategoryName="clinical triage",
    )  # fmt: skip
    small.slot(3).update(SlotType="routine", NationalSlotCategoryName="Inconsistent Mapping")
    load(small)
    types = {t.name: t for t in SlotType.objects.all()}
    assert set(types) == {"Routine", "Telephone triage"}
    assert types["Telephone triage"].mode == "telephone"
    assert types["Telephone triage"].national_category == "Clinical Triage"
    assert types["Routine"].colour != types["Telephone triage"].colour
    assert Slot.objects.get(external_id=bare("slot", 2)).mode == "telephone"


def test_blocked_slots_and_slots_of_people_we_cannot_know(small, load):
    small.slot(1)["IsBlocked"] = "true"
    small.book(2, 99)
    small.patient(4)["DummyType"] = "true"
    report = load(small.book(3, 4))
    why = dict(Slot.objects.exclude(blocked_at=None).values_list("external_id", "block_reason"))
    unknown = "Booked in the clinical system for somebody who is not in its extract"
    assert why == {
        bare("slot", 1): "Blocked in the clinical system",
        bare("slot", 2): unknown,
        bare("slot", 3): unknown,
    }
    assert not Appointment.objects.exists()
    reasons = {(r.table, r.line): r.reason for r in report.rejects if r.table != "user"}
    assert reasons == {
        ("patient", 5): "it is a test patient (DummyType), not a person",
        ("appointment", 3): (
            "its patient is neither in the extract nor in the book; the slot was blocked"
        ),
        ("appointment", 4): "its patient is a test patient; the slot was blocked",
    }


def test_deleted_rows_that_we_never_had_make_nothing(small, load):
    small.slot(1)["Deleted"] = "true"
    small.session(2)["Deleted"] = "TRUE"
    small.rows["session_user"].append(small.a_holder(3, 1, deleted="true"))
    report = load(small)
    assert Slot.objects.count() == 5
    assert set(Session.objects.values_list("name", flat=True)) == {
        "Dr Lane AM",
        "Cancellation list",
    }
    assert report.counts["slot"] == {"created": 5, "unchanged": 1}
    assert report.counts["session_user"]["rejected"] == 1  # Sister Webb's: her session is gone


def test_a_manager_who_came_first_keeps_the_site_and_the_name(small, load):
    _, desk = practices.found_first(
        ods_code="g82001",
        name="The Harbour",
        site="Main surgery",
        desks=2,
        manager={"username": "maud", "name": "Maud", "password": "a long enough one"},
    )
    load(small)
    practice = Practice.objects.get()
    assert practice.name == "The Harbour"
    assert practice.main_site == desk.site
    assert {s.name for s in practice.site_set.all()} == {"Main surgery", "Hill Branch"}
    assert practice.desk_set.count() == 2
    assert Session.objects.get(name="Dr Lane AM").site == desk.site
    report = load(small)
    assert not any(report.counts[table]["updated"] for table in report.counts)


def test_the_journal_rebuilds_the_loaded_book(small, load):
    load(small.book(1, 1).book(4, 2, DidNotAttend="true"))
    practice = Practice.objects.get()
    assert is_sound(practice)
    (entry,) = practice.journal.all()
    assert (entry.command, entry.by) == ("load", None)
    assert entry.subjects.count() == 4
    assert (practice.main_site_id, small.day) in entry.touches.values_list("site", "day")
    for word in ("Baker", "Ann", "Epple", "07700"):
        assert word not in entry.changes + entry.details


def test_loading_twice_changes_nothing(small, load):
    small.book(1, 1).book(2, 99)
    first = load(small)
    practice = Practice.objects.get()
    number = journal.newest(practice)
    again = load(small)
    assert journal.newest(practice) == number
    assert again.lock_seconds == 0
    for table, counts in again.counts.items():
        assert counts["created"] + counts["updated"] + counts["removed"] == 0, table
        assert counts["unchanged"] == first.counts[table]["created"] or table == "slot_type"
        assert counts["rejected"] == first.counts[table]["rejected"]
