"""The access log: who looked at which patient's data. Not the journal: looking changes nothing.

NHS practices must be able to say who opened a record (Care Record Guarantee); a manager reads this
log under Settings.
"""

from django.utils import timezone

from appointments.journal import Actor
from appointments.models import Access, Patient


def opened(by: Actor, patient: Patient, detail: str = "") -> None:
    """Note that somebody opened a patient's details."""
    _note(by, Access.What.OPENED, patient, detail)


def searched(by: Actor, asked: str) -> None:
    """Note what somebody searched for; an empty search is none."""
    if asked:
        _note(by, Access.What.SEARCHED, None, asked)


def printed(by: Actor, patient: Patient | None, detail: str = "") -> None:
    """Note that somebody printed something with a patient's data on it."""
    _note(by, Access.What.PRINTED, patient, detail)


def took_away(by: Actor, detail: str) -> None:
    """Note that patients' data left the program as a file."""
    _note(by, Access.What.TOOK_AWAY, None, detail)


def _note(by: Actor, what: str, patient: Patient | None, detail: str) -> None:
    Access.objects.create(
        practice=by.practice,
        at=timezone.now(),
        staff=by.staff,
        desk=by.desk,
        what=what,
        patient=patient,
        detail=detail[:200],
    )
