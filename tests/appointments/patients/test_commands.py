"""Register, amend, match, merge: what they write, keep and refuse."""

import contextlib
import json
import uuid
from dataclasses import replace
from datetime import date
from unittest import mock

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments import booking, journal, patients, search
from appointments.models import Access, Appointment, Call, JournalEntry, JournalTouch, Patient
from appointments.patients import Details, details_of
from appointments.refusals import (
    BadDetail,
    BookingRefused,
    ChangedMeanwhile,
    LikelyDuplicate,
    NeedsReason,
    NotFound,
    NotYours,
    NumbersDiffer,
    ReferenceReused,
)
from tests.world import assert_rebuilds

NEW = Details(
    family_name="Winter",
    given_name="Eve",
    born_on=date(1990, 5, 17),
    nhs_number="999 000 0042",
    mobile_telephone="07700900999",
    postcode="ct79ab",
)
APRIL = date(1971, 4, 3)


def entries(world, command):
    return JournalEntry.objects.filter(practice=world.practice, command=command)


def assert_patients_rebuild(world):
    assert_rebuilds(world.practice)
    rebuilt = journal.rebuild(world.practice)["patient"]
    assert rebuilt == {
        str(row.pk): journal.quoted(row) for row in Patient.objects.filter(practice=world.practice)
    }


# --- Register -----------------------------------------------------------------------------------


def test_register_keeps_what_was_taken_down(world):
    eve = patients.register(NEW, world.by)
    eve.refresh_from_db()
    assert details_of(eve) == replace(
        NEW, nhs_number="9990000042", mobile_telephone="07700 900999", postcode="CT7 9AB"
    )
    assert eve.registered_on == timezone.localdate()
    entry = entries(world, "register").get()
    assert (entry.by, entry.desk) == (world.priya, world.desk1)
    assert [subject.patient_id for subject in entry.subjects.all()] == [eve.pk]
    assert_patients_rebuild(world)


def test_the_journal_names_nobody(world):
    patients.register(replace(NEW, address="12 Epple Road", email="eve@example.org"), world.by)
    entry = entries(world, "register").get()
    for said in ("Winter", "Eve", "1990", "999000", "Epple", "900999", "CT7", "example"):
        assert said not in entry.changes + entry.details


def test_registering_twice_with_one_reference_makes_one_patient(world):
    reference = uuid.uuid4()
    first = patients.register(NEW, world.by, reference=reference)
    again = patients.register(NEW, world.by2, reference=reference)
    assert first == again
    assert entries(world, "register").count() == 1
    with pytest.raises(ReferenceReused):
        patients.register(replace(NEW, given_name="Eva"), world.by, reference=reference)


def test_a_reference_of_another_practice_tells_nothing(world, other):
    with pytest.raises(ReferenceReused):
        patients.register(details_of(other.ann), world.by, reference=other.ann.pk)


def test_a_likely_duplicate_is_shown_before_it_is_made(world):
    twin = Details(family_name="Baker", given_name="Anne", born_on=APRIL)
    with pytest.raises(LikelyDuplicate) as refused:
        patients.register(twin, world.by)
    assert [found.id for found in refused.value.alike] == [world.ann.pk]
    assert not entries(world, "register").exists()
    made = patients.register(twin, world.by, despite_alike=True)
    assert search.find(world.practice, "baker 3/4/71")[1].id == made.pk


def test_one_nhs_number_is_one_patients(world):
    with pytest.raises(BadDetail) as refused:
        patients.register(
            replace(NEW, nhs_number=world.ann.nhs_number), world.by, despite_alike=True
        )
    assert refused.value.field == "nhs_number"
    assert refused.value.sentence.startswith("BAKER, Ann (Mrs) has this NHS number.")


def test_the_same_nhs_number_in_another_practice_is_no_matter(world, other):
    assert patients.register(NEW, world.by)
    assert patients.register(NEW, other.by)


