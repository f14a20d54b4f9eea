"""Find sheets: by reference, by the slot that stands on one, those that are on real paper."""

from uuid import UUID

from django.db.models import QuerySet

from appointments.models import Practice, Site
from appointments.refusals import NotFound
from fallback import codes
from fallback.models import Sheet, SheetRow
from fallback.sheets.live import is_held_for


def find(practice: Practice, reference: str) -> Sheet:
    """Find a sheet of the practice by its reference as typed; a sentence says why there is none."""
    read = codes.read_reference(reference)
    sheets = Sheet.objects.select_related("desk", "site", "session", "replaced_by")
    sheets = sheets.filter(reference=read)
    if sheet := sheets.filter(practice=practice).first():
        return sheet
    if stranger := sheets.select_related("practice").first():
        raise NotFound(
            f"Sheet {codes.shown(read)} belongs to another practice, {stranger.practice}. "
            "Give it to them; it can't be entered here."
        )
    raise NotFound(
        f"There is no sheet {codes.shown(read)} in this practice's book. Look at the reference "
        "again; a page without one is entered by day, clinician and time."
    )


def shown(sheet: Sheet) -> str:
    """Write a sheet's reference as it stands on it: 'K7QHM-4'."""
    return codes.shown(sheet.reference)


def row_of(practice: Practice, slot_id: UUID) -> SheetRow | None:
    """Find the row that may sell a slot on paper, its sheet and desk loaded; None if none may."""
    rows = SheetRow.objects.filter(practice=practice, slot=slot_id, is_live=True)
    row = rows.select_related("sheet__desk", "sheet__site", "slot").first()
    if row is None or (row.sheet.printed_at is None and not is_held_for(row)):
        return None  # a file is made anew by itself once its slot has gone
    return row


def out_there(practice: Practice, site: Site | None = None) -> list[Sheet]:
    """List the sheets on real paper, not binned or shredded yet: the day's first, by desk.

    Pages without a reference are no sheets of ours.
    """
    sheets = Sheet.objects.filter(practice=practice, printed_at__isnull=False, ended_at=None)
    sheets = sheets.exclude(kind=Sheet.Kind.LOOSE)
    if site is not None:
        sheets = sheets.filter(site=site)
    return list(sheets.select_related("desk", "site", "session", "printed_by", "in_hand_by"))


def rows_of(sheet: Sheet) -> QuerySet[SheetRow]:
    """Give a sheet's rows of slots, with what it takes to name them."""
    rows = sheet.rows.filter(kind=SheetRow.Kind.SLOT)
    return rows.select_related("slot__session", "slot__kept_by", "sheet").order_by("place")
