"""The link at the top of every page, with how many lines are left."""

import logging

from appointments.models import Practice
from fallback.worklist.listing import left_to_enter

logger = logging.getLogger(__name__)


def words(practice: Practice) -> str:
    """Name the link; empty where the practice's book is its own."""
    try:
        left = left_to_enter(practice)
    except Exception:
        # Every page has this link: a fault of the worklist must not take the diary away. It goes
        # into the log, and the worklist's own page shows it.
        logger.exception("the worklist can't follow the book")
        return "Worklist"
    return "" if left is None else f"Worklist ({left})"
