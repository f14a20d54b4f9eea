"""A practice with an outage, and who is at the browser."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from fallback import outages
from fallback.models import Outage
from tests.world import World, build


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def declared(world) -> Callable[..., Outage]:
    """Declare an outage: `declared("power", ago=90)`, minutes ago."""

    def declared(*affected: str, ago: int = 60, by=None, **said) -> Outage:
        began_at = said.pop("began_at", minutes_ago(ago))
        said.setdefault("reference", uuid.uuid4())
        return outages.declare(by or world.by, affected or ("internet",), began_at, **said)

    return declared


def minutes_ago(minutes: int) -> datetime:
    return (timezone.now() - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
