"""What is left to do before everything is home: by outage, by sheet, by person, down to zero."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from appointments import calls as call_list
from appointments.calls import CallLine
from appointments.models import Clash, Patient, Practice, Slot, Staff
from fallback import outages, sheets
from fallback.models import Entry, Outage, Sheet, SheetRow
from fallback.plans import plan_of

LONGEST = 8  # people who have waited longest to be told
NEWEST = 10  # closed ones that are shown below the others
NONE = (0, 0, 0)
CLOSED = (Sheet.End.DONE, Sheet.End.LOST)
What = Entry.What


class SheetLeft(NamedTuple):
    """A sheet that is not signed off, and what is left on it."""

    sheet: Sheet
    reference: str
    rows: int
    to_do: int
    clashes: int
    open: int  # set aside, requests and messages: not closed

    @property
    def is_ready(self) -> bool:
        """Whether it can be signed off."""
        return not (self.to_do or self.clashes)


class LostSheet(NamedTuple):
    """A sheet that never came back, and the slots that are doubtful because of it."""

    sheet: Sheet
    reference: str
    doubtful: int


class PersonLeft(NamedTuple):
    """What somebody took upon themselves and has not closed."""

    staff: Staff
    lines: int  # set aside, requests and messages
    clashes: int
    overdue: int
    next_due: datetime | None


class ToTell(NamedTuple):
    """Somebody who waits to hear: a patient who lost a place, or who asked for one."""

    name: str
    since: datetime
    why: str
    call: UUID | None
    entry: UUID | None


class Aside(NamedTuple):
    """What is set aside, by kind; the urgent and what is due first come first."""

    requests: list[Entry]
    rows: list[Entry]
    messages: list[Entry]
    closed: list[Entry]
    now: datetime


class Counted(NamedTuple):
    """One number that has to come down to zero, and the page where it does (a page's name)."""

    words: str
    number: int
    address: str


@dataclass(frozen=True)
class Outstanding:
    """All that waits for a person, of one outage or of the whole practice."""

    sheets: tuple[SheetLeft, ...] = ()
    clashes: int = 0
    set_aside: int = 0
    requests: int = 0
    messages: int = 0
    temporary: int = 0  # patients taken down without a record, to be matched
    calls: int = 0
    for_duty: int = 0  # of the calls: nobody was reached, the duty clinician says what is next
    clinical_lines: int = 0
    desk_entries: int = 0  # from desks that went on by themselves
    lost: tuple[LostSheet, ...] = ()
    people: tuple[PersonLeft, ...] = ()
    longest: tuple[ToTell, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of sheets that have no end yet."""
        return sum(each.to_do for each in self.sheets)

    @property
    def counts(self) -> tuple[Counted, ...]:
        """Give the numbers in the order in which to bring them to zero."""
        return (
            Counted("Requests to fill", self.requests, "set-aside"),
            Counted("Clashes to decide", self.clashes, "clashes"),
            Counted("Patients to ring", self.calls, "calls"),
            Counted("Sheets to sign off", len(self.sheets), "rekeying"),
            Counted("Rows to key", self.rows, "rekeying"),
            Counted("Set aside", self.set_aside, "set-aside"),
            Counted("Messages", self.messages, "set-aside"),
            Counted("Temporary patients to match", self.temporary, "temporary-patients"),
            Counted("Lines for the clinical system", self.clinical_lines, "worklist"),
            Counted("Entries of desks", self.desk_entries, "outstanding"),
        )

    @property
    def left(self) -> int:
        """Everything together; an outage is signed off at zero."""
        return sum(each.number for each in self.counts)


def outstanding(practice: Practice, outage: Outage | None = None) -> Outstanding:
    """Count what waits for a person: of one outage, or everything that the practice has open.

    Of an outage these are its sheets with all that came of them, and the calls, clashes and lines
    for the clinical system since it began.
    """
    waiting = waiting_entries(practice, outage)
    calls, clashes = _calls(practice, outage), _clashes(practice, outage)
    whats = Counter(entry.what for entry in waiting)
    requests, messages = whats.pop(What.REQUEST, 0), whats.pop(What.MESSAGE, 0)
    return Outstanding(
        sheets=tuple(_sheets_left(practice, outage)),
        clashes=len(clashes),
        set_aside=sum(whats.values()),
        requests=requests,
        messages=messages,
        temporary=to_match(practice, outage).count(),
        calls=len(calls),
        for_duty=sum(line.for_duty for line in calls),
        clinical_lines=_clinical_lines(practice, outage),
        lost=tuple(lost_sheets(practice)),
        people=tuple(_people(waiting, clashes)),
        longest=tuple(_longest(waiting, calls)),
    )


def in_menu(practice: Practice) -> str:
    """Say in the menu how much is left to do; nothing while there is nothing to bring home."""
    entries = Entry.objects.filter(practice=practice, taken_back_at=None)
    is_open = ~Q(sheet__ended_as__in=CLOSED) | Q(end=Entry.End.SET_ASIDE, closed_at=None)
    is_out = Outage.objects.filter(practice=practice, signed_off_at=None)
    if not entries.filter(is_open).exists() and not is_out.exists():
        return ""
    left = outstanding(practice).left
    return f"Left to do ({left})" if left else ""


def by_outage(practice: Practice) -> list[tuple[Outage, Outstanding]]:
    """Count what waits for each outage that is not signed off, the earliest first."""
    return [(each, outstanding(practice, each)) for each in _open_outages(practice)]


def waiting_entries(practice: Practice, outage: Outage | None = None) -> list[Entry]:
    """List what is set aside and not closed: requests, messages, rows for somebody to see to.

    The urgent first, then by when it is due.
    """
    rows = Entry.objects.filter(
        practice=practice, taken_back_at=None, end=Entry.End.SET_ASIDE, closed_at=None
    )
    if outage is not None:
        rows = rows.filter(sheet__in=outages.sheets_of(outage).values("pk"))
    rows = rows.select_related(
        "owner", "patient", "keyed_by", "row", "sheet__desk", "slot__session__site"
    ).prefetch_related("slot__session__holders")
    return sorted(rows, key=lambda entry: (entry.urgency != "urgent", entry.due_at, entry.pk))


def aside(practice: Practice) -> Aside:
    """List what is set aside in its three kinds, and what was closed last."""
    waiting = waiting_entries(practice)
    closed = Entry.objects.filter(
        practice=practice, taken_back_at=None, end=Entry.End.SET_ASIDE, closed_at__isnull=False
    )
    closed = closed.select_related("patient", "closed_by", "sheet", "row")
    return Aside(
        requests=[entry for entry in waiting if entry.what == What.REQUEST],
        rows=[entry for entry in waiting if entry.what not in (What.REQUEST, What.MESSAGE)],
        messages=[entry for entry in waiting if entry.what == What.MESSAGE],
        closed=list(closed.order_by("-closed_at")[:NEWEST]),
        now=timezone.now(),
    )


def aside_of(practice: Practice, entry_id: UUID) -> Entry | None:
    """Read one line that is or was set aside; None for any other."""
    rows = Entry.objects.select_related(
        "owner", "patient", "keyed_by", "closed_by", "row", "sheet__desk", "slot__session__site"
    )
    was_aside = Q(end=Entry.End.SET_ASIDE) | Q(closed_at__isnull=False)
    return rows.filter(was_aside, practice=practice, pk=entry_id, taken_back_at=None).first()


def to_match(practice: Practice, outage: Outage | None = None) -> QuerySet[Patient]:
    """Give the temporary patients of sheets, who may be known by another record.

    Those that the clinical system sent are in order; so is whoever was said to be new, or a
    visitor.
    """
    keyed = Entry.objects.filter(patient=OuterRef("pk"), taken_back_at=None)
    if outage is not None:
        keyed = keyed.filter(sheet__in=outages.sheets_of(outage).values("pk"))
    rows = practice.patient_set.filter(
        Exists(keyed), kind=Patient.Kind.TEMPORARY, merged_into=None, external_id=""
    )
    return rows.order_by("family_name", "given_name", "pk")


def lost_sheets(practice: Practice) -> list[LostSheet]:
    """List the lost sheets whose slots are still doubtful."""
    doubtful = SheetRow.objects.filter(
        practice=practice, kind=SheetRow.Kind.SLOT, slot__kept_on=Slot.KeptOn.LOST,
        sheet__ended_as=Sheet.End.LOST,
    )  # fmt: skip
    many = Counter(doubtful.order_by().values_list("sheet", flat=True))
    found = Sheet.objects.filter(pk__in=many).select_related("desk", "site", "session", "ended_by")
    return [LostSheet(sheet, sheets.shown(sheet), many[sheet.pk]) for sheet in found]


def _open_outages(practice: Practice) -> list[Outage]:
    return [*outages.to_sign_off(practice), *outages.current(practice)]


# --- Sheets -------------------------------------------------------------------------------------


def _sheets_left(practice: Practice, outage: Outage | None) -> list[SheetLeft]:
    ids = _sheets(practice, outage)
    rows = SheetRow.objects.filter(sheet__in=ids).order_by().values("sheet")
    many = dict(rows.annotate(many=Count("pk")).values_list("sheet", "many"))
    live = Entry.objects.filter(sheet__in=ids, taken_back_at=None).order_by().values("sheet")
    counted = live.annotate(
        keyed=Count("pk"),
        undecided=Count("pk", filter=Q(clash__isnull=False, clash__settled_at=None)),
        waiting=Count("pk", filter=Q(end=Entry.End.SET_ASIDE, closed_at=None)),
    )
    columns = "sheet", "keyed", "undecided", "waiting"
    ends = {sheet: numbers for sheet, *numbers in counted.values_list(*columns)}
    found = Sheet.objects.filter(pk__in=ids).select_related("desk", "site", "session")
    left = []
    for sheet in found:
        rows_there, (keyed, undecided, waiting) = many.get(sheet.pk, 0), ends.get(sheet.pk, NONE)
        shown, to_do = sheets.shown(sheet), rows_there - keyed
        left.append(SheetLeft(sheet, shown, rows_there, to_do, undecided, waiting))
    return left


def _sheets(practice: Practice, outage: Outage | None) -> set[UUID]:
    """Give the sheets to be signed off: an outage's, or all outages' and whatever was begun."""
    is_begun = Exists(Entry.objects.filter(sheet=OuterRef("pk"), taken_back_at=None))
    of = _open_outages(practice) if outage is None else [outage]
    wanted = [outages.sheets_of(each).filter(Q(ended_at=None) | is_begun) for each in of]
    if outage is None:
        wanted.append(Sheet.objects.filter(is_begun, practice=practice))
    return {pk for rows in wanted for pk in _still_open(rows)}


def _still_open(rows: QuerySet[Sheet]) -> Iterable[UUID]:
    return rows.exclude(ended_as__in=CLOSED).order_by().values_list("pk", flat=True)


# --- People -------------------------------------------------------------------------------------


def _calls(practice: Practice, outage: Outage | None) -> list[CallLine]:
    lines = call_list.to_ring(practice)
    return [line for line in lines if outage is None or line.call.asked_at >= outage.began_at]


def _clashes(practice: Practice, outage: Outage | None) -> list[Clash]:
    rows = practice.clash_set.filter(settled_at=None).select_related("owner")
    return list(rows.filter(came_at__gte=outage.began_at) if outage else rows)


def _clinical_lines(practice: Practice, outage: Outage | None) -> int:
    if not plan_of(practice).beside_clinical_system:
        return 0
    of = outages.clinical_lines(outage) if outage else practice.worklistline_set
    return of.filter(ended_as="").count()


def _people(entries: list[Entry], clashes: list[Clash]) -> list[PersonLeft]:
    """Say who took what upon themselves; whoever has something overdue comes first."""
    now = timezone.now()
    found = []
    owners = {entry.owner for entry in entries} | {clash.owner for clash in clashes}
    for staff in filter(None, owners):
        lines = [entry for entry in entries if entry.owner_id == staff.pk]
        own = [clash for clash in clashes if clash.owner_id == staff.pk]
        due = [entry.due_at for entry in lines if entry.due_at]
        due += [clash.due_at for clash in own if clash.due_at]
        overdue = sum(at <= now for at in due)
        found.append(PersonLeft(staff, len(lines), len(own), overdue, min(due, default=None)))
    return sorted(found, key=lambda person: (-person.overdue, person.staff.name))


def _longest(entries: list[Entry], calls: list[CallLine]) -> list[ToTell]:
    """List who has waited longest to hear: who lost a place, and who asked for one."""
    waiting = [
        ToTell(line.call.patient.name, line.call.asked_at, line.call.why, line.call.pk, None)
        for line in calls
    ]
    waiting += [
        ToTell(
            entry.patient.name if entry.patient else entry.typed,
            entry.written_at,
            f"Asked for an appointment: {entry.said}" if entry.said else "Asked for an appointment",
            None,
            entry.pk,
        )
        for entry in entries
        if entry.what == What.REQUEST
    ]
    return sorted(waiting, key=lambda one: one.since)[:LONGEST]
