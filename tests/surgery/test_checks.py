from unittest.mock import patch

import pytest
from django.core.checks import Error, run_checks
from django.db import OperationalError, connection, connections
from django.db.utils import ConnectionHandler

from appointments import journal_guard
from surgery import checks


def found(check, **kwargs):
    return [message.id for message in check(None, **kwargs)]


def test_all_is_well_as_it_stands(db):
    assert [m for m in run_checks(databases=["default"]) if isinstance(m, Error)] == []


@pytest.mark.parametrize(
    "version, good",
    [
        ((3, 53, 4), True),
        ((3, 51, 3), True),
        ((3, 51, 2), False),
        ((3, 51, 0), False),
        ((3, 50, 7), True),
        ((3, 50, 6), False),
        ((3, 45, 1), False),
        ((3, 44, 6), True),
        ((3, 44, 5), False),
        ((3, 40, 1), False),
    ],
)
def test_which_sqlite_is_good(version, good):
    assert checks.sqlite_is_good(version) is good


@pytest.mark.parametrize("key", ["short", "a" * 60, "django-insecure-" + "abcdefghij" * 5])
def test_a_key_that_can_be_guessed(settings, key):
    settings.SECRET_KEY = key
    assert found(checks.secret_key_is_secret) == ["surgery.E001"]


@pytest.mark.sqlite
class TestOnSqlite:
    def test_a_version_that_corrupts(self):
        with patch.object(connection.Database, "sqlite_version_info", (3, 46, 0)):
            assert found(checks.sqlite_is_safe) == ["surgery.E002"]

    @pytest.mark.parametrize(
        "option, weaker, number",
        [("transaction_mode", "DEFERRED", "surgery.E003"), ("timeout", 5, "surgery.E004")],
    )
    def test_weaker_options(self, option, weaker, number):
        options = connection.settings_dict["OPTIONS"]
        with patch.dict(options, {option: weaker}):
            assert found(checks.sqlite_is_safe) == [number]
        with patch.dict(options):
            del options[option]
            assert found(checks.sqlite_is_safe) == [number]

    @pytest.mark.parametrize(
        "pragma, numbers",
        [
            ("synchronous=NORMAL", ["surgery.E011"]),
            ("foreign_keys=OFF", ["surgery.E011"]),
            ("journal_mode=DELETE", ["surgery.E011"]),
            ("synchronous=EXTRA", []),  # stronger
            ("cache_size=-2000", []),  # nothing that a booking hangs on
        ],
    )
    def test_pragmas(self, db, tmp_path, pragma, numbers):
        usual = connection.settings_dict
        options = usual["OPTIONS"]
        command = f"{options['init_command']}PRAGMA {pragma};"
        other = usual | {
            "NAME": tmp_path / "other.sqlite3",
            "OPTIONS": options | {"init_command": command},
        }
        handler = ConnectionHandler({"default": other})
        with patch.object(checks, "connections", handler):
            assert found(checks.database_is_safe, databases=["default"]) == numbers
        handler["default"].close()


@pytest.mark.postgres
def test_a_postgresql_that_is_too_old(db):
    with patch.object(connections["default"], "pg_version", 140_012):
        assert found(checks.database_is_safe, databases=["default"]) == ["surgery.E012"]


def test_a_journal_without_guards(db):
    with connection.cursor() as cursor:
        on = f" ON {journal_guard.TABLES['entry']}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER journal_entry_no_delete{on}")
    (message,) = checks.database_is_safe(None, databases=["default"])
    assert message.id == "surgery.E013"
    assert "journal_entry_no_delete" in message.msg
    assert message.hint


def test_a_database_before_its_first_migration(db):
    with patch.object(connection.introspection, "table_names", return_value=[]):
        assert found(checks.database_is_safe, databases=["default"]) == []


def test_a_database_that_cannot_be_read(db):
    with patch.object(checks, "_asked", side_effect=OperationalError("details")):
        (message,) = checks.database_is_safe(None, databases=["default"])
    assert message.id == "surgery.E010"
    assert "details" not in message.msg


def test_without_a_database_none_is_asked():
    assert found(checks.database_is_safe) == []
