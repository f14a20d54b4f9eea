"""Duties that a short-lived process does for the keeper: `manage.py keeper --only NAME`."""

from django.utils import timezone

from appointments.models import Practice
from fallback import backups
from fallback.keeper import inbox


def _inbox() -> list[str]:
    for practice in Practice.objects.all():
        inbox.load_new(practice)
    return []


def _backups() -> list[str]:
    return backups.look_after(timezone.now())


DUTIES = {"inbox": _inbox, "backups": _backups}


def do_once(duty: str) -> list[str]:
    """Do a duty; gives what people should know, a sentence each."""
    return DUTIES[duty]()
