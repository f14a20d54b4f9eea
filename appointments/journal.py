"""The journal: append, verify, since. Every change to the book goes through `writing`.

    with journal.writing(by, "block") as entry:
        slot = practice.slot_set.get(pk=slot_id)
        entry.change(slot, blocked_at=entry.at, blocked_by=by.staff)

The entry is written in the same transaction as the change: both are there or neither. Nothing
changed means no entry, which makes a repeated command harmless.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, connections, models, transaction
from django.db.models import Q
from django.utils import timezone

from appointments import journal_guard
from appointments.models import (
    Desk,
    JournalEntry,
    JournalHead,
    JournalSubject,
    JournalTouch,
    Practice,
    Staff,
)

# Values sent in one INSERT (rows times columns): SQLite and PostgreSQL take 32,766 at the least.
BATCH = 10_000
FEW = 100  # rows: below this, PostgreSQL's COPY takes longer than an INSERT


@dataclass(frozen=True)
class Actor:
    """Who does something, at which desk; staff is None for the program itself."""

    practice: Practice
    staff: Staff | None = None
    desk: Desk | None = None


def plain(value: Any) -> Any:
    """Turn a column's value into JSON: times in UTC with microseconds, ids as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def canonical(value: Any) -> str:
    """Write JSON in the one form that is hashed: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def quoted(row: models.Model) -> dict[str, Any]:
    """Give what the journal says of a row: the columns in its JOURNAL, empty ones left out."""
    values = {name: plain(getattr(row, name)) for name in row.JOURNAL}  # type: ignore[attr-defined]
    return {name: value for name, value in values.items() if value not in (None, "", False)}


def _kind(row: models.Model) -> str:
    return row._meta.model_name or ""


def _columns(model: type[models.Model]) -> list[models.Field]:
    """Name the columns that we fill: all but numbers that the database gives."""
    return [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]


def _values(row: models.Model, columns: list[models.Field]) -> list[Any]:
    database = connections[connection.alias]  # `connection` itself looks this up at every touch
    return [f.get_db_prep_save(f.pre_save(row, add=True), database) for f in columns]


def _insert(model: type[models.Model], rows: list[list[Any]]) -> None:
    """Send rows of ready values: a quarter of bulk_create's time, which works row by row.

    PostgreSQL takes many rows by COPY: 36,000 in 1.5 s, and 8 s as INSERTs filled in by psycopg.
    """
    columns = _columns(model)
    name = connection.ops.quote_name
    into = f"{name(model._meta.db_table)} ({', '.join(name(str(f.column)) for f in columns)})"
    if connection.vendor == "postgresql" and len(rows) > FEW:
        with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    one = f"({', '.join(['%s'] * len(columns))})"
    size = BATCH // len(columns)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            batch = rows[start : start + size]
            sql = f"INSERT INTO {into} VALUES {', '.join([one] * len(batch))}"  # noqa: S608
            cursor.execute(sql, list(chain.from_iterable(batch)))


class Ready(NamedTuple):
    """A row worked out for writing: what goes to the database and what the journal says of it.

    Making these before the lock is taken leaves only the writing for while it is held: a load of
    36,000 rows then holds it for 1.2 s instead of 5.
    """

    row: models.Model
    columns: tuple[str, ...] | None  # None: a new row
    values: list[Any]
    recorded: str


def new(row: models.Model) -> Ready:
    """Work out the writing of a new row."""
    values = _values(row, _columns(type(row)))
    return Ready(row, None, values, _record(row, {"now": quoted(row)}))


def changed(row: models.Model, **values: Any) -> Ready | None:
    """Set columns of a row and work out the writing; None if nothing was different."""
    before = quoted(row)
    names = [name for name, value in values.items() if getattr(row, name) != value]
    if not names:
        return None
    for name in names:
        setattr(row, name, values[name])
    after = quoted(row)
    differing = [k for k in row.JOURNAL if before.get(k) != after.get(k)]  # type: ignore[attr-defined]
    recorded: dict[str, Any] = {
        "was": {k: before.get(k) for k in differing},
        "now": {k: after.get(k) for k in differing},
    }
    silent = sorted(set(names) - {k.removesuffix("_id") for k in differing} - set(differing))
    if silent:
        recorded["also"] = silent
    columns = [row._meta.get_field(name) for name in (*names, "id")]
    return Ready(row, tuple(names), _values(row, columns), _record(row, recorded))  # type: ignore[arg-type]


def _update(model: type[models.Model], names: Iterable[str], rows: list[list[Any]]) -> None:
    """Write these columns of rows: bulk_update builds a CASE for each, a hundred times slower."""
    name, meta = connection.ops.quote_name, model._meta
    by_name = {key: f for f in meta.concrete_fields for key in (f.name, f.attname)}
    into = ", ".join(f"{name(str(by_name[each].column))} = %s" for each in names)
    sql = f"UPDATE {name(meta.db_table)} SET {into} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _record(row: models.Model, what: dict[str, Any]) -> str:
    return canonical({"what": _kind(row), "id": str(row.pk), **what})


@dataclass
class Draft:
    """The entry being written. Its methods save the rows as well: record and change are one."""

    by: Actor
    command: str
    at: datetime
    reference: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)  # each in canonical JSON
    touched: set[tuple[UUID | None, date | None]] = field(default_factory=set)
    subjects: set[UUID] = field(default_factory=set)

    def add(self, row: models.Model) -> models.Model:
        """Save a new row and record it; returns it."""
        row.save(force_insert=True)
        self._note(row, _record(row, {"now": quoted(row)}))
        return row

    def add_many(self, model: type[models.Model], rows: Iterable) -> None:
        """Save many new rows of one model and record each."""
        self.write([new(row) for row in rows])

    def change(self, row: models.Model, **values: Any) -> bool:
        """Set columns of a row, save and record them; says whether anything was different."""
        if ready := changed(row, **values):
            row.save(update_fields=ready.columns)
            self._note(row, ready.recorded)
        return ready is not None

    def change_many(self, model: type[models.Model], rows: Iterable[tuple[Any, dict]]) -> int:
        """Change many rows of one model, given as (row, values); says how many were different."""
        ready = [done for row, values in rows if (done := changed(row, **values))]
        self.write(ready)
        return len(ready)

    def write(self, ready: Iterable[Ready]) -> None:
        """Save and record rows that were worked out by `new` and `changed`."""
        alike: dict[tuple, list[list[Any]]] = {}
        for row, columns, values, recorded in ready:
            alike.setdefault((type(row), columns), []).append(values)
            row._state.adding, row._state.db = False, connection.alias
            self._note(row, recorded)
        for (model, columns), rows in alike.items():
            if columns is None:
                _insert(model, rows)
            else:
                _update(model, columns, rows)

    def remove(self, row: models.Model) -> None:
        """Delete a row (settings and holders only; the book's own rows are never deleted)."""
        self._note(row, _record(row, {"was": quoted(row), "now": None}))
        row.delete()

    def touch(self, site: UUID | None, day: date | None) -> None:
        """Say that a site's day looks different now."""
        self.touched.add((site, day))

    def touch_everything(self) -> None:
        """Say that every day looks different now (a slot type's colour, a clinician's name)."""
        self.touched.add((None, None))

    def about(self, *patient_ids: UUID) -> None:
        """Name patients whom this entry is about, beside those whose rows it changes."""
        self.subjects.update(patient_ids)

    def _note(self, row, recorded):
        self.changes.append(recorded)
        if _kind(row) == "patient":
            self.subjects.add(row.pk)
        elif (patient := getattr(row, "patient_id", None)) is not None:
            self.subjects.add(patient)


@contextmanager
def writing(
    by: Actor,
    command: str,
    *,
    reference: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> Iterator[Draft]:
    """Open a transaction, lock the practice's journal, and append what the block records.

    The head is locked before anything else is read, so commands of one practice run one after the
    other: check and write see the same book.
    """
    with transaction.atomic():
        head = JournalHead.objects.select_for_update().get(practice=by.practice)
        draft = Draft(by, command, timezone.now(), reference, dict(details or {}))
        yield draft
        if draft.changes:
            _append(head, draft)


def _append(head: JournalHead, draft: Draft) -> JournalEntry:
    entry = JournalEntry(
        practice=draft.by.practice,
        number=head.number + 1,
        at=draft.at,
        by=draft.by.staff,
        desk=draft.by.desk,
        command=draft.command,
        reference=draft.reference,
        changes=f"[{','.join(draft.changes)}]",
        details=canonical({name: plain(value) for name, value in draft.details.items()}),
        previous=head.hash,
    )
    entry.hash = hash_of(entry, draft.touched, draft.subjects)
    entry.save(force_insert=True)
    _point_out(entry, JournalTouch, ("site", "day"), draft.touched)
    _point_out(entry, JournalSubject, ("patient",), ((patient,) for patient in draft.subjects))
    head.number, head.hash = entry.number, entry.hash
    head.save(update_fields=["number", "hash"])
    return entry


def _point_out(
    entry: JournalEntry, model: type[models.Model], names: tuple[str, ...], keys: Iterable[tuple]
) -> None:
    """Add a row for each key: what the entry touches, or whom it is about (12,000 in a load)."""
    columns = _columns(model)
    shared = model(entry=entry, practice=entry.practice, number=entry.number)
    at = {columns.index(f): f for f in columns if f.name in names}
    database = connections[connection.alias]
    rows: list[list[Any]] = []
    for key in keys:
        row = _values(shared, columns) if not rows else list(rows[0])
        for (place, column), value in zip(at.items(), key, strict=True):
            row[place] = column.get_db_prep_save(value, database)
        rows.append(row)
    _insert(model, rows)


def hash_of(entry: JournalEntry, touched: Iterable, subjects: Iterable) -> str:
    """SHA-256 over everything that the entry says, and so over the hash of the one before."""
    said = [
        str(entry.practice_id),
        entry.number,
        plain(entry.at),
        plain(entry.by_id),
        plain(entry.desk_id),
        entry.command,
        plain(entry.reference),
        sorted([plain(site) or "", plain(day) or ""] for site, day in touched),
        sorted(str(patient) for patient in subjects),
        entry.changes,
        entry.details,
        entry.previous,
    ]
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def start(practice: Practice) -> None:
    """Give a new practice its empty journal."""
    JournalHead.objects.get_or_create(practice=practice)


def since(practice: Practice, number: int) -> models.QuerySet[JournalEntry]:
    """Give the entries after `number`, in order."""
    return JournalEntry.objects.filter(practice=practice, number__gt=number).order_by("number")


def newest(practice: Practice) -> int:
    """Give the number of the newest entry; 0 when nothing has happened yet."""
    return JournalHead.objects.values_list("number", flat=True).get(practice=practice)


def touching(
    practice_id: UUID, site_id: UUID, day: date, number: int = 0
) -> models.QuerySet[JournalTouch]:
    """Give the touches of a site's day by entries from `number` on, in order."""
    here = Q(site=site_id, day=day) | Q(site=None, day=None)
    touches = JournalTouch.objects.filter(here, practice=practice_id, number__gte=number)
    return touches.order_by("number")


_NEWEST = """
SELECT number, hash FROM (
  SELECT t.number, e.hash FROM appointments_journaltouch t
  JOIN appointments_journalentry e ON e.id = t.entry_id
  WHERE t.practice_id = %s AND t.site_id = %s AND t.day = %s ORDER BY t.number DESC LIMIT 1
) here UNION ALL SELECT number, hash FROM (
  SELECT t.number, e.hash FROM appointments_journaltouch t
  JOIN appointments_journalentry e ON e.id = t.entry_id
  WHERE t.practice_id = %s AND t.site_id IS NULL AND t.day IS NULL
  ORDER BY t.number DESC LIMIT 1
) everywhere
"""


def newest_for(practice_id: UUID, site_id: UUID, day: date) -> tuple[int, str]:
    """Give number and hash of the newest entry that touches a site's day; (0, "") if none does.

    Every desk asks this every 1.5 s. In SQL, since putting the query together takes Django five
    times as long as answering it takes the database.
    """
    ids = JournalTouch._meta.get_field("practice").target_field
    practice, site = (ids.get_db_prep_value(each, connection) for each in (practice_id, site_id))
    with connection.cursor() as cursor:
        cursor.execute(
            _NEWEST, [practice, site, connection.ops.adapt_datefield_value(day), practice]
        )
        return max(cursor.fetchall(), default=(0, ""))


def first_fault(practice: Practice, after: tuple[int, str] = (0, "")) -> tuple[int, str] | None:
    """Walk the journal; return the number of the first bad entry and what is wrong, or None.

    `after` is the number and hash of an entry up to which it was walked before.
    """
    if gone := journal_guard.missing(connection):
        return 0, f"the database lacks the guard {gone[0]}; run 'manage.py migrate'"
    number, previous = after
    touches = _by_number(JournalTouch, practice, number, "site_id", "day")
    subjects = _by_number(JournalSubject, practice, number, "patient_id")
    next_touch, next_subject = next(touches, None), next(subjects, None)
    for entry in since(practice, number).iterator(chunk_size=200):
        number += 1
        if entry.number != number:
            return number, "this entry is missing"
        if entry.previous != previous:
            return number, "this entry does not follow from the one before"
        here_touched, here_subjects = [], []
        while next_touch and next_touch[0] <= number:
            here_touched.append(next_touch[1:])
            next_touch = next(touches, None)
        while next_subject and next_subject[0] <= number:
            here_subjects.append(next_subject[1])
            next_subject = next(subjects, None)
        if entry.hash != hash_of(entry, here_touched, here_subjects):
            return number, "this entry was changed after it was written"
        previous = entry.hash
    head = JournalHead.objects.get(practice=practice)
    if (head.number, head.hash) != (number, previous):
        return number + 1, "the newest entries are missing"
    return None


def _by_number(model, practice, after, *columns):
    rows = model.objects.filter(practice=practice, number__gt=after).order_by("number")
    return rows.values_list("number", *columns).iterator(chunk_size=2000)


def rebuild(practice: Practice) -> dict[str, dict[str, dict[str, Any]]]:
    """Play the journal from the start: {kind of row: {id: quoted columns}} as it must stand now."""
    book: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in since(practice, 0).iterator(chunk_size=200):
        for change in json.loads(entry.changes):
            rows = book.setdefault(change["what"], {})
            if change["now"] is None:
                del rows[change["id"]]
                continue
            row = rows.setdefault(change["id"], {})
            row.update(change["now"])
            for name in [name for name, value in row.items() if value is None]:
                del row[name]
    return book
