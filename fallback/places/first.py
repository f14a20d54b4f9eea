"""The first copy: the newest papers of each site's day, in the server's own data folder.

Every place is filled from here, so that one that was away catches up without anything being made
again. Each PDF is kept twice, open and protected, so that places differ in nothing but which of
the two they get. `kept.json` says what is kept; it is replaced when a print is there entirely.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings

from appointments.availability import LONDON
from appointments.models import Practice, Site
from fallback import sealed
from fallback.hand import manifest
from fallback.hand.files import sweep, sync_folder, whole, write_whole
from fallback.hand.manifest import Kept
from fallback.paper.making import Made

LONGEST = 80  # characters of a file's or folder's name that come from people
# What file systems of Windows and of sticks do not take in a name.
UNNAMEABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def folder_of(practice: Practice) -> Path:
    """Give the folder of a practice's papers."""
    return settings.DATA_DIR / "papers" / nameable(practice.ods_code)


def kept(practice: Practice) -> list[Kept]:
    """Give what is kept: one print for each site's day."""
    return manifest.kept(folder_of(practice))


def keep(practice: Practice, made: Made) -> None:
    """Put a print in the place of the older one of its site's day."""
    folder = folder_of(practice)
    site, day = made.print.site, made.print.day
    files = [
        _write(folder, f"{day}/{site_folder(practice, site)}/{name}", document, content)
        for name, document, content in _files(made)
    ]
    for kind in ("open", "protected"):
        sync_folder((folder / kind / files[0]["path"]).parent)
    stamp = made.stamp
    said = {
        "site": str(site.pk),
        "site_name": site.name,
        "day": day.isoformat(),
        "print": made.print.number,
        "journal": made.print.journal,
        "mark": made.mark,
        "made_at": utc(stamp.up_to_date_at),
        "clinical_as_of": utc(stamp.clinical_as_of) if stamp.clinical_as_of else None,
        "pages": made.print.pages,
        "files": files,
    }
    others = [one.said for one in kept(practice) if (one.site, one.day) != (str(site.pk), day)]
    _say_kept(folder, practice, [*others, said])


def let_go(practice: Practice, oldest: date, site_ids: Iterable[str]) -> None:
    """Remove what is older than `oldest` or of a site that is closed, and what a kill left."""
    folder = folder_of(practice)
    there = kept(practice)
    if not folder.is_dir():
        return
    still = set(site_ids)
    _say_kept(folder, practice, [p.said for p in there if p.day >= oldest and p.site in still])
    for kind in ("open", "protected"):
        sweep(site for day in _days(folder / kind) for site in day.iterdir())


def _say_kept(folder: Path, practice: Practice, prints: list[dict[str, Any]]) -> None:
    said = {"practice": practice.ods_code, "prints": prints}
    write_whole(folder / "kept.json", json.dumps(said, ensure_ascii=False).encode())
    named = {file["path"] for print_ in prints for file in print_["files"]}
    for kind in ("open", "protected"):
        if (folder / kind).is_dir():
            manifest.remove_unnamed(folder / kind, named)


def _files(made: Made) -> Iterator[tuple[str, str, bytes]]:
    """Give the files of a print: name, which document it is, content."""
    at = made.stamp.up_to_date_at.astimezone(LONDON).strftime("%H%M")
    ending = f"{at} print {made.print.number}"
    for rendered in made.rendered:
        stem = nameable(rendered.document.stem)
        yield f"{stem} {ending}.pdf", rendered.document.stem, rendered.pdf
    yield f"Day diary {ending}.html", "Day diary", made.html
    yield f"Day diary {ending}.csv", "Day diary", made.csv


def _write(folder: Path, path: str, document: str, content: bytes) -> dict[str, Any]:
    file: dict[str, Any] = {"path": path, "document": document}
    kinds = {"open": content}
    if path.endswith(".pdf"):
        kinds["protected"] = protected(content)
    for kind, content_ in kinds.items():
        target = folder / kind / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole(target) as new:
            new.write(content_)
        digest = hashlib.sha256(content_).hexdigest()
        file[kind] = {"sha256": digest, "bytes": len(content_)}
    return file


def utc(at: datetime) -> str:
    """Write a moment so that two of them compare as texts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def protected(pdf: bytes) -> bytes:
    """Encrypt a PDF (AES-256) so that it opens with the password of the sealed kit."""
    password = sealed.password()
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            target,
            encryption=pikepdf.Encryption(user=password, owner=password, R=6),
            # Half the time and two thirds of the size of what pikepdf does by itself.
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return target.getvalue()


def nameable(said: str) -> str:
    """Make a name that every file system takes: 'Sheet of Desk 2', never 'a/b:c'."""
    return " ".join(UNNAMEABLE.sub(" ", said).split())[:LONGEST].strip(" .") or "_"


def site_folder(practice: Practice, site: Site) -> str:
    """Give the name of a site's folder; two that look the same to Windows get a number."""
    names = [
        (nameable(name).casefold(), pk)
        for pk, name in practice.site_set.order_by("order", "pk").values_list("pk", "name")
    ]
    alike = [pk for name, pk in names if name == nameable(site.name).casefold()]
    number = alike.index(site.pk) + 1
    return nameable(site.name) + (f" {number}" if number > 1 else "")


def _days(folder: Path) -> list[Path]:
    return [day for day in folder.iterdir() if day.is_dir()] if folder.is_dir() else []
