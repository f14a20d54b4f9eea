"""What is published: of the notice that patients read, what the website needs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from appointments.models import Practice
from fallback import telling

AHEAD = timedelta(days=14)


def said(practice: Practice, now: datetime) -> dict[str, Any]:
    """Give what the file says at this moment, without its sequence and times."""
    return of(telling.notice(practice, now), now)


def of(notice: telling.Notice, now: datetime) -> dict[str, Any]:
    """Give of a notice what the file says.

    `sentences` begin with the heading and are empty while all is well. `hours` are the stretches
    in which somebody is there, in UTC: outside them the website says nothing of its own.
    """
    is_well = notice.state == telling.WELL
    return {
        "state": notice.state,
        "template": notice.template,
        "sentences": [] if is_well else [notice.heading, *notice.sentences],
        "hours": _hours(notice, now),
    }


def farewell() -> dict[str, Any]:
    """Give what a target says last: all is well, and never open, so that nothing is shown."""
    return {"state": telling.WELL, "template": "", "sentences": [], "hours": []}


def _hours(notice: telling.Notice, now: datetime) -> list[list[str]]:
    if not notice.hours:  # never set: nobody may conclude that it is closed
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return [[utc(midnight), utc(midnight + AHEAD)]]
    stretches = [each for day in notice.hours for each in day.stretches]
    return [[utc(each.opens_at), utc(each.closes_at)] for each in stretches]


def utc(at: datetime) -> str:
    """Write a moment as browsers read it, to the minute: '2026-11-23T08:00Z'."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
