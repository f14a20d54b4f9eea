"""Pages without a reference: a notebook, the back of an envelope, a list from somewhere else.

The clerk counts the lines that are written, and the page gets a reference to be put on top of it
and a row for every line. From there on it is keyed, counted and signed off like any other sheet.
"""

from datetime import date, datetime, time
from uuid import UUID

from appointments import journal
from appointments.availability import LONDON
from appointments.booking.checks import reception_only
from appointments.journal import Actor, Draft
from appointments.models import Desk, Site
from appointments.refusals import BadDetail, ReferenceReused
from fallback import codes, sheets
from fallback.models import Sheet, SheetRow
from fallback.rekey.rows import sheet_of

MOST_LINES = 100  # of one page; another page is another sheet
SECTION = "Lines of the page"


def open_loose(
    by: Actor, *, site: Site, desk: Desk, day: date, lines: int, reference: UUID
) -> Sheet:
    """Take in a page without a reference: whose desk it lay at, for which day, how many lines.

    `reference` is made by the form and becomes the sheet's id: sent again, nothing changes.
    """
    reception_only(by)
    _check(lines)
    with journal.writing(by, "open_loose", reference=reference) as draft:
        if earlier := Sheet.objects.filter(pk=reference).select_related("desk", "site").first():
            if earlier.practice_id != by.practice.pk or earlier.kind != Sheet.Kind.LOOSE:
                raise ReferenceReused("This form was sent already. Open the page anew.")
            return earlier
        sheet = Sheet(
            id=reference,
            practice=by.practice,
            kind=Sheet.Kind.LOOSE,
            reference=sheets.new_references(by.practice, 1)[0],
            site=site,
            desk=desk,
            day=day,
            journal=journal.newest(by.practice),
            print_number=0,  # no print of ours
            made_at=draft.at,
            # On paper since some time of that day: so it belongs to an outage of that day.
            printed_at=min(draft.at, datetime.combine(day, time.min, LONDON)),
            in_hand_at=draft.at,
            in_hand_by=by.staff,
        )
        draft.add(sheet)
        _add(draft, sheet, 0, lines)
        return sheet


def add_lines(reference: str, by: Actor, *, to: int) -> Sheet:
    """Say that a page without a reference has `to` lines in all; fewer than there are is nothing.

    A line that was counted but is not there is keyed as nothing written.
    """
    reception_only(by)
    _check(to)
    with journal.writing(by, "add_lines") as draft:
        sheet = sheet_of(by, reference)
        if sheet.kind != Sheet.Kind.LOOSE:
            raise BadDetail("This sheet was printed with its rows: none can be added.", "lines")
        _add(draft, sheet, sheet.rows.count(), to)
        return sheet


def _check(lines: int) -> None:
    if not 1 <= lines <= MOST_LINES:
        raise BadDetail(
            f"Count the lines that are written: 1 to {MOST_LINES}. More is another page.", "lines"
        )


def _add(draft: Draft, sheet: Sheet, there: int, to: int) -> None:
    draft.add_many(
        SheetRow,
        [
            SheetRow(
                practice=sheet.practice,
                sheet=sheet,
                place=place,
                code=codes.row_code(place),
                kind=SheetRow.Kind.LOOSE,
                section=SECTION,
            )
            for place in range(there + 1, to + 1)
        ],
    )
