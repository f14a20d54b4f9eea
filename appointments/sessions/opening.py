"""Open sessions, from a plan or from another session."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from appointments import journal
from appointments.availability import LONDON
from appointments.journal import Actor, Draft
from appointments.models import Closure, JournalEntry, Practice, Session, SessionHolder, Site, Slot
from appointments.refusals import DayClosed, ReferenceReused
from appointments.sessions.plans import (
    Pattern,
    Plan,
    new_slots,
    pattern_from,
    pattern_of,
)
from appointments.sessions.shared import check_overlaps, reception_only, session_of, touch
from appointments.wording import day_words


class Opened(NamedTuple):
    """The sessions that were opened, and the days that were left out, each with its reason."""

    sessions: list[Session]
    left_out: dict[date, str]


def open_session(
    by: Actor,
    plan: Plan,
    reference: UUID,
    *,
    although_closed: bool = False,
    although_overlapping: bool = False,
) -> Opened:
    """Open a session on each day of the plan; the same reference again gives the first answer.

    Days on which the site is closed are left out and said, unless they are wanted all the same;
    DayClosed when none is left. Overlaps says which session of the same clinician is in the way,
    unless both are wanted.
    """
    reception_only(by)
    asked = _fingerprint("open_session", plan)
    with journal.writing(by, "open_session", reference=reference) as entry:
        if earlier := _first_answer(by, reference, asked):
            return earlier
        pattern = pattern_of(by, plan)
        return _open(entry, pattern, plan.days, asked, although_closed, although_overlapping)


def copy_session(
    by: Actor,
    session_id: UUID,
    days: Iterable[date],
    reference: UUID,
    *,
    with_blocks: bool = True,
    although_closed: bool = False,
    although_overlapping: bool = False,
) -> Opened:
    """Open a session like this one, with its slots, types and holders, on each of the days.

    Refusals and the repeat of a reference are as in `open_session`. Slots that were taken out
    stay out; those that are blocked (a coffee break, say) are blocked in the copies as well.
    """
    reception_only(by)
    days = tuple(days)
    asked = _fingerprint("copy_session", session_id, days, with_blocks)
    with journal.writing(by, "copy_session", reference=reference) as entry:
        if earlier := _first_answer(by, reference, asked):
            return earlier
        pattern = pattern_from(session_of(by, session_id), with_blocks)
        return _open(entry, pattern, days, asked, although_closed, although_overlapping)


def weekly(first: date, times: int) -> tuple[date, ...]:
    """List the same weekday in `times` weeks, from `first` on."""
    return tuple(first + timedelta(weeks=week) for week in range(times))


def _open(
    entry: Draft,
    pattern: Pattern,
    days: Sequence[date],
    asked: str,
    although_closed: bool,
    although_overlapping: bool,
) -> Opened:
    closed = {} if although_closed else _closed(entry.by, pattern, days)
    wanted = [day for day in sorted(set(days)) if day not in closed]
    if not wanted:
        raise DayClosed(
            " ".join(f"{pattern.site} is closed on {day_words(d)}: {closed[d]}." for d in closed)
            + " Tick that the session is wanted all the same, or choose another day."
        )
    if not although_overlapping:
        check_overlaps(pattern.holders, [pattern.on(day) for day in wanted])
    sessions = [_new_session(entry.by, pattern, day) for day in wanted]
    entry.add_many(Session, sessions)
    entry.add_many(
        SessionHolder,
        [
            SessionHolder(practice=entry.by.practice, session=session, clinician=clinician)
            for session in sessions
            for clinician in pattern.holders
        ],
    )
    entry.add_many(Slot, [slot for s in sessions for slot in new_slots(entry, s, pattern.slots)])
    for session in sessions:
        touch(entry, session)
    entry.details |= {"asked": asked, "left_out": [day.isoformat() for day in closed]}
    return Opened(sessions, closed)


def _new_session(by: Actor, pattern: Pattern, day: date) -> Session:
    starts, ends = pattern.on(day)
    return Session(
        practice=by.practice,
        site=pattern.site,
        day=day,
        starts_at=starts,
        ends_at=ends,
        name=pattern.name,
        category=pattern.category,
    )


def _closed(by: Actor, pattern: Pattern, days: Sequence[date]) -> dict[date, str]:
    return {
        closure.day: closure.reason
        for closure in _closures(by.practice, pattern.site, days)
        if closure.closes is None
        or datetime.combine(closure.day, closure.closes, LONDON) < pattern.on(closure.day)[1]
    }


def _closures(practice: Practice, site: Site, days: Sequence[Any]) -> QuerySet[Closure]:
    return practice.closure_set.filter(Q(site=None) | Q(site=site), day__in=days)


def _fingerprint(*said: Any) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _first_answer(by: Actor, reference: UUID, asked: str) -> Opened | None:
    earlier = by.practice.journal.filter(reference=reference).first()
    if earlier is None:
        return None
    if json.loads(earlier.details).get("asked") != asked:
        raise ReferenceReused(
            "This form was already sent with other details. Open the page again to start afresh."
        )
    return _opened(by.practice, earlier)


def opened_with(practice: Practice, reference: UUID) -> Opened | None:
    """Say what was opened with a reference; None if nothing was."""
    commands = ("open_session", "copy_session")
    entry = practice.journal.filter(reference=reference, command__in=commands).first()
    return _opened(practice, entry) if entry else None


def _opened(practice: Practice, entry: JournalEntry) -> Opened:
    changes = json.loads(entry.changes)
    ids = [change["id"] for change in changes if change["what"] == "session"]
    sessions = list(practice.session_set.filter(pk__in=ids).select_related("site"))
    closures = _closures(practice, sessions[0].site, json.loads(entry.details)["left_out"])
    return Opened(sessions, {closure.day: closure.reason for closure in closures})
