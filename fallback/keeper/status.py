"""How the paper is, in the one line at the top of every page.

Asked with every request and part of the diary's stamp, so: no query, and a text that changes only
when something has. It says the time that stands on the newest paper ('up to date at'), to the
minute: on a busy day that is once a minute, when the desks draw the day anew anyway because of what
was booked; on a quiet one every ten minutes, with the stamp.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice
from appointments.status import StatusLine
from appointments.wording import clock, day_short
from fallback.keeper import report
from fallback.keeper.report import PracticeState

BEHIND = timedelta(minutes=2)  # a change of today that waits longer is complained about
GIVEN = timedelta(minutes=1)  # a place may be in trouble for so long before it is said
OLD = timedelta(minutes=15)  # a stamp of today (every 10 minutes); the practice's own is older

STOPPED = StatusLine("bad", "Paper is out of date: the keeper has stopped")
NOWHERE = StatusLine("warn", "Paper is on the server only: no safe copy is set up")


def lines(practice: Practice) -> list[StatusLine]:
    """Say how the paper is: one line while all is well, one more for each place in trouble."""
    said = report.read()
    state = said.of(practice.pk) if said else None
    now = timezone.now()
    if said is None or not said.is_running(now):
        return [STOPPED]
    if state is None:
        return [StatusLine("warn", "Paper is being made for the first time")]
    return [_age(state, now), *_troubles(state, now)]


def word() -> str:
    """Say in a word how all papers are, for /healthz: no names, no query."""
    said = report.read()
    now = timezone.now()
    if said is None or not said.is_running(now):
        return "no keeper"
    states = said.practices.values()
    if any(_age(state, now).level != "well" for state in states):
        return "stale"
    if any(line != NOWHERE for state in states for line in _troubles(state, now)):
        return "in trouble"
    return "ok" if all(state.places for state in states) else "no safe copy"


def _age(state: PracticeState, now: datetime) -> StatusLine:
    """Say how old today's paper is, where it is oldest: the older of ours and their system's."""
    ours = [copy for copy in state.copies if copy.day == state.today]
    if not ours:
        return StatusLine("warn", "Paper is being made for the first time")
    oldest = min(ours, key=lambda copy: copy.good_at)
    at = timezone.localtime(oldest.good_at, LONDON)
    when = (
        clock(at)
        if at.date() == timezone.localdate(now, LONDON)
        else (f"{day_short(at)} {clock(at)}")
    )
    made_at = min(datetime.fromisoformat(copy.made_at) for copy in ours)
    waits = state.stale_since and now - datetime.fromisoformat(state.stale_since) > BEHIND
    if waits or now - made_at > OLD:
        return StatusLine("warn", f"Paper is behind: newest of {when}")
    if oldest.good_at < made_at:
        return _beside(state, made_at, when, now - oldest.good_at)
    return StatusLine("well", f"Paper up to date {when}")


def _beside(state: PracticeState, made_at: datetime, when: str, age: timedelta) -> StatusLine:
    """Say both times where the clinical system's is the older one."""
    is_old = age > timedelta(minutes=state.stale_after_minutes or 0)
    ours = clock(made_at)
    if is_old:
        return StatusLine("warn", f"Paper of {ours} shows the clinical system of {when}: too old")
    return StatusLine("well", f"Paper up to date {ours}, clinical system as of {when}")


def _troubles(state: PracticeState, now: datetime) -> Iterator[StatusLine]:
    if not state.places:
        yield NOWHERE
    for place in state.places:
        since = place.trouble_since and datetime.fromisoformat(place.trouble_since)
        if place.trouble and since and now - since > GIVEN:
            yield StatusLine("bad", f"Safe copy {place.name} {place.trouble}")
    for trouble in state.troubles:
        yield StatusLine("bad", trouble.words)
