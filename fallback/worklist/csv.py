"""The worklist as a table for a spreadsheet, in the order in which to key it."""

import csv
import io

from appointments.models import Practice
from appointments.wording import clock, moment
from fallback.paper.csv import defused
from fallback.worklist.listing import Filter, Shown, follow, shown, waiting

HEADINGS = (
    "order", "do", "patient", "born", "NHS number", "patient number", "date", "time", "minutes",
    "with", "site", "moved from", "mark as DNA", "extra", "changed here at", "by",
)  # fmt: skip


def rows(practice: Practice, which: Filter) -> bytes:
    """Write the lines that wait as CSV: UTF-8 with a mark that Excel knows it by."""
    follow(practice)
    out = io.StringIO(newline="")
    write = csv.writer(out).writerow
    write(HEADINGS)
    for number, one in enumerate(shown(which.of(waiting(practice))), 1):
        write([defused(str(cell)) for cell in (number, *_cells(one))])
    return out.getvalue().encode("utf-8-sig")


def _cells(one: Shown) -> tuple[object, ...]:
    line, patient = one.line, one.line.patient
    origin = one.origin
    return (
        one.deed,
        patient.name,
        patient.born_on or "",
        patient.nhs_number,
        patient.number,
        one.date,
        clock(one.starts_at),
        one.minutes or "",
        one.place.get("with_whom", ""),
        one.place.get("site", ""),
        f"{origin['day']}, {origin['time']}, {origin['with_whom']}" if origin else "",
        "yes" if line.is_dna else "",
        "yes" if line.is_extra else "",
        moment(line.changed_at),
        line.changed_by.name if line.changed_by else "",
    )
