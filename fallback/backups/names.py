"""Names of backups: '2026-11-22T195436Z entry 1042 check 3f9c2a7b41d0a8e2.age'.

A name says all that one must know to choose, and the beginning of the file's SHA-256: so wherever
a copy turns up, it can be seen that it is the file that was verified when it was made.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from fallback.backups.copying import sha256_of

ENDING = ".age"
CHECK = 16  # hexadecimal digits: 64 bits, more than damage can hit by chance
_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d{6}Z) entry (\d+) check ([0-9a-f]{16})\.age")
_TIME = "%Y-%m-%dT%H%M%SZ"  # no colons: Windows does not take them


class Named(NamedTuple):
    """What a backup's name says."""

    path: Path
    made_at: datetime
    journal: int  # the newest entry of the home practice
    check: str


def name_of(made_at: datetime, journal: int, sha256: str) -> str:
    """Name a backup."""
    at = made_at.astimezone(UTC).strftime(_TIME)
    return f"{at} entry {journal} check {sha256[:CHECK]}{ENDING}"


def read_name(path: Path) -> Named | None:
    """Read a backup's name; None when it is not one of ours."""
    if not (found := _NAME.fullmatch(path.name)):
        return None
    at = datetime.strptime(found[1], _TIME).replace(tzinfo=UTC)
    return Named(path, at, int(found[2]), found[3])


def in_folder(folder: Path) -> list[Named]:
    """List the backups in a folder, the newest first; raises OSError if it can't be read."""
    found = [named for path in folder.iterdir() if (named := read_name(path))]
    return sorted(found, key=lambda named: named.made_at, reverse=True)


def is_whole(named: Named) -> bool:
    """Read a backup to its end and say whether it is the file that was verified."""
    try:
        return sha256_of(named.path).startswith(named.check)
    except OSError:
        return False


def newest(folder: Path) -> Named | None:
    """Give the newest backup in a folder that is whole; None without one."""
    try:
        return next((named for named in in_folder(folder) if is_whole(named)), None)
    except OSError:
        return None
