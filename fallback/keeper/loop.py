"""The keeper: it looks every second, and goes on whatever fails."""

import fcntl
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from appointments.availability import LONDON
from appointments.imports.screen import waiting
from appointments.models import Practice
from fallback import worklist
from fallback.keeper import inbox, report, wishes
from fallback.keeper.delivery import Delivery
from fallback.keeper.duties import Child, Every, Printing
from fallback.keeper.papers import Papers
from fallback.keeper.report import Copy, DutyTrouble, PracticeState, Report
from fallback.keeper.wishes import Wish
from fallback.paper.making import Made
from fallback.places import first
from fallback.probes.watching import Watching
from fallback.publish.rounds import Publishing

log = logging.getLogger(__name__)

TURN = 0.5  # s between two looks while nothing is to be made
NICE = 10  # whoever waits at a desk comes first
BACKUPS = Every(seconds=300, at_most=900)
INBOX = Every(seconds=5, at_most=1800)
WEBSITES_FAIL = "Websites could not be told how things are"


class AlreadyKept(Exception):  # noqa: N818  (an answer)
    """Another keeper is at work on this data folder."""


def only_one() -> int:
    """Take the keeper's lock, for as long as this process is there. Raises AlreadyKept."""
    handle = os.open(settings.DATA_DIR / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise AlreadyKept from None
    return handle


class Kept:
    """One practice, as the keeper keeps it."""

    def __init__(self, practice: Practice):
        self.practice = practice
        self.papers = Papers(practice)
        self.delivery = Delivery()
        self.inbox = inbox.Watch(practice)
        self.publishing = Publishing()
        self.to_print: dict[tuple[str, str], list[Wish]] = {}


class Keeper:
    """All duties of all practices, one turn after another."""

    def __init__(self) -> None:
        self.kept: dict[UUID, Kept] = {}
        self.printing = Printing()
        self.watching = Watching()
        self.backups = Child("backups", BACKUPS, "The newest backup could not be made")
        self.loading = Child("inbox", INBOX, "New extracts could not be loaded")
        self.troubles: dict[str, DutyTrouble] = {}

    def run(self) -> None:
        """Go on until SIGTERM or Ctrl-C, and then end at once."""
        for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(ending, _end)
        os.nice(NICE)
        try:
            self.printing.start()
            self.watching.start()
            while True:
                began = time.monotonic()
                close_old_connections()
                if not self.turn():
                    time.sleep(max(0.0, TURN - (time.monotonic() - began)))
        finally:
            for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(ending, signal.SIG_IGN)
            self.end()

    def turn(self) -> bool:
        """Do what is to be done now; says whether papers were made, so that more may wait."""
        now = timezone.now()
        with self._duty("book", "The book could not be read"):
            self._meet(list(Practice.objects.all()))
        with self._duty("wishes", "What was asked for could not be read"):
            self._hear_wishes()
        made = [self._make(kept, now) for kept in list(self.kept.values())]
        for kept in self.kept.values():
            with self._duty(f"places {kept.practice.pk}", "Safe copies could not be looked after"):
                kept.delivery.turn(kept.practice, _today(now))
            with self._duty(f"inbox {kept.practice.pk}", "The inbox could not be looked at"):
                kept.inbox.turn()
            with self._duty(f"websites {kept.practice.pk}", WEBSITES_FAIL):
                kept.publishing.turn(kept.practice, now)
            with self._duty(f"worklist {kept.practice.pk}", "The worklist could not be made"):
                worklist.follow(kept.practice)
        with self._duty("waiting", "Files left between two steps could not be removed"):
            waiting.sweep()
        with self._duty("backups", self.backups.words):
            self.backups.turn()
        with self._duty("loading", self.loading.words):
            self.loading.turn(is_due=any(kept.inbox.has_new for kept in self.kept.values()))
        self.say()
        return any(made)

    def end(self) -> None:
        """Let go of everything, without waiting for anybody."""
        for kept in self.kept.values():
            kept.delivery.end()
            kept.inbox.end()
            kept.publishing.end()
        for child in (self.backups, self.loading):
            child.end()
        self.say(has_ended=True)

    def say(self, *, has_ended: bool = False) -> None:
        """Write the report."""
        try:
            report.write(
                Report(
                    at=timezone.now().isoformat(),
                    pid=os.getpid(),
                    has_ended=has_ended,
                    troubles=tuple(self.troubles.values()),
                    practices={str(pk): self._state(kept) for pk, kept in self.kept.items()},
                )
            )
        except OSError as error:
            log.error("the report could not be written (%s)", error.strerror)

    def _meet(self, practices: list[Practice]) -> None:
        for practice in practices:
            self.kept.setdefault(practice.pk, Kept(practice)).practice = practice
        for pk in self.kept.keys() - {practice.pk for practice in practices}:
            self.kept.pop(pk).delivery.end()

    def _hear_wishes(self) -> None:
        for wish in wishes.waiting():
            wishes.granted([wish])
            if kept := self.kept.get(UUID(wish.practice)):
                kept.papers.wished(wish.site, wish.day)
                if wish.printer:
                    kept.to_print.setdefault((wish.site, wish.day), []).append(wish)

    def _make(self, kept: Kept, now: datetime) -> bool:
        with self._duty(f"papers {kept.practice.pk}", "Papers could not be made"):
            kept.papers.look(kept.practice, now)
            if made := kept.papers.make_next():
                self._print(kept, made)
                return True
        return False

    def _print(self, kept: Kept, made: Made) -> None:
        key = (str(made.print.site_id), made.print.day.isoformat())
        for wish in kept.to_print.pop(key, ()):
            self.printing.wished.put((made, wish))

    @contextmanager
    def _duty(self, name: str, words: str) -> Iterator[None]:
        """Whatever goes wrong in a duty is written down, and the others go on."""
        try:
            yield
        except Exception as error:
            log.exception("a duty failed: %s", name, exc_info=error)
            since = timezone.now().isoformat()
            self.troubles.setdefault(name, DutyTrouble(name, words, since))
        else:
            self.troubles.pop(name, None)

    def _state(self, kept: Kept) -> PracticeState:
        practice = kept.practice
        waits = kept.papers.waits_since
        now = timezone.now()
        since = None if waits is None else now - timedelta(seconds=time.monotonic() - waits)
        return PracticeState(
            ods=practice.ods_code,
            is_demo=practice.is_demo,
            today=_today(now).isoformat(),
            copies=tuple(_copy(one.said) for one in first.kept(practice)),
            stale_since=since.isoformat() if since else None,
            waiting=len(kept.papers.stale),
            stale_after_minutes=kept.papers.stale_after_minutes,
            places=kept.delivery.states(practice),
            troubles=tuple(self._troubles(kept, now)),
            published=kept.publishing.states(),
            probes=self.watching.states.get(practice.pk, ()),
            prepared_at=self.watching.prepared(practice.pk),
            recoveries=self.watching.recoveries.get(practice.pk, ()),
        )

    def _troubles(self, kept: Kept, now: datetime) -> Iterator[DutyTrouble]:
        said = {
            "papers": [kept.papers.trouble] if kept.papers.trouble else [],
            "printing": self.printing.troubles.get(str(kept.practice.pk), []),
            "backups": self.backups.troubles,
            "inbox": [*self.loading.troubles, *kept.inbox.troubles],
        }
        for duty, sentences in said.items():
            for words in sentences:
                yield DutyTrouble(duty, words, now.isoformat())
        yield from self.troubles.values()


def _copy(said: dict[str, Any]) -> Copy:
    return Copy(**{name: said[name] for name in Copy.__dataclass_fields__})


def _today(now: datetime) -> Any:
    return timezone.localdate(now, LONDON)


def _end(number: int, frame: Any) -> None:
    sys.exit(0)
