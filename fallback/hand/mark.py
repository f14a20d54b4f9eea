"""The mark in a place's folder: that it is the one that was set up.

When a stick is pulled out or a share is not connected, its folder is often still there, empty and
on the server's own disk. Without a mark we would write patients' data there and call it safe.
"""

import os
from pathlib import Path
from typing import Any

from .files import sync_folder, write_whole
from .troubles import NOT_MARKED, TAKEN, Trouble

MARK = ".surgery-place"


def check(folder: Path, place: str) -> None:
    """Raise Trouble unless the folder bears this place's mark, OSError if it is not there."""
    os.stat(folder)
    if _read(folder) != place:
        raise Trouble(NOT_MARKED)


def prepare(folder: Path, place: str) -> dict[str, Any]:
    """Make the folder if need be, try writing to it, and mark it; says on which device it is.

    Raises Trouble where another place has its mark already, OSError as the system says.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    there = _read(folder)
    if there and there != place:
        raise Trouble(TAKEN)
    write_whole(folder / MARK, place.encode())
    sync_folder(folder.parent)
    return {"device": os.stat(folder).st_dev}


def _read(folder: Path) -> str:
    try:
        return (folder / MARK).read_text().strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
