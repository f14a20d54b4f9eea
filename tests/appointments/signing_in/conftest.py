"""Who is at the browser in these tests."""

import pytest
from django.http import HttpResponse
from freezegun import freeze_time

from appointments import signing_in
from tests.world import PASSWORD


@pytest.fixture
def enter(client, world):
    """Sign somebody in by the form, at desk 1 unless told otherwise."""

    def enter(username="priya", password=PASSWORD, *, browser=client, desk="1", **more):
        said = {"username": username, "password": password, "desk": desk} | more
        return browser.post("/sign-in/", said)

    return enter


@pytest.fixture
def freezer():
    """Stop the clock; `freezer.tick(60)` moves it on."""
    with freeze_time() as frozen:
        yield frozen


@pytest.fixture
def desk_cookie(client):
    """Make the browser stand at a desk without signing in."""

    def stand(desk, browser=client):
        answer = signing_in.remember_desk(HttpResponse(), desk)
        browser.cookies.update(answer.cookies)

    return stand
