"""The keeper's other duties, each where it can hang or fail without holding up the papers.

Printing waits for printers, so it has a thread of its own. Backups and loading extracts take whole
seconds of work, so they run as short-lived processes (`manage.py keeper --only …`).
"""

import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.db import close_old_connections
from django.utils import timezone

from appointments.journal import Actor
from appointments.models import Desk, Practice, Staff
from appointments.refusals import BookingRefused
from fallback import printing
from fallback.keeper.wishes import Wish
from fallback.models import Printer
from fallback.paper.making import Made

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
PRINTERS_EVERY = 2.0  # s


class Printing(threading.Thread):
    """Prints what is wished for and what is due, and follows the jobs."""

    def __init__(self) -> None:
        super().__init__(name="printing", daemon=True)
        self.wished: queue.Queue[tuple[Made, Wish]] = queue.Queue()
        self.troubles: dict[str, list[str]] = {}  # by practice

    def run(self) -> None:
        """Go on until the keeper ends."""
        while True:
            try:
                self._print(*self.wished.get(timeout=PRINTERS_EVERY))
            except queue.Empty:
                self._look_after()
            close_old_connections()

    def _print(self, made: Made, wish: Wish) -> None:
        practice = made.print.practice
        try:
            printer = Printer.objects.get(practice=practice, pk=wish.printer)
            staff = Staff.objects.get(practice=practice, pk=wish.staff) if wish.staff else None
            desk = Desk.objects.get(practice=practice, pk=wish.desk) if wish.desk else None
            by = Actor(practice, staff, desk)
            printing.send(made, printer, by, wish.papers)
        except BookingRefused as refused:
            log.warning("print %s was refused: %s", made.print.number, refused.code)
        except Exception as error:
            log.exception("print %s could not be sent", made.print.number, exc_info=error)

    def _look_after(self) -> None:
        for practice in self._practices():
            try:
                printing.look_after(practice, timezone.now())
                self.troubles[str(practice.pk)] = printing.troubles(practice, timezone.now())
            except Exception as error:
                self.troubles[str(practice.pk)] = ["Printing by itself does not work just now"]
                log.exception("printers could not be looked after", exc_info=error)

    def _practices(self) -> Iterable[Practice]:
        try:
            return list(Practice.objects.all())
        except Exception as error:
            log.exception("the book could not be read for printing", exc_info=error)
            return ()


class Every(NamedTuple):
    """How often a child's duty is due, and how long it may take. s."""

    seconds: float
    at_most: float


class Child:
    """A duty that is done by a process of its own, now and then; what it prints are troubles."""

    def __init__(self, name: str, every: Every, words: str):
        self.name, self.every, self.words = name, every, words
        self.process: subprocess.Popen[bytes] | None = None
        self.began = -every.seconds  # monotonic
        self.troubles: list[str] = []

    def turn(self, *, is_due: bool = True) -> None:
        """Begin it when it is due; hear how it ended; give it up when it takes too long."""
        at = time.monotonic()
        if self.process is None:
            if is_due and at >= self.began + self.every.seconds:
                self._begin(at)
        elif self.process.poll() is not None:
            self._ended(self.process)
        elif at > self.began + self.every.at_most:
            self.end()
            self.troubles = [self.words]

    def end(self) -> None:
        """Give it up."""
        if self.process is not None:
            self.process.kill()
            if self.process.stdout:
                self.process.stdout.close()
            self.process = None

    def _begin(self, at: float) -> None:
        self.began = at
        command = [sys.executable, "manage.py", "keeper", "--only", self.name]
        self.process = subprocess.Popen(  # noqa: S603 (our own program)
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        said = process.stdout.read() if process.stdout else b""
        try:
            self.troubles = json.loads(said) if process.returncode == 0 else [self.words]
        except ValueError:
            self.troubles = [self.words]
        self.end()
