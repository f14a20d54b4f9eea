"""What lies in a place: every file read, hashed and opened."""

import hashlib
import io
import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings

from fallback import backups, sealed
from fallback.backups import Named
from fallback.hand import manifest
from fallback.models import Place

# A folder on a PC that is off may not answer at all; reading eight days over a slow network takes
# a few seconds.
ANSWERS_WITHIN = 30  # s


@dataclass(frozen=True)
class Copy:
    """The papers of a site's day in a place: the oldest of its files counts."""

    place: str
    site: str  # its id
    site_name: str
    day: date
    journal: int
    print: int
    made_at: datetime
    clinical_as_of: datetime | None
    files: int
    matches: bool  # every file is there and is what the manifest says
    opens: bool  # every PDF can be read, with the sealed password where it has one

    @property
    def good_at(self) -> datetime:
        """How old it is: its making or, if that is older, the clinical system's extract."""
        return min(self.made_at, self.clinical_as_of or self.made_at)

    @property
    def is_sound(self) -> bool:
        """Whether a person can open what is there."""
        return self.matches and self.opens


@dataclass(frozen=True)
class Found:
    """A place as it was found. `trouble` goes on after its name; empty when it can be read."""

    place: Place
    trouble: str = ""
    is_same_disk: bool = False
    copies: list[Copy] = field(default_factory=list)
    backup: Named | None = None  # the newest that is whole


def read_all(places: list[Place]) -> list[Found]:
    """Read every place, each by itself, so that one that hangs costs the others nothing."""
    found: dict[int, Found] = {}

    def read_into(number: int, place: Place, password: str) -> None:
        found[number] = _read(place, password)

    password = sealed.password()
    threads = [
        threading.Thread(target=read_into, args=(number, place, password), daemon=True)
        for number, place in enumerate(places)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ANSWERS_WITHIN)
    silent = "does not answer"
    return [found.get(number, Found(place, silent)) for number, place in enumerate(places)]


def _read(place: Place, password: str) -> Found:
    folder = Path(place.folder)
    try:
        is_same_disk = os.stat(folder).st_dev == os.stat(settings.DATA_DIR).st_dev
        files = manifest.read(folder)
        if not files:
            return Found(place, "has no papers", is_same_disk)
        groups: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
        for path, entry in files.items():
            groups.setdefault((entry["site"], entry["day"]), []).append((path, entry))
        copies = [_copy(place, folder, group, password) for group in groups.values()]
        backup = backups.newest(folder / backups.FOLDER)
    except OSError as error:
        return Found(place, f"can't be read ({error.strerror})")
    except (KeyError, ValueError, TypeError):
        return Found(place, "has a manifest that can't be read")
    copies.sort(key=lambda copy: (copy.day, copy.site_name))
    return Found(place, "", is_same_disk, copies, backup)


def _copy(
    place: Place, folder: Path, group: list[tuple[str, dict[str, Any]]], password: str
) -> Copy:
    matches = opens = True
    for path, entry in group:
        content = _content(folder / path)
        matches &= content is not None and hashlib.sha256(content).hexdigest() == entry["sha256"]
        if path.endswith(".pdf"):
            opens &= content is not None and _opens(content, password if entry["protected"] else "")
    entries = [entry for _, entry in group]
    as_ofs = [_time(entry["clinical_as_of"]) for entry in entries if entry["clinical_as_of"]]
    return Copy(
        place=place.name,
        site=entries[0]["site"],
        site_name=entries[0]["site_name"],
        day=date.fromisoformat(entries[0]["day"]),
        journal=min(entry["journal"] for entry in entries),
        print=min(entry["print"] for entry in entries),
        made_at=min(_time(entry["made_at"]) for entry in entries),
        clinical_as_of=min(as_ofs, default=None),
        files=len(group),
        matches=matches,
        opens=opens,
    )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _opens(content: bytes, password: str) -> bool:
    """Parse a PDF and reach its last page."""
    try:
        with pikepdf.open(io.BytesIO(content), password=password) as pdf:
            return bool(pdf.pages[-1].obj)
    except (pikepdf.PdfError, pikepdf.PasswordError, IndexError):
        return False


def _time(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
