"""Which outages stand, which sheets are of one, and how old the paper was when it began."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice, Site
from appointments.refusals import NotFound
from fallback.models import Entry, LogLine, Outage, Print, PrintJob, Sheet, WorklistLine
from fallback.plans import plan_of

ASK_AFTER = timedelta(hours=1)  # 'Still so?'


class PaperThen(NamedTuple):
    """How fresh one site's paper was when an outage began.

    `made_at` is of the newest copy in the safe copies, `printed` of the newest on real paper.
    Beside a clinical system what they show may be older: `clinical_as_of`.
    """

    site: Site
    print_number: int | None
    made_at: datetime | None
    printed_number: int | None
    printed: datetime | None
    clinical_as_of: datetime | None
    began_at: datetime

    @property
    def as_of(self) -> datetime | None:
        """When the newest copy was up to date: the older of our book and the clinical system's."""
        return self._older(self.made_at)

    @property
    def printed_as_of(self) -> datetime | None:
        """When the newest real paper was up to date."""
        return self._older(self.printed)

    def _older(self, made_at: datetime | None) -> datetime | None:
        if made_at is None or self.clinical_as_of is None:
            return made_at
        return min(made_at, self.clinical_as_of)


def current(practice: Practice) -> list[Outage]:
    """List the outages that are not over, the earliest first."""
    rows = Outage.objects.filter(practice=practice, ended_at=None)
    rows = rows.select_related("site", "declared_by")
    return list(rows.order_by("began_at", "number"))


def is_declared(practice: Practice) -> bool:
    """Whether any outage stands."""
    return Outage.objects.filter(practice=practice, ended_at=None).exists()


def to_sign_off(practice: Practice) -> list[Outage]:
    """List the outages that are over and not signed off: on the way home."""
    rows = Outage.objects.filter(practice=practice, ended_at__isnull=False, signed_off_at=None)
    return list(rows.select_related("site"))


def outage_of(practice: Practice, outage_id: UUID) -> Outage:
    """Find an outage of the practice; raises NotFound."""
    rows = Outage.objects.select_related("practice", "site", "declared_by", "ended_by",
                                         "still_so_by", "signed_off_by")  # fmt: skip
    outage = rows.filter(practice=practice, pk=outage_id).first()
    if outage is None:
        raise NotFound("There is no such outage in this practice.")
    return outage


def log_of(outage: Outage) -> list[LogLine]:
    """Read an outage's log in the order in which things happened."""
    order = {kind: place for place, kind in enumerate(LogLine.Kind.values)}
    lines = outage.log.select_related("by")
    return sorted(lines, key=lambda line: (line.at, line.written_at, order[line.kind]))


def asks_whether_still_so(outage: Outage, now: datetime | None = None) -> bool:
    """Whether it is an hour or more since somebody said that it is still so."""
    is_over = outage.ended_at is not None
    return not is_over and (now or timezone.now()) - outage.still_so_at >= ASK_AFTER


def sheets_of(outage: Outage) -> QuerySet[Sheet]:
    """Give the sheets that an outage has to bring home.

    All that were on real paper while it lasted, and those with rows that were written then. Where
    booking went on at the server as always, only the latter, and those of the branches that were
    cut off from it: nobody wrote on the others.
    """
    until = outage.ended_at or timezone.now()
    days = [at.astimezone(LONDON).date() for at in (outage.began_at, until)]
    out = Q(printed_at__lte=until, day__range=days)
    out &= Q(ended_at=None) | Q(ended_at__gte=outage.began_at)
    if outage.booking_goes_on:
        cuts_branches_off = Outage.Affected.INTERNET in outage.affected
        out &= ~Q(site=outage.practice.main_site_id) if cuts_branches_off else Q(pk=None)
    if outage.site_id:
        out &= Q(site=outage.site_id)
    written = Entry.objects.filter(
        practice=outage.practice_id, taken_back_at=None,
        written_at__range=(outage.began_at, until),
    )  # fmt: skip
    rows = Sheet.objects.filter(out | Q(pk__in=written.values("sheet")))
    return rows.filter(practice=outage.practice_id).select_related("desk", "site", "session")


def clinical_lines(outage: Outage) -> QuerySet[WorklistLine]:
    """Give the lines to key into the clinical system that an outage brought about.

    What changed in our book while it lasted, and what was written on its sheets then and keyed
    afterwards. What is booked later on an ordinary day is none of its.
    """
    until = outage.ended_at or timezone.now()
    meanwhile = Q(changed_at__range=(outage.began_at, until))
    from_paper = Entry.objects.filter(
        practice=outage.practice_id, taken_back_at=None, appointment__isnull=False,
        written_at__range=(outage.began_at, until),
    )  # fmt: skip
    rows = WorklistLine.objects.filter(practice=outage.practice_id)
    return rows.filter(meanwhile | Q(appointment__in=from_paper.values("appointment")))


def paper_was(outage: Outage) -> list[PaperThen]:
    """Say of each site that it struck how old the paper was when it began."""
    sites = outage.practice.site_set.filter(Q(closed_on=None) | Q(pk=outage.site_id))
    if outage.site_id:
        sites = sites.filter(pk=outage.site_id)
    return [_paper_then(outage, site) for site in sites]


def _paper_then(outage: Outage, site: Site) -> PaperThen:
    day = outage.began_at.astimezone(LONDON).date()
    made = Print.objects.filter(site=site, day=day, made_at__lte=outage.began_at)
    newest = made.order_by("-made_at").first()
    jobs = PrintJob.objects.filter(
        print__site=site, print__day=day, asked_at__lte=outage.began_at,
        state__in=(PrintJob.State.PRINTED, PrintJob.State.BY_HAND),
    )  # fmt: skip
    job = jobs.select_related("print").order_by("-print__made_at").first()
    is_beside = plan_of(outage.practice).beside_clinical_system
    return PaperThen(
        site=site,
        print_number=newest.number if newest else None,
        made_at=newest.made_at if newest else None,
        printed_number=job.print.number if job else None,
        printed=job.print.made_at if job else None,
        clinical_as_of=outage.clinical_as_of if is_beside else None,
        began_at=outage.began_at,
    )
