"""Write a whole copy of the book while it is in use."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Write a copy of the whole book to a file (by default in the data folder's backups/)."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, metavar="FILE", help="where; must not exist yet")

    def handle(self, **options: Any) -> None:
        target = options["to"] or _default_target()
        if target.exists():
            raise CommandError(f"{target} is there already: name another file.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(target)
        except OSError as error:
            raise CommandError(f"{target} can't be written ({error.strerror}).") from error
        self.stdout.write(f"Backed up to {target} ({target.stat().st_size / 1e6:.1f} MB).")


def _write(target: Path) -> None:
    """Write to the disk under another name first: a copy has its name only once it is whole."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.touch(mode=0o600)
        _copies[connection.vendor](partial)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def _default_target() -> Path:
    ending = {"sqlite": "sqlite3", "postgresql": "dump"}[connection.vendor]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    return settings.DATA_DIR / "backups" / f"{now}-version-{settings.APP_VERSION}.{ending}"


def _copy_sqlite(target: Path) -> None:
    """Copy page by page in one read transaction, and have the copy examined."""
    connection.ensure_connection()
    copy = pysqlite3.connect(target)
    try:
        connection.connection.backup(copy)
        # One file, with no -wal beside it that somebody forgets to copy.
        copy.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        copy.close()
    if verdict != "ok":
        raise CommandError(f"The copy is damaged, so the book may be too: {verdict}.")


def _copy_postgresql(target: Path) -> None:
    if not shutil.which("pg_dump"):
        raise CommandError(
            "pg_dump is missing: install it ('sudo apt-get install postgresql-client')."
        )
    params = connection.get_connection_params()
    words = {"dbname": "dbname", "user": "user", "host": "host", "port": "port"}
    said = " ".join(f"{word}='{params[key]}'" for key, word in words.items() if params.get(key))
    # The password goes by the environment: a command line can be read by everyone on the machine.
    environment = os.environ | (
        {"PGPASSWORD": params["password"]} if params.get("password") else {}
    )
    command = ["pg_dump", "--format=custom", f"--file={target}", f"--dbname={said}"]
    dumped = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
    if dumped.returncode:
        raise CommandError(f"pg_dump failed: {dumped.stderr.strip()}")


_copies = {"sqlite": _copy_sqlite, "postgresql": _copy_postgresql}
