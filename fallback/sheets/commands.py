"""What happens to sheets in people's hands: printed, in hand, struck out, binned, shredded."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments import booking, journal
from appointments.availability import LONDON
from appointments.booking.checks import described, reception_only, slot_of
from appointments.journal import Actor
from appointments.models import Appointment, Site, Slot
from appointments.refusals import (
    ChangedMeanwhile,
    NeedsReason,
    NotFound,
    NotYours,
    StillNeeded,
    WrongStatus,
)
from appointments.wording import clock, day_words
from fallback import codes
from fallback.models import Prepared, Sheet, SheetRow
from fallback.sheets.finding import find, rows_of, shown
from fallback.sheets.live import end, is_held_for, settle, slots_on

End = Sheet.End


def printed(sheets: Iterable[Sheet], by: Actor, at: datetime | None = None) -> None:
    """Say that sheets are on real paper from now on: what stands on them belongs to the paper.

    Refused, with which sheet and row, if one was replaced or a row of it sold since it was made:
    make the papers anew and print those. Printing again changes nothing.
    """
    with journal.writing(by, "print_sheets") as entry:
        there = Sheet.objects.filter(practice=by.practice, pk__in=[sheet.pk for sheet in sheets])
        found = list(there.select_related("desk", "replaced_by"))
        for sheet in found:
            _refuse_ended(sheet)
        if gone := _not_to_be_sold(found):
            row, why = gone[0]
            raise ChangedMeanwhile(
                f"Row {row.code} of {row.sheet.desk}'s sheet {shown(row.sheet)} {why} since it was "
                "made. Make the papers anew and print those."
            )
        new = [sheet for sheet in found if sheet.printed_at is None]
        values = {"printed_at": at or entry.at, "printed_by": by.staff}
        entry.change_many(Sheet, [(sheet, values) for sheet in new])
        settle(entry, slots_on(new))


def take_in_hand(reference: str, by: Actor) -> list[str]:
    """Say that the desk has this print in hand; gives what to do with the pen and the bin.

    A sentence for each row to strike out because it may not be sold any more, and for each older
    sheet to bin.
    """
    reception_only(by)
    with journal.writing(by, "take_in_hand") as entry:
        sheet = find(by.practice, reference)
        _refuse_ended(sheet)
        if sheet.in_hand_at is None:
            # Printed by hand from a copy, perhaps: what is in a hand is on paper.
            first = {} if sheet.printed_at else {"printed_at": entry.at, "printed_by": by.staff}
            entry.change(sheet, in_hand_at=entry.at, in_hand_by=by.staff, **first)
            settle(entry, slots_on([sheet]))
        to_strike = [
            f"Strike out row {row.code} ({_slot_words(row)}): it {why}."
            for row, why in _not_to_be_sold([sheet])
        ]
        return to_strike + [_to_bin(old) for old in _older(sheet)]


def bin_old(reference: str, by: Actor) -> None:
    """Say that an old sheet is in the confidential waste, a newer one being in hand.

    What stands on both belongs to the newer one now; the rest is let go of. Twice changes nothing.
    """
    reception_only(by)
    with journal.writing(by, "bin_sheet") as entry:
        sheet = find(by.practice, reference)
        if sheet.ended_at is not None:
            return
        newer = _newer(sheet).filter(in_hand_at__isnull=False).first()
        if newer is None:
            raise StillNeeded(
                f"No newer sheet of {sheet.desk} is in hand yet. Take the newer print in hand "
                "first; if there was no outage, close the day instead."
            )
        end(entry, [sheet], End.BINNED, replaced_by=newer)


def strike_out(reference: str, code: str, by: Actor, reason: str = "") -> Slot:
    """Say that a row was struck out on paper: the slot is let go of, and in this desk's hand.

    The desk that has the sheet needs no reason; for another desk the outage lead does it with one.
    If the slot stands on another printed sheet of that desk as well, it stays held (`kept_by`)
    until it is struck out there too: `row_of` says where. Twice changes nothing.
    """
    reception_only(by)
    with journal.writing(by, "strike_out") as entry:
        sheet = find(by.practice, reference)
        row, slot = _row(sheet, code)
        if row.struck_at is None and sheet.ended_at is None:
            _check_may_strike(sheet, by, reason)
            entry.change(
                row,
                struck_at=entry.at,
                struck_by=by.staff,
                struck_because=reason[:200],
                is_live=False,
            )
            still = settle(entry, [slot.pk]).get(slot.pk)
            if is_held_for(row) and (still is None or still.sheet.printed_at is None):
                _let_go(entry, slot, by)
        return slot_of(by, slot.pk)


def close_day(by: Actor, site: Site, day: date) -> int:
    """Say that there was no outage and all of a day's sheets are shredded; gives how many.

    What they held is let go of, but for what a later sheet lists. A day that was prepared for an
    outage is an ordinary day again. The outage lead's or a manager's.
    """
    if by.staff and not by.staff.may_lead:
        raise NotYours("The outage lead or a manager closes a day. Ask one of them.")
    with journal.writing(by, "close_day") as entry:
        for prepared in Prepared.objects.filter(practice=by.practice, site=site, day=day):
            entry.remove(prepared)
        sheets = list(
            Sheet.objects.filter(
                practice=by.practice, site=site, day=day, ended_at=None, printed_at__isnull=False
            ).exclude(kind=Sheet.Kind.LOOSE)
        )
        end(entry, sheets, End.SHREDDED)
        return len(sheets)


def _let_go(entry: journal.Draft, slot: Slot, by: Actor) -> None:
    booking.give_up(entry, [slot.pk])
    settle(entry, [slot.pk])  # newer files list it no more
    if by.desk and by.staff:
        booking.put_in_hand(entry, slot, by.desk, by.staff)


def _row(sheet: Sheet, typed: str) -> tuple[SheetRow, Slot]:
    code = codes.read_row_code(typed)
    row = sheet.rows.select_related("slot", "sheet__desk").filter(code=code).first()
    if row is None:
        raise NotFound(f"Sheet {shown(sheet)} has no row {code}. Look at the code again.")
    if row.kind != SheetRow.Kind.SLOT or row.slot is None:
        raise WrongStatus(
            f"Row {code} of sheet {shown(sheet)} is not a slot held for {sheet.desk}."
        )
    return row, row.slot


def _check_may_strike(sheet: Sheet, by: Actor, reason: str) -> None:
    if by.staff is None or (by.desk is not None and by.desk.pk == sheet.desk_id):
        return
    if not by.staff.may_lead:
        raise NotYours(
            f"{sheet.desk} has sheet {shown(sheet)}. Ask that desk to strike the row out, or the "
            "outage lead."
        )
    if not reason:
        raise NeedsReason(f"Say why {sheet.desk} loses this slot.")


def _refuse_ended(sheet: Sheet) -> None:
    if sheet.ended_at is None:
        return
    if sheet.ended_as == End.REPLACED:
        newer = f" by {shown(sheet.replaced_by)}" if sheet.replaced_by else ""
        raise WrongStatus(
            f"Sheet {shown(sheet)} was replaced{newer}. Bin this one and take the newer one."
        )
    raise WrongStatus(
        f"Sheet {shown(sheet)} was {sheet.ended_as} on {day_words(sheet.ended_at.date())}. "
        "Bin it and take a newer print."
    )


def _not_to_be_sold(sheets: list[Sheet]) -> list[tuple[SheetRow, str]]:
    """Give the rows that stand on sheets though nobody may sell them, each with what happened."""
    standing = [row for sheet in sheets for row in rows_of(sheet) if row.struck_at is None]
    live = Appointment.objects.filter(
        slot__in=[row.slot_id for row in standing], is_extra=False, in_clash=False
    ).exclude(status=Appointment.Status.CANCELLED)
    booked = set(live.values_list("slot_id", flat=True))
    said = [(row, _what_happened(row, booked)) for row in standing]
    return [(row, why) for row, why in said if why]


def _what_happened(row: SheetRow, booked: set[UUID]) -> str:
    slot = row.slot
    if slot is None:
        return ""
    if slot.pk in booked:
        return "was sold"
    if slot.session.cancelled_at:
        return "was cancelled with its session"
    if slot.blocked_at or slot.removed_at:
        return "was taken out of the diary"
    return "" if is_held_for(row) else "was let go of"


def _slot_words(row: SheetRow) -> str:
    slot = row.slot
    return f"{described(slot)}, {day_words(slot.session.day)}" if slot else ""


def _alike(sheet: Sheet) -> QuerySet[Sheet]:
    """Give the other sheets out there that are for the same hands."""
    others = Sheet.objects.filter(practice=sheet.practice_id, kind=sheet.kind, ended_at=None)
    others = others.exclude(pk=sheet.pk).select_related("desk").order_by("day", "made_at")
    if sheet.kind == Sheet.Kind.RUNNING:
        return others.filter(session=sheet.session_id)
    return others.filter(desk=sheet.desk_id)


def _older(sheet: Sheet) -> QuerySet[Sheet]:
    before = Q(day__lt=sheet.day) | Q(day=sheet.day, made_at__lt=sheet.made_at)
    return _alike(sheet).filter(before, printed_at__isnull=False)


def _newer(sheet: Sheet) -> QuerySet[Sheet]:
    after = Q(day__gt=sheet.day) | Q(day=sheet.day, made_at__gt=sheet.made_at)
    return _alike(sheet).filter(after)


def _to_bin(old: Sheet) -> str:
    today = timezone.localdate(timezone=LONDON)
    when = f"When {day_words(old.day)} is over, bin" if old.day >= today else "Bin"
    at = f" (printed at {clock(old.printed_at)})" if old.printed_at else ""
    return f"{when} sheet {shown(old)} of {old.desk}{at}, and say so here."
