"""Share out, share out everything, take a held slot; and how much each desk has left to sell."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from appointments import booking, journal
from appointments.booking.checks import described, reception_only, slot_of
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Desk, Practice, Site, Slot
from appointments.refusals import NotYours, SlotKept
from fallback import outages, plans, sheets
from fallback.allotments.reading import Dealing, acknowledged, deal
from fallback.allotments.rules import PAPER, SCREEN
from fallback.desks import desks_of, sites_of
from fallback.models import Prepared


class Left(NamedTuple):
    """How many slots a desk has left to sell when it is cut off."""

    desk: Desk
    on_screen: int
    on_paper: int


def share_out(practice: Practice, site: Site, day: date, *, now: datetime | None = None) -> int:
    """Hold slots of a site's day for its desks, top up what was sold, let go where it is full.

    Twice writes nothing. Gives how many slots changed. What is found to do is looked up without
    the lock and checked again under it, so that nobody who books waits for the looking. It rests
    while an outage is declared: who is cut off goes on with what there was.
    """
    if outages.is_declared(practice):
        return 0
    dealing = deal(practice, site, day, now or timezone.now())
    if not any(dealing.decision):
        return 0
    with journal.writing(Actor(practice), "share_out") as entry:
        return _carry_out(entry, dealing)


def share_out_all(by: Actor, site: Site, days: Iterable[date]) -> int:
    """Prepare: deal out all that is free on these days, and go on so until the day is closed.

    The outage lead's or a manager's. Gives how many slots changed.
    """
    if by.staff and not by.staff.may_lead:
        raise NotYours("The outage lead or a manager prepares for an outage. Ask one of them.")
    count = 0
    for day in days:
        with journal.writing(by, "prepare") as entry:
            if not Prepared.objects.filter(site=site, day=day).exists():
                entry.add(
                    Prepared(
                        practice=by.practice,
                        site=site,
                        day=day,
                        prepared_at=entry.at,
                        prepared_by=by.staff,
                    )
                )
            count += _carry_out(entry, deal(by.practice, site, day, entry.at, everything=True))
    return count


def take(slot_id: UUID, by: Actor) -> Slot:
    """Take a slot that is held for outages, for a patient who needs it: it is in this desk's hand.

    One step for any receptionist, as long as nobody who is cut off could sell it: it is on no
    printed sheet and in no desk's own copy. Otherwise the sentence says where to strike it out.
    """
    reception_only(by)
    with journal.writing(by, "take") as entry:
        slot = slot_of(by, slot_id)
        row = sheets.row_of(by.practice, slot.pk)
        if row is not None and row.sheet.printed_at is not None:
            raise SlotKept(
                f"{described(slot)} stands in row {row.code} of {row.sheet.desk}'s sheet "
                f"{sheets.shown(row.sheet)}. Strike it out there, then type the row's code here."
            )
        if slot.kept_on == Slot.KeptOn.LOST:
            raise SlotKept(
                f"{described(slot)} stands on a sheet of {slot.kept_by} that was lost, and "
                "somebody may be written there. Ask the outage lead to let go of it, or take "
                "another."
            )
        if slot.kept_on == SCREEN and acknowledged([slot.pk]):
            raise SlotKept(f"{slot.kept_by} has {described(slot)} on its screen: ask for it.")
        if booking.give_up(entry, [slot.pk]) and by.desk and by.staff:
            booking.put_in_hand(entry, slot, by.desk, by.staff)
        return slot_of(by, slot_id)


def left_to_sell(practice: Practice, site: Site, day: date) -> dict[UUID, Left]:
    """Count for each desk that sells a site's slots what it still has on that day, not over yet.

    Beside a clinical system only what is blocked there as well: the rest may be sold there.
    """
    live = Appointment.objects.exclude(status=Appointment.Status.CANCELLED)
    live = live.filter(slot=OuterRef("pk"), is_extra=False, in_clash=False)
    slots = Slot.objects.filter(
        ~Exists(live), session__site__in=sites_of(practice, site), session__day=day,
        session__cancelled_at=None, blocked_at=None, removed_at=None, starts_at__gt=timezone.now(),
    )  # fmt: skip
    if plans.plan_of(practice).beside_clinical_system:
        slots = slots.filter(blocked_there_at__isnull=False)
    counts = {
        row["kept_by"]: row
        for row in slots.order_by()
        .values("kept_by")
        .annotate(
            screen=Count("pk", filter=Q(kept_on=SCREEN)), paper=Count("pk", filter=Q(kept_on=PAPER))
        )
    }
    nothing = {"screen": 0, "paper": 0}
    return {
        desk.pk: Left(desk, *(counts.get(desk.pk, nothing)[on] for on in ("screen", "paper")))
        for desk in desks_of(practice, site)
    }


def _carry_out(entry: Draft, dealing: Dealing) -> int:
    """Do what was decided, as far as it still holds now that the lock is taken."""
    printed = sheets.on_printed_sheets(entry.by.practice)
    decision = dealing.decision
    gone = booking.give_up(entry, [pk for pk in decision.let_go if pk not in printed])
    held = booking.keep_free(
        entry,
        {
            pk: (dealing.desks[desk], on)
            for pk, (desk, on) in decision.keep.items()
            if pk not in printed
        },
    )
    return len({slot.pk for slot in (*gone, *held)})
