"""Read what became of every row: a fixed number of questions, however many sheets."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from appointments import finding
from appointments.availability import LONDON
from appointments.models import JournalEntry, Patient, Practice, Session, Staff
from appointments.wording import clock, day_short, day_words, moment
from fallback import outages
from fallback.models import Entry, Outage, SecondLook, Sheet, SheetRow, WorklistLine
from fallback.reconciliation.report import Account, Blank, Entered, Reconciliation, Row
from fallback.reconciliation.tally import End, Tally, added
from fallback.rekey import looks
from fallback.worklist.listing import shown

_COLUMNS = (
    "pk", "row_id", "what", "end", "patient_id", "typed", "said", "written_at", "taken_by",
    "keyed_at", "keyed_by_id", "why", "owner_id", "due_at", "closed_at", "closed_by_id",
    "closed_how", "clash_id", "clash__settled_at", "clash__settled_by_id", "clash__outcome",
    "clash__reason", "slot_id", "slot__starts_at", "slot__session_id",
)  # fmt: skip
_WHAT = {what.value: what.label for what in Entry.What}
_OUTCOMES = {"both": "both are seen", "first": "the first stays", "second": "the second stays"}


def of_days(practice: Practice, first: date, last: date) -> Reconciliation:
    """Reconcile the sheets that are for these days, both included."""
    sheets = Sheet.objects.filter(practice=practice, day__range=(first, last))
    words = day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
    begins = datetime.combine(first, datetime.min.time(), LONDON)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), LONDON)
    return _of(practice, sheets, words, begins, ends)


def of_outage(outage: Outage) -> Reconciliation:
    """Reconcile what an outage has to bring home."""
    until = outage.ended_at or timezone.now()
    days = {at.astimezone(LONDON).date() for at in (outage.began_at, until)}
    over = clock(until) if len(days) == 1 else moment(until)
    ended = f"to {over}" if outage.ended_at else "and still going on"
    words = f"{outage}: {outage.affected_words}, {moment(outage.began_at)} {ended}"
    sheets = outages.sheets_of(outage)
    return _of(outage.practice, sheets, words, outage.began_at, until)


def _of(
    practice: Practice, sheets: QuerySet[Sheet], words: str, begins: datetime, ends: datetime
) -> Reconciliation:
    came = Exists(Entry.objects.filter(sheet=OuterRef("pk"), taken_back_at=None))
    on_paper = Q(printed_at__isnull=False) | Q(came=True)
    on_paper |= Q(ended_as__in=(Sheet.End.DONE, Sheet.End.LOST))
    found = sheets.annotate(came=came).filter(on_paper)
    found = found.select_related("desk", "site", "session", "ended_by")
    found = found.order_by("day", "site__order", "desk__number", "made_at")
    kept: list[Sheet] = []
    others: list[Sheet] = []
    for sheet in found:
        (kept if _is_to_account_for(sheet) else others).append(sheet)
    accounts = _Reader(practice, kept).accounts()
    tally = added(account.tally for account in accounts)
    lines = _lines(practice, kept, begins, ends)
    made_at = timezone.now()
    faults = _faults(practice, accounts, tally, kept)
    to_look = len(looks.waiting(practice, kept)) + looks.came_back(practice, kept).count()
    return Reconciliation(practice, words, made_at, accounts, others, lines, tally, to_look, faults)


def _is_to_account_for(sheet: Any) -> bool:
    """Leave out what was replaced, binned or shredded without a word written on it."""
    unwritten = (Sheet.End.REPLACED, Sheet.End.BINNED, Sheet.End.SHREDDED)
    return sheet.came or sheet.ended_as not in unwritten


class _Reader:
    """Reads the rows and entries of sheets, and puts them in words."""

    def __init__(self, practice: Practice, sheets: list[Sheet]):
        self.practice, self.sheets = practice, sheets
        self.ids = [sheet.pk for sheet in sheets]
        self.staff = dict(Staff.objects.filter(practice=practice).values_list("pk", "name"))
        live = self._entries().filter(taken_back_at=None)
        self.entries = {values[1]: _named(values) for values in live.values_list(*_COLUMNS)}
        self.patients = self._patients()
        self.looked = self._looked()

    def accounts(self) -> list[Account]:
        """Account for each sheet."""
        rows: dict[UUID, list[tuple]] = defaultdict(list)
        found = SheetRow.objects.filter(sheet__in=self.ids).order_by("sheet", "place")
        for sheet_id, *row in found.values_list(
            "sheet_id", "pk", "code", "slot_id", "slot__starts_at", "slot__session_id"
        ):
            rows[sheet_id].append(tuple(row))
        sessions = {row[4] for of_sheet in rows.values() for row in of_sheet}
        sessions |= {entry["slot__session_id"] for entry in self.entries.values()}
        self.with_whom = self._with_whom(sessions - {None})
        printed = dict(
            Sheet.objects.filter(pk__in=self.ids).annotate(n=Count("rows")).values_list("pk", "n")
        )
        back = self._entries().filter(taken_back_at__isnull=False).values("sheet")
        taken_back = dict(back.annotate(n=Count("pk")).values_list("sheet", "n"))
        return [
            self._account(sheet, rows[sheet.pk], printed[sheet.pk], taken_back.get(sheet.pk, 0))
            for sheet in self.sheets
        ]

    def _entries(self) -> QuerySet[Entry]:
        return Entry.objects.filter(sheet__in=self.ids)

    def _patients(self) -> dict[UUID, str]:
        columns = ("family_name", "given_name", "title")
        ids = {entry["patient_id"] for entry in self.entries.values() if entry["patient_id"]}
        # Merged since: the row is about the one that stayed.
        return {
            patient.pk: (patient.merged_into or patient).name
            for some in _chunks(ids)
            for patient in Patient.objects.filter(pk__in=some)
            .select_related("merged_into")
            .only(*columns, *(f"merged_into__{name}" for name in columns))
        }

    def _looked(self) -> dict[UUID, str]:
        looks = SecondLook.objects.filter(entry__in=self._entries(), agrees=True)
        return {
            entry: self.staff.get(by, "")
            for entry, by in looks.values_list("entry_id", "looked_by_id")
        }

    def _with_whom(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        sessions = [
            session
            for some in _chunks(ids)
            for session in Session.objects.filter(pk__in=some).prefetch_related("holders")
        ]
        return {one.pk: finding.with_whom(one.holders.all(), one.name) for one in sessions}

    def _account(self, sheet: Sheet, rows: list[tuple], printed: int, taken_back: int) -> Account:
        ends: Counter[End] = Counter()
        written, blank = [], defaultdict(list)
        open_codes: dict[End, list[str]] = {End.TO_KEY: [], End.LOST: []}
        for pk, code, slot, starts_at, session in rows:
            entry = self.entries.get(pk)
            end = _end(entry, sheet)
            ends[end] += 1
            if entry is None:
                open_codes[end].append(code)
            elif end is End.NOTHING:
                blank[self._who(entry["keyed_by_id"]), _at(entry["keyed_at"], sheet)].append(code)
            else:
                when = _at(starts_at, sheet) if starts_at else ""
                whom = self.with_whom.get(session, "")
                where = self._where(entry, sheet) if entry["slot_id"] != slot else ""
                written.append(self._row(sheet, (code, when, whom), end, entry, where))
        return Account(
            sheet=sheet, tally=Tally(printed, ends), rows=written,
            blank=[Blank(who, at, tuple(codes)) for (who, at), codes in blank.items()],
            to_key=tuple(open_codes[End.TO_KEY]), lost=tuple(open_codes[End.LOST]),
            taken_back=taken_back,
        )  # fmt: skip

    def _where(self, entry: dict[str, Any], sheet: Sheet) -> str:
        """Say where somebody went who was not written into the row's own slot."""
        starts_at = entry["slot__starts_at"]
        whom = self.with_whom.get(entry["slot__session_id"], "")
        return f": {_at(starts_at, sheet)} {whom}" if starts_at else ""

    def _row(
        self, sheet: Sheet, place: tuple[str, str, str], end: End, entry: dict[str, Any], where: str
    ) -> Row:
        code, when, whom = place
        by = f" by {entry['taken_by']}" if entry["taken_by"] else ""
        return Row(
            code=code, when=when, with_whom=whom, end=end, what=f"{_WHAT[entry['what']]}{where}",
            patient=self.patients.get(entry["patient_id"], "") or entry["typed"],
            said=entry["said"], how=self._how(end, entry),
            written=f"{_at(entry['written_at'], sheet)}{by}",
            who=self._who(entry["keyed_by_id"]), at=_at(entry["keyed_at"], sheet),
            looked=self.looked.get(entry["pk"], ""),
        )  # fmt: skip

    def _how(self, end: End, entry: dict[str, Any]) -> str:
        """Say what a person decided, or whose it is until when."""
        if end is End.SETTLED:
            said = _OUTCOMES.get(entry["clash__outcome"], ""), entry["clash__reason"]
            who, at = entry["clash__settled_by_id"], entry["clash__settled_at"]
        elif entry["closed_at"]:
            said = entry["why"], entry["closed_how"]
            who, at = entry["closed_by_id"], entry["closed_at"]
        elif end is End.ASIDE:
            due = f", due {moment(entry['due_at'])}" if entry["due_at"] else ""
            return f"{entry['why']}: {self._who(entry['owner_id'])}{due}"
        else:
            return ""
        words = ": ".join(part for part in said if part)
        return f"{words} ({self._who(who)}, {moment(at)})"

    def _who(self, pk: UUID | None) -> str:
        return self.staff.get(pk, "the program") if pk else "the program"


