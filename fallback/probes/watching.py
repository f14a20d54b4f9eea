"""Watching: everything is tried when its time has come, and nothing waits for anything else.

A thread of the keeper, so that a making of papers never delays a try. Each try is a thread of its
own: a machine that hangs costs one thread and its own round. One that still waits when its time is
over counts as failed, and nothing new is tried there until it has come back.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import close_old_connections
from django.utils import timezone

from appointments.models import Practice
from fallback import outages
from fallback.keeper import report
from fallback.keeper.report import ProbeState, Recovery
from fallback.models import Outage, Probe
from fallback.probes import kinds, own, preparing
from fallback.probes.judging import Judge
from fallback.probes.looking import Look, Try, look, no_answer

log = logging.getLogger(__name__)

TURN = 0.25  # s between two looks at what is due
READ_EVERY = 2.0  # s until a change under Settings is noticed
GRACE = 1.0  # s in which a try that is over its time may still say why
STILL_WAITS = Look(False, "does not answer: an earlier try still waits")
# Quick changes of the clock on the wall are small corrections; more is a clock that was set.
CLOCK_WAS_SET = 2.0  # s
PREPARED_AGAIN_AFTER = 3600.0  # s: a fault that comes and goes makes paper once
WELL_FOR = 600.0  # s until it is said that something seems well again
OWN_TRIES: dict[str, Try] = {
    kinds.DISK: own.disk,
    kinds.CLOCKS: own.clocks,
    kinds.PRINTER: own.printer,
}


@dataclass(frozen=True)
class Watched:
    """What is tried, how often, and when it counts as down. Times in seconds."""

    key: str
    kind: str
    name: str
    target: str
    period: float = 30
    within: float = 5
    bad: int = 2
    of: int = 3
    prints: bool = False

    def is_judged_like(self, other: "Watched") -> bool:
        """Whether what was found under one setting counts under another."""
        return (self.kind, self.target, self.bad, self.of) == (
            other.kind, other.target, other.bad, other.of
        )  # fmt: skip


class Attempt(threading.Thread):
    """One try, in a thread of its own."""

    def __init__(self, what: Watched):
        super().__init__(name=f"probe {what.key}", daemon=True)
        self.what = what
        self.began = time.monotonic()
        self.ended: float | None = None
        self.found = Look(False, "could not be tried")

    def run(self) -> None:
        """Try it, and note when that was over."""
        what = self.what
        try:
            if what.kind in OWN_TRIES:
                self.found = OWN_TRIES[what.kind](what.target, what.within)
            else:
                self.found = look(what.kind, what.target, what.within)
        except Exception as error:
            log.exception("probe %s could not be tried", what.key, exc_info=error)
        self.ended = time.monotonic()


def begin(what: Watched) -> Attempt:
    """Start a try."""
    attempt = Attempt(what)
    attempt.start()
    return attempt


class Eye:
    """One thing that is watched: its tries, and what to think of it."""

    def __init__(self, what: Watched):
        self.what = what
        self.judge = Judge(what.bad, what.of)
        self.next_at: float | None = None
        self.attempt: Attempt | None = None
        self.is_overdue = False
        self.words = ""
        self.tried_at: float | None = None
        self.took: float | None = None

    def turn(self, at: float, begin: Callable[[Watched], Attempt]) -> bool:
        """Hear the try that is under way, start the next; says whether a trouble began."""
        is_first = self._listen(at)
        if self.next_at is not None and at < self.next_at:
            return is_first
        # After a standstill it goes on from now: what was missed is not made up for.
        self.next_at = max((self.next_at or at) + self.what.period, at)
        if self.attempt is None:
            self.attempt, self.is_overdue = begin(self.what), False
            return is_first
        return self._hear(STILL_WAITS, at, None) or is_first

    def _listen(self, at: float) -> bool:
        attempt, within = self.attempt, self.what.within
        if attempt is None:
            return False
        if attempt.ended is None:
            if self.is_overdue or at < attempt.began + within + GRACE:
                return False
            self.is_overdue = True
            return self._hear(no_answer(within), attempt.began, None)
        self.attempt = None
        if self.is_overdue:
            return False  # it was judged long ago
        took = attempt.ended - attempt.began
        is_slow = attempt.found.is_well and took > within
        return self._hear(no_answer(within) if is_slow else attempt.found, attempt.began, took)

    def _hear(self, found: Look, at: float, took: float | None) -> bool:
        self.words, self.tried_at, self.took = found.words, at, took
        return self.judge.hear(found.is_well, at)


class Watching(threading.Thread):
    """All that is watched, of all practices."""

    def __init__(self, begin: Callable[[Watched], Attempt] = begin) -> None:
        super().__init__(name="watching", daemon=True)
        self.begin = begin
        self.practices: dict[UUID, Practice] = {}
        self.eyes: dict[UUID, dict[str, Eye]] = {}
        self.declared: dict[UUID, list[Outage]] = {}
        # For the keeper's report:
        self.states: dict[UUID, tuple[ProbeState, ...]] = {}
        self.recoveries: dict[UUID, tuple[Recovery, ...]] = {}
        self.prepared_at: dict[UUID, float] = {}  # monotonic
        self._before = report.read()
        self._read_at: float | None = None
        self._wall = 0.0  # what to add to a monotonic time to have seconds since 1970

    def run(self) -> None:
        """Go on until the keeper ends."""
        while True:
            try:
                self.turn(time.monotonic())
            except Exception as error:
                log.exception("what is watched could not be looked at", exc_info=error)
            close_old_connections()
            time.sleep(TURN)

    def turn(self, at: float) -> None:
        """Do what is due at a monotonic time."""
        self._set_wall(at)
        if self._read_at is None or at >= self._read_at + READ_EVERY:
            self._read_at = at
            self._read(at)
        for practice_id, eyes in self.eyes.items():
            failing = [eye.what for eye in eyes.values() if eye.turn(at, self.begin)]
            self.states[practice_id] = tuple(self._state(eye) for eye in eyes.values())
            self.recoveries[practice_id] = tuple(self._recoveries(practice_id, at))
            self._prepare(practice_id, failing, at)

    def prepared(self, practice_id: UUID) -> str | None:
        """Say when papers were last made because something failed, as an ISO text."""
        at = self.prepared_at.get(practice_id)
        return None if at is None else self._iso(at)

    def _read(self, at: float) -> None:
        """Read what is to be watched. While the book can't be read, it stays as it was."""
        try:
            practices = {practice.pk: practice for practice in Practice.objects.all()}
            wanted = {pk: list(_wanted(practice)) for pk, practice in practices.items()}
            declared = {pk: outages.current(practice) for pk, practice in practices.items()}
        except Exception as error:
            log.exception("what is to be watched could not be read", exc_info=error)
            return
        self.practices, self.declared = practices, declared
        self.states = {pk: said for pk, said in self.states.items() if pk in practices}
        self.eyes = {pk: self._eyes(pk, all_of, at) for pk, all_of in wanted.items()}

    def _eyes(self, practice_id: UUID, wanted: list[Watched], at: float) -> dict[str, Eye]:
        is_new = practice_id not in self.eyes
        there = self.eyes.get(practice_id, {})
        eyes = {}
        for what in wanted:
            eye = there.get(what.key)
            eyes[what.key] = eye if eye and eye.what.is_judged_like(what) else Eye(what)
            eyes[what.key].what = what
        if is_new and self._before and (said := self._before.of(practice_id)):
            self._resume(eyes, practice_id, said, at)
        return eyes

    def _resume(self, eyes: dict[str, Eye], practice_id: UUID, said: Any, at: float) -> None:
        """Go on from what the keeper before this one knew."""
        for one in said.probes:
            eye = eyes.get(one.key)
            if eye and one.since and (eye.what.kind, eye.what.target) == (one.kind, one.target):
                eye.judge.resume(one.state, self._wall + at - _seconds(one.since), at)
                eye.words = one.words
        if said.prepared_at:
            self.prepared_at[practice_id] = min(at, _seconds(said.prepared_at) - self._wall)

    def _prepare(self, practice_id: UUID, failing: list[Watched], at: float) -> None:
        """Have fresh papers at the first failure of anything that an outage may come from."""
        failing = [what for what in failing if kinds.MEANINGS[what.kind].affected]
        before = self.prepared_at.get(practice_id)
        if not failing or (before is not None and at < before + PREPARED_AGAIN_AFTER):
            return
        self.prepared_at[practice_id] = at
        try:
            preparing.prepare_quietly(
                self.practices[practice_id], prints=any(what.prints for what in failing)
            )
        except Exception as error:
            log.exception("papers could not be asked for", exc_info=error)

    def _recoveries(self, practice_id: UUID, at: float) -> Iterator[Recovery]:
        """Give the declared outages of which what is watched has been well for long enough.

        Only where a failure was seen since it began: an outage that the tries never noticed is
        not over because they still don't.
        """
        for outage in self.declared.get(practice_id, ()):
            by_affected: dict[str, list[Eye]] = {}
            for eye in self.eyes[practice_id].values():
                affected = kinds.MEANINGS[eye.what.kind].affected
                if affected in outage.affected:
                    by_affected.setdefault(affected, []).append(eye)
            judges = [eye.judge for eyes in by_affected.values() for eye in eyes]
            if not judges or any(judge.state != "well" for judge in judges):
                continue
            since = max(judge.well_since or at for judge in judges)
            if at >= since + WELL_FOR and self._wall + since > outage.began_at.timestamp():
                yield Recovery(str(outage.pk), tuple(by_affected), self._iso(since))

    def _state(self, eye: Eye) -> ProbeState:
        what, judge = eye.what, eye.judge
        state = judge.state
        since = judge.well_since if state == "well" else judge.bad_since
        return ProbeState(
            key=what.key,
            kind=what.kind,
            name=what.name,
            target=what.target,
            state=state,
            since=None if since is None else self._iso(since),
            words=eye.words,
            tried_at=None if eye.tried_at is None else self._iso(eye.tried_at),
            took=None if eye.took is None else round(eye.took, 3),
        )

    def _set_wall(self, at: float) -> None:
        """Follow the clock on the wall where it was set, and only there.

        What is said of a moment then stays the same words from turn to turn.
        """
        wall = timezone.now().timestamp() - at
        if abs(wall - self._wall) > CLOCK_WAS_SET:
            self._wall = wall

    def _iso(self, at: float) -> str:
        return datetime.fromtimestamp(self._wall + at, UTC).isoformat()


def _seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


def _wanted(practice: Practice) -> Iterator[Watched]:
    """Give all that is watched for a practice."""
    for row in Probe.objects.filter(practice=practice, closed_on=None):
        yield Watched(
            str(row.pk), row.kind, row.name, row.target, row.period_seconds, row.within_seconds,
            row.bad, row.of, row.prints,
        )  # fmt: skip
    for queue in practice.printer_set.filter(closed_on=None):
        yield Watched(
            f"printer {queue.pk}", kinds.PRINTER, queue.queue, queue.queue, period=60, within=25
        )
    yield Watched(kinds.DISK, kinds.DISK, "The server's disk", own.data_folder())
    yield Watched(kinds.CLOCKS, kinds.CLOCKS, "The clocks", str(practice.pk), period=60)
