"""Putting a backup back: opened, verified, and only then put in the place of the book."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone

from appointments.copies import CopyFailed
from appointments.wording import moment
from fallback import sealed
from fallback.models import Print

from . import sealing
from .calling import ChildFailed, child, database
from .losing import NO_BOOK, Losses, losses
from .swapping import InUse, Postgresql, Sqlite

# Held by `make run` and by the keeper for as long as they run (tools/ground.py, keeper/loop.py).
LOCKS = {"lock": "The appointment book", "keeper.lock": "The keeper"}


class CantRestore(Exception):  # noqa: N818  (why not, in a sentence)
    """The backup was not put back, and nothing was changed."""


@dataclass(frozen=True)
class Restored:
    """What was put back, what that lost, and where the book from before is."""

    up_to: datetime
    losses: Losses
    aside: str
    is_done: bool


def restore(file: Path, password: str, agree: Callable[[datetime, Losses], bool]) -> Restored:
    """Open a backup, verify it, and put it in the place of the book if `agree` says so.

    `agree` is told up to when the backup goes and what would be lost. Until the last step nothing
    of the book is changed; a power cut at any moment leaves the one or the other, whole.
    Raises CantRestore.
    """
    with _stopped():
        place = Sqlite() if connection.vendor == "sqlite" else Postgresql()
        now = timezone.now()
        plain = settings.DATA_DIR / ".backup.opened.partial"
        try:
            place.check_free()
            _open(file, plain, password)
            settings_of = place.load(plain)
            answer = child(
                "examine",
                database(**settings_of),
                restored=f"put back from {file.name}",
                prints_made=_prints_made(),
            )
            lost = losses(answer["heads"])
            up_to = max(datetime.fromisoformat(head["at"]) for head in answer["heads"].values())
            if not agree(up_to, lost):
                return Restored(up_to, lost, "", is_done=False)
            aside = place.swap(now, keep=lost.remark != NO_BOOK)
        except (sealing.WontOpen, ChildFailed, CopyFailed, InUse) as fault:
            raise CantRestore(str(fault)) from fault
        except OSError as error:
            raise CantRestore(f"{error.filename or file}: {error.strerror}.") from error
        except DatabaseError as error:
            raise CantRestore(f"The database server refused: {error}".strip()) from error
        finally:
            plain.unlink(missing_ok=True)
            place.clear()
        if password:
            sealed.keep(password)
    return Restored(up_to, lost, aside, is_done=True)


def needs_password(file: Path) -> bool:
    """Say whether a backup is sealed; raises CantRestore if it can't be read."""
    try:
        return sealing.is_sealed(file)
    except OSError as error:
        raise CantRestore(f"{file} can't be read ({error.strerror}).") from error


def words(up_to: datetime, lost: Losses) -> list[str]:
    """Say what the backup is and what putting it back would lose, a line each."""
    return [
        f"The backup is whole. The last thing in it was done on {moment(up_to)}.",
        *(["What was done after it is lost:"] if lost.lost else []),
        *lost.sentences(),
    ]


def _open(file: Path, plain: Path, password: str) -> None:
    plain.unlink(missing_ok=True)
    plain.touch(mode=0o600)
    if needs_password(file):
        sealing.unseal(file, plain, password)
    else:
        plain.write_bytes(file.read_bytes())  # a plain one, made before an upgrade


def _prints_made() -> int:
    """Say which print number the present book has come to, if it can be read."""
    try:
        return Print.objects.aggregate(number=Max("number"))["number"] or 0
    except DatabaseError:
        return 0


@contextmanager
def _stopped() -> Iterator[None]:
    """See that nothing works on the book, and keep it so meanwhile."""
    held: list[int] = []
    try:
        for name, who in LOCKS.items():
            handle = os.open(settings.DATA_DIR / name, os.O_RDWR | os.O_CREAT, 0o600)
            held.append(handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CantRestore(
                    f"{who} is running: stop it first (Ctrl-C where 'make run' runs)."
                ) from None
        yield
    finally:
        for handle in held:
            os.close(handle)


def as_json(done: Restored) -> dict[str, Any]:
    """Give it for machines."""
    return {
        "restored": done.is_done,
        "up_to": done.up_to.isoformat(),
        "aside": done.aside,
        "remark": done.losses.remark,
        "lost": [each._asdict() | {"words": each.words} for each in done.losses.lost],
    }