def _end(entry: dict[str, Any] | None, sheet: Sheet) -> End:
    if entry is None:
        return End.LOST if sheet.ended_as == Sheet.End.LOST else End.TO_KEY
    if entry["end"] == Entry.End.CLASH:
        return End.SETTLED if entry["clash__settled_at"] else End.CLASH
    if entry["end"] == Entry.End.SET_ASIDE:
        return End.CLOSED if entry["closed_at"] else End.ASIDE
    return End.IN_BOOK if entry["end"] == Entry.End.IN_BOOK else End.NOTHING


def _lines(
    practice: Practice, sheets: list[Sheet], begins: datetime, ends: datetime
) -> list[Entered]:
    """Give the worklist's lines that come of these sheets, or of what was done meanwhile."""
    entries = Entry.objects.filter(sheet__in=[sheet.pk for sheet in sheets])
    here = Q(changed_at__range=(begins, ends))
    here |= Q(appointment__in=entries.exclude(appointment=None).values("appointment"))
    lines = WorklistLine.objects.filter(here, practice=practice).order_by("due_at", "step", "pk")
    return [Entered(one) for one in shown(lines)]


def _faults(
    practice: Practice, accounts: list[Account], tally: Tally, sheets: list[Sheet]
) -> list[str]:
    """Say what does not agree: nothing of this can be, and so it is looked for."""
    found = []
    for account in accounts:
        if not account.tally.agrees:
            found.append(
                f"Sheet {account.sheet.reference}: {account.tally.printed} rows were printed, and "
                f"{account.tally.ends.total()} are accounted for."
            )
    recorded = JournalEntry.objects.filter(practice=practice, reference=OuterRef("reference"))
    keyed = Entry.objects.filter(sheet__in=[sheet.pk for sheet in sheets], taken_back_at=None)
    if lacking := keyed.exclude(what=Entry.What.NOTHING).exclude(Exists(recorded)).count():
        found.append(f"{lacking} keyed rows have no record of how they came into the book.")
    doubled = keyed.values("row").annotate(n=Count("pk")).filter(n__gt=1).count()
    if doubled:
        found.append(f"{doubled} rows were keyed twice.")
    return found


def _named(values: tuple) -> dict[str, Any]:
    return dict(zip(_COLUMNS, values, strict=True))


def _at(at: datetime, sheet: Sheet) -> str:
    """Write a time; with its day where that is not the sheet's."""
    return f"{_day(at, sheet)}{clock(at)}"


def _day(at: datetime, sheet: Sheet) -> str:
    day = at.astimezone(LONDON).date()
    return "" if day == sheet.day else f"{day_short(day)} "


def _chunks(ids: Iterable[UUID], size: int = 500) -> Iterable[list[UUID]]:
    """Split ids: a database takes only so many in one question."""
    found = list(ids)
    return (found[start : start + size] for start in range(0, len(found), size))
