"""The difference between two books as lines to key, and what keying a line does. No database.

A book says who is in which slot: `{(patient, slot): Held}`. The clinical system's and ours are the
same when every line that `differing` gives was applied to theirs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fallback.models import WorklistLine

Kind = WorklistLine.Kind
BOOKS = (Kind.BOOK, Kind.MOVE)  # kinds after which somebody is in a slot


class Key(NamedTuple):
    """A patient's place in a book: one line each, with the net effect only."""

    patient: UUID
    slot: UUID


@dataclass(frozen=True)
class Held:
    """How somebody is in a slot. Whoever has a double appointment has a second one as well."""

    second: UUID | None = None
    is_dna: bool = False
    is_extra: bool = False  # beside somebody else, and so in nobody's way
    appointment: UUID | None = None

    def looks_like(self, other: "Held") -> bool:
        """Tell whether the clinical system would show both in the same way."""
        return (self.second, self.is_dna) == (other.second, other.is_dna)


Book = dict[Key, Held]


@dataclass(frozen=True)
class Line:
    """One thing to key. `slot` is where to; of a new patient there is none.

    `is_extra` is about `slot`, `was_extra` about `from_slot`.
    """

    kind: str
    patient: UUID
    slot: UUID | None = None
    second: UUID | None = None
    from_slot: UUID | None = None
    from_second: UUID | None = None
    is_dna: bool = False
    is_extra: bool = False
    was_extra: bool = False
    appointment: UUID | None = None
    changed_at: datetime | None = None
    changed_by: UUID | None = None

    @property
    def key(self) -> tuple[str, UUID, UUID | None]:
        """What makes a line this one and no other."""
        return self.kind, self.patient, self.slot

    def frees(self) -> set[UUID]:
        """Name the slots that are free once this is keyed."""
        if self.kind == Kind.CANCEL:
            return _named(self.slot, self.second)
        return _named(self.from_slot, self.from_second) - _named(self.slot, self.second)

    def fills(self) -> set[UUID]:
        """Name the slots that must be free before this can be keyed."""
        if self.kind not in BOOKS or self.is_extra:
            return set()
        return _named(self.slot, self.second) - _named(self.from_slot, self.from_second)

    def apart(self) -> tuple["Line", "Line"]:
        """Give a move as a cancellation and a booking, for when two people change places."""
        cancel = replace(
            self, kind=Kind.CANCEL, slot=self.from_slot, second=self.from_second, is_dna=False,
            is_extra=self.was_extra, was_extra=False, from_slot=None, from_second=None,
        )  # fmt: skip
        book = replace(self, kind=Kind.BOOK, from_slot=None, from_second=None, was_extra=False)
        return cancel, book


def _named(*slots: UUID | None) -> set[UUID]:
    return {slot for slot in slots if slot is not None}


def differing(there: Book, here: Book, origins: Mapping[Key, Key]) -> list[Line]:
    """List what must be keyed so that their book is as ours, in no order.

    `origins` says of our places from which one the same appointment was moved.
    """
    gone = there.keys() - here.keys()
    lines = []
    for key, held in here.items():
        origin = origins.get(key)
        if key in there:
            lines += _altered(key, there[key], held)
        elif origin in gone:
            gone.remove(origin)
            lines.append(_booked(Kind.MOVE, key, held, origin, there[origin]))
        else:
            lines.append(_booked(Kind.BOOK, key, held))
    for key in gone:
        was = there[key]
        line = Line(Kind.CANCEL, key.patient, key.slot, was.second, is_extra=was.is_extra)
        lines.append(replace(line, appointment=was.appointment))
    return lines


def _altered(key: Key, there: Held, here: Held) -> list[Line]:
    if there.looks_like(here):
        return []
    if there.second != here.second:  # single there, double here, or the other way round
        return [_booked(Kind.MOVE, key, here, key, there)]
    kind = Kind.DNA if here.is_dna else Kind.NOT_DNA
    line = Line(kind, key.patient, key.slot, here.second, is_extra=here.is_extra)
    return [replace(line, appointment=here.appointment)]


def _booked(
    kind: str, key: Key, held: Held, origin: Key | None = None, was: Held | None = None
) -> Line:
    return Line(
        kind,
        key.patient,
        key.slot,
        held.second,
        from_slot=origin.slot if origin else None,
        from_second=was.second if was else None,
        is_dna=held.is_dna,
        is_extra=held.is_extra,
        was_extra=was.is_extra if was else False,
        appointment=held.appointment,
    )


def applied(book: Book, line: Line) -> None:
    """Change a book as keying the line changes the clinical system's."""
    if line.slot is None:
        return
    key = Key(line.patient, line.slot)
    if line.kind == Kind.CANCEL:
        book.pop(key, None)
    elif line.kind in BOOKS:
        if line.from_slot is not None:
            book.pop(Key(line.patient, line.from_slot), None)
        book[key] = Held(line.second, line.is_dna, line.is_extra, line.appointment)
    elif key in book:
        book[key] = replace(book[key], is_dna=line.kind == Kind.DNA)


def lacking(book: Book, lines: Iterable[Line]) -> Book:
    """Give a book as it was before these lines were keyed, whatever their order."""
    book, lines = dict(book), [line for line in lines if line.slot is not None]
    for line in lines:
        if line.kind in BOOKS and line.slot:
            book.pop(Key(line.patient, line.slot), None)
    for line in lines:
        if line.kind == Kind.CANCEL and line.slot:
            key, held = Key(line.patient, line.slot), Held(line.second, is_extra=line.is_extra)
        elif line.from_slot:
            key = Key(line.patient, line.from_slot)
            held = Held(line.from_second, is_extra=line.was_extra)
        else:
            continue
        book[key] = replace(held, appointment=line.appointment)
    for line in lines:
        if line.kind in (Kind.DNA, Kind.NOT_DNA) and line.slot:
            key = Key(line.patient, line.slot)
            if key in book:
                book[key] = replace(book[key], is_dna=line.kind == Kind.NOT_DNA)
    return book


def agrees(book: Book, line: Line) -> bool:
    """Tell whether a book is as it is after the line was keyed."""
    if line.slot is None:
        return True
    key = Key(line.patient, line.slot)
    if line.kind == Kind.CANCEL:
        return key not in book
    if line.kind in BOOKS:
        origin = Key(line.patient, line.from_slot) if line.from_slot else key
        return key in book and (origin == key or origin not in book)
    return key in book and book[key].is_dna == (line.kind == Kind.DNA)
