"""Printing: by the clock, by Prepare, on request; every print registered (PrintJob).

printing.queues()                              # what `lpstat -e` names
printing.send(made, printer, by, "sheets")     # papers that were made, to a printer
printing.look_after(practice, now)             # the keeper, each time round
"""

from .cups import NoPrintService, queues
from .days import is_worked, next_worked
from .jobs import follow, printed_by_hand, send, send_changes, troubles
from .preparing import Prepared, prepare
from .rounds import look_after

__all__ = [
    "NoPrintService",
    "Prepared",
    "follow",
    "is_worked",
    "look_after",
    "next_worked",
    "prepare",
    "printed_by_hand",
    "queues",
    "send",
    "send_changes",
    "troubles",
]
