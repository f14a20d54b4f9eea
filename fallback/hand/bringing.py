"""Bring one place up to date from the papers that the server keeps itself.

Print by print, the most urgent first: all files of a print under their final names, then the
manifest that names them in place of the older ones, then the older ones go. So the manifest names
only whole files at every moment, and a place that was away catches up from what is there.
"""

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from . import manifest, mark
from .files import remove, sweep, sync_folder, whole
from .manifest import Entry, Kept

CHUNK = 1 << 20  # bytes between two signs of life
SURPRISES = 40  # times that the server may replace a print while it is being brought
BACKUPS = "backups"

Say = Callable[[str], None]


class Replaced(Exception):  # noqa: N818  (a reason to look again)
    """The server keeps a newer print by now."""


class Bringing:
    """One visit to a place. `job` says what it is to have (hands.py), `say` gives signs of life."""

    def __init__(self, job: dict[str, Any], say: Say):
        self.folder = Path(job["folder"])
        self.papers = Path(job["papers"])
        self.job, self.say = job, say
        self.today = date.fromisoformat(job["today"])
        self.oldest = date.fromisoformat(job["oldest"])
        self.seen: set[str] = set()  # seen to be there in this visit
        self.files: dict[str, Entry] = {}
        self.mode = 0o700

    def run(self) -> dict[str, Any]:
        """Bring all that is lacking; gives the newest print of each site-day that is there.

        Raises Trouble or OSError. What was brought until then stays and counts.
        """
        mark.check(self.folder, self.job["mark"])
        # What is written there may be read by whoever may read the folder.
        self.mode = os.stat(self.folder).st_mode & 0o777
        self.files = manifest.read(self.folder)
        sweep([self.folder, *self._folders()])
        surprises = 0
        while lacking := self._next():
            try:
                self._bring(lacking)
            except Replaced:
                surprises += 1
                if surprises > SURPRISES:
                    raise
                time.sleep(0.05)
        self._let_go()
        if self.job["backups"]:
            self._bring_backups(Path(self.job["backups"]))
        return {"prints": self._prints(), "device": os.stat(self.folder).st_dev}

    def _kept(self) -> list[Kept]:
        """Give what is to be here: today's first, then the coming days', then those gone by."""
        kept = [one for one in manifest.kept(self.papers) if one.day >= self.oldest]
        return sorted(kept, key=lambda one: (one.day < self.today, one.day))

    def _wanted(self, print_: Kept) -> dict[str, Entry]:
        return print_.wanted(protected=self.job["protected"], endings=self.job["endings"])

    def _next(self) -> Kept | None:
        """Give the most urgent print that is not (or not whole) here. The list is read afresh."""
        return next((one for one in self._kept() if not self._has(self._wanted(one))), None)

    def _has(self, wanted: dict[str, Entry]) -> bool:
        return all(
            self.files.get(path) == entry and self._is_whole(path, entry)
            for path, entry in wanted.items()
        )

    def _is_whole(self, path: str, entry: Entry) -> bool:
        if path in self.seen:
            return True
        try:
            is_whole = os.stat(self.folder / path).st_size == entry["bytes"]
            if is_whole and self.job["verify"]:
                is_whole = self._hash(path) == entry["sha256"]
        except FileNotFoundError:
            return False
        if is_whole:
            self.seen.add(path)
        return is_whole

    def _hash(self, path: str) -> str:
        self.say(path)
        with open(self.folder / path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _bring(self, print_: Kept) -> None:
        wanted = self._wanted(print_)
        folders = {(self.folder / path).parent for path in wanted}
        for folder in folders:
            self._make_folder(folder)
        # A name that is to stand for other content (protected from now on) is not named meanwhile.
        if other := {p for p, e in wanted.items() if self.files.get(p, e)["sha256"] != e["sha256"]}:
            self._now_here({p: e for p, e in self.files.items() if p not in other}, set())
        for path, entry in wanted.items():
            if self.files.get(path) != entry or not self._is_whole(path, entry):
                kind = "protected" if entry["protected"] else "open"
                self._copy(self.papers / kind / path, self.folder / path, entry["sha256"])
                self.seen.add(path)
        for folder in folders:
            sync_folder(folder)
            sync_folder(folder.parent)
        older = {
            path
            for path, entry in self.files.items()
            if (entry["site"], entry["day"]) == (print_.site, print_.said["day"])
        } - wanted.keys()
        self._now_here({p: e for p, e in self.files.items() if p not in older} | wanted, older)

    def _now_here(self, files: dict[str, Entry], older: set[str]) -> None:
        manifest.write(self.folder, self.job["practice"], files, self.mode & 0o666)
        self.files = files
        for path in older:
            remove(self.folder / path)

    def _copy(self, source: Path, target: Path, sha256: str | None = None) -> None:
        """Copy a file of the server's; it has its name only once it is whole and what it was."""
        content = hashlib.sha256()
        with open_or_replaced(source) as old, whole(target, self.mode & 0o666) as new:
            while chunk := old.read(CHUNK):
                self.say(target.name)
                content.update(chunk)
                new.write(chunk)
            if sha256 and content.hexdigest() != sha256:
                raise Replaced

    def _make_folder(self, folder: Path) -> None:
        """Make a folder that is as open to others as the place itself."""
        if folder != self.folder and not folder.exists():
            self._make_folder(folder.parent)
            folder.mkdir()
            with suppress(PermissionError):
                folder.chmod(self.mode)

    def _let_go(self) -> None:
        """Let go of what is too old or not wanted here any more, and of what no manifest names.

        A day of which the server keeps nothing is left alone: a new server, or one whose own copy
        was lost, must not empty the places before it has made something better.
        """
        wanted = {(one.site, one.said["day"]): self._wanted(one) for one in self._kept()}
        gone = {
            path
            for path, entry in self.files.items()
            if date.fromisoformat(entry["day"]) < self.oldest
            or entry["site"] not in self.job["sites"]
            or path not in wanted.get((entry["site"], entry["day"]), {path})
        }
        if gone or not (self.folder / manifest.NAME).exists():
            self._now_here({p: e for p, e in self.files.items() if p not in gone}, gone)
        manifest.remove_unnamed(self.folder, set(self.files))

    def _folders(self) -> list[Path]:
        days = [one for one in self.folder.iterdir() if manifest.DAY.fullmatch(one.name)]
        sites = [site for day in days if day.is_dir() for site in day.iterdir()]
        return [*sites, self.folder / BACKUPS]

    def _prints(self) -> list[dict[str, Any]]:
        """Say which print of each site-day is here: for the keeper's report."""
        found = {
            (entry["site"], entry["day"]): {name: entry[name] for name in manifest.FACTS}
            for entry in self.files.values()
        }
        return list(found.values())

    def _bring_backups(self, source: Path) -> None:
        """Have the same backups here as on the server; the newest comes first."""
        target = self.folder / BACKUPS
        self._make_folder(target)
        kept = sorted(
            (path for path in source.iterdir() if path.suffix == ".age"),
            key=lambda path: path.name,
            reverse=True,
        )
        for path in kept:
            copy = target / path.name
            with suppress(Replaced, FileNotFoundError):  # tidied away meanwhile
                if not copy.exists() or copy.stat().st_size != path.stat().st_size:
                    self._copy(path, copy)
        sync_folder(target)
        names = {path.name for path in kept}
        for copy in target.glob("*.age"):
            if copy.name not in names:
                remove(copy)


def open_or_replaced(path: Path) -> Any:
    """Open a file of the server's own; that it is gone means that a newer one is kept."""
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise Replaced from None


def leave(folder: Path, place: str) -> None:
    """Take all that is ours out of a folder: a place that is closed keeps no patients' data."""
    mark.check(folder, place)
    for path in manifest.read(folder):
        remove(folder / path)
    manifest.remove_unnamed(folder, set())
    for backup in (folder / BACKUPS).glob("*.age"):
        remove(backup)
    with suppress(OSError):  # not there, or not empty
        (folder / BACKUPS).rmdir()
    for name in (manifest.NAME, mark.MARK):
        (folder / name).unlink(missing_ok=True)
