"""What is left to do: the sums of a sheet, and of a practice. They must always agree."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from appointments.models import Practice
from fallback.models import Entry, Sheet, SheetRow


class Sums(NamedTuple):
    """How a sheet's rows have ended so far: `rows` is the sum of all the others but `open`."""

    rows: int
    in_book: int
    clashes: int  # that wait for a person
    settled: int
    set_aside: int
    nothing: int
    to_do: int
    open: int  # of those set aside: not closed yet


def sums(sheet: Sheet) -> Sums:
    """Count a sheet's rows by how they ended."""
    return _sums(sheet.rows.count(), Entry.objects.filter(sheet=sheet))


def to_do(practice: Practice) -> Sums:
    """Count the rows of all sheets that are being keyed, signed off or not."""
    sheets = Entry.objects.filter(practice=practice).values("sheet")
    rows = SheetRow.objects.filter(practice=practice, sheet__in=sheets).count()
    return _sums(rows, Entry.objects.filter(practice=practice))


def _sums(rows: int, entries: QuerySet[Entry]) -> Sums:
    ends, clash = Entry.End, Q(clash__isnull=False)
    counted = entries.filter(taken_back_at=None).aggregate(
        in_book=Count("pk", filter=Q(end=ends.IN_BOOK)),
        clashes=Count("pk", filter=clash & Q(end=ends.CLASH, clash__settled_at=None)),
        settled=Count("pk", filter=clash & Q(end=ends.CLASH, clash__settled_at__isnull=False)),
        set_aside=Count("pk", filter=Q(end=ends.SET_ASIDE)),
        nothing=Count("pk", filter=Q(end=ends.NOTHING)),
        open=Count("pk", filter=Q(end=ends.SET_ASIDE, closed_at=None)),
    )
    done = sum(count for name, count in counted.items() if name != "open")
    return Sums(rows=rows, to_do=rows - done, **counted)
