"""Whether the practice could lose its server this minute: `manage.py check_continuity`.

It looks at the places themselves and takes nobody's word, the keeper's least of all.
"""

from .judging import Readiness, check

__all__ = ["Readiness", "check"]
