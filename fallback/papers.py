"""The papers that the server keeps, to look at: which there are, their pages, as pictures.

They are read from the server's own first copy (places.first), so that looking needs no place to be
there, and never makes anything.
"""

import io
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import pikepdf
import pypdfium2
from django.utils.text import slugify

from appointments.models import Practice, Site
from appointments.refusals import NotFound
from fallback.hand.manifest import Kept
from fallback.places import first

DOTS_PER_INCH = 120  # A4 is then 992 x 1403: small print can be read, and a page takes 0.1 s
POINTS_PER_INCH = 72
# PDFium may be in one thread at a time (pypdfium2's README, 'Thread safety').
_pdfium = threading.Lock()


@dataclass(frozen=True)
class Paper:
    """One document of a site's day as it lies on the server; `key` names it in an address."""

    key: str  # 'day-diary', 'sheet-of-desk-2'
    title: str  # 'Day diary', 'Sheet of Desk 2'
    path: Path

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return _pages(self.path)


@dataclass(frozen=True)
class DayPapers:
    """What is kept of a site's day: one print's documents."""

    print_number: int
    made_at: datetime
    clinical_as_of: datetime | None
    pages: int  # of the day diary
    papers: list[Paper]

    @property
    def as_of(self) -> datetime:
        """How fresh it is: the older of our own book and of the clinical system's."""
        return min(self.made_at, self.clinical_as_of or self.made_at)


def kept(practice: Practice) -> dict[tuple[UUID, date], Kept]:
    """Give what is kept, by site and day."""
    return {(UUID(one.site), one.day): one for one in first.kept(practice)}


def of_day(practice: Practice, site: Site, day: date) -> DayPapers | None:
    """Give the papers of a site's day; None while none were made."""
    found = kept(practice).get((site.pk, day))
    return found and read(practice, found)


def read(practice: Practice, one: Kept) -> DayPapers:
    """Put what is kept of a site's day into words."""
    as_of = one.said["clinical_as_of"]
    return DayPapers(
        print_number=one.said["print"],
        made_at=datetime.fromisoformat(one.said["made_at"]),
        clinical_as_of=datetime.fromisoformat(as_of) if as_of else None,
        pages=one.said["pages"],
        papers=_papers(first.folder_of(practice) / "open", one.said["files"]),
    )


def find(practice: Practice, site: Site, day: date, key: str) -> Paper:
    """Find one document of a site's day; NotFound when there is none of this name (any more)."""
    found = of_day(practice, site, day)
    for paper in found.papers if found else []:
        if paper.key == key:
            return paper
    raise NotFound("There is no such paper for this day.")


def picture(paper: Paper, number: int) -> bytes:
    """Draw a page, counted from 1, as PNG in greys; NotFound when there is no such page."""
    if not 1 <= number <= paper.pages:
        raise NotFound(f"{paper.title} has {paper.pages} pages.")
    target = io.BytesIO()
    with _pdfium, _opened(paper.path) as pdf:
        page = pdf[number - 1]
        drawn = page.render(scale=DOTS_PER_INCH / POINTS_PER_INCH, grayscale=True)
        drawn.to_pil().save(target, "PNG")
        page.close()
    return target.getvalue()


def content(paper: Paper) -> bytes:
    """Read a paper's PDF; NotFound when it was made anew meanwhile."""
    return _read(paper.path)


def joined(pdfs: Iterable[bytes]) -> bytes:
    """Put documents one after the other into one, to be printed in one go."""
    target = io.BytesIO()
    with pikepdf.new() as whole:
        for content in pdfs:
            with pikepdf.open(io.BytesIO(content)) as part:
                whole.pages.extend(part.pages)
        whole.save(target)
    return target.getvalue()


def _papers(folder: Path, files: list[dict]) -> list[Paper]:
    found: dict[str, Paper] = {}
    for file in files:
        if not file["path"].endswith(".pdf"):
            continue
        title = file["document"]
        stem = slugify(title) or "paper"
        key = next(k for n in range(1, len(files) + 2) if (k := _numbered(stem, n)) not in found)
        path = folder / file["path"]
        found[key] = Paper(key, title, path)
    return list(found.values())


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


@lru_cache(maxsize=2048)
def _pages(path: Path) -> int:
    """Count a file's pages; its name bears the print's number, so it never means another file."""
    with _pdfium, _opened(path) as pdf:
        return len(pdf)


def _opened(path: Path) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(_read(path))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("This paper has just been made anew. Load the page again.") from None
