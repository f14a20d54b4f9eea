"""What passes between the modules that say something and the press that prints it."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID


class Stamp(NamedTuple):
    """What stands on every page of a making of papers (a Print)."""

    practice: str
    site: str
    day: date
    day_words: str  # 'Monday 23 November 2026'
    up_to_date_at: datetime  # of our book: when it was read
    clinical_as_of: datetime | None  # of the clinical system, in a practice beside one
    print_number: int
    journal: int  # the newest entry that is on it; for the manifest, never on the page


class Document(NamedTuple):
    """One document: a Typst template and the plain JSON values that fill it."""

    kind: str  # 'diary', 'contacts', 'visits', 'sheet', 'running', 'changes', 'kit', 'sealed'
    stem: str  # how its file is called, without time and ending: 'Day diary', 'Sheet of Desk 2'
    template: str  # a file in templates/paper/
    data: dict[str, Any]  # plain values only: texts, numbers, lists, dicts; never markup
    stamp: Stamp
    desk_id: UUID | None = None
    sheet_ids: tuple[UUID, ...] = ()  # of those that are printed in it


class Rendered(NamedTuple):
    """A document as PDF. `is_tagged` is false where the press had to do without tags."""

    document: Document
    pdf: bytes
    pages: int
    is_tagged: bool
