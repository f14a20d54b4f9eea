"""Desk 1's printed sheet, and a clerk who keys it over HTTP."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.wording import LONDON
from fallback import sheets
from fallback.models import Sheet
from tests.fallback.rekey.conftest import printed_sheet
from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def sheet(world) -> Sheet:
    return printed_sheet(world)


@pytest.fixture
def ref(sheet) -> str:
    return sheets.shown(sheet)


@pytest.fixture
def send(reception, ref):
    """Key a row as the form does: `send("A3", q="baker ann 3/4/71")`."""

    def send(code, browser=None, **said):
        form = {"what": "booked", "reference": uuid.uuid4(), "written": an_hour_ago()} | said
        if "patient" in said or "appointment" in said:
            form.setdefault("found_for", form.get("q", ""))
        return (browser or reception).post(f"/rekeying/{ref}/rows/{code}/", form)

    return send


def an_hour_ago() -> str:
    at = (timezone.now() - timedelta(hours=1)).astimezone(LONDON)
    return f"{at.day}/{at.month} {at:%H:%M}"


def text(answer) -> str:
    """What stands on a page, without its markup's white space."""
    return " ".join(answer.content.decode().split())


def hand(answer) -> str:
    """The code of the row in hand."""
    return re.search(r'class="hand__code">([A-Z0-9]+)<', answer.content.decode())[1]
