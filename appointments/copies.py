"""Copies of the whole database, taken while it is in use."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3
from django.db import connection


class CopyFailed(Exception):  # noqa: N818  (what went wrong, in a sentence)
    """No copy could be made, or it is not good; its text says why."""


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Write to the disk under another name first: a file has its name only once it is whole."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.touch(mode=0o600)
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def write(target: Path) -> None:
    """Write a copy of the database that this process uses; raises CopyFailed or OSError."""
    with whole(target) as partial:
        if connection.vendor == "sqlite":
            _sqlite(partial)
        else:
            dump(connection.get_connection_params(), partial)


def ending() -> str:
    """Give the ending of such a copy's name."""
    return {"sqlite": "sqlite3", "postgresql": "dump"}[connection.vendor]


def examine_sqlite(copy: Any) -> None:
    """Have SQLite look through every page of an open file."""
    (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise CopyFailed(f"The copy is damaged, so the book may be too: {verdict}.")


def dump(params: Mapping[str, Any], target: Path, *words: str) -> None:
    """Write a PostgreSQL database in pg_dump's own format."""
    run_postgresql("pg_dump", params, "--format=custom", f"--file={target}", *words)


def run_postgresql(program: str, params: Mapping[str, Any], *words: str) -> None:
    """Run one of PostgreSQL's programs on a database (psycopg's connection parameters)."""
    if not shutil.which(program):
        raise CopyFailed(
            f"{program} is missing: install it ('sudo apt-get install postgresql-client')."
        )
    known = {"dbname": "dbname", "user": "user", "host": "host", "port": "port"}
    said = " ".join(f"{word}='{params[key]}'" for key, word in known.items() if params.get(key))
    # The password goes by the environment: a command line can be read by everyone on the machine.
    environment = os.environ | (
        {"PGPASSWORD": params["password"]} if params.get("password") else {}
    )
    command = [program, f"--dbname={said}", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise CopyFailed(f"{program} failed: {done.stderr.strip()}")


def _sqlite(target: Path) -> None:
    """Copy page by page in one read transaction, and have the copy examined."""
    connection.ensure_connection()
    copy = pysqlite3.connect(target)
    try:
        connection.connection.backup(copy)
        # One file, with no -wal beside it that somebody forgets to copy.
        copy.execute("PRAGMA journal_mode=DELETE")
        examine_sqlite(copy)
    finally:
        copy.close()
