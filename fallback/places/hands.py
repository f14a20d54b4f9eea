"""The keeper's end of a hand: giving it jobs, hearing what it says, and giving up on it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "fallback.hand"]
ONCE_WITHIN = 8.0  # s: somebody waits at a page meanwhile
SILENT_FOR = 30.0  # s without a sign of life: it hangs
DIES_IN = 0.2  # s after it was killed, unless the kernel can't
# s until a place in trouble is tried again: soon, then seldom, since each try costs a little
PAUSES = (2, 5, 10, 20, 30)
NO_ANSWER = "does not answer"

_hanging: list[subprocess.Popen[bytes]] = []  # killed, and not dead yet


def once(what: str, folder: str, mark: UUID) -> dict[str, Any]:
    """Do one job at a folder, for at most some seconds; what is wrong stands under 'trouble'."""
    return ask({"do": what, "folder": folder, "mark": str(mark)})


def ask(job: dict[str, Any], command: Sequence[str] = COMMAND) -> dict[str, Any]:
    """Have one job done by a hand that ends with it, as `once` does."""
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            command, input=json.dumps(job) + "\n", capture_output=True, text=True, cwd=ROOT,
            timeout=ONCE_WITHIN, check=True,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, IndexError):
        return {"trouble": NO_ANSWER}


class Hand:
    """One hand, started when there is something to do and started again after a trouble."""

    def __init__(self, name: str, command: Sequence[str] = COMMAND):
        self.name = name  # of its lock: the place's id
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.heard = b""
        self.heard_at = 0.0  # monotonic
        self.is_busy = False
        self.trouble = ""
        self.answer: dict[str, Any] = {}  # the newest that was well
        self.failures = 0
        self.not_before = 0.0  # monotonic

    @property
    def is_free(self) -> bool:
        """Whether a job may be given to it now."""
        return not self.is_busy and time.monotonic() >= self.not_before

    def give(self, job: dict[str, Any]) -> None:
        """Give it a job. It must be free."""
        if self.process is None or self.process.poll() is not None:
            self._start()
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
        except OSError:
            self._failed(NO_ANSWER)
            return
        self.is_busy, self.heard_at = True, time.monotonic()

    def listen(self) -> bool:
        """Hear what it has said since, without waiting; true once a job has ended, well or not."""
        if not self.is_busy or self.process is None:
            return False
        try:
            said = os.read(self.process.stdout.fileno(), 1 << 20)  # type: ignore[union-attr]
        except BlockingIOError:
            said = None
        if said:
            self.heard += said
            self.heard_at = time.monotonic()
            *lines, self.heard = self.heard.split(b"\n")
            ended = [self._heard(json.loads(line)) for line in lines]
            return any(ended)
        if said == b"":
            self._failed(self.trouble or NO_ANSWER)
            return True
        if time.monotonic() - self.heard_at > SILENT_FOR:
            self._failed(NO_ANSWER)
            return True
        return False

    def end(self) -> None:
        """Let go of it: one that hangs on a dead share can't be ended by anyone.

        The kernel ends it when the share answers or is given up; its lock goes with it.
        """
        if self.process is not None:
            self.process.kill()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
            try:
                self.process.wait(timeout=DIES_IN)
            except subprocess.TimeoutExpired:
                _hanging.append(self.process)
            self.process = None
        _hanging[:] = [process for process in _hanging if process.poll() is None]
        self.heard, self.is_busy = b"", False

    def _start(self) -> None:
        self.end()
        locks = settings.DATA_DIR / "hands"
        locks.mkdir(mode=0o700, exist_ok=True)
        self.process = subprocess.Popen(  # noqa: S603 (as above)
            [*self.command, str(locks / self.name)], cwd=ROOT, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        os.set_blocking(self.process.stdout.fileno(), False)  # type: ignore[union-attr]

    def _heard(self, words: dict[str, Any]) -> bool:
        if "alive" in words:
            return False
        self.is_busy = False
        if words["trouble"]:
            self._failed(words["trouble"])
        else:
            self.trouble, self.failures, self.answer = "", 0, words
        return True

    def _failed(self, trouble: str) -> None:
        self.trouble = trouble
        self.not_before = time.monotonic() + PAUSES[min(self.failures, len(PAUSES) - 1)]
        self.failures += 1
        self.end()