@pytest.mark.parametrize(
    "wrong",
    [
        {"family_name": " "},
        {"nhs_number": "9990000043"},
        {"born_on": date(1850, 1, 1)},
        {"mobile_telephone": "none"},
        {"postcode": "nowhere"},
    ],
)
def test_what_cannot_be_right_is_not_registered(world, wrong):
    before = Patient.objects.count()
    with pytest.raises(BadDetail):
        patients.register(replace(NEW, **wrong), world.by)
    assert Patient.objects.count() == before


def test_a_temporary_patient(world):
    made = patients.register(replace(NEW, kind="temporary"), world.by)
    assert made.kind == Patient.Kind.TEMPORARY
    assert search.find(world.practice, "winter")[0].standing == "Temporary patient"


def test_the_patient_goes_when_the_entry_fails(world):
    before = Patient.objects.count()
    with mock.patch.object(journal, "_append", side_effect=OSError), pytest.raises(OSError):
        patients.register(NEW, world.by)
    assert Patient.objects.count() == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    family_name=st.text(min_size=1, max_size=110),
    given_name=st.text(max_size=110),
    born_on=st.none() | st.dates(),
    nhs_number=st.text(alphabet="0123456789 ", max_size=12),
    mobile_telephone=st.text(alphabet="0123456789+() x", max_size=20),
)
def test_anything_is_registered_or_refused(world, **said):
    before = Patient.objects.filter(practice=world.practice).count()
    with contextlib.suppress(BookingRefused):
        patients.register(Details(**said), world.by)
        before += 1
    assert Patient.objects.filter(practice=world.practice).count() == before


# --- Amend --------------------------------------------------------------------------------------


def test_amend_changes_what_differs_and_says_so(world):
    before = details_of(world.ann)
    patients.amend(world.ann.pk, replace(before, family_name="Baxter", postcode="ct79qz"), world.by)
    world.ann.refresh_from_db()
    assert details_of(world.ann) == replace(before, family_name="Baxter")
    (change,) = json.loads(entries(world, "amend_patient").get().changes)
    assert change["also"] == ["family_name"]
    assert search.find(world.practice, "baxter")[0].id == world.ann.pk
    assert_patients_rebuild(world)


def test_amending_nothing_writes_nothing(world):
    patients.amend(world.ann.pk, details_of(world.ann), world.by)
    assert not entries(world, "amend_patient").exists()


def test_days_with_the_patient_go_stale(world):
    booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    gone = booking.book(world.slot("10:00", world.clinic).pk, world.asks(world.ann), world.by)
    booking.cancel(gone.pk, world.by, cancelled_for="patient", reason="")
    patients.amend(world.ann.pk, replace(details_of(world.ann), given_name="Anna"), world.by)
    touched = JournalTouch.objects.filter(entry__command="amend_patient")
    assert [(touch.site, touch.day) for touch in touched] == [(world.site, world.day)]


def test_two_desks_amend_the_same_patient(world):
    seen = details_of(world.ann)
    theirs = replace(seen, mobile_telephone="07700 900111")
    patients.amend(world.ann.pk, theirs, world.by2, seen=seen.fingerprint())
    ours = replace(seen, given_name="Anna")
    with pytest.raises(ChangedMeanwhile):
        patients.amend(world.ann.pk, ours, world.by, seen=seen.fingerprint())
    # The same again, sent twice by a double click, is there already.
    patients.amend(world.ann.pk, theirs, world.by2, seen=seen.fingerprint())
    patients.amend(world.ann.pk, ours, world.by, seen=theirs.fingerprint())
    world.ann.refresh_from_db()
    assert details_of(world.ann) == ours


def test_amend_keeps_to_the_rules(world):
    before = details_of(world.ann)
    for wrong in ({"nhs_number": "9990000026"}, {"nhs_number": "123"}, {"postcode": "x"}):
        with pytest.raises(BadDetail):
            patients.amend(world.ann.pk, replace(before, **wrong), world.by)
    world.ann.refresh_from_db()
    assert details_of(world.ann) == before


