"""Putting a database in the place of another, which stays: at no moment is there none."""

import os
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3
from django.conf import settings
from django.db import connection

from appointments.copies import CopyFailed, run_postgresql
from fallback.hand.files import sync_folder

from .keeping import FOLDER

LETTING_GO = 10  # s: PostgreSQL notices a moment late that a connection has ended


class InUse(Exception):  # noqa: N818  (what is wrong, in a sentence)
    """Somebody else is connected to the database."""


class Sqlite:
    """The copy is a file beside the book, with another name until it takes its place."""

    def __init__(self) -> None:
        self.book = Path(connection.settings_dict["NAME"])
        self.scratch = self.book.with_name(f".{self.book.name}.restoring")

    def check_free(self) -> None:
        """See that nobody has the book open: told by the locks, which the caller holds."""

    def load(self, plain: Path) -> dict[str, Any]:
        """Make the scratch copy from an opened backup; gives what differs in its settings."""
        with plain.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise CopyFailed("It is not a backup of this kind of database (SQLite).")
        os.replace(plain, self.scratch)
        return {"NAME": self.scratch}

    def clear(self) -> None:
        """Remove the scratch copy."""
        for path in (self.scratch, *self._beside(self.scratch)):
            path.unlink(missing_ok=True)

    def swap(self, now: datetime, *, keep: bool) -> str:
        """Keep the book aside under another name, then give the copy its name in one step."""
        connection.close()
        aside = _aside(now) if keep and self.book.exists() else None
        if aside:
            self._close_log()
            try:
                os.link(self.book, aside)  # another name for it: it is never without one
            except OSError:
                shutil.copy2(self.book, aside)
            # Only a book that can't be read still has one. It would spoil the copy.
            for path in self._beside(self.book):
                if path.exists():
                    os.replace(path, aside.with_name(aside.name + path.name[len(self.book.name) :]))
            sync_folder(aside.parent)
        with self.scratch.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(self.scratch, self.book)
        sync_folder(self.book.parent)
        return str(aside) if aside else ""

    def _close_log(self) -> None:
        """Bring what stands in the write-ahead log into the file, so that it is all of the book."""
        with suppress(pysqlite3.DatabaseError):
            book = pysqlite3.connect(self.book, timeout=20)
            try:
                book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                book.close()

    def _beside(self, path: Path) -> list[Path]:
        return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]


class Postgresql:
    """The copy is a database beside the book; both change their names in one transaction."""

    def __init__(self) -> None:
        self.book = str(connection.settings_dict["NAME"])
        self.scratch = f"{self.book}_restoring"

    def check_free(self) -> None:
        """See that nobody else is connected to the book; raises InUse."""
        connection.close()
        others = self._others()
        if others:
            raise InUse(
                f"{others} other connection(s) to the database are open: stop the appointment "
                "book, the keeper and whatever else uses it, then run this again."
            )

    def load(self, plain: Path) -> dict[str, Any]:
        """Make the scratch database from an opened backup; gives what differs in its settings."""
        with plain.open("rb") as file:
            if file.read(5) != b"PGDMP":
                raise CopyFailed("It is not a backup of this kind of database (PostgreSQL).")
        self.clear()
        self._do("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", self.scratch)
        params = connection.get_connection_params() | {"dbname": self.scratch}
        run_postgresql(
            "pg_restore", params, "--no-owner", "--no-privileges", "--exit-on-error", str(plain)
        )
        plain.unlink()
        return {"NAME": self.scratch}

    def clear(self) -> None:
        """Remove the scratch database."""
        self._do("DROP DATABASE IF EXISTS {}", self.scratch)

    def swap(self, now: datetime, *, keep: bool) -> str:
        """Rename both in one transaction; the book keeps its data under the name given back."""
        connection.close()
        aside = f"{self.book}_before_{now.astimezone(UTC):%Y%m%d_%H%M%S}"
        quoted = connection.ops.quote_name
        until = time.monotonic() + LETTING_GO
        while self._others() and time.monotonic() < until:
            time.sleep(0.2)
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("BEGIN")
            cursor.execute(f"ALTER DATABASE {quoted(self.book)} RENAME TO {quoted(aside)}")
            cursor.execute(f"ALTER DATABASE {quoted(self.scratch)} RENAME TO {quoted(self.book)}")
            cursor.execute("COMMIT")
        if not keep:
            self._do("DROP DATABASE {}", aside)
        return f"the database {aside}" if keep else ""

    def _others(self) -> int:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname IN (%s, %s) "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
                [self.book, self.scratch],
            )
            return cursor.fetchone()[0]

    def _do(self, sql: str, name: str) -> None:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(sql.format(connection.ops.quote_name(name)))


def _aside(now: datetime) -> Path:
    folder = settings.DATA_DIR / FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder / f"before-restore-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.sqlite3"
