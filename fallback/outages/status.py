"""What stands at the top of every page while something is down, and until it is signed off.

One question a request: an outage that one desk declares is seen at all others with their next look.
"""

from collections.abc import Iterator

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice
from appointments.status import StatusLine
from appointments.wording import clock, day_short
from fallback.models import Outage
from fallback.outages.reading import asks_whether_still_so

_NOT_HOME = "SELECT 1 FROM fallback_outage WHERE practice_id = %s AND signed_off_at IS NULL LIMIT 1"


def lines(practice: Practice) -> Iterator[StatusLine]:
    """Say what is declared, and what is over but not home yet."""
    if not _any(practice):
        return
    rows = Outage.objects.filter(practice=practice, signed_off_at=None).order_by("began_at")
    found = list(rows.select_related("site"))
    yield from (_standing(outage) for outage in found if outage.ended_at is None)
    if over := [outage for outage in found if outage.ended_at]:
        first, many = over[0], len(over)
        words = f"{first} is over, not home yet" if many == 1 else f"{many} outages not home yet"
        here = reverse("outage-home", args=[first.pk]) if many == 1 else reverse("outages")
        yield StatusLine("warn", words, "What is left", here)


def _any(practice: Practice) -> bool:
    """Whether there is anything to say: mostly not, and every desk asks every 1.5 s.

    In SQL, since putting the query together takes Django ten times as long as answering it takes
    the database.
    """
    key = Practice._meta.pk.get_db_prep_value(practice.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(_NOT_HOME, [key])
        return cursor.fetchone() is not None


def _standing(outage: Outage) -> StatusLine:
    at = f" at {outage.site}" if outage.site else ""
    words = f"Outage{at}: {outage.affected_words.lower()}, since {_since(outage)}"
    deed = "Still so?" if asks_whether_still_so(outage) else "What to do"
    return StatusLine("warn", words, deed, reverse("outage", args=[outage.pk]))


def _since(outage: Outage) -> str:
    same_day = timezone.localdate(outage.began_at, LONDON) == timezone.localdate(timezone=LONDON)
    day = "" if same_day else f"{day_short(outage.began_at)} "
    return f"{day}{clock(outage.began_at)}"
