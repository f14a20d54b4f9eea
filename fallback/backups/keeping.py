"""When a backup is made, and which are kept."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice
from fallback import sealed
from fallback.hand.files import write_whole

from .calling import ChildFailed, child, database
from .examining import Heads, newest
from .names import Named, in_folder, name_of

FOLDER = "backups"  # in the data folder
AT_LEAST_EVERY = timedelta(minutes=55)  # with the keeper's 5 minutes: within the hour
WALKED_IN_FULL_EVERY = timedelta(hours=1)  # between: only the entries that are new

# Kept: all of the last hour, the newest of each hour for a day, of each day for two weeks.
ALL_FOR = timedelta(hours=1)
HOURLY_FOR = timedelta(days=1)
DAILY_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Backup:
    """A backup that was made and verified."""

    path: Path
    made_at: datetime
    heads: Heads
    sha256: str
    bytes: int
    is_walked_in_full: bool


def make(folder: Path, now: datetime | None = None, *, walked: Heads | None = None) -> Backup:
    """Make a sealed and verified backup in a folder; raises ChildFailed or OSError.

    `walked` names entries up to which the journals were walked before; without, all are.
    """
    now = now or timezone.now()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unnamed = folder / f".{now:%Y%m%dT%H%M%S%f}.{os.getpid()}.making"
    try:
        answer = child(
            "make",
            database(),
            source=str(connection.settings_dict["NAME"]),
            target=str(unnamed),
            password=sealed.password(),
            walked=walked,
        )
        heads: Heads = {code: tuple(head) for code, head in answer["heads"].items()}
        home = Practice.objects.filter(is_home=True).values_list("ods_code", flat=True).first()
        number = heads[home][0] if home in heads else max((n for n, _ in heads.values()), default=0)
        target = folder / name_of(now, number, answer["sha256"])
        unnamed.rename(target)
    finally:
        unnamed.unlink(missing_ok=True)
    return Backup(target, now, heads, answer["sha256"], answer["bytes"], walked is None)


def look_after(now: datetime) -> list[str]:
    """Make a backup if one is due, and remove what need not be kept; gives sentences of trouble."""
    folder = settings.DATA_DIR / FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    with _alone() as is_alone:
        if not is_alone:
            return []
        for left in folder.glob(".*"):
            left.unlink()  # what a kill left half made
        state = _read_state()
        try:
            if _is_due(folder, state, now):
                made = make(folder, now, walked=_walked(state, now))
                _write_state(made, state)
            _tidy(folder, now)
        except ChildFailed as failed:
            return [f"The newest backup could not be made. {failed}"]
        except OSError as error:
            return [f"The newest backup could not be made: {error.strerror}."]
    return []


def tidy(backups: Iterable[Named], now: datetime) -> list[Named]:
    """Choose those that need not be kept; what lies ahead (a clock set back) counts as new."""
    gone, steps = [], set()
    for named in sorted(backups, key=lambda named: named.made_at, reverse=True):
        age = now - named.made_at
        local = timezone.localtime(named.made_at, LONDON)
        if age <= ALL_FOR:
            continue
        if age <= HOURLY_FOR:
            step = f"{named.made_at:%Y-%m-%d %H}"
        elif age <= DAILY_FOR:
            step = f"{local:%Y-%m-%d}"
        else:
            step = ""
        if not step or step in steps:
            gone.append(named)
        steps.add(step)
    return gone


def _tidy(folder: Path, now: datetime) -> None:
    there = in_folder(folder)
    for named in tidy(there[1:], now):  # never the newest
        named.path.unlink(missing_ok=True)


def _is_due(folder: Path, state: dict, now: datetime) -> bool:
    """Say whether anything changed since the newest one, or it is an hour old, or gone."""
    if not state or not (folder / state["name"]).exists():
        return True
    age = abs(now - datetime.fromisoformat(state["made_at"]))  # the clock may have been set back
    return age >= AT_LEAST_EVERY or _heads() != _tuples(state["heads"])


def _walked(state: dict, now: datetime) -> Heads | None:
    """Say up to where the journals were walked; None when it is time to walk all of them."""
    if not state:
        return None
    since = abs(now - datetime.fromisoformat(state["walked_in_full_at"]))
    return None if since >= WALKED_IN_FULL_EVERY else _tuples(state["heads"])


def _heads() -> Heads:
    return {practice.ods_code: newest(practice) for practice in Practice.objects.all()}


def _tuples(heads: dict) -> Heads:
    return {code: (number, digest) for code, (number, digest) in heads.items()}


@contextmanager
def _alone() -> Iterator[bool]:
    """Say whether nobody else looks after the backups just now."""
    handle = os.open(settings.DATA_DIR / "backups.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _read_state() -> dict:
    try:
        return json.loads(_state().read_bytes())
    except (OSError, ValueError):
        return {}


def _write_state(made: Backup, before: dict) -> None:
    at = made.made_at.isoformat()
    said = {
        "name": made.path.name,
        "made_at": at,
        "heads": made.heads,
        "walked_in_full_at": at if made.is_walked_in_full else before["walked_in_full_at"],
    }
    write_whole(_state(), json.dumps(said).encode())


def _state() -> Path:
    return settings.DATA_DIR / "backups.json"
