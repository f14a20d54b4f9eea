"""Writing files so that a name never stands for half a file, whatever is killed when.

Standard library only, as all of this package: a hand runs without the rest of the program.
"""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PARTIAL = ".partial"  # how a file is called (and hidden: '.…') until it is whole
# A folder on a Windows share or a stick can't always be told to reach the disk by itself.
CANNOT_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM)


@contextmanager
def whole(path: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Lend a temporary file in the path's folder; it gets its name once it is on the disk.

    If the block raises, nothing has happened. That the name lasts takes `sync_folder`.
    """
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            if mode != 0o600:  # what mkstemp makes
                with suppress(PermissionError):  # not every share has modes
                    os.fchmod(handle, mode)
            yield file
            file.flush()
            os.fsync(handle)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file that is there entirely or not at all, and is there for good. Raises OSError."""
    with whole(path, mode) as file:
        file.write(content)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk, where the file system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        if error.errno in CANNOT_SYNC:
            return
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in CANNOT_SYNC:
            raise
    finally:
        os.close(handle)


def sweep(folders: Iterable[Path]) -> None:
    """Remove what a kill left half written in these folders."""
    for folder in folders:
        if folder.is_dir():
            for left in folder.glob(f".*{PARTIAL}"):
                left.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a file. One that somebody has open on a Windows PC stays until the next visit."""
    with suppress(FileNotFoundError, PermissionError):
        path.unlink()
