"""What the commands share: the row that is meant, and what happens to its right to sell."""

from uuid import UUID

from appointments import booking
from appointments.journal import Actor, Draft
from appointments.refusals import ChangedMeanwhile, NotFound, WrongStatus
from appointments.wording import clock
from fallback import codes, sheets
from fallback.models import Entry, Sheet, SheetRow
from fallback.sheets.live import settle


def sheet_of(by: Actor, reference: str) -> Sheet:
    """Find the sheet by its reference as typed; one that is signed off is closed."""
    sheet = sheets.find(by.practice, reference)
    refuse_closed(sheet)
    return sheet


def refuse_closed(sheet: Sheet) -> None:
    """Refuse a sheet that is signed off or lost."""
    if sheet.ended_as in (Sheet.End.DONE, Sheet.End.LOST):
        raise WrongStatus(
            f"Sheet {sheets.shown(sheet)} was {sheet.get_ended_as_display().lower()}. "
            "Ask the outage lead if something on it was left out."
        )


def row_of(sheet: Sheet, code: str) -> SheetRow:
    """Find a row by its code as typed."""
    read = codes.read_row_code(code)
    row = sheet.rows.select_related("slot").filter(code=read).first()
    if row is None:
        raise NotFound(f"Sheet {sheets.shown(sheet)} has no row {read}. Look at the code again.")
    return row


def refuse_entered(row: SheetRow) -> None:
    """Refuse a row that has its entry: two clerks may be on one sheet."""
    there = row.entries.filter(taken_back_at=None).select_related("keyed_by").first()
    if there is not None:
        who = f" by {there.keyed_by.name}" if there.keyed_by else ""
        raise ChangedMeanwhile(
            f"Row {row.code} was keyed{who} at {clock(there.keyed_at)}. Look at it there; to key "
            "it anew, take that back first."
        )


def entry_of(by: Actor, entry_id: UUID) -> Entry:
    """Find an entry that has not been taken back."""
    rows = Entry.objects.select_related("row__slot", "sheet", "appointment", "clash")
    entry = rows.filter(practice=by.practice, pk=entry_id, taken_back_at=None).first()
    if entry is None:
        raise NotFound("This row has been taken back meanwhile. Look at the sheet again.")
    return entry


def use_up(draft: Draft, row: SheetRow, because: str) -> None:
    """End a row's right to sell its slot: what it had to say has been said."""
    if row.kind != SheetRow.Kind.SLOT or row.struck_at is not None:
        return
    draft.change(
        row,
        struck_at=draft.at,
        struck_by=draft.by.staff,
        struck_because=because,
        is_live=False,
    )
    live = settle(draft, [row.slot_id] if row.slot_id else [])
    if row.slot_id and row.slot_id not in live:
        booking.give_up(draft, [row.slot_id])
