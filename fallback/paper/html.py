"""The day as one HTML file that opens by double-click on any PC, without this program.

Everything is in it. Its Content-Security-Policy allows its own style and script, by their hashes,
and nothing else, so it can neither ask a network for anything nor run what a name may hold.
"""

import base64
import hashlib
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from markupsafe import Markup

from appointments.diary import Column
from fallback.paper import visits
from fallback.paper.diary import booked_in, sessions_of
from fallback.paper.reading import DayPaper, booked
from fallback.paper.rows import Row, rows_of


class Holder(NamedTuple):
    """A session holder's part of the page."""

    column: Column
    sessions: str
    booked: int
    rows: list[Row]


def page(paper: DayPaper) -> bytes:
    """Write a site's day as one HTML file: diary, contact list and home visits."""
    holders = [
        Holder(column, " · ".join(sessions_of(column)), booked_in(column),
               rows_of(paper, column.slots))
        for column in paper.day.columns
    ]  # fmt: skip
    people = booked(paper)
    values = {
        "stamp": paper.stamp,
        "holders": holders,
        "people": people,
        "visits": [one for one in people if one.person.mode_words == visits.HOME_VISIT],
        "paper": paper,
        "style": _part("day.css"),
        "script": _part("day.js"),
        "policy": _policy(),
    }
    return render_to_string("paper/day.jinja", values).encode()


@cache
def _part(name: str) -> Markup:
    """Read a file of ours that stands in the page as it is."""
    return Markup((settings.BASE_DIR / "templates/paper" / name).read_text())  # noqa: S704


def _policy() -> str:
    style, script = (_hashed(_part(name)) for name in ("day.css", "day.js"))
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashed(part: str) -> str:
    digest = hashlib.sha256(part.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
