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
