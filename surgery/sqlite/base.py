"""Django's SQLite backend, with writers served in the order in which they came.

SQLite lets one transaction write at a time; the others poll for the lock and whoever happens to
wake first gets it, so an unlucky receptionist can wait for seconds. All threads of our one worker
queue here instead, first come, first served (p99 of a booking with 16 clients: ten times better).
Other processes (imports, backups) still meet us at SQLite's own lock with its 20 s time-out.
"""

import time
from contextlib import contextmanager

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from appointments.turns import FairLock, waiting
from surgery.sqlite.operations import DatabaseOperations, read_moment

base.Database.register_converter("datetime", read_moment)
base.Database.register_converter("timestamp", read_moment)


# One queue per database file and process.
_queues: dict[str, FairLock] = {}


PATIENCE = 20  # s, as the connection's own
POLL = 0.01  # s between two looks whether another process has done writing


@contextmanager
def at_once(connection):
    """Have SQLite say 'locked' at once instead of waiting for other writers."""
    cursor = connection.cursor()
    (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {patience}")


class Cursor(base.SQLiteCursorWrapper):
    """Lends the thread's turn while a write outside a transaction waits for lock and disk."""

    def execute(self, query, params=None):
        """Execute as before."""
        if self.connection.in_transaction or not query.startswith(("INSERT", "UPDATE", "DELETE")):
            return super().execute(query, params)
        if "RETURNING" in query:
            return self._without_lending(query, params)
        with waiting():
            return super().execute(query, params)

    def _without_lending(self, query, params):
        """Execute a write that gives rows back: it has SQLite's lock until they have been read.

        So its thread must not have to wait for its turn in between: others would wait for that
        lock with the turn in their hands.
        """
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with at_once(self.connection):
                    return super().execute(query, params)
            except base.Database.OperationalError:
                if time.monotonic() > until:
                    raise
            with waiting():
                time.sleep(POLL)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions (BEGIN IMMEDIATE) wait in the process's queue."""

    ops_class = DatabaseOperations
    _has_turn = False

    @property
    def _queue(self) -> FairLock:
        return _queues.setdefault(str(self.settings_dict["NAME"]), FairLock())

    def create_cursor(self, name=None):
        """Give a cursor that knows when it waits."""
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self):
        # An in-memory database (tests) is one connection shared by threads: no queue there.
        queued = not self.is_in_memory_db()
        if queued and not self._queue.take_if_free():
            with waiting():
                self._queue.take()
        try:
            self._begin()
        except BaseException:
            if queued:
                self._queue.give_back()
            raise
        self._has_turn = queued

    def _begin(self):
        """Begin at once if no other process is writing; if one is, wait without our turn."""
        try:
            with at_once(self.connection):
                super()._start_transaction_under_autocommit()
            return
        except OperationalError:
            pass
        with waiting():
            super()._start_transaction_under_autocommit()

    def _leave_queue(self):
        if self._has_turn:
            self._has_turn = False
            self._queue.give_back()

    def _commit(self):
        with waiting():  # for the disk
            super()._commit()
            self._leave_queue()

    def _rollback(self):
        try:
            super()._rollback()
        finally:
            self._leave_queue()

    def _close(self):
        try:
            super()._close()
        finally:
            self._leave_queue()
