"""What every test has."""

import functools

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from appointments import journal_guard


def pytest_collection_modifyitems(config, items):
    """Leave out the tests of the other kind of database (deselected, never skipped)."""
    other = {"sqlite": "postgres", "postgresql": "sqlite"}[connection.vendor]
    out = [item for item in items if item.get_closest_marker(other)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="session", autouse=True)
def _journal_emptied_between_tests():
    """Let tests with real transactions empty the journal, which nothing else can."""
    flush = BaseDatabaseOperations.execute_sql_flush

    @functools.wraps(flush)
    def unguarded(self, sql_list):
        journal_guard.remove(self.connection)
        try:
            flush(self, sql_list)
        finally:
            journal_guard.install(self.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", unguarded)
        yield