def test_what_was_loaded_may_stay_as_it_is(world, add):
    loaded = add(family_name="Reed", home_telephone="ex-directory", nhs_number="123")
    details = replace(details_of(loaded), given_name="Al")
    assert patients.amend(loaded.pk, details, world.by).given_name == "Al"


# --- Merge --------------------------------------------------------------------------------------


@pytest.fixture
def double(world, add):
    """Ann Baker once more, with an appointment, a call and somebody who looked."""
    double = add(
        family_name="Baker",
        given_name="Anne",
        born_on=APRIL,
        home_telephone="01632 960999",
        contact_comment="her sister's",
        email="ann@example.org",
        address="1 Sea View",
        postcode="CT9 1AA",
        access_needs="wheelchair",
    )
    row = booking.book(world.slot("10:40").pk, world.asks(double), world.by)
    with journal.writing(world.by, "test") as entry:
        entry.add(
            Call(
                practice=world.practice,
                patient=double,
                appointment=row,
                why="Dr Lane is away",
                asked_at=entry.at,
            )
        )
    return double


def test_merge_moves_everything_to_the_record_that_is_kept(world, double):
    Access.objects.create(
        practice=world.practice, at=timezone.now(), staff=world.tom, what="opened", patient=double
    )
    before = Appointment.objects.count(), Call.objects.count(), Access.objects.count()
    patients.merge(world.ann.pk, double.pk, world.by, reason="same passport")
    assert (Appointment.objects.count(), Call.objects.count(), Access.objects.count()) == before
    assert Appointment.objects.get().patient == world.ann
    assert Call.objects.get().patient == world.ann
    assert Access.objects.get().patient == double  # whose record was looked at stays true
    double.refresh_from_db()
    assert double.merged_into == world.ann
    assert double.merged_because == "same passport"
    assert patients.current(double) == world.ann
    entry = entries(world, "merge").get()
    assert {s.patient_id for s in entry.subjects.all()} == {world.ann.pk, double.pk}
    assert [(t.site, t.day) for t in entry.touches.all()] == [(world.site, world.day)]
    assert "passport" not in entry.changes + entry.details
    assert_patients_rebuild(world)


def test_gaps_are_filled_and_nothing_is_overwritten(world, double):
    patients.merge(world.ann.pk, double.pk, world.by, reason="same passport")
    world.ann.refresh_from_db()
    ann = world.ann
    assert (ann.given_name, ann.postcode, ann.address) == ("Ann", "CT7 9QZ", "")
    assert (ann.email, ann.access_needs) == ("ann@example.org", "wheelchair")
    # The sister's number and the words on it stay together, and away from Ann's own.
    assert (ann.mobile_telephone, ann.home_telephone) == ("07700 900123", "")
    assert ann.contact_comment == ""


@pytest.mark.parametrize("kept,other", [(True, False), (False, True)])
def test_confidential_in_one_is_confidential_in_both(world, add, kept, other):
    one = add(family_name="Reed", is_confidential=kept)
    two = add(family_name="Reed", is_confidential=other)
    assert patients.merge(one.pk, two.pk, world.by, reason="known").is_confidential


def test_who_is_here_in_one_record_is_here(world, add):
    left = add(family_name="Reed", departed_on=date(2020, 1, 1), kind="temporary")
    here = add(family_name="Reed")
    kept = patients.merge(left.pk, here.pk, world.by, reason="came back")
    assert (kept.departed_on, kept.kind) == (None, "regular")


def test_different_nhs_numbers_are_said(world):
    with pytest.raises(NumbersDiffer):
        patients.merge(world.ann.pk, world.bob.pk, world.by, reason="married")
    patients.merge(world.ann.pk, world.bob.pk, world.by, reason="sure", despite_numbers=True)
    world.ann.refresh_from_db()
    world.bob.refresh_from_db()
    assert (world.ann.nhs_number, world.bob.nhs_number) == ("9990000018", "9990000026")


