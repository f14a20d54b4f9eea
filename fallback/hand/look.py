"""Seeing what lies in a folder."""

from pathlib import Path
from typing import Any


def look(folder: Path) -> list[list[Any]]:
    """List the files in a folder and in its sub-folders: [path, bytes, changed at in ns]."""
    found = []
    for path in sorted([*folder.iterdir(), *folder.glob("*/*")]):
        if path.is_file() and not path.name.startswith("."):
            facts = path.stat()
            found.append([str(path.relative_to(folder)), facts.st_size, facts.st_mtime_ns])
    return found
