"""The cast, who is at the browser, and what a stopped press would print."""

import pytest

from fallback.paper import making
from fallback.paper.document import Rendered
from tests import paper
from tests.world import World, build


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def press(monkeypatch, world):
    """Papers are made without the press: empty pages; the documents that were asked for."""
    asked = []

    def made(practice, site, day, *, now=None):
        return paper.made(world)

    def pressed(documents, **_):
        asked.extend(documents)
        return [Rendered(each, paper.blank_pdf(), 1, is_tagged=True) for each in documents]

    monkeypatch.setattr(making, "make", made)
    monkeypatch.setattr("fallback.slips.press", pressed)
    return asked
