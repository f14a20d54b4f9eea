"""Bringing files into a folder that this server can write to."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from fallback.hand.files import PARTIAL, sweep, sync_folder
from fallback.hand.troubles import TAKEN, Trouble

MARK = ".surgery-status"
NOT_MARKED = (
    "is there, but it is not the folder that was set up (the share is not connected?). To use it "
    "from now on, save the website again under Settings"
)
READABLE = 0o644  # a web server runs as somebody else
OPEN = 0o755


def prepare(folder: Path, mark: str) -> None:
    """Make the folder if need be, try writing to it, and mark it. Raises Trouble and OSError."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(OPEN)
    there = _mark(folder)
    if there and there != mark:
        raise Trouble(TAKEN)
    _write(folder, MARK, lambda _: mark.encode())
    sync_folder(folder)


def bring(folder: Path, mark: str, files: dict[str, bytes], make: Callable[[float], bytes]) -> int:
    """Put the scripts there that are missing, and the status file; gives the host's lead in s.

    Raises Trouble where the folder is not the one that was set up, OSError as the system says.
    """
    os.stat(folder)
    if _mark(folder) != mark:
        raise Trouble(NOT_MARKED)
    sweep([folder])
    for name, content in files.items():
        if not _is_there(folder / name, content):
            _write(folder, name, lambda _, content=content: content)  # type: ignore[misc]
    lead = _write(folder, "status.json", make)
    sync_folder(folder)
    return round(lead)


def _write(folder: Path, name: str, make: Callable[[float], bytes]) -> float:
    """Write a file whole; what is in it may follow from how far the folder's clock is ahead.

    Written over the same hidden name each time: on a share where it can't be removed, one is left.
    """
    partial = folder / f".{name}{PARTIAL}"
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE)
    with os.fdopen(handle, "wb") as file:
        lead = os.fstat(handle).st_mtime - time.time()
        file.write(make(lead))
        file.flush()
        os.fchmod(handle, READABLE)
        os.fsync(handle)
    os.replace(partial, folder / name)
    return lead


def _is_there(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _mark(folder: Path) -> str:
    try:
        return (folder / MARK).read_text().strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
