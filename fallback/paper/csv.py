"""The day as a table for a spreadsheet: UTF-8 with a mark that Excel knows it by."""

import csv
import io

from appointments.wording import moment
from fallback.paper.reading import DayPaper
from fallback.paper.rows import Row, rows_of

HEADINGS = (
    "day", "site", "time", "minutes", "with", "slot type", "state", "patient", "same name", "born",
    "NHS number", "how", "urgent", "reason", "telephone", "comment", "up to date at", "print",
)  # fmt: skip
# A spreadsheet takes what begins so for a formula, and would work it out on opening:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(paper: DayPaper) -> bytes:
    """Write a site's day as CSV, a row for every slot and for every person in it."""
    stamp = paper.stamp
    out = io.StringIO(newline="")
    write = csv.writer(out).writerow
    write(HEADINGS)
    for column in paper.day.columns:
        for row in rows_of(paper, column.slots):
            slot = (
                stamp.day.isoformat(), stamp.site, row.line.at, row.line.minutes, column.heading,
                row.line.type_name, row.words or row.state,
            )  # fmt: skip
            made = (moment(stamp.up_to_date_at), stamp.print_number)
            write([defused(str(cell)) for cell in (*slot, *_person(row), *made)])
    return out.getvalue().encode("utf-8-sig")


def _person(row: Row) -> tuple[str, ...]:
    if row.patient is None or row.person is None:
        return ("",) * 9
    who = row.patient
    return (
        who.name, "SAME NAME" if who.same_name else "", who.born, who.nhs_number, row.how,
        "urgent" if row.person.urgent else "", row.reason, ", ".join(who.telephones), who.contact,
    )  # fmt: skip


def defused(cell: str) -> str:
    """Make sure that a cell stays text: an apostrophe before what looks like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
