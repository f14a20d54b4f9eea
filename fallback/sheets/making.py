"""Make the sheets of a site's day: a new one, with another reference, only where rows differ."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from appointments.availability import LONDON
from appointments.finding import CANCELLED
from appointments.journal import Actor, Draft, writing
from appointments.models import Appointment, Practice, Session, Site, Slot
from fallback import codes
from fallback.desks import desks_of
from fallback.models import Sheet, SheetRow
from fallback.sheets.live import settle, slots_on
from fallback.sheets.rows import DAYS, PaperSlot, Row, blank_rows, slot_rows

Key = tuple[str, UUID]  # kind, and the desk's or the session's id
# All but the pages without a reference, which somebody else wrote.
MADE_HERE = Sheet.objects.exclude(kind=Sheet.Kind.LOOSE)


class Wanted(NamedTuple):
    """A sheet as it should be."""

    key: Key
    desk_id: UUID
    session_id: UUID | None
    rows: tuple[Row, ...]  # of slots; every desk sheet has the same empty ones after them


class Found(NamedTuple):
    """A sheet that is there and has not ended."""

    sheet: Sheet
    rows: tuple[tuple[str, UUID | None, datetime | None], ...]  # section, slot, when it is over

    @property
    def key(self) -> Key:
        """For whom it is."""
        if self.sheet.kind == Sheet.Kind.DESK:
            return Sheet.Kind.DESK.value, self.sheet.desk_id
        return Sheet.Kind.RUNNING.value, self.sheet.session_id  # type: ignore[return-value]

    def has(self, wanted: Wanted, now: datetime) -> bool:
        """Whether it is as it should be. A row whose slot is over is no reason for a new one."""
        if self.sheet.desk_id != wanted.desk_id:
            return False
        ours = {(row.section, row.slot_id) for row in wanted.rows}
        if self.sheet.kind == Sheet.Kind.RUNNING:
            return {(section, slot_id) for section, slot_id, _ in self.rows} == ours
        ahead = {(section, slot) for section, slot, over in self.rows if over is None or over > now}
        return ahead == ours


class _Change(NamedTuple):
    """What is to be done: sheets to make (each with those it replaces), and files to end."""

    make: list[tuple[Wanted, list[Sheet]]]
    end: list[tuple[Sheet, Sheet | None]]  # a file, and the sheet that is there instead


def ensure(
    practice: Practice,
    site: Site,
    day: date,
    *,
    print_number: int,
    journal: int,
    now: datetime,
) -> list[Sheet]:
    """See that the sheets of a site's day are there, and give them: desk sheets, running lists.

    A desk sheet or running list is made anew where its rows differ; the one before ends as
    replaced if it was only a file. `journal` is the newest entry that was read before. The rows
    come with each sheet (`sheet.rows.all()`), those of desk sheets with their slots, sessions,
    holders and types.
    """
    if any(_change(practice, site, day, now)):
        with writing(Actor(practice), "make_sheets") as entry:
            _carry_out(entry, site, day, _change(practice, site, day, now), print_number, journal)
    return _newest(site, day)


def _change(practice: Practice, site: Site, day: date, now: datetime) -> _Change:
    there: dict[Key, list[Found]] = defaultdict(list)
    for found in _found(site, day):
        there[found.key].append(found)
    wanted = _desk_sheets(practice, site, day, now) + _running_lists(practice, site, day, there)
    make, ending = [], []
    for sheet in wanted:
        own = there.pop(sheet.key, [])
        fits = next((found for found in own if found.has(sheet, now)), None)
        files = [f.sheet for f in own if f.sheet.printed_at is None and f is not fits]
        if fits is None:
            make.append((sheet, files))
        else:
            ending += [(file, fits.sheet) for file in files]
    gone = [f.sheet for own in there.values() for f in own if f.sheet.printed_at is None]
    if day == now.astimezone(LONDON).date():
        gone += Sheet.objects.filter(site=site, day__lt=day, ended_at=None, printed_at=None)
    return _Change(make, ending + [(sheet, None) for sheet in gone])


def _found(site: Site, day: date) -> list[Found]:
    sheets = MADE_HERE.filter(site=site, day=day, ended_at=None).order_by("-made_at", "id")
    listed = SheetRow.objects.filter(
        sheet__site=site, sheet__day=day, sheet__ended_at=None, struck_at=None, slot__isnull=False
    ).order_by()
    columns = "sheet_id", "kind", "section", "slot_id", "slot__starts_at", "slot__minutes"
    rows: dict[UUID, list[tuple[str, UUID | None, datetime | None]]] = defaultdict(list)
    for sheet_id, _kind, section, slot_id, starts_at, minutes in listed.values_list(*columns):
        rows[sheet_id].append((section, slot_id, starts_at + timedelta(minutes=minutes)))
    return [Found(sheet, tuple(rows[sheet.pk])) for sheet in sheets]


def _desk_sheets(practice: Practice, site: Site, day: date, now: datetime) -> list[Wanted]:
    desks = practice.desk_set.filter(site=site, closed_on=None)
    live = Appointment.objects.filter(
        ~Q(status=CANCELLED), slot=OuterRef("pk"), is_extra=False, in_clash=False
    )
    slots = practice.slot_set.filter(
        ~Exists(live), kept_by__in=desks.order_by().values("pk"), kept_on=Slot.KeptOn.PAPER,
        session__day__gte=day, session__day__lt=day + timedelta(days=DAYS),
        session__cancelled_at=None, blocked_at=None, removed_at=None,
    ).order_by()  # fmt: skip
    held: dict[UUID, list[PaperSlot]] = defaultdict(list)
    for columns in slots.values_list(
        "id", "kept_by_id", "session__day", "starts_at", "minutes", "slot_type__name", "mode",
        "session__site_id", "session__site__name",
    ):  # fmt: skip
        slot = PaperSlot(*columns)
        held[slot.desk_id].append(slot)
    return [
        Wanted(
            (Sheet.Kind.DESK.value, desk.pk),
            desk.pk,
            None,
            tuple(slot_rows(held[desk.pk], site.pk, now)),
        )
        for desk in desks
    ]


def _running_lists(
    practice: Practice, site: Site, day: date, there: dict[Key, list[Found]]
) -> list[Wanted]:
    """Plan a list for each session that takes place, dealt evenly over the site's desks.

    A session's list stays with the desk that had it, while that is in use.
    """
    desks = {desk.pk: desk for desk in desks_of(practice, site)}
    if not desks:
        return []
    slots: dict[UUID, list[UUID]] = defaultdict(list)
    rows = Slot.objects.filter(session__site=site, session__day=day, removed_at=None)
    for session_id, slot_id in rows.order_by("starts_at", "id").values_list("session_id", "id"):
        slots[session_id].append(slot_id)
    sessions = Session.objects.filter(site=site, day=day, cancelled_at=None)
    keys = {
        session_id: (Sheet.Kind.RUNNING.value, session_id)
        for session_id in sessions.order_by("starts_at", "id").values_list("pk", flat=True)
        if slots[session_id]
    }
    carried = {
        session_id: there[key][0].sheet.desk_id
        for session_id, key in keys.items()
        if key in there and there[key][0].sheet.desk_id in desks
    }
    load = Counter(dict.fromkeys(desks, 0))
    load.update(carried.values())
    wanted = []
    for session_id, key in keys.items():
        desk_id = carried.get(session_id) or min(load, key=lambda desk_id: load[desk_id])
        if session_id not in carried:
            load[desk_id] += 1
        listed = tuple(Row(SheetRow.Kind.LISTED, "", slot_id) for slot_id in slots[session_id])
        wanted.append(Wanted(key, desk_id, session_id, listed))
    return wanted


def _carry_out(
    entry: Draft, site: Site, day: date, change: _Change, print_number: int, journal: int
) -> None:
    practice = entry.by.practice
    references = new_references(practice, len(change.make))
    sheets, rows, replaced = [], [], list(change.end)
    for (wanted, files), reference in zip(change.make, references, strict=True):
        sheet = Sheet(
            practice=practice,
            kind=wanted.key[0],
            reference=reference,
            site=site,
            desk_id=wanted.desk_id,
            session_id=wanted.session_id,
            day=day,
            journal=journal,
            print_number=print_number,
            made_at=entry.at,
        )
        sheets.append(sheet)
        rows += _rows(sheet, wanted)
        replaced += [(file, sheet) for file in files]
    entry.add_many(Sheet, sheets)
    entry.add_many(SheetRow, rows)
    ended = {"ended_at": entry.at, "ended_as": Sheet.End.REPLACED}
    entry.change_many(Sheet, [(file, ended | {"replaced_by": sheet}) for file, sheet in replaced])
    old = slots_on(file for file, _ in replaced)
    new = {row.slot_id for row in rows if row.kind == SheetRow.Kind.SLOT and row.slot_id}
    settle(entry, old | new)


def _rows(sheet: Sheet, wanted: Wanted) -> list[SheetRow]:
    blank = blank_rows() if sheet.kind == Sheet.Kind.DESK else []
    return [
        SheetRow(
            practice=sheet.practice,
            sheet=sheet,
            place=place,
            code=codes.row_code(place),
            kind=row.kind,
            section=row.section,
            slot_id=row.slot_id,
        )
        for place, row in enumerate((*wanted.rows, *blank), 1)
    ]


def new_references(practice: Practice, count: int) -> list[str]:
    """Make references that no sheet of the practice has had."""
    found: set[str] = set()
    while len(found) < count:
        more = {codes.new_reference() for _ in range(count - len(found))}
        used = Sheet.objects.filter(practice=practice, reference__in=more)
        found |= more - set(used.values_list("reference", flat=True))
    return sorted(found)


def _newest(site: Site, day: date) -> list[Sheet]:
    """Give the newest sheet for each desk and each session, with their rows."""
    sheets: QuerySet[Sheet] = MADE_HERE.filter(site=site, day=day, ended_at=None)
    newest: dict[Key, UUID] = {}
    for kind, desk, session, pk in sheets.order_by("made_at").values_list(
        "kind", "desk_id", "session_id", "pk"
    ):
        newest[(kind, session or desk)] = pk
    sheets = sheets.filter(pk__in=newest.values()).select_related("desk", "site", "session")
    rows = SheetRow.objects.order_by("place")
    named = rows.select_related("slot__session__site", "slot__slot_type")
    named = named.prefetch_related("slot__session__holders")
    return [
        *sheets.filter(kind=Sheet.Kind.DESK)
        .order_by("desk__number")
        .prefetch_related(Prefetch("rows", named)),
        *sheets.filter(kind=Sheet.Kind.RUNNING)
        .order_by("session__starts_at", "session__name", "pk")
        .prefetch_related(Prefetch("rows", rows)),
    ]
