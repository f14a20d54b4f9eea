"""Set aside and close, sign off a sheet, declare one lost."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from appointments import booking, journal
from appointments.booking.checks import reception_only
from appointments.journal import Actor
from appointments.models import Slot, Staff
from appointments.refusals import NeedsReason, NotYours, StillNeeded, WrongStatus
from fallback import sheets
from fallback.models import Entry, Sheet
from fallback.rekey import looks
from fallback.rekey.entering import Line, _entry
from fallback.rekey.reading import sums
from fallback.rekey.rows import entry_of, refuse_entered, row_of, sheet_of, use_up
from fallback.sheets.live import end, settle, slots_on


def set_aside(
    reference: str, code: str, line: Line, by: Actor, *, why: str, owner: Staff, due_at: datetime
) -> Entry:
    """Leave a row for somebody else to see to: why, whose it is, by when. Counted until closed."""
    reception_only(by)
    if not why:
        raise NeedsReason("Say why this row is set aside: whoever gets it will ask.")
    with journal.writing(by, "set_aside", reference=line.reference) as draft:
        sheet = sheet_of(by, reference)
        row = row_of(sheet, code)
        if earlier := Entry.objects.filter(practice=by.practice, reference=line.reference).first():
            return earlier
        refuse_entered(row)
        made = _entry(
            draft, sheet, row, line, slot_id=row.slot_id, patient_id=line.patient,
            end=Entry.End.SET_ASIDE, why=why[:200], owner=owner, due_at=due_at,
        )  # fmt: skip
        draft.add(made)
        # What stands on the paper may be a promise: nobody else sells the slot meanwhile.
        return made


def close(entry_id: UUID, how: str, by: Actor) -> Entry:
    """Say how something set aside ended; closing it twice changes nothing."""
    reception_only(by)
    if not how:
        raise NeedsReason("Say how it ended.")
    with journal.writing(by, "close_entry") as draft:
        entry = entry_of(by, entry_id)
        if entry.end == Entry.End.SET_ASIDE and entry.closed_at is None:
            draft.change(entry, closed_at=draft.at, closed_by=by.staff, closed_how=how[:200])
            use_up(draft, entry.row, how[:200])
        return entry


def sign_off(reference: str, by: Actor) -> Sheet:
    """Say that a sheet is done: every row has its end, and no clash waits."""
    reception_only(by)
    with journal.writing(by, "sign_off") as draft:
        sheet = sheets.find(by.practice, reference)
        if sheet.ended_as == Sheet.End.DONE:
            return sheet
        if sheet.ended_as == Sheet.End.LOST:
            raise WrongStatus(
                f"Sheet {sheets.shown(sheet)} was declared lost. If it turned up, say so first."
            )
        left = sums(sheet)
        if left.to_do:
            raise StillNeeded(
                f"{left.to_do} row{'s' if left.to_do > 1 else ''} of sheet {sheets.shown(sheet)} "
                "have no end yet. Key them, or say that nothing was written there."
            )
        if left.clashes:
            raise StillNeeded(
                f"{left.clashes} clash{'es' if left.clashes > 1 else ''} of sheet "
                f"{sheets.shown(sheet)} still wait for a decision. Settle them first."
            )
        _refuse_not_looked_at(sheet)
        _end(draft, sheet, Sheet.End.DONE)
        return sheet


def _refuse_not_looked_at(sheet: Sheet) -> None:
    if to_look := len(looks.waiting(sheet.practice, [sheet])):
        raise StillNeeded(
            f"{to_look} row{'s' if to_look > 1 else ''} of sheet {sheets.shown(sheet)} wait for a "
            "second look: somebody who did not key them compares them with the paper."
        )
    if back := looks.came_back(sheet.practice, [sheet]).count():
        raise StillNeeded(
            f"{back} row{'s' if back > 1 else ''} of sheet {sheets.shown(sheet)} came back from "
            "the second look. Whoever keyed them answers first."
        )


def declare_lost(reference: str, by: Actor, reason: str) -> Sheet:
    """Say that a sheet never came back. The outage lead does it.

    Its slots stay held and are shown as doubtful, since somebody may be written there, until the
    outage is signed off (`let_go_of_lost`), or one by one.
    """
    _lead_only(by, "declares a sheet lost")
    if not reason:
        raise NeedsReason("Say what is known of the sheet: where it was last, who had it.")
    with journal.writing(by, "declare_lost", details={"reason_given": True}) as draft:
        sheet = sheets.find(by.practice, reference)
        if sheet.ended_as == Sheet.End.DONE:
            raise WrongStatus(
                f"Sheet {sheets.shown(sheet)} was keyed and signed off, so nothing on it is lost."
            )
        if sheet.ended_as != Sheet.End.LOST:
            _lose(draft, sheet, reason)
        return sheet


def found_again(reference: str, by: Actor) -> Sheet:
    """Say that a lost sheet turned up: it can be keyed after all. Twice changes nothing.

    What somebody was told to sell meanwhile becomes a clash when the row is keyed.
    """
    reception_only(by)
    with journal.writing(by, "found_again") as draft:
        sheet = sheets.find(by.practice, reference)
        if sheet.ended_as == Sheet.End.LOST:
            draft.change(sheet, ended_as="", ended_at=None, ended_by=None, ended_because="")
            booking.no_doubt(draft, slots_on([sheet]))
            settle(draft, slots_on([sheet]))
        return sheet


def give_up_lost(reference: str, by: Actor) -> int:
    """Let go of the doubtful slots of a lost sheet; gives how many. The outage lead's."""
    _lead_only(by, "lets go of a lost sheet's slots")
    with journal.writing(by, "give_up_lost") as draft:
        return let_go_of_lost(draft, [sheets.find(by.practice, reference)])


def let_go_of_lost(draft: journal.Draft, those: Iterable[Sheet]) -> int:
    """Let go of the doubtful slots of whichever of these sheets are lost, within an open entry.

    For the signing off of an outage: until then nobody knows who is written there.
    """
    lost = [sheet for sheet in those if sheet.ended_as == Sheet.End.LOST]
    doubtful = Slot.objects.filter(pk__in=slots_on(lost), kept_on=Slot.KeptOn.LOST)
    return len(booking.give_up(draft, list(doubtful.values_list("pk", flat=True))))


def _lose(draft: journal.Draft, sheet: Sheet, reason: str) -> None:
    ended = {"ended_as": Sheet.End.LOST, "ended_at": draft.at, "ended_by": draft.by.staff}
    draft.change(sheet, ended_because=reason[:200], **ended)
    standing = slots_on([sheet])
    booking.doubt(draft, standing - settle(draft, standing).keys())


def _lead_only(by: Actor, does: str) -> None:
    if by.staff is None or not by.staff.may_lead:
        raise NotYours(f"The outage lead or a manager {does}.")


def _end(draft: journal.Draft, sheet: Sheet, ended_as: str) -> None:
    """End a sheet, also one that was replaced or binned before somebody wrote on it after all."""
    if sheet.ended_at is None:
        end(draft, [sheet], ended_as)
    else:
        draft.change(sheet, ended_as=ended_as, ended_at=draft.at, ended_by=draft.by.staff)
