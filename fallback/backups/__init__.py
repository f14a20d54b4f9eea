"""Backups: made every five minutes while anything changes, sealed, verified; and put back.

    backups.look_after(now)                  # the keeper's child: make one if it is due, tidy up
    backups.make(folder, now)                # one more now
    restoring.restore(…)                     # `manage.py restore`

They lie in the data folder; the keeper's hands bring them to every place that takes backups.
"""

from .calling import ChildFailed
from .keeping import FOLDER, Backup, look_after, make
from .names import Named, is_whole, newest, read_name

__all__ = [
    "FOLDER",
    "Backup",
    "ChildFailed",
    "Named",
    "is_whole",
    "look_after",
    "make",
    "newest",
    "read_name",
]
