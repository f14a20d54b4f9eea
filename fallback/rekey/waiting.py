"""The sheets that wait to be keyed: on real paper and not signed off, or begun."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from appointments import finding
from appointments.availability import LONDON
from appointments.models import Practice
from appointments.wording import clock
from fallback import sheets
from fallback.models import Entry, Keying, Sheet
from fallback.rekey.presence import GONE_AFTER

CLOSED = (Sheet.End.DONE, Sheet.End.LOST)


class Waiting(NamedTuple):
    """A sheet, how far it has been keyed, and who has it open now."""

    sheet: Sheet
    reference: str
    whose: str  # 'Desk 2', 'Desk 2, running list of Dr Lane'
    rows: int
    keyed: int
    who: tuple[str, ...]

    @property
    def to_do(self) -> int:
        """Rows that have no end yet."""
        return self.rows - self.keyed


def waiting(practice: Practice, today: date | None = None) -> list[Waiting]:
    """List the sheets up to today, those begun first, then by day and desk.

    Tomorrow's paper waits for nobody yet, unless somebody has begun to key it.
    """
    today = today or timezone.localdate(timezone=LONDON)
    entries = Entry.objects.filter(sheet=OuterRef("pk"), taken_back_at=None)
    printed = Q(printed_at__isnull=False, ended_at=None, day__lte=today)
    begun = Sheet.objects.filter(practice=practice).annotate(is_begun=Exists(entries))
    found = begun.exclude(ended_as__in=CLOSED).filter(printed | Q(is_begun=True))
    return _counted(found.select_related("desk", "site", "session").order_by("-is_begun", *ORDER))


def signed_off(practice: Practice, newest: int = 20) -> list[Waiting]:
    """List the sheets that were signed off or declared lost last."""
    rows = Sheet.objects.filter(practice=practice, ended_as__in=CLOSED)
    return _counted(rows.select_related("desk", "site", "session").order_by("-ended_at")[:newest])


ORDER = ("day", "kind", "desk__number", "session__starts_at", "made_at", "id")


def _counted(found: QuerySet[Sheet]) -> list[Waiting]:
    these = list(found)
    ids = [sheet.pk for sheet in these]
    rows = _per_sheet(Sheet.objects.filter(pk__in=ids).annotate(many=Count("rows")), "pk")
    live = Entry.objects.filter(sheet__in=ids, taken_back_at=None).order_by()
    keyed = _per_sheet(live.values("sheet").annotate(many=Count("pk")), "sheet")
    lists = finding.names_by_session({sheet.session_id for sheet in these if sheet.session_id})
    return [
        Waiting(
            sheet,
            sheets.shown(sheet),
            _whose(sheet, lists),
            rows[sheet.pk],
            keyed.get(sheet.pk, 0),
            who,
        )
        for sheet, who in zip(these, _who(ids), strict=True)
    ]


def _whose(sheet: Sheet, lists: dict[UUID, str]) -> str:
    if sheet.kind == Sheet.Kind.LOOSE:
        return f"{sheet.desk}, page without a reference"
    if sheet.session is None:
        return str(sheet.desk)
    at = clock(sheet.session.starts_at)
    return f"{sheet.desk}, running list of {lists[sheet.session.pk]} from {at}"


def _per_sheet(rows: QuerySet, key: str) -> dict:
    return dict(rows.order_by().values_list(key, "many"))


def _who(ids: Iterable) -> Iterable[tuple[str, ...]]:
    seen = Keying.objects.filter(sheet__in=ids, seen_at__gt=timezone.now() - GONE_AFTER)
    names: dict = {}
    for sheet, name in seen.order_by("staff__name").values_list("sheet", "staff__name"):
        names.setdefault(sheet, []).append(name)
    return (tuple(names.get(sheet, ())) for sheet in ids)
