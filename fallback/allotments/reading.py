"""Read a site's day for sharing out: its slots, the desks there, what may not be taken back."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from appointments.availability import COLUMNS, LONDON, Facts, State, state
from appointments.finding import CANCELLED
from appointments.models import Appointment, Desk, Hold, Practice, SessionHolder, Site, Slot
from fallback import plans
from fallback.allotments.rules import SCREEN, DealtSlot, Decision, Shares, decide
from fallback.desks import desks_of
from fallback.models import Prepared
from fallback.sheets import ROWS_AT_MOST, on_printed_sheets

# Whether somebody may book it, now or from its release on: kept slots apart, these are open.
_OPEN = (State.FREE, State.EMBARGOED, State.HELD)


class Dealing(NamedTuple):
    """What is to be decided of a site's day, and for which desks."""

    decision: Decision
    desks: dict[UUID, Desk]


def acknowledged(slot_ids: Iterable[UUID]) -> set[UUID]:
    """Give those of the slots on screen that a desk has in a copy of its own, as it said.

    Only the desk's own browser lets go of these. No desk has copies yet, so there are none.
    """
    return set()


def deal(
    practice: Practice, site: Site, day: date, now: datetime, *, everything: bool = False
) -> Dealing:
    """Decide what to hold and what to let go of on a site's day; nothing is written.

    On the day itself, what is left over from days gone by is let go of as well.
    """
    plan = plans.plan_of(practice)
    shares = Shares(plan.shares_on_screen, plan.shares_on_paper)
    if everything or Prepared.objects.filter(site=site, day=day).exists():
        shares = None  # type: ignore[assignment]
    desks = {desk.pk: desk for desk in desks_of(practice, site)}
    slots = _slots(practice, site, day, now)
    sessions = {slot.session_id for slot in slots}
    decision = decide(
        slots, list(desks), shares, clinicians=_clinicians(sessions), rows_on_paper=ROWS_AT_MOST
    )
    return Dealing(decision, desks)


def _slots(practice: Practice, site: Site, day: date, now: datetime) -> list[DealtSlot]:
    here = Q(session__site=site, session__day=day)
    left_over = Q(kept_by__isnull=False, session__site=site, session__day__lt=day)
    rows = list(_facts(Slot.objects.filter(here)))
    if day == now.astimezone(LONDON).date():
        rows += _facts(practice.slot_set.filter(left_over))
    live = Appointment.objects.filter(
        ~Q(status=CANCELLED), slot__session__site=site, slot__session__day=day,
        is_extra=False, in_clash=False,
    )  # fmt: skip
    booked = set(live.values_list("slot_id", flat=True))
    held = dict(
        Hold.objects.filter(practice=practice, until__gt=now).values_list("slot_id", "desk_id")
    )
    printed = on_printed_sheets(practice)
    in_copies = acknowledged(facts.id for facts, _ in rows if facts.kept_on == SCREEN)
    dealt = {kind.pk for kind, is_dealt in plans.types_of(practice).items() if is_dealt}
    slots = []
    for facts, type_id in rows:
        found = State.BOOKED if facts.id in booked else state(facts, None, None, None, now)
        is_kept = facts.kept_by_id is not None
        if not is_kept and (found not in _OPEN or type_id not in dealt):
            continue
        in_hand = facts.id in held
        is_printed = facts.id in printed or facts.kept_on == Slot.KeptOn.LOST
        slots.append(
            DealtSlot(
                id=facts.id,
                session_id=facts.session_id,
                starts_at=facts.starts_at,
                kind=(type_id, facts.mode),
                kept_by=facts.kept_by_id,
                kept_on=facts.kept_on,
                may_be_kept=not (in_hand or is_printed) and facts.starts_at > now,
                may_stay=found is State.KEPT and type_id in dealt,
                stays=is_printed or facts.id in in_copies or in_hand,
            )
        )
    return slots


def _facts(slots) -> Iterable[tuple[Facts, UUID]]:
    for *columns, type_id in slots.values_list(*COLUMNS, "slot_type_id"):
        yield Facts(*columns), type_id


def _clinicians(sessions: Collection[UUID]) -> dict[UUID, list[UUID]]:
    whose: dict[UUID, list[UUID]] = defaultdict(list)
    rows = SessionHolder.objects.filter(session__in=sessions)
    for session, clinician in rows.values_list("session_id", "clinician_id"):
        whose[session].append(clinician)
    return whose
