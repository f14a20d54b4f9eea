"""A data folder of the test's own, with a small practice in the book."""

import pytest

from tests import world as worlds


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def world(folder, transactional_db):
    return worlds.build()
