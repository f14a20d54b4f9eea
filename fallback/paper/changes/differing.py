"""What is different between two readings of a day, slot by slot. Net effect only, no words yet."""

from collections.abc import Callable
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from fallback.paper.changes.readings import Reading, Seat, SlotThen

Same = Callable[[UUID], UUID]  # from a patient's record to the one that it was merged into


class Come(NamedTuple):
    """Somebody who is in a slot now and was not."""

    seat: Seat


class Gone(NamedTuple):
    """Somebody who was in a slot and is not."""

    seat: Seat


class Other(NamedTuple):
    """Somebody who still is in a slot, but otherwise: by telephone, as an extra…"""

    was: Seat
    seat: Seat


class SlotChange(NamedTuple):
    """All that is different about one slot."""

    slot: UUID
    was: SlotThen | None  # None: there was no such slot
    now: SlotThen | None  # None: it went to another day
    people: tuple[Come | Gone | Other, ...]
    is_own: bool  # its session is on both readings: what happened to the slot itself counts

    @property
    def is_blocked(self) -> bool | None:
        """True where it was blocked since, False where it was given free again."""
        return self._turned("is_blocked")

    @property
    def is_kept(self) -> bool | None:
        """True where a desk's sheet has it now, False where none has it any more.

        Whoever was booked into it used it up: that says enough.
        """
        before = self.was.kept_for if self.was else None
        after = self.now.kept_for if self.now else None
        if before == after or (not after and any(isinstance(one, Come) for one in self.people)):
            return None
        return after is not None

    @property
    def is_elsewhen(self) -> bool:
        """Whether its time or length is another."""
        return self._differs("starts_at", "minutes")

    @property
    def is_of_other_kind(self) -> bool:
        """Whether its type or mode is another."""
        return self._differs("slot_type", "mode")

    def _turned(self, name: str) -> bool | None:
        before = self.was is not None and getattr(self.was, name)
        after = self.now is not None and getattr(self.now, name)
        return None if before == after else after

    def _differs(self, *names: str) -> bool:
        if self.was is None or self.now is None:
            return False
        return any(getattr(self.was, name) != getattr(self.now, name) for name in names)


class SessionChange(NamedTuple):
    """What is different about one session, beside its slots."""

    session: UUID
    is_new: bool = False
    is_gone: bool = False
    is_cancelled: bool | None = None  # True: cancelled since; False: taken back
    holders_were: frozenset[UUID] | None = None  # None: the same still


def sessions(then: Reading, now: Reading) -> list[SessionChange]:
    """List the sessions that are different."""
    found = []
    for session in then.sessions.keys() | now.sessions.keys():
        was, is_now = then.sessions.get(session), now.sessions.get(session)
        if was is None:
            found.append(SessionChange(session, is_new=True))
        elif is_now is None:
            found.append(SessionChange(session, is_gone=True))
        elif (was.is_cancelled, was.holders) != (is_now.is_cancelled, is_now.holders):
            turned = None if was.is_cancelled == is_now.is_cancelled else is_now.is_cancelled
            holders = None if was.holders == is_now.holders else was.holders
            found.append(SessionChange(session, is_cancelled=turned, holders_were=holders))
    return found


def slots(then: Reading, now: Reading, same: Same) -> list[SlotChange]:
    """List the slots that are different.

    A slot of a session that is new, or gone to another day, is listed only for the people in it.
    """
    found = []
    lasting = then.sessions.keys() & now.sessions.keys()
    for slot in then.slots.keys() | now.slots.keys():
        was, is_now = then.slots.get(slot), now.slots.get(slot)
        people = _people(then.seats.get(slot, ()), now.seats.get(slot, ()), same)
        is_own = {each.session for each in (was, is_now) if each} <= lasting
        if people or (is_own and was != is_now):
            found.append(SlotChange(slot, was, is_now, people, is_own))
    return found


def _people(
    were: tuple[Seat, ...], are: tuple[Seat, ...], same: Same
) -> tuple[Come | Gone | Other, ...]:
    """Compare by person: the same person booked anew in the same slot is no change."""
    before, after = _by_person(were, same), _by_person(are, same)
    found: list[Come | Gone | Other] = []
    for person in sorted({*before, *after}):
        pairs = zip_longest(before.get(person, ()), after.get(person, ()))
        for was, seat in pairs:
            if was is None:
                found.append(Come(seat))
            elif seat is None:
                found.append(Gone(was))
            elif was._replace(appointment=seat.appointment) != seat:
                found.append(Other(was, seat))
    return tuple(found)


def _by_person(seats: tuple[Seat, ...], same: Same) -> dict[UUID, list[Seat]]:
    people: dict[UUID, list[Seat]] = {}
    for seat in seats:
        person = same(seat.patient)
        people.setdefault(person, []).append(seat._replace(patient=person))
    return {person: sorted(here) for person, here in people.items()}
