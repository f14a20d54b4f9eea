"""The password of papers and backups that leave the server, as it stands in the sealed kit.

It is made once, on first use, and kept in the data folder. On paper it is printed on the managers'
sealed page only; whoever opens a safe copy on another PC types it from there.
"""

import os
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.conf import settings

# No letter or figure that looks like another in print or in handwriting; all of one case.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
GROUPS, GROUP = 6, 4  # 24 characters of 23: 108 bits; the hyphens between the groups belong to it


def password() -> str:
    """Give the password: 'K7QH-M4XC-…', the same for ever. Raises OSError if it can't be kept."""
    path = settings.DATA_DIR / "sealed-password"
    if not path.exists():
        _keep(path, [secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP)])
    return path.read_text().strip()


def keep(typed: str) -> None:
    """Take over the password of the practice's kit on a machine that has none yet (a restore)."""
    path = settings.DATA_DIR / "sealed-password"
    if not path.exists():
        _keep(path, [character for character in typed.upper() if character.isalnum()])


def _keep(path: Path, characters: Sequence[str]) -> None:
    """Write it beside, whole and on the disk, and link it: only one process can."""
    starts = range(0, len(characters), GROUP)
    groups = ("".join(characters[start : start + GROUP]) for start in starts)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write("-".join(groups) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)
