"""One read model for a site's day: the page, the paper and the browser copy all come from it.

`diary_for` asks a fixed number of queries however long the day is; `stamp` says cheaply whether
anything has changed since.
"""

from appointments.diary.lines import Column, Day, Person, SessionHead, SlotLine
from appointments.diary.seeing import diary_for, free_near, stamp
from appointments.diary.week import Week, next_day, week_for

__all__ = [
    "Column",
    "Day",
    "Person",
    "SessionHead",
    "SlotLine",
    "Week",
    "diary_for",
    "free_near",
    "next_day",
    "stamp",
    "week_for",
]
