"""Reading the access log: who looked at whose data. Reading it is noted in it as well."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments.availability import LONDON
from appointments.journal import Actor
from appointments.models import Access, Staff
from appointments.refusals import NotYours


def read(
    by: Actor, *, day: date | None = None, staff: Staff | None = None, patient: str = ""
) -> QuerySet[Access]:
    """Return what was looked at, newest first, and note that `by` has read it.

    `patient` is an NHS number or a surname. Raises NotYours for everybody but managers.
    """
    if by.staff and not by.staff.may_manage:
        raise NotYours("Only a manager may read the access log.")
    found = by.practice.access_set.select_related("staff", "desk", "patient").order_by("-at", "pk")
    if day:
        midnight = datetime.combine(day, time.min, LONDON)
        next_midnight = datetime.combine(day + timedelta(days=1), time.min, LONDON)
        found = found.filter(at__gte=midnight, at__lt=next_midnight)
    if staff:
        found = found.filter(staff=staff)
    if patient:
        number = "".join(patient.split())
        found = found.filter(
            Q(patient__nhs_number=number) | Q(patient__family_name__iexact=patient.strip())
        )
    by.practice.access_set.create(
        at=timezone.now(),
        staff=by.staff,
        desk=by.desk,
        what=Access.What.OPENED,
        detail="the access log",
    )
    return found
