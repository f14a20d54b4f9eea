import re
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from random import Random

import nhs_number
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q
from freezegun import freeze_time

from appointments import demo, journal
from appointments.demo.people import INWARD_LETTERS, People
from appointments.models import (
    Appointment,
    Clinician,
    Patient,
    Session,
    Slot,
    Staff,
)

NOW = datetime(2026, 11, 25, 11, 5, tzinfo=UTC)  # a Wednesday, mid-morning
TODAY = NOW.date()
SMALL = demo.Size(patients=1500)
Status = Appointment.Status

# One worker makes the demo once, and each test looks from within a transaction of its own.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def practice(django_db_setup, django_db_blocker):
    """Make one demo for all tests here; they only look."""
    with django_db_blocker.unblock(), transaction.atomic():
        with freeze_time(NOW):
            made = demo.make(SMALL)
        yield made
        transaction.set_rollback(True)


def test_it_is_the_home_and_marked_as_a_demo(practice):
    assert practice.is_home
    assert practice.is_demo
    assert practice.site_set.count() == 3
    assert practice.main_site.name == "Harbour Street Surgery"
    assert [s.desks.count() for s in practice.site_set.all()] == [4, 1, 1]


def test_everybody_can_sign_in(practice):
    people = {person.username: person for person in practice.staff.all()}
    assert set(people) == set(demo.SIGN_INS)
    assert people["doctor"].clinician.short_name == "Dr Shah"
    assert people["manager"].role == Staff.Role.MANAGER
    assert all(person.check_password(demo.PASSWORD) for person in people.values())


def test_sixteen_clinicians_of_every_role_but_other(practice):
    assert practice.clinician_set.count() == 16
    roles = set(practice.clinician_set.values_list("role", flat=True))
    assert roles == set(Clinician.Role.values) - {Clinician.Role.OTHER}


def test_numbers_are_reserved_for_examples(practice):
    patients = list(practice.patient_set.all())
    assert len(patients) == 1500
    numbers = [p.nhs_number for p in patients if p.nhs_number]
    assert len(set(numbers)) == len(numbers) > 1450
    assert all(
        nhs_number.is_valid(n, for_region=nhs_number.REGION_SYNTHETIC) and n.startswith("999")
        for n in numbers
    )
    for patient in patients:
        assert re.fullmatch(r"(01632 960\d{3})?", patient.home_telephone)
        assert re.fullmatch(r"(07700 900\d{3})?", patient.mobile_telephone)
        assert re.fullmatch(r"(.+@example\.org)?", patient.email)
        assert re.fullmatch(rf"CT2[2-6] [1-9][{INWARD_LETTERS}]{{2}}", patient.postcode)


def test_people_who_need_care_are_there(practice):
    patients = practice.patient_set
    same = patients.values("given_name", "family_name").annotate(many=Count("pk"))
    assert same.filter(many__gt=1).exists()
    alike = patients.values("given_name", "family_name", "born_on").annotate(many=Count("pk"))
    assert alike.filter(many__gt=1).exists()
    twins = patients.values("family_name", "born_on", "address").annotate(many=Count("pk"))
    assert twins.filter(many__gt=1).exists()
    for wanted in (
        Q(is_confidential=True),
        Q(died_on__isnull=False),
        Q(departed_on__isnull=False),
        Q(kind=Patient.Kind.TEMPORARY),
        Q(nhs_number=""),
        Q(family_name__contains="-"),
        Q(family_name__contains="'"),
    ):
        assert patients.filter(wanted).exists(), wanted
    assert patients.exclude(contact_comment="").count() > 50
    assert patients.exclude(access_needs="").exists()


def test_nobody_is_older_than_life_or_younger_than_today(practice):
    for patient in practice.patient_set.all():
        assert date(1923, 1, 1) < patient.born_on <= TODAY
        assert patient.born_on <= patient.registered_on <= TODAY
        assert not (patient.died_on and patient.died_on < patient.born_on)


def test_two_weeks_back_and_six_ahead_on_working_days(practice):
    days = set(practice.session_set.values_list("day", flat=True))
    assert min(days) == TODAY - timedelta(days=14)
    assert max(days) == TODAY + timedelta(days=42)
    assert all(day.weekday() < 5 for day in days)
    assert date(2026, 12, 25) not in days
    assert date(2026, 12, 28) not in days  # Boxing Day's substitute


