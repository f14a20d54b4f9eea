from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from appointments.models import Practice

pytestmark = pytest.mark.django_db


def make(*words):
    told = StringIO()
    call_command("make_demo", *words, stderr=told)
    return told.getvalue()


def test_a_book_of_a_given_size():
    told = make("--patients=60", "--clinicians=4", "--slots-per-day=24")
    practice = Practice.objects.get()
    assert practice.patient_set.count() == 60
    assert practice.clinician_set.count() == 4
    days = set(practice.session_set.values_list("day", flat=True))
    fullest = max(practice.slot_set.filter(session__day=day).count() for day in days)
    assert fullest == 24
    assert "60 patients" in told


@pytest.mark.parametrize("said", ["0", "-3", "many", "1.5"])
def test_a_size_that_is_none(said):
    with pytest.raises(CommandError, match="whole number above 0"):
        make(f"--patients={said}")
