"""Log lines that can be shown to anyone: no query strings, no values from exceptions."""

import logging
import traceback


class Discreet(logging.Formatter):
    """One line a record; an exception is told by its type and places, never by its message.

    Messages of database errors quote rows ('Key (nhs_number)=(…) already exists'): they stay out.
    """

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei):  # noqa: N802  (the name is logging's)
        """Return the exception's type and the places it passed through."""
        kind, _, tb = ei
        places = " < ".join(
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
            for frame in reversed(traceback.extract_tb(tb))
        )
        return f"{kind.__module__}.{kind.__qualname__} at {places}"

    def formatMessage(self, record):  # noqa: N802
        """Return the line without anything that follows a question mark in a path."""
        return super().formatMessage(record).split("?", 1)[0]
