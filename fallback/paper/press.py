"""The press: documents in, PDFs out, by Typst in a short-lived child process (ADR 0011).

Data reaches Typst as JSON and never as markup, so a patient called `#panic()` is just that. The
child has no environment, no system fonts and no packages; it ends with the making, since the
compiler keeps memory, and it is ended when it takes too long.
"""

import json
import subprocess
import sys
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from appointments.availability import LONDON
from appointments.wording import clock, day_short
from fallback.paper import glyphs
from fallback.paper.document import Document, Rendered, Stamp

CHILD = Path(__file__).with_name("press_child.py")
PATIENCE = 60  # seconds; the largest site-day takes about 3


class PressError(RuntimeError):
    """The press could not make something; its text names a template and never a patient."""


def press(documents: list[Document], *, patience: float = PATIENCE) -> list[Rendered]:
    """Print documents to PDF, all in one child process; the same data give the same bytes.

    Raises PressError if Typst refuses one of them, dies, or takes longer than `patience` seconds.
    """
    if not documents:
        return []
    asked = json.dumps([_asked(document) for document in documents]).encode()
    try:
        child = subprocess.run(  # noqa: S603 (our own interpreter and script)
            [sys.executable, "-I", str(CHILD)],
            input=asked,
            capture_output=True,
            env={},
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        # `from None`: what it wrote so far hangs on the exception, and a log would show it.
        raise PressError(f"the press took longer than {patience} s") from None
    head, _, pdfs = child.stdout.partition(b"\n")
    if child.returncode != 0 or not head:
        raise PressError(f"the press ended with {child.returncode}")
    answer = json.loads(head)
    if "fault" in answer:
        raise PressError(answer["fault"])
    ends = list(accumulate(made["bytes"] for made in answer["made"]))
    return [
        Rendered(document, pdfs[end - made["bytes"] : end], made["pages"], made["is_tagged"])
        for document, made, end in zip(documents, answer["made"], ends, strict=True)
    ]


def _asked(document: Document) -> dict[str, Any]:
    said = {"data": document.data, "stamp": _stamped(document.stamp)}
    return {
        "template": document.template,
        "document": json.dumps(_printable(said)),
        "at": int(document.stamp.up_to_date_at.timestamp()),
    }


def _stamped(stamp: Stamp) -> dict[str, str]:
    """Say the stamp in words, as every page shows it."""
    return {
        "practice": stamp.practice,
        "site": stamp.site,
        "day": stamp.day_words,
        "up_to_date": _when(stamp.up_to_date_at, stamp),
        "clinical": _when(stamp.clinical_as_of, stamp),
        "print": str(stamp.print_number),
    }


def _when(at: datetime | None, stamp: Stamp) -> str:
    """'08:02' on the day itself; on paper made on another day, 'Sun 22 Nov 17:45'."""
    if at is None:
        return ""
    is_that_day = at.astimezone(LONDON).date() == stamp.day
    return clock(at) if is_that_day else f"{day_short(at)} {clock(at)}"


def _printable(value: Any) -> Any:
    """Leave nothing in any text that a page would show as an empty box, or not at all."""
    if isinstance(value, str):
        return glyphs.visible(value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value