def test_merging_again_changes_nothing(world, double):
    for _ in range(2):
        patients.merge(world.ann.pk, double.pk, world.by, reason="same passport")
    assert entries(world, "merge").count() == 1


def test_merged_records_lead_to_the_last_in_one_step(world, add):
    one, two, three = (add(family_name="Reed", given_name=str(n)) for n in range(3))
    patients.merge(two.pk, one.pk, world.by, reason="known")
    patients.merge(three.pk, two.pk, world.by, reason="known")
    one.refresh_from_db()
    assert one.merged_into == three
    assert_patients_rebuild(world)


@pytest.mark.parametrize("swap", [False, True])
def test_what_is_merged_already_is_not_merged_elsewhere(world, double, swap):
    patients.merge(world.ann.pk, double.pk, world.by, reason="known")
    pair = (world.cat.pk, double.pk) if not swap else (double.pk, world.cat.pk)
    with pytest.raises(ChangedMeanwhile):
        patients.merge(*pair, world.by, reason="known", despite_numbers=True)


def test_amending_a_merged_record_amends_the_kept_one(world, double):
    patients.merge(world.ann.pk, double.pk, world.by, reason="known")
    world.ann.refresh_from_db()
    amended = replace(details_of(world.ann), given_name="Anna")
    assert patients.amend(double.pk, amended, world.by) == world.ann


def test_a_merge_needs_a_reason_and_two_records(world, double, other):
    with pytest.raises(NeedsReason):
        patients.merge(world.ann.pk, double.pk, world.by, reason="  ")
    with pytest.raises(BookingRefused):
        patients.merge(world.ann.pk, world.ann.pk, world.by, reason="known")
    for pair in ((world.ann.pk, other.ann.pk), (other.ann.pk, world.ann.pk)):
        with pytest.raises(NotFound):
            patients.merge(*pair, world.by, reason="known")
    assert not entries(world, "merge").exists()


def test_nothing_moves_when_the_entry_fails(world, double):
    with mock.patch.object(journal, "_append", side_effect=OSError), pytest.raises(OSError):
        patients.merge(world.ann.pk, double.pk, world.by, reason="known")
    double.refresh_from_db()
    assert double.merged_into is None
    assert Appointment.objects.get().patient == double


# --- Match --------------------------------------------------------------------------------------


def test_match_merges_a_temporary_patient(world):
    made = patients.register(replace(NEW, kind="temporary", nhs_number=""), world.by)
    booking.book(world.slot("10:40").pk, world.asks(made), world.by)
    for _ in range(2):
        assert patients.match(made.pk, world.cat.pk, world.by) == world.cat
    assert Appointment.objects.get().patient == world.cat
    assert entries(world, "match").count() == 1
    assert_patients_rebuild(world)


def test_match_is_for_temporary_patients(world, double):
    with pytest.raises(BookingRefused):
        patients.match(double.pk, world.ann.pk, world.by)


def test_match_says_when_numbers_differ(world):
    made = patients.register(replace(NEW, kind="temporary"), world.by)
    with pytest.raises(NumbersDiffer):
        patients.match(made.pk, world.ann.pk, world.by)


# --- Whose work it is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        lambda world, by: patients.register(NEW, by),
        lambda world, by: patients.amend(world.ann.pk, details_of(world.ann), by),
        lambda world, by: patients.merge(world.ann.pk, world.bob.pk, by, reason="known"),
        lambda world, by: patients.match(world.ann.pk, world.bob.pk, by),
    ],
)
def test_clinicians_do_not_change_patients(world, command):
    with pytest.raises(NotYours):
        command(world, world.by_doctor)


def test_patients_of_another_practice_are_not_found(world, other):
    with pytest.raises(NotFound):
        patients.amend(other.ann.pk, details_of(other.ann), world.by)
    with pytest.raises(NotFound):
        patients.match(other.ann.pk, world.ann.pk, world.by)
