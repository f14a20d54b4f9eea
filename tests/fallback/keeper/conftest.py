"""A small practice on a data folder of the test's own, and a press that takes no time."""

import io
import os
import time

import pikepdf
import pytest

from fallback.keeper.loop import Keeper
from fallback.paper import making
from fallback.paper.document import Rendered
from fallback.places import first
from tests.world import build


@pytest.fixture
def data(settings, tmp_path):
    """The data folder."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def world(db, data):
    return build()


@pytest.fixture(scope="session")
def blank():
    """A PDF with nothing on it."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
    return target.getvalue()


@pytest.fixture
def press(monkeypatch, blank):
    """Print nothing, quickly; notes what was asked for."""
    asked = []

    def press(documents):
        asked.append(documents)
        return [Rendered(document, blank, 1, True) for document in documents]

    monkeypatch.setattr(making, "press", press)
    monkeypatch.setattr(first, "protected", lambda pdf: pdf)  # test_sealed.py has the real one
    monkeypatch.setattr(os, "fsync", lambda _: None)
    return asked


@pytest.fixture
def keeper(press, monkeypatch):
    """A keeper whose turns the test takes: `keeper.settle()` until nothing is left to do."""
    one = Keeper()
    monkeypatch.setattr(one.backups, "turn", lambda **_: None)
    monkeypatch.setattr("fallback.keeper.papers.GATHER", 0)
    monkeypatch.setattr("fallback.keeper.staleness.AHEAD", 2)  # six site-days instead of sixteen

    def settle(within=20):
        until = time.monotonic() + within
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < until, "it never settles"
            if one.turn() or any(
                at.hand.is_busy for kept in one.kept.values() for at in kept.delivery.at.values()
            ):
                quiet = 0
            else:
                quiet += 1
                time.sleep(0.01)

    one.settle = settle
    yield one
    one.end()
