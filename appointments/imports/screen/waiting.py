"""A file between being chosen and being loaded: private, and gone within the hour.

It is kept on the disk because the next step may be answered by another process; only for whom
sent it, under a name that says nothing.
"""

import os
import time
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from appointments.imports.screen.reading import LARGEST, NotAnExport
from appointments.journal import Actor

LIFETIME = 3600.0  # s
FOLDER = "waiting"  # in the data folder


def keep(by: Actor, data: bytes) -> UUID:
    """Keep a file for whom sent it; gives the reference by which to ask for it."""
    sweep()
    reference = uuid4()
    descriptor = os.open(_path(by, reference), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return reference


def fetch(by: Actor, reference: UUID) -> bytes:
    """Give a file again. Raises NotAnExport when it is gone."""
    sweep()
    try:
        return _path(by, reference).read_bytes()[: LARGEST + 1]
    except FileNotFoundError:
        raise NotAnExport(
            "This file is no longer here: it was loaded, removed, or left for an hour. Choose it "
            "again."
        ) from None


def remove(by: Actor, reference: UUID) -> None:
    """Remove a file; harmless when it is gone."""
    _path(by, reference).unlink(missing_ok=True)


def sweep() -> None:
    """Remove all files that were left for an hour."""
    for path in _folder().iterdir():
        try:
            if path.stat().st_mtime < time.time() - LIFETIME:
                path.unlink(missing_ok=True)
        except FileNotFoundError:  # another process was quicker
            continue


def _folder() -> Path:
    folder = settings.DATA_DIR / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(by: Actor, reference: UUID) -> Path:
    who = by.staff.pk if by.staff else "program"
    return _folder() / f"{by.practice.pk}-{who}-{reference}"
