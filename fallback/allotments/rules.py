"""Which slots go to which desk, on screen or on paper. Pure: no queries, no clock of its own.

Of each session the plan keeps so many on screen and so many on paper, the latest that are free.
One slot of a session always stays open while any is left: open slots are sold first, and once
none is left a held one is let go of in its place, those on screen before those on paper (paper is
the floor). So the same day shared out again stays as it is. What is on a printed sheet, or in a
desk's own copy, is never taken back here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

SCREEN, PAPER = "screen", "paper"
Kind = tuple[UUID, str]  # slot type and mode


class DealtSlot(NamedTuple):
    """What sharing out needs to know of a slot: it is open, or a desk has it."""

    id: UUID
    session_id: UUID
    starts_at: datetime
    kind: Kind
    kept_by: UUID | None  # desk
    kept_on: str
    may_be_kept: bool  # open ones: nobody has it in hand, no printed sheet has it
    may_stay: bool  # held ones: it can still be sold, and its type is dealt
    stays: bool  # held ones: on a printed sheet, in a desk's copy or its hand: not taken back


class Shares(NamedTuple):
    """How many slots of each session are held on screen and on paper."""

    on_screen: int
    on_paper: int


class Decision(NamedTuple):
    """What to change: slots to hold (for which desk, on what), and slots to let go of."""

    keep: dict[UUID, tuple[UUID, str]]
    let_go: list[UUID]


def decide(
    slots: Iterable[DealtSlot],
    desks: Sequence[UUID],
    shares: Shares | None,
    *,
    clinicians: Mapping[UUID, Iterable[UUID]],
    rows_on_paper: int,
) -> Decision:
    """Decide one site-day. `shares` of None deals out everything that is free (Prepare).

    `clinicians` says who holds each session; a desk gets at most `rows_on_paper` slots on paper.
    """
    hands = _Hands(desks, clinicians, rows_on_paper)
    let_go = []
    sessions: dict[UUID, _Session] = {}
    for slot in sorted(slots, key=lambda slot: (slot.starts_at, slot.id)):
        session = sessions.setdefault(slot.session_id, _Session())
        hands.count(slot.kind)
        if slot.kept_by is None:
            session.open.append(slot)
        elif slot.may_stay and (slot.stays or slot.kept_by in desks):
            session.held.append(slot)
            hands.give(slot, slot.kept_by, slot.kept_on)
        elif not slot.stays:
            let_go.append(slot.id)
            if slot.may_stay:  # its desk is not in use any more: another may have it
                session.open.append(slot._replace(may_be_kept=True))
    keep: dict[UUID, tuple[UUID, str]] = {}
    for session in sessions.values():
        if shares is None:
            _deal_all(session, hands, keep)
            continue
        for slot in _surplus(session, shares):
            hands.take_back(slot)
            let_go.append(slot.id)
        _deal(session, shares, hands, keep)
    return Decision(keep, let_go)


@dataclass
class _Session:
    """A session's slots in the order of time."""

    open: list[DealtSlot] = field(default_factory=list)
    held: list[DealtSlot] = field(default_factory=list)

    def held_on(self, on: str) -> list[DealtSlot]:
        return [slot for slot in self.held if slot.kept_on == on]


def _surplus(session: _Session, shares: Shares) -> list[DealtSlot]:
    """Give what is to be let go of: more than the shares, then one if nothing is open any more."""
    gone: list[DealtSlot] = []
    for on, share in ((SCREEN, shares.on_screen), (PAPER, shares.on_paper)):
        held = session.held_on(on)
        movable = [slot for slot in held if not slot.stays]
        gone += movable[: max(0, len(held) - share)]
    if not session.open and not gone:
        movable = [slot for on in (SCREEN, PAPER) for slot in session.held_on(on)]
        gone += [slot for slot in movable if not slot.stays][:1]
    session.held = [slot for slot in session.held if slot not in gone]
    session.open += [slot._replace(may_be_kept=True) for slot in gone]
    return gone


def _deal(session: _Session, shares: Shares, hands: "_Hands", keep: dict) -> None:
    for on, share in ((PAPER, shares.on_paper), (SCREEN, shares.on_screen)):
        for _ in range(share - len(session.held_on(on))):
            latest = hands.rarest([slot for slot in session.open if slot.may_be_kept])
            if latest is None or len(session.open) == 1:  # one stays open
                return
            if (desk := hands.poorest(latest, on)) is None:
                break
            session.open.remove(latest)
            hands.give(latest, desk, on)
            keep[latest.id] = desk, on


def _deal_all(session: _Session, hands: "_Hands", keep: dict) -> None:
    for slot in session.open:
        if not slot.may_be_kept:
            continue
        for on in hands.lesser_first():
            if (desk := hands.poorest(slot, on)) is not None:
                hands.give(slot, desk, on)
                keep[slot.id] = desk, on
                break


class _Hands:
    """Who has how many of what, so that all get alike."""

    def __init__(
        self,
        desks: Sequence[UUID],
        clinicians: Mapping[UUID, Iterable[UUID]],
        rows_on_paper: int,
    ):
        self._order = {desk: number for number, desk in enumerate(desks)}
        self._clinicians = {session: tuple(sorted(who)) for session, who in clinicians.items()}
        self._rows_on_paper = rows_on_paper
        self._there: Counter[Kind] = Counter()  # slots of a kind that day
        self._dealt: Counter[Kind] = Counter()
        self._has: Counter[tuple] = Counter()  # by desk and what it counts

    def count(self, kind: Kind) -> None:
        self._there[kind] += 1

    def give(self, slot: DealtSlot, desk: UUID | None, on: str) -> None:
        self._add(slot, desk, on, 1)

    def take_back(self, slot: DealtSlot) -> None:
        self._add(slot, slot.kept_by, slot.kept_on, -1)

    def _add(self, slot: DealtSlot, desk: UUID | None, on: str, number: int) -> None:
        self._dealt[slot.kind] += number
        for what in ((on,), *self._marks(slot, on)):
            self._has[(desk, *what)] += number
        self._has[(on,)] += number

    def _marks(self, slot: DealtSlot, on: str) -> tuple[tuple, ...]:
        who = self._clinicians.get(slot.session_id, ())
        return ("who", who, on), ("who", who), ("kind", slot.kind), ()

    def rarest(self, slots: list[DealtSlot]) -> DealtSlot | None:
        """Choose a slot of the kind of which least was dealt yet, for its number; the latest."""

        def order(slot: DealtSlot):
            return self._dealt[slot.kind] / self._there[slot.kind], -slot.starts_at.timestamp()

        return min(slots, key=order, default=None)

    def poorest(self, slot: DealtSlot, on: str) -> UUID | None:
        """Choose the desk that has least: of this clinician on this, on this, then in all."""
        of_clinician, *others = self._marks(slot, on)

        def order(desk: UUID):
            counts = (of_clinician, (on,), *others)
            return *(self._has[(desk, *what)] for what in counts), self._order[desk]

        with_room = [
            desk
            for desk in self._order
            if on != PAPER or self._has[(desk, PAPER)] < self._rows_on_paper
        ]
        return min(with_room, key=order, default=None)

    def lesser_first(self) -> list[str]:
        return sorted((PAPER, SCREEN), key=lambda on: self._has[(on,)])
