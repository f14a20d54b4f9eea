"""Letting go of a held slot from the day screen: what its panel offers, and doing it."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from appointments.journal import Actor
from appointments.models import Slot
from appointments.offers import Offer
from appointments.refusals import BookingRefused, SlotKept
from appointments.wording import day_short
from fallback import allotments, codes, overview, sheets
from fallback.forms.paper import LetGoForm, RowCodeForm, WhyForm


def offers_for(slot: Slot, by: Actor) -> Iterator[Offer]:
    """Offer the ways in which this desk may let go of a slot that is held for outages."""
    if by.staff is None or not by.staff.may_book:
        return
    address = reverse("strike-out", args=[slot.pk])
    if slot.kept_on == Slot.KeptOn.LOST:
        yield from _of_lost(slot, by)
        return
    row = sheets.row_of(by.practice, slot.pk)
    if row is not None and row.sheet.printed_at is not None:
        where = f"Row {row.code} of sheet {sheets.shown(row.sheet)}"
        if by.desk and row.sheet.desk_id == by.desk.pk:
            sentence = f"{where}: strike it out on the paper, then type its code."
            yield Offer(sentence, address, "It is struck out", RowCodeForm())
        elif by.staff.may_lead:
            sentence = (
                f"{where}, which {row.sheet.desk} has: tell them to strike it out, then say why."
            )
            yield Offer(sentence, address, "Let go of it", WhyForm())
    elif _can_be_taken(slot, by):
        sentence = "Nobody can have sold it: it is on no printed sheet."
        yield Offer(sentence, reverse("take-slot", args=[slot.pk]), "Take it")


def _of_lost(slot: Slot, by: Actor) -> Iterator[Offer]:
    """Offer the outage lead to let go of a slot that stands on a lost sheet."""
    if by.staff and by.staff.may_lead:
        sentence = "Whoever is written there will come. To let go of it all the same, say why."
        yield Offer(sentence, reverse("let-go", args=[slot.pk]), "Let go of it", LetGoForm())


def strike_out(slot: Slot, typed: str, by: Actor, reason: str) -> None:
    """Say that a slot's row is struck out on paper; refuses the code of another row."""
    row = sheets.row_of(by.practice, slot.pk)
    if row is None or row.sheet.printed_at is None:
        allotments.take(slot.pk, by)
        return
    own = by.desk is not None and by.desk.pk == row.sheet.desk_id
    if own and codes.read_row_code(typed) != row.code:
        raise SlotKept(
            f"This slot is row {row.code} of sheet {sheets.shown(row.sheet)}, not {typed.strip()}. "
            "Look at the paper again, strike that row out, and type its code."
        )
    sheets.strike_out(sheets.shown(row.sheet), row.code, by, reason)
    _refuse_still_listed(by, slot.pk)


def offers_to_desk(by: Actor) -> Iterator[Offer]:
    """Offer a desk to take its newer print in hand, and to say that the old one is binned."""
    if by.staff is None or not by.staff.may_book or by.desk is None:
        return
    waiting, _, to_bin = overview.stages(by.practice, by.desk)
    for sheet in waiting:
        yield Offer(
            f"This desk's sheet {sheets.shown(sheet)} for {day_short(sheet.day)} is printed.",
            reverse("sheet-in-hand", args=[sheet.pk]),
            "I have it in my hand",
        )
    for sheet in to_bin:
        yield Offer(
            f"Sheet {sheets.shown(sheet)} for {day_short(sheet.day)} is the old one: put it into "
            "the confidential waste.",
            reverse("sheet-binned", args=[sheet.pk]),
            "Old one binned",
        )


def _can_be_taken(slot: Slot, by: Actor) -> bool:
    """Whether it is kept from this desk, and in no copy that could sell it."""
    own_screen = slot.kept_on == "screen" and by.desk is not None and slot.kept_by_id == by.desk.pk
    return not own_screen and not allotments.acknowledged([slot.pk])


def _refuse_still_listed(by: Actor, slot_id: UUID) -> None:
    """Say on which other printed sheet the slot stands as well."""
    row = sheets.row_of(by.practice, slot_id)
    if row is not None and row.sheet.printed_at is not None:
        raise BookingRefused(
            f"It stands in row {row.code} of sheet {sheets.shown(row.sheet)} as well: strike it "
            "out there too, and type that code."
        )
