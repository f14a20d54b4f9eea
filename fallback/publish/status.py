"""Whether the practice's website hears of us: for staff, at the top of every page."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from appointments.models import Practice
from appointments.status import StatusLine
from appointments.wording import clock, day_short
from fallback.keeper import report
from fallback.keeper.report import Published
from fallback.models import Target

GIVEN = timedelta(minutes=2)  # a website may be in trouble for so long before it is said


def lines(practice: Practice) -> list[StatusLine]:
    """Say which websites are not renewed; nothing while all are, or no keeper says so."""
    said = report.read()
    now = timezone.now()
    state = said.of(practice.pk) if said and said.is_running(now) else None
    return [line for one in (state.published if state else ()) for line in _of(one, now)]


def found(target: Target) -> str:
    """Say how a website was found last, for the list under Settings."""
    said = report.read()
    state = said.of(target.practice_id) if said else None
    one = next((p for p in (state.published if state else ()) if p.target == str(target.pk)), None)
    if one is None:
        return "Not tried yet"
    if one.trouble:
        return f"It {one.trouble}"
    at = one.published_at
    return f"Renewed at {clock(datetime.fromisoformat(at))}" if at else "Not tried yet"


def _of(one: Published, now: datetime) -> Iterator[StatusLine]:
    since = one.trouble_since and datetime.fromisoformat(one.trouble_since)
    if one.trouble and since and now - since > GIVEN:
        yield StatusLine("bad", f"Website {one.name} {one.trouble}{_renewed(one, now)}")
    if not one.line_fits:
        yield StatusLine(
            "warn", f"Website {one.name} needs a new line before it believes us: see Settings"
        )


def _renewed(one: Published, now: datetime) -> str:
    """Say what visitors read meanwhile."""
    if one.published_at is None:
        return ""
    at = datetime.fromisoformat(one.published_at)
    when = clock(at) if now - at < timedelta(hours=20) else f"{day_short(at)} {clock(at)}"
    is_late = now - at > timedelta(minutes=one.lasts_minutes)
    told = ", so visitors are told that we may have problems" if is_late else ""
    return f": not renewed since {when}{told}"
