"""What the desks' clocks say: browsers tell their time as they ask for the day, all day long.

A server whose clock is wrong can't know it by itself; several desks that agree with each other can
tell. Each desk's newest difference lies in a small file of its own: any number of server processes
may write, and the keeper reads them without asking the book.
"""

import json
import os
import re
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from appointments.models import Desk
from fallback.probes.looking import Look

HEADER = "X-Desk-Time"  # milliseconds since 1970, as `Date.now()` gives them
NOTED_EVERY = 60.0  # s
COUNTS_FOR = timedelta(minutes=10)  # a desk that was closed since says nothing any more
DIFFERS = 60.0  # s: a minute is what stands on papers
SEVERAL = 2  # desks that agree show that it is the server's clock
_MILLISECONDS = re.compile(r"[0-9]{12,14}")


class Told(NamedTuple):
    """A desk's clock: how many seconds it is ahead of the server's (behind: below 0)."""

    desk: str  # its name
    ahead: float


class DeskClocks:
    """Middleware: notes how far a desk's clock is from this server's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.noted: dict[UUID, float] = {}  # monotonic

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as before."""
        said, now = request.headers.get(HEADER, ""), timezone.now()
        response = self.get_response(request)
        desk = getattr(request, "desk", None)
        if said and desk and request.user.is_authenticated and _MILLISECONDS.fullmatch(said):
            self._note(desk, int(said) / 1000 - now.timestamp(), now)
        return response

    def _note(self, desk: Desk, ahead: float, now: datetime) -> None:
        at = time.monotonic()
        if at < self.noted.get(desk.pk, -NOTED_EVERY) + NOTED_EVERY:
            return
        self.noted[desk.pk] = at
        said = {"practice": str(desk.practice_id), "desk": desk.name, "ahead": round(ahead, 1)}
        path = _folder() / f"{desk.pk}.json"
        temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        # Somebody waits for the answer, and a full disk is no reason not to give it: no fsync.
        with suppress(OSError):
            temporary.write_text(json.dumps(said | {"at": now.isoformat()}))
            os.replace(temporary, path)


def told(practice_id: UUID, now: datetime) -> list[Told]:
    """Give what the desks of a practice said lately, by name."""
    found = []
    for path in _folder().glob("*.json"):
        try:
            said = json.loads(path.read_bytes())
            age = abs(now - datetime.fromisoformat(said["at"]))
            if said["practice"] == str(practice_id) and age < COUNTS_FOR:
                found.append(Told(said["desk"], said["ahead"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found)


def compare(clocks: list[Told]) -> Look:
    """Judge the server's clock by the desks'; where it is right, say which desk's is not."""
    if not clocks:
        return Look(True, "no desk has said its time lately")
    middle = statistics.median(one.ahead for one in clocks)
    if len(clocks) < SEVERAL:
        if abs(middle) < DIFFERS:
            return Look(True)
        return Look(
            False, f"differ: {clocks[0].desk}'s is {_by(middle)} the server's. Which is right?"
        )
    if abs(middle) >= DIFFERS:
        return Look(False, f"differ: the server's is {_by(-middle)} most desks'")
    wrong = [f"{one.desk}'s is {_by(one.ahead)}" for one in clocks if abs(one.ahead) >= DIFFERS]
    return Look(True, f"{'; '.join(wrong)} the server's" if wrong else "")


def _by(seconds: float) -> str:
    minutes = round(abs(seconds) / 60)
    much = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
    return f"{much} {'ahead of' if seconds > 0 else 'behind'}"


def _folder() -> Path:
    folder = Path(settings.DATA_DIR, "desk-clocks")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
