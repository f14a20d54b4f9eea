"""Places: folders that always have the newest papers and backups.

Commands (managers): add, amend, close, reopen. The keeper has them filled by hands (hand/ and
hands.py) from the first copy, which the server keeps itself (first.py).
"""

from fallback.places.commands import add_place, amend_place, close_place, reopen_place

__all__ = ["add_place", "amend_place", "close_place", "reopen_place"]
