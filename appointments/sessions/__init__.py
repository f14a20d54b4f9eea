"""Commands on sessions and their slots: open, copy, change and cancel; block and unblock.

plan = Plan(site=site.pk, days=(day,), stretches=(Stretch(...),), holders=(clinician.pk,))
opened = open_session(by, plan, reference)
copy_session(by, session.pk, weekly(day, times=6), reference)
"""

from .changing import Cancelling, cancel_session, cancelling, change_session, reopen_session
from .opening import Opened, copy_session, open_session, opened_with, weekly
from .plans import Plan, Stretch
from .reading import SessionLine, SlotRow, rows_of, week_of
from .slots import add_slots, block, change_type, remove_slots, unblock

__all__ = [
    "Cancelling",
    "Opened",
    "Plan",
    "SessionLine",
    "SlotRow",
    "Stretch",
    "add_slots",
    "block",
    "cancel_session",
    "cancelling",
    "change_session",
    "change_type",
    "copy_session",
    "open_session",
    "opened_with",
    "remove_slots",
    "reopen_session",
    "rows_of",
    "unblock",
    "week_of",
    "weekly",
]
