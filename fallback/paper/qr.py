"""The square on a sheet: what a scanner types when somebody opens the sheet for re-keying.

    S1/K7QHM4/2026-11-23/2/1042/1

`S1` names this format; then the sheet's reference (five characters and one to check), its first
day, the desk's number, the number of the print, and the version of the page's layout. No patient
data. All of it is in the alphabet that a QR code packs densest and that a scanner types alike on
every keyboard: capitals, figures, `/` and `-`.
"""

import io
from datetime import date
from typing import NamedTuple

import segno

from appointments.models import Desk
from appointments.refusals import BadDetail
from fallback.models import Sheet

FORMAT = "S1"
QUIET = 4  # modules of white on every side, as the standard asks
# One of the standard's eight patterns, which every scanner reads; trying all of them for the least
# uneven square takes eight times as long, and a day has sixty squares.
MASK = 2


class Label(NamedTuple):
    """What a sheet's square says."""

    reference: str
    day: date
    desk: int  # its number
    print_number: int
    layout: int


def label_of(sheet: Sheet, desk: Desk, print_number: int) -> Label:
    """Say what stands in the square of a sheet in one of its prints."""
    return Label(sheet.reference, sheet.day, desk.number, print_number, sheet.layout)


def written(label: Label) -> str:
    """Write a label as the text in the square."""
    return "/".join(
        (
            FORMAT,
            label.reference,
            label.day.isoformat(),
            str(label.desk),
            str(label.print_number),
            str(label.layout),
        )
    )


def read(text: str) -> Label:
    """Read what a scanner typed; BadDetail if it is not the whole text of a sheet's square.

    Whether there is such a sheet, and whether its check character is right, `sheets.find` says.
    """
    try:
        known, reference, day, *numbers = text.strip().upper().split("/")
        desk, print_number, layout = (int(number) for number in numbers)
        label = Label(reference, date.fromisoformat(day), desk, print_number, layout)
    except ValueError:
        raise BadDetail(f"{_NOT_OURS} {_BY_HAND}", "reference") from None
    if known != FORMAT:
        raise BadDetail(f"This square is of a kind that is not known here. {_BY_HAND}", "reference")
    if written(label) != text.strip().upper():
        raise BadDetail(f"{_NOT_OURS} {_BY_HAND}", "reference")
    return label


_NOT_OURS = "This is not the square of a sheet, or only part of it was scanned."
_BY_HAND = "Type the reference that stands beside the square, such as K7QHM-4."


def drawn(label: Label) -> str:
    """Draw the square as SVG, its quiet zone with it: black on white, whatever lies under it.

    The highest correction: nearly a third of it may be creased, smudged or under a coffee ring.
    """
    code = segno.make(written(label), error="h", micro=False, mask=MASK)
    out = io.BytesIO()
    code.save(
        out, kind="svg", border=QUIET, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return out.getvalue().decode()
