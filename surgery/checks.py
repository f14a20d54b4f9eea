"""System checks: what must hold before anything is served. Each has a number and a hint.

surgery.E00x are about what the environment says and run with every command; those tagged
`database` ask the database and run before serving (`make run`), after migrating, and with
`manage.py check --database default`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from appointments import journal_guard
from appointments.models import Practice

# sqlite.org/wal.html, "The WAL-reset bug": 3.7.0 to 3.51.2 can corrupt a database in WAL mode.
# The fix went into 3.51.3 and back into these two older branches.
SQLITE_FIXED = (3, 51, 3)
SQLITE_FIXED_BRANCHES: dict[tuple[int, ...], int] = {
    (3, 50): 7,
    (3, 44): 6,
}  # branch: first good patch release

SQLITE_TIMEOUT = 20  # seconds: a large import may hold the lock for 3
SQLITE_WANTED = {  # PRAGMA: the value it must have, and what to call it
    "journal_mode": ("wal", "WAL"),
    "synchronous": (2, "FULL"),
    "foreign_keys": (1, "ON"),
}
SQLITE_SYNCHRONOUS_EXTRA = 3  # stronger than FULL, so welcome too

POSTGRESQL_OLDEST = 15  # the oldest that our tests run on
SECRET_KEY_LENGTH = 50  # characters; Django's own deploy check asks for the same


@register()
def secret_key_is_secret(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a key that can be guessed: sign-ins are worth what it is worth."""
    key = settings.SECRET_KEY
    if len(key) >= SECRET_KEY_LENGTH and len(set(key)) > 4 and not key.startswith("django-insec"):
        return []
    hint = "Unset SECRET_KEY: a good one is then made in the data folder and kept there."
    return [Error("The secret key is too short or too simple.", hint=hint, id="surgery.E001")]


@register()
def sqlite_is_safe(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse SQLite versions that can corrupt the book, and settings that can lose bookings."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        return []
    return list(_sqlite_version(connection)) + list(_sqlite_settings(connection))


def _sqlite_version(connection: Any) -> Iterator[CheckMessage]:
    version = connection.Database.sqlite_version_info
    if not sqlite_is_good(version):
        words = ".".join(map(str, version))
        hint = "Install the pysqlite3 of requirements.txt: run 'make upgrade'."
        yield Error(f"SQLite {words} can corrupt the book.", hint=hint, id="surgery.E002")


def _sqlite_settings(connection: Any) -> Iterator[CheckMessage]:
    options = connection.settings_dict["OPTIONS"]
    if options.get("transaction_mode") != "IMMEDIATE":
        hint = 'Set OPTIONS["transaction_mode"] = "IMMEDIATE" in surgery/settings.py.'
        yield Error(
            "Bookings in a rush would be refused as 'locked'.", hint=hint, id="surgery.E003"
        )
    if options.get("timeout", 0) < SQLITE_TIMEOUT:
        hint = f'Set OPTIONS["timeout"] = {SQLITE_TIMEOUT} (seconds) in surgery/settings.py.'
        yield Error("Bookings would not outwait an import.", hint=hint, id="surgery.E004")


def sqlite_is_good(version: tuple[int, ...]) -> bool:
    """Say whether a version of SQLite has the fix for the WAL-reset bug."""
    fixed_patch = SQLITE_FIXED_BRANCHES.get(version[:2])
    return version >= SQLITE_FIXED or (fixed_patch is not None and version[2] >= fixed_patch)


@register(Tags.database)
def database_is_safe(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Ask each database whether it keeps what it is told to keep."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            found += _asked(connections[alias])
        except DatabaseError as error:
            message = f"The database can't be read ({type(error).__name__})."
            hint = "See that its server runs, and that its file or folder can be read and written."
            found.append(Error(message, hint=hint, id="surgery.E010"))
    return found


def _asked(connection: Any) -> Iterator[CheckMessage]:
    if connection.vendor == "sqlite":
        yield from _sqlite_pragmas(connection)
    elif connection.vendor == "postgresql":
        yield from _postgresql_version(connection)
    tables = connection.introspection.table_names()
    if Practice._meta.db_table not in tables:
        return  # nothing there yet: `migrate` comes first
    if gone := journal_guard.missing(connection):
        message = f"The journal is not guarded: {', '.join(gone)} missing or changed."
        hint = "Run 'manage.py migrate', then 'manage.py verify_journal'."
        yield Error(message, hint=hint, id="surgery.E013")


def _sqlite_pragmas(connection: Any) -> Iterator[CheckMessage]:
    for name, (wanted, word) in SQLITE_WANTED.items():
        with connection.cursor() as cursor:
            (value,) = cursor.execute(f"PRAGMA {name}").fetchone()
        if value not in (wanted, SQLITE_SYNCHRONOUS_EXTRA if name == "synchronous" else wanted):
            message = f"SQLite's {name} is {value}, not {word}: answered bookings could be lost."
            hint = f"Leave 'PRAGMA {name}={word}' in the init_command of surgery/settings.py."
            yield Error(message, hint=hint, id="surgery.E011")


def _postgresql_version(connection: Any) -> Iterator[CheckMessage]:
    major = connection.pg_version // 10_000
    if major < POSTGRESQL_OLDEST:
        hint = f"Move the database to PostgreSQL {POSTGRESQL_OLDEST} or newer."
        yield Error(f"PostgreSQL {major} is too old.", hint=hint, id="surgery.E012")
