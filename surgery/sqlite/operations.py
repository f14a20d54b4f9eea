"""How values come out of SQLite: remembered, since the same ids and times are read all day.

SQLite has neither UUIDs nor times, so Django makes each one from text whenever a row is read: half
of the cost of a day page with 1,080 slots. Both are immutable, so one made before will do.
"""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db.backends.sqlite3 import operations
from django.utils import timezone
from django.utils.dateparse import parse_datetime

# Some weeks' slots, appointments and patients; 65,536 of each take about 15 MB.
REMEMBERED = 65_536


@lru_cache(REMEMBERED)
def _uuid(text):
    return UUID(text)


@lru_cache(REMEMBERED)
def read_moment(text: bytes):
    """Read a time as SQLite's driver hands it over: naive, as bytes."""
    return parse_datetime(text.decode())


@lru_cache(REMEMBERED)
def _aware(naive, zone):
    return timezone.make_aware(naive, zone)


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, with a memory for UUIDs and times."""

    def convert_uuidfield_value(self, value, expression, connection):
        """Make a UUID of its 32 digits."""
        return value if value is None else _uuid(value)

    def convert_datetimefield_value(self, value, expression, connection):
        """Give a time its zone."""
        if isinstance(value, datetime) and value.tzinfo is None and settings.USE_TZ:
            return _aware(value, connection.timezone)
        return super().convert_datetimefield_value(value, expression, connection)
