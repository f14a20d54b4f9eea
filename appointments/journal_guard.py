"""Database triggers that let the journal grow and nothing else.

A migration that rebuilds a table drops its triggers without a word (SQLite makes a new table), so
they are installed after every `migrate`, and a system check refuses to run without them.
SQLite's INSERT OR REPLACE deletes without firing delete triggers, so inserts are guarded too: a
number may only be the next one.
"""

TABLES = {
    "entry": "appointments_journalentry",
    "touch": "appointments_journaltouch",
    "subject": "appointments_journalsubject",
}

_SQLITE = {}
for _word, _table in TABLES.items():
    for _deed in ("update", "delete"):
        _SQLITE[f"journal_{_word}_no_{_deed}"] = (
            f"CREATE TRIGGER journal_{_word}_no_{_deed} BEFORE {_deed.upper()} ON {_table} "
            f"BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END"
        )
    _SQLITE[f"journal_{_word}_no_replace"] = (
        f"CREATE TRIGGER journal_{_word}_no_replace BEFORE INSERT ON {_table} "
        f"WHEN EXISTS (SELECT 1 FROM {_table} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END"
    )
_SQLITE["journal_entry_next_only"] = (
    "CREATE TRIGGER journal_entry_next_only BEFORE INSERT ON appointments_journalentry "
    "WHEN NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM appointments_journalentry "
    "WHERE practice_id = NEW.practice_id), 0) "
    "BEGIN SELECT RAISE(ABORT, 'the journal only grows, one number at a time'); END"
)

_POSTGRES_FUNCTIONS = """
CREATE OR REPLACE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal only grows'; END $$;
CREATE OR REPLACE FUNCTION journal_next_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM appointments_journalentry
                                 WHERE practice_id = NEW.practice_id), 0)
  THEN RAISE EXCEPTION 'the journal only grows, one number at a time'; END IF;
  RETURN NEW;
END $$;
"""
_POSTGRES = {
    f"journal_{word}_no_{deed}": (
        f"CREATE TRIGGER journal_{word}_no_{deed} BEFORE {deed.upper()} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION journal_only_grows()"
    )
    for word, table in TABLES.items()
    for deed in ("update", "delete", "truncate")
}
_POSTGRES["journal_entry_next_only"] = (
    "CREATE TRIGGER journal_entry_next_only BEFORE INSERT ON appointments_journalentry "
    "FOR EACH ROW EXECUTE FUNCTION journal_next_only()"
)


def _wanted(connection) -> dict[str, str]:
    return _SQLITE if connection.vendor == "sqlite" else _POSTGRES


def _table_of(sql: str) -> str:
    return next(table for table in TABLES.values() if f" ON {table} " in sql)


def install(connection) -> None:
    """Make all triggers anew; harmless when they are there."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTIONS)
        for sql in _wanted(connection).values():
            cursor.execute(sql)


def remove(connection) -> None:
    """Drop the triggers (tests that empty the database between two of them need this)."""
    with connection.cursor() as cursor:
        for name, sql in _wanted(connection).items():
            on = f" ON {_table_of(sql)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection) -> list[str]:
    """Name the triggers that should be there as written above and are not."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            written = dict(cursor.fetchall())
            return [name for name, sql in _SQLITE.items() if written.get(name) != sql]
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
        there = {name for (name,) in cursor.fetchall()}
        return [name for name in _POSTGRES if name not in there]


def after_migrations(sender, using, **kwargs) -> None:
    """Install the triggers once the journal's tables are there (post_migrate)."""
    from django.db import connections

    connection = connections[using]
    if set(TABLES.values()) <= set(connection.introspection.table_names()):
        install(connection)
