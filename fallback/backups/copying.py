"""Making a backup: copied, examined, sealed, opened again to see that it can be. In the child."""

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pysqlite3
from django.db import connection, transaction

from appointments import copies
from fallback.backups import examining, sealing

BLOCK = 2**20  # bytes


def make(
    *, source: str, target: str, password: str, walked: examining.Heads | None
) -> dict[str, Any]:
    """Write a sealed and verified backup to `target`, a new file; gives its facts.

    `source` is the SQLite file that is in use; on PostgreSQL this process's own connection is.
    `walked` names entries up to which the journals were walked before; None walks all of them.
    """
    path = Path(target)
    plain = path.with_name(f".{path.name}.plain.partial")
    with copies.whole(path) as partial:
        try:
            plain.touch(mode=0o600)
            heads = (_sqlite if connection.vendor == "sqlite" else _postgresql)(
                Path(source), plain, walked
            )
            sealing.seal(plain, partial, password)
            _open_again(partial, plain, password)
            sha256, size = sha256_of(partial), partial.stat().st_size
        finally:
            plain.unlink(missing_ok=True)
    return {"heads": heads, "sha256": sha256, "bytes": size}


def sha256_of(path: Path) -> str:
    """Give a file's SHA-256 in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open_again(sealed: Path, plain: Path, password: str) -> None:
    """See that the sealed file opens and holds what was examined."""
    opened = plain.with_name(plain.name + ".again")
    try:
        opened.touch(mode=0o600)
        sealing.unseal(sealed, opened, password)
        if sha256_of(opened) != sha256_of(plain):
            raise copies.CopyFailed("The backup does not open as what it was made from.")
    finally:
        opened.unlink(missing_ok=True)


def _sqlite(source: Path, plain: Path, walked: examining.Heads | None) -> examining.Heads:
    """Copy in one read transaction, which holds up nobody's writing, and examine the copy."""
    plain.unlink()
    try:
        book = pysqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=20)
        try:
            book.execute("VACUUM INTO ?", [str(plain)])
        finally:
            book.close()
    except pysqlite3.DatabaseError as error:
        raise copies.CopyFailed(f"The book can't be copied: {error}.") from error
    plain.chmod(0o600)
    connection.settings_dict["NAME"] = str(plain)
    try:
        connection.ensure_connection()
        copies.examine_sqlite(connection.connection)
        return examining.walk(walked)
    finally:
        connection.close()


def _postgresql(_: Path, plain: Path, walked: examining.Heads | None) -> examining.Heads:
    """Dump and walk one and the same snapshot; have pg_restore read the dump from end to end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        copies.dump(connection.get_connection_params(), plain, f"--snapshot={snapshot}")
        heads = examining.walk(walked)
    read = subprocess.run(  # noqa: S603
        ["pg_restore", "--file=/dev/null", str(plain)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if read.returncode:
        raise copies.CopyFailed(f"The dump can't be read back: {read.stderr.strip()}")
    return heads
