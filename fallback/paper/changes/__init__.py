"""The change slip: what happened to a site's day since a given print, in the order of its pages.

Only the net effect: who was booked and cancelled again since is not on it.
"""

from fallback.paper.changes.slip import document

__all__ = ["document"]
