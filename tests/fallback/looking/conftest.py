"""A printed sheet, two clerks, and all rows looked at twice."""

import pytest

from fallback import plans, rekey
from tests.fallback.rekey.conftest import line, printed_sheet
from tests.world import World, build


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def sheet(world):
    plans.change_plan(world.by_manager, second_look=10)
    return printed_sheet(world)


@pytest.fixture
def key(world, sheet):
    """Key the sheet's so-and-so-many-th slot row."""

    def key(number, patient, by=None, **said):
        row = sheet.rows.filter(kind="slot").order_by("place")[number]
        said = {"patient": patient.pk} | said
        return rekey.enter(sheet.reference, row.code, line(**said), by or world.by)

    return key
