"""What has yet to be keyed into the clinical system, in a practice whose book stands beside it.

for line in worklist.net_effect(practice, from_number, to_number): ...   # of one outage
worklist.follow(practice)       # bring the stored lines up to date with the book
worklist.enter(by, line_id)     # and how each of them ends
"""

from fallback.worklist.commands import enter, fingerprint, not_possible, taken, undo
from fallback.worklist.following import follow, net_effect

__all__ = ["enter", "fingerprint", "follow", "net_effect", "not_possible", "taken", "undo"]
