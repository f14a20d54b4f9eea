"""The worklist as the page and the CSV show it: one line in hand, the rest in order."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from appointments import slots
from appointments.availability import LONDON
from appointments.models import Practice, Site, Slot
from fallback import outages
from fallback.models import Outage, WorklistLine
from fallback.plans import plan_of
from fallback.worklist.commands import fingerprint
from fallback.worklist.following import follow

PAGE = 50  # lines
ENDED = 10  # that are shown below
End = WorklistLine.End

DEEDS = {
    "new_patient": "Register",
    "book": "Book",
    "move": "Move",
    "cancel": "Cancel",
    "dna": "Mark as DNA",
    "not_dna": "Take DNA back",
}


@dataclass(frozen=True)
class Filter:
    """Which lines somebody wants to see. New patients are always among them."""

    day: date | None = None
    site: Site | None = None
    outage: Outage | None = None

    def of(self, lines: QuerySet[WorklistLine]) -> QuerySet[WorklistLine]:
        """Narrow lines down; a move belongs to both its days and sites."""
        if self.outage:
            lines = lines.filter(pk__in=outages.clinical_lines(self.outage).values("pk"))
        for path, value in (("day", self.day), ("site", self.site)):
            if value:
                here = {f"slot__session__{path}": value}
                there = {f"from_slot__session__{path}": value}
                lines = lines.filter(Q(slot=None) | Q(**here) | Q(**there))
        return lines

    def query(self) -> dict[str, str]:
        """Give what an address must say to show the same lines."""
        said = {
            "day": self.day,
            "site": self.site and self.site.pk,
            "outage": self.outage and self.outage.pk,
        }
        return {name: str(value) for name, value in said.items() if value}


@dataclass(frozen=True)
class Shown:
    """A line in words, and what is copied from it."""

    line: WorklistLine
    place: dict[str, str]
    origin: dict[str, str]
    starts_at: datetime | None
    minutes: int

    @property
    def deed(self) -> str:
        """Say what to do there, in a word or three."""
        return DEEDS[self.line.kind]

    @property
    def seen(self) -> str:
        """Tell the command what the line looked like."""
        return fingerprint(self.line)

    @property
    def date(self) -> str:
        """Write the day as clinical systems take it: '23/11/2026'."""
        return f"{self.starts_at.astimezone(LONDON):%d/%m/%Y}" if self.starts_at else ""


@dataclass(frozen=True)
class Listing:
    """The page."""

    is_beside: bool
    left: int  # to enter, whatever the filter
    page: Page
    lines: list[Shown]
    in_hand: Shown | None
    following: UUID | None  # the line after the one in hand
    ended: list[Shown]
    undecided: int  # taken there by someone else; a clash waits
    impossible: int
    days: list[date]


def waiting(practice: Practice) -> QuerySet[WorklistLine]:
    """Give the lines that have yet to be entered, in order."""
    return WorklistLine.objects.filter(practice=practice, ended_as="")


def left_to_enter(practice: Practice) -> int | None:
    """Count the lines that wait; None where the practice's book is its own."""
    if not plan_of(practice).beside_clinical_system:
        return None
    follow(practice)
    return waiting(practice).count()


def read(
    practice: Practice, which: Filter, *, line_id: UUID | None = None, page: Any = 1
) -> Listing:
    """Read the list as it is now. `line_id` is the line that somebody wants in hand."""
    left = left_to_enter(practice)
    found = Paginator(which.of(waiting(practice)), PAGE).get_page(page)
    lines = shown(found.object_list)
    in_hand = next((one for one in lines if one.line.pk == line_id), None)
    if in_hand is None and line_id is not None:
        in_hand = next(iter(shown(waiting(practice).filter(pk=line_id))), None)
    in_hand = in_hand or next(iter(lines), None)
    order = [one.line.pk for one in lines]
    later = order[order.index(in_hand.line.pk) + 1 :] if in_hand and in_hand in lines else order
    ended = WorklistLine.objects.filter(practice=practice).exclude(ended_as="")
    standing = ended.filter(stands=True)
    return Listing(
        is_beside=left is not None,
        left=left or 0,
        page=found,
        lines=lines,
        in_hand=in_hand,
        following=next(iter(later), None),
        ended=shown(ended.order_by("-ended_at", "pk")[:ENDED]),
        undecided=standing.filter(ended_as=End.TAKEN).count(),
        impossible=standing.filter(ended_as=End.IMPOSSIBLE).count(),
        days=_days(practice),
    )


def ended_line(practice: Practice, line_id: UUID | None) -> Shown | None:
    """Read a line that has just ended, for the notice above the list."""
    one = line_of(practice, line_id) if line_id else None
    return one if one and one.line.ended_as else None


def line_of(practice: Practice, line_id: UUID) -> Shown | None:
    """Read one line, ended or not."""
    lines = WorklistLine.objects.filter(practice=practice, pk=line_id)
    return next(iter(shown(lines)), None)


def shown(lines: Any) -> list[Shown]:
    """Put lines in words, with a fixed number of questions."""
    rows = lines.select_related(
        "patient", "appointment", "changed_by", "ended_by", "second_slot", "slot__session__site",
        "from_slot__session__site",
    ).prefetch_related("slot__session__holders", "from_slot__session__holders")  # fmt: skip
    return [_shown(row) for row in rows]


def _shown(row: WorklistLine) -> Shown:
    slot = row.slot
    minutes = sum(each.minutes for each in (slot, row.second_slot) if each)
    return Shown(row, _place(slot), _place(row.from_slot), slot and slot.starts_at, minutes)


def _place(slot: Slot | None) -> dict[str, str]:
    return slots.place(slot) if slot else {}


def _days(practice: Practice) -> list[date]:
    """List the days on which something waits."""
    days = waiting(practice).exclude(slot=None).order_by("slot__session__day")
    return list(days.values_list("slot__session__day", flat=True).distinct())
