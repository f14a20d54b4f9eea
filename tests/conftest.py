"""What every test has."""

import functools
import os

import freezegun
import hypothesis
import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from appointments import journal_guard
from tests.world import PASSWORD, World, build

# A frozen clock is the program's, not the one that times the tests.
freezegun.configure(extend_ignore_list=["_pytest.", "xdist."])

# A small helping of invented cases in every run, many in `make soak`. No deadline: the machine may
# be busy. What failed once is tried again first (.hypothesis).
hypothesis.settings.register_profile("usual", max_examples=25, deadline=None)
hypothesis.settings.register_profile("soak", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


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


@pytest.fixture
def other(world) -> World:
    """Somebody else's practice on the same server."""
    return build("G82002", home=False)


@pytest.fixture
def as_(client):
    """Sign somebody in at desk 1, or at another: `as_(world.tom, world.desk2)`.

    Two people side by side need a browser each: `as_(world.tom, world.desk2, Client())`.
    """

    def as_(person, desk=None, browser=None):
        browser = browser or client
        said = {"username": person.username, "password": PASSWORD}
        said["desk"] = str(desk.pk) if desk else "1"
        assert browser.post("/sign-in/", said).status_code == 303
        return browser

    return as_


@pytest.fixture
def reception(as_, world):
    """A browser in which Priya is signed in."""
    return as_(world.priya)
