from unittest.mock import patch

import pytest
from django.core.checks import Error, run_checks
from django.db import OperationalError, connection, connections

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

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        "weaker, back",
        [
            ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL"),
            ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON"),
            ("PRAGMA journal_mode=DELETE", "PRAGMA journal_mode=WAL"),
        ],
    )
    def test_weaker_pragmas(self, weaker, back):
        with connection.cursor() as cursor:
            cursor.execute(weaker)
            try:
                assert found(checks.database_is_safe, databases=["default"]) == ["surgery.E011"]
            finally:
                cursor.execute(back)

    def test_a_stronger_pragma_is_welcome(self, transactional_db):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=EXTRA")
            assert found(checks.database_is_safe, databases=["default"]) == []
            cursor.execute("PRAGMA synchronous=FULL")


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
