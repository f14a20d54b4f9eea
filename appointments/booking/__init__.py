"""Commands on slots and appointments. Each is one transaction with its journal entry.

Lock, check, write: `journal.writing` locks the practice's journal first, so two desks can't check
at the same time; the unique constraint on live appointments stands underneath.
"""

from appointments.booking.asking import NewAppointment
from appointments.booking.booked import amend, book, cancel, move, reinstate
from appointments.booking.brought import (
    Brought,
    Written,
    bring_in,
    note_arrived,
    note_cancelled,
    note_did_not_attend,
)
from appointments.booking.clashes import (
    cancel_rows,
    is_for_duty,
    ring,
    set_clash_aside,
    settle_by_itself,
    settle_clash,
)
from appointments.booking.holds import hold, put_in_hand, release
from appointments.booking.kept import (
    ask_for,
    blocked_there,
    doubt,
    free_there,
    give_up,
    keep,
    keep_free,
    let_go,
    no_doubt,
)
from appointments.booking.marks import arrive, did_not_attend, leave, send_in, undo_mark

__all__ = [
    "Brought",
    "NewAppointment",
    "Written",
    "amend",
    "arrive",
    "ask_for",
    "blocked_there",
    "book",
    "bring_in",
    "cancel",
    "cancel_rows",
    "did_not_attend",
    "doubt",
    "free_there",
    "give_up",
    "hold",
    "is_for_duty",
    "keep",
    "keep_free",
    "leave",
    "let_go",
    "move",
    "no_doubt",
    "note_arrived",
    "note_cancelled",
    "note_did_not_attend",
    "put_in_hand",
    "reinstate",
    "release",
    "ring",
    "send_in",
    "set_clash_aside",
    "settle_by_itself",
    "settle_clash",
    "undo_mark",
]
