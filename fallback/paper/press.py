"""The press: documents in, PDFs out, by Typst in short-lived child processes (ADR 0011).

Data reaches Typst as JSON and never as markup, so a patient called `#panic()` is just that. The
child has no environment, no system fonts and no packages; it ends with the making, since the
compiler keeps memory, and it is ended when it takes too long.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
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
ALONE = 6  # a document by itself gets this part of it
# Characters of JSON that one child is given, unless a single document has more. The compiler keeps
# memory from one to the next: some 200 MB at this size, and 470 MB if a full day were pressed in
# one go. A child more costs 60 ms.
AT_ONCE = 150_000

Words = dict[str, Any]


class PressError(RuntimeError):
    """Something could not be made; the text names templates and never a patient.

    `made` is all the rest: a document that the press refuses must not keep the others back.
    """

    def __init__(self, said: str, made: list[Rendered] | None = None):
        super().__init__(said)
        self.made = made or []


def press(documents: list[Document], *, patience: float = PATIENCE) -> list[Rendered]:
    """Print documents to PDF, in child processes; the same data give the same bytes.

    A child takes as many as `AT_ONCE` says. If it dies or takes longer than `patience` seconds,
    each of them is tried in a child of its own, so that it is known which it was. Raises PressError
    if any could not be made.
    """
    tried = [one for batch in _batches(documents) for one in _pressed(batch, patience)]
    made = [one for one in tried if isinstance(one, Rendered)]
    if len(made) < len(tried):
        raise PressError("; ".join(one for one in tried if isinstance(one, str)), made)
    return made


def _batches(documents: list[Document]) -> Iterator[list[tuple[Document, Words]]]:
    """Give documents, with what the child is asked, in helpings that leave memory to others."""
    batch: list[tuple[Document, Words]] = []
    size = 0
    for document in documents:
        asked = _asked(document)
        if batch and size + len(asked["document"]) > AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append((document, asked))
        size += len(asked["document"])
    if batch:
        yield batch


def _pressed(batch: list[tuple[Document, Words]], patience: float) -> list[Rendered | str]:
    try:
        return _tried(batch, patience)
    except PressError as trouble:
        if len(batch) == 1:
            return [f"{batch[0][0].template}: {trouble}"]
        return [_alone(one, patience / ALONE) for one in batch]


def _alone(one: tuple[Document, Words], patience: float) -> Rendered | str:
    try:
        return _tried([one], patience)[0]
    except PressError as trouble:
        return f"{one[0].template}: {trouble}"


def _tried(batch: list[tuple[Document, Words]], patience: float) -> list[Rendered | str]:
    """Give each document as PDF, or what the compiler says against it."""
    asked = json.dumps([said for _, said in batch]).encode()
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
        raise PressError(f"the press took longer than {patience:g} s") from None
    head, _, pdfs = child.stdout.partition(b"\n")
    if child.returncode != 0 or not head:
        raise PressError(f"the press ended with {child.returncode}")
    answers = json.loads(head)
    ends = accumulate(answer.get("bytes", 0) for answer in answers)
    return [
        answer["fault"]
        if "fault" in answer
        else Rendered(
            document, pdfs[end - answer["bytes"] : end], answer["pages"], answer["is_tagged"]
        )
        for (document, _), answer, end in zip(batch, answers, ends, strict=True)
    ]


def _asked(document: Document) -> Words:
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
