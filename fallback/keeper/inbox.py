"""The inbox: a folder into which the clinical system's data are put, and how they are loaded.

Two kinds come there: extracts, of several files that belong together, and lists that somebody saved
from a screen, each by itself. The folder is somebody else's (often another PC's), so nothing is
moved or removed in it. What was taken, and what was not and why, is noted in the data folder;
nothing is tried twice until its files change or others join them.
"""

import json
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from appointments.imports import emis, screen
from appointments.imports.emis.folder import NAME
from appointments.models import Practice
from fallback import plans
from fallback.hand.files import write_whole
from fallback.hand.look import look
from fallback.places.hands import Hand

EVERY = 5.0  # s between two looks
QUIET_FOR = 10.0  # s without a change: nobody is writing there any more

Files = dict[str, tuple[int, int]]  # path in the inbox: bytes, changed at in ns


@dataclass
class Notes:
    """What became of the files that were in the inbox."""

    taken: Files = field(default_factory=dict)
    refused: Files = field(default_factory=dict)
    why: str = ""  # the newest refusal of an extract, until one is taken again
    why_list: str = ""  # and of a list
    at: str = ""

    def new_in(self, files: Files) -> Files:
        """Give the files of which nothing is known yet, or that have changed."""
        known = self.taken | self.refused
        return {path: facts for path, facts in files.items() if known.get(path) != facts}


def notes_of(practice: Practice) -> Notes:
    """Read what was noted."""
    try:
        said = json.loads(_path(practice).read_bytes())
    except (FileNotFoundError, ValueError):
        return Notes()
    for name in ("taken", "refused"):
        said[name] = {path: tuple(facts) for path, facts in said[name].items()}
    return Notes(**said)


def files_in(listed: list[list[Any]]) -> Files:
    """Leave out of a listing what is neither a part of an extract nor a list."""
    return {path: (size, at) for path, size, at in listed if is_extract(path) or _is_list(path)}


def is_extract(path: str) -> bool:
    """Tell a file of an extract by its name."""
    return bool(NAME.fullmatch(Path(path).name))


def _is_list(path: str) -> bool:
    return Path(path).suffix.lower() == ".csv" and not is_extract(path)


class Watch:
    """The keeper's eye on an inbox: whether something new is there, and quiet."""

    def __init__(self, practice: Practice):
        self.practice = practice
        self.hand = Hand(f"inbox-{practice.pk}")
        self.has_new = False
        self.troubles: list[str] = []
        self._asked_at = 0.0  # monotonic, as the others
        self._files: Files = {}
        self._since = 0.0

    def turn(self) -> None:
        """Look now and then, without waiting for the folder to answer."""
        if self.hand.listen():
            self._heard()
        if time.monotonic() < self._asked_at + EVERY or not self.hand.is_free:
            return
        self._asked_at = time.monotonic()
        if folder := plans.plan_of(self.practice).inbox:
            self.hand.give({"do": "look", "folder": folder})
        else:
            self.hand.end()
            self.has_new, self.troubles = False, []

    def end(self) -> None:
        """Look no more."""
        self.hand.end()

    def _heard(self) -> None:
        if self.hand.trouble:
            self.has_new, self.troubles = False, [f"The inbox {self.hand.trouble}"]
            return
        files = files_in(self.hand.answer["files"])
        if files != self._files:
            self._files, self._since = files, time.monotonic()
        notes = notes_of(self.practice)
        is_quiet = time.monotonic() - self._since >= QUIET_FOR
        self.has_new = is_quiet and bool(notes.new_in(files))
        refused = [path for path, facts in notes.refused.items() if files.get(path) == facts]
        self.troubles = []
        if notes.why and any(is_extract(path) for path in refused):
            self.troubles.append(f"An extract in the inbox was not taken: {notes.why}")
        if notes.why_list and any(_is_list(path) for path in refused):
            self.troubles.append(f"A list in the inbox was not taken: {notes.why_list}")


def load_new(practice: Practice) -> None:
    """Load what is new in a practice's inbox, and note what became of it."""
    folder = plans.plan_of(practice).inbox
    if not folder:
        return
    root = Path(folder)
    files = files_in(look(root))
    extracts = {path: facts for path, facts in files.items() if is_extract(path)}
    for parent in sorted({str(Path(path).parent) for path in extracts}):
        own = {path: facts for path, facts in extracts.items() if str(Path(path).parent) == parent}
        _load_extract(practice, root, own)
    lists = files.keys() - extracts.keys()
    # The older first: an older list is refused where a newer one has been.
    for path in sorted(lists, key=lambda path: (files[path][1], path)):
        _load_list(practice, root, path, files[path])


def _load_extract(practice: Practice, root: Path, own: Files) -> None:
    notes = notes_of(practice)
    if new := notes.new_in(own):
        # What was refused before may have lacked these. If it is bad in itself, it does not take
        # the new ones with it.
        waiting = {p: f for p, f in own.items() if notes.refused.get(p) == f}
        refusal = _load(practice, root, waiting | new, notes)
        if refusal and waiting:
            refusal = _load(practice, root, new, notes)
        if refusal:
            notes.refused |= new
            notes.why, notes.at = refusal, timezone.now().isoformat()
        _write(practice, notes)


def _load_list(practice: Practice, root: Path, path: str, facts: tuple[int, int]) -> None:
    notes = notes_of(practice)
    if not notes.new_in({path: facts}):
        return
    try:
        screen.load_file(practice, root / path)
    except screen.NotAnExport as error:
        notes.refused[path] = facts
        notes.why_list, notes.at = str(error), timezone.now().isoformat()
    else:
        notes.refused.pop(path, None)
        # What changed while it was read is loaded again.
        if files_in(look(root)).get(path) == facts:
            notes.taken[path] = facts
        notes.why_list = ""
    _write(practice, notes)


def _load(practice: Practice, root: Path, files: Files, notes: Notes) -> str:
    """Load these files as one extract and note them as taken; gives the refusal, if it is one."""
    with tempfile.TemporaryDirectory(prefix="surgery-inbox-") as name:
        for path in files:
            Path(name, Path(path).name).symlink_to(root / path)
        try:
            emis.load(Path(name), ods_code=practice.ods_code)
        except emis.NotAnExtract as error:
            return str(error).replace(name, str(root))
    still = files_in(look(root))
    # What changed while it was read is loaded again.
    notes.taken |= {path: facts for path, facts in files.items() if still.get(path) == facts}
    notes.refused = {p: f for p, f in notes.refused.items() if p not in files}
    notes.why = ""
    return ""


def _write(practice: Practice, notes: Notes) -> None:
    write_whole(_path(practice), json.dumps(asdict(notes)).encode())


def _path(practice: Practice) -> Path:
    return settings.DATA_DIR / f"inbox-{practice.pk}.json"
