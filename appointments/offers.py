"""What other apps offer to do on the book's own pages: a sentence, a button, perhaps a field.

They add a source from their AppConfig.ready: `offers.beside_kept(...)` for the panel of a slot
that is held for outages, `offers.to_desks(...)` for the top of a desk's diary.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from appointments.journal import Actor
from appointments.models import Slot


@dataclass(frozen=True)
class Offer:
    """One step that somebody can take here: its form is posted to `address`.

    `form` holds what has to be typed first; without one a button is enough. The address of an
    offer beside a slot answers with that slot's panel (views.slots.after).
    """

    sentence: str
    address: str
    button: str
    form: Any = None


ForSlot = Callable[[Slot, Actor], Iterable[Offer]]
ForDesk = Callable[[Actor], Iterable[Offer]]
_for_kept: list[ForSlot] = []
_for_desks: list[ForDesk] = []


def beside_kept(source: ForSlot) -> None:
    """Let another app offer a way to let go of a slot; it then stands in place of our own."""
    _for_kept.append(source)


def to_desks(source: ForDesk) -> None:
    """Let another app offer something to whoever opens the diary at a desk."""
    _for_desks.append(source)


def for_kept(slot: Slot, by: Actor) -> list[Offer]:
    """Ask all sources how this desk may let go of a slot that is held for outages."""
    if slot.kept_by_id is None:
        return []
    return [offer for source in _for_kept for offer in source(slot, by)]


def for_desk(by: Actor) -> list[Offer]:
    """Ask all sources what this desk should be offered."""
    return [offer for source in _for_desks for offer in source(by)]