def test_sessions_are_open_one_way_or_another(practice):
    sessions = Session.objects.filter(practice=practice)
    assert sessions.filter(holders=None).exists()
    assert sessions.annotate(n=Count("holders")).filter(n__gt=1).exists()
    assert not sessions.exclude(ends_at__gt=F("starts_at")).exists()
    assert {s.site_id for s in sessions} == set(practice.site_set.values_list("pk", flat=True))


def test_staff_training_closes_an_afternoon(practice):
    (closure,) = practice.closure_set.filter(is_bank_holiday=False)
    assert closure.closes == time(13)
    begins = [s.starts_at for s in practice.session_set.filter(day=closure.day)]
    assert begins
    assert max(begins).hour < 13


def fullness(day):
    slots = Slot.objects.filter(session__day=day, blocked_at=None)
    live = Appointment.objects.filter(slot__in=slots, is_extra=False)
    return live.exclude(status=Status.CANCELLED).count() / slots.count()


def test_booked_as_fully_as_a_real_practice_is(practice):
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert fullness(yesterday) > 0.88
    assert fullness(TODAY) > 0.88
    assert 0.35 < fullness(tomorrow) < 0.85
    assert fullness(TODAY + timedelta(days=34)) < 0.3


def test_what_is_released_later_is_not_booked_yet(practice):
    ahead = Appointment.objects.filter(slot__session__day__gt=TODAY)
    assert not ahead.filter(slot__slot_type__release="at_time").exists()
    late = NOW + timedelta(hours=48)
    embargoed = ahead.filter(slot__slot_type__release="hours_before", slot__starts_at__gt=late)
    assert not embargoed.exists()


def test_the_clock_decides_what_became_of_appointments(practice):
    past = Appointment.objects.filter(slot__session__day__lt=TODAY)
    assert set(past.values_list("status", flat=True)) == {
        Status.LEFT,
        Status.DID_NOT_ATTEND,
        Status.CANCELLED,
    }
    missed = past.filter(status=Status.DID_NOT_ATTEND).count() / past.count()
    assert 0.02 < missed < 0.06
    today = Appointment.objects.filter(slot__session__day=TODAY)
    assert set(today.values_list("status", flat=True)) == set(Status.values)
    for moment in ("arrived_at", "sent_in_at", "left_at", "cancelled_at", "booked_at"):
        assert not Appointment.objects.filter(**{f"{moment}__gt": NOW}).exists()
    assert not Appointment.objects.filter(booked_at__gt=F("slot__starts_at")).exists()
    assert not Appointment.objects.filter(cancelled_at__lt=F("booked_at")).exists()


def test_double_length_extras_and_cancelled_are_there(practice):
    appointments = Appointment.objects.filter(practice=practice)
    for second in appointments.exclude(continues=None).select_related("continues__slot", "slot"):
        first = second.continues
        assert first.slot.ends_at == second.slot.starts_at
        assert (first.status, first.patient_id) == (second.status, second.patient_id)
    assert appointments.exclude(continues=None).exists()
    assert appointments.filter(is_extra=True).exists()
    assert not appointments.filter(is_extra=True, because="").exists()


def test_a_cancelled_afternoon_fills_the_call_list(practice):
    (session,) = practice.session_set.exclude(cancelled_at=None)
    assert session.day > TODAY
    assert practice.call_set.filter(appointment__slot__session=session).exists()


def test_the_dead_and_the_departed_are_not_booked_ahead(practice):
    gone = Q(patient__died_on__isnull=False) | Q(patient__departed_on__isnull=False)
    assert not Appointment.objects.filter(gone, slot__starts_at__gt=NOW).exists()


def test_all_of_it_is_in_the_journal(practice):
    assert journal.first_fault(practice) is None
    book = journal.rebuild(practice)
    assert len(book["patient"]) == 1500
    assert len(book["appointment"]) == Appointment.objects.count()
    assert journal.newest_for(practice.pk, practice.main_site_id, TODAY)[0] > 0


def test_same_seed_and_day_same_people(practice):
    gps = list(practice.clinician_set.filter(role=Clinician.Role.GP))
    first, again, other = (
        [(p.pk, p.name, p.born_on) for p in People(Random(seed), practice, gps, TODAY).draw(60)]
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_a_book_that_is_not_empty_is_left_alone(practice):
    with pytest.raises(CommandError, match="already"):
        call_command("make_demo", stderr=StringIO())
