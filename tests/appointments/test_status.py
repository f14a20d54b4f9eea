"""The line at the top of every page."""

import pytest

from appointments import status
from appointments.status import StatusLine


@pytest.fixture(autouse=True)
def _own_sources(monkeypatch):
    monkeypatch.setattr(status, "_sources", [])


def test_nothing_to_say(world):
    assert status.status_lines(world.practice) == []


def test_every_page_says_what_other_apps_have_to_say(world, reception):
    status.add_source(lambda practice: [StatusLine("warn", f"Paper of {practice.ods_code} is old")])
    status.add_source(lambda practice: [])
    text = reception.get("/your-settings/").text
    assert "Paper of G82001 is old" in text
    assert "shell__state--warn" in text


def test_what_can_be_done_about_it_is_a_link(reception):
    status.add_source(lambda _: [StatusLine("bad", "Down since 08:03.", "Declare it?", "/a/?b=<")])
    text = reception.get("/your-settings/").text
    assert '<a class="shell__deed" href="/a/?b=&lt;">Declare it?</a>' in text
