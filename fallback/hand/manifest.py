"""A place's manifest: which files are there, from which print, and their hashes."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from .files import remove, write_whole

NAME = "manifest.json"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# What each entry says of the print that its file belongs to.
FACTS = ("site", "site_name", "day", "print", "journal", "made_at", "clinical_as_of")
OURS = re.compile(r".* print \d+\.(pdf|html|csv)")

Entry = dict[str, Any]


def read(folder: Path) -> dict[str, Entry]:
    """Give the files that the manifest names: {relative path: entry}; none if it can't be read."""
    try:
        files = json.loads((folder / NAME).read_bytes())["files"]
        return {path: dict(entry) for path, entry in files.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # not ours, or a damaged disk: everything is brought anew


def write(folder: Path, practice: str, files: dict[str, Entry], mode: int = 0o600) -> None:
    """Replace the manifest by one that names these files."""
    said = {
        "practice": practice,
        "journal": max((entry["journal"] for entry in files.values()), default=0),
        "made_at": max((entry["made_at"] for entry in files.values()), default=""),
        "files": files,
    }
    write_whole(folder / NAME, json.dumps(said, indent=1, ensure_ascii=False).encode(), mode)


def remove_unnamed(folder: Path, named: set[str]) -> None:
    """Remove papers that the manifest does not name; what people put there themselves stays."""
    for day in folder.iterdir():
        if not DAY.fullmatch(day.name) or not day.is_dir():
            continue
        for site in [one for one in day.iterdir() if one.is_dir()]:
            for path in site.iterdir():
                if OURS.fullmatch(path.name) and str(path.relative_to(folder)) not in named:
                    remove(path)
            _remove_if_empty(site)
        _remove_if_empty(day)


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


class Kept(NamedTuple):
    """A print that the server keeps, as its own list (`papers/…/kept.json`) says."""

    site: str
    day: date
    said: dict[str, Any]

    def wanted(self, *, protected: bool, endings: list[str]) -> dict[str, Entry]:
        """Give the entries of those of its files that a place is to have."""
        facts = {
            name: self.said[name]
            for name in (
                "site",
                "site_name",
                "day",
                "print",
                "journal",
                "made_at",
                "clinical_as_of",
            )
        }
        found = {}
        for file in self.said["files"]:
            ending = Path(file["path"]).suffix
            if ending in endings:
                kind = "protected" if protected and ending == ".pdf" else "open"
                found[file["path"]] = {
                    **file[kind],
                    **facts,
                    "document": file["document"],
                    "protected": kind == "protected",
                }
        return found


def kept(papers: Path) -> list[Kept]:
    """Give the prints that the server keeps, the most urgent first; none if there are none yet."""
    try:
        said = json.loads((papers / "kept.json").read_bytes())
    except FileNotFoundError:
        return []
    return [Kept(one["site"], date.fromisoformat(one["day"]), one) for one in said["prints"]]
