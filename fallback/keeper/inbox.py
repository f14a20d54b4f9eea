"""The inbox: a folder into which the clinical system's extracts are put, and how they are loaded.

The folder is somebody else's (often another PC's), so nothing is moved or removed in it. What was
taken, and what was not and why, is noted in the data folder; nothing is tried twice until its files
change or others join them.
"""

import json
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from appointments.imports import emis
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
    why: str = ""  # the newest refusal, until something is taken again
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


def extract_files(listed: list[list[Any]]) -> Files:
    """Leave out of a listing what is no part of an extract."""
    return {path: (size, at) for path, size, at in listed if NAME.fullmatch(Path(path).name)}


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
        files = extract_files(self.hand.answer["files"])
        if files != self._files:
            self._files, self._since = files, time.monotonic()
        notes = notes_of(self.practice)
        is_quiet = time.monotonic() - self._since >= QUIET_FOR
        self.has_new = is_quiet and bool(notes.new_in(files))
        still_there = notes.why and any(files.get(p) == f for p, f in notes.refused.items())
        self.troubles = [f"An extract in the inbox was not taken: {notes.why}"] * bool(still_there)


def load_new(practice: Practice) -> None:
    """Load what is new in a practice's inbox, and note what became of it."""
    folder = plans.plan_of(practice).inbox
    if not folder:
        return
    root = Path(folder)
    files = extract_files(look(root))
    for parent in sorted({str(Path(path).parent) for path in files}):
        own = {path: facts for path, facts in files.items() if str(Path(path).parent) == parent}
        notes = notes_of(practice)
        if new := notes.new_in(own):
            # What was refused before may have lacked these. If it is bad in itself, it does not
            # take the new ones with it.
            waiting = {p: f for p, f in own.items() if notes.refused.get(p) == f}
            refusal = _load(practice, root, waiting | new, notes)
            if refusal and waiting:
                refusal = _load(practice, root, new, notes)
            if refusal:
                notes.refused |= new
                notes.why, notes.at = refusal, timezone.now().isoformat()
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
    still = extract_files(look(root))
    # What changed while it was read is loaded again.
    notes.taken |= {path: facts for path, facts in files.items() if still.get(path) == facts}
    notes.refused = {p: f for p, f in notes.refused.items() if p not in files}
    notes.why = ""
    return ""


def _write(practice: Practice, notes: Notes) -> None:
    write_whole(_path(practice), json.dumps(asdict(notes)).encode())


def _path(practice: Practice) -> Path:
    return settings.DATA_DIR / f"inbox-{practice.pk}.json"
