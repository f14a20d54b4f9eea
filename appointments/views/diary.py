"""The day screen: a site's day, its overview, and its week."""

from datetime import date, timedelta
from functools import lru_cache

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template import loader
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from appointments import diary, offers
from appointments.answers import SeeOther
from appointments.availability import LONDON
from appointments.forms.booking import FilterForm
from appointments.models import Clinician, Site, SlotType, Staff
from appointments.requests import DeskRequest


@require_safe
def today(request: DeskRequest) -> HttpResponse:
    """Today's diary, or the one of `?day=` (the jump field, without JavaScript)."""
    wanted = FilterForm(request.practice, request.GET).chosen("day")
    if wanted:
        query = request.GET.copy()
        del query["day"]
        answer = SeeOther("day", wanted)
        answer["Location"] += f"?{query.urlencode()}" if query else ""
        return answer
    return day(request, timezone.localdate(timezone=LONDON))


@require_safe
def day(request: DeskRequest, day: date) -> HttpResponse:
    """Show a site's day. A poll (X-Poll) gets the grid alone, or 304 while nothing has changed."""
    stamp = diary.stamp(
        _site(request),
        day,
        desk=request.desk.pk,
        role=request.user.role,
        status=repr(request.status_lines),
        asked=request.GET.urlencode(),
    )
    if request.headers.get("If-None-Match") == stamp:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = _drawn(request, day)
    answer["ETag"] = stamp
    return answer


def _drawn(request: DeskRequest, day: date) -> HttpResponse:
    filters = FilterForm(request.practice, request.GET)
    clinician = _own_list(request.user, filters.chosen("clinician"))
    page = diary.diary_for(_site(request), day, desk=request.desk.pk, clinician=clinician)
    template, offered = _frame(request)
    context = {
        "page": page,
        "next_day": None if page.columns else diary.next_day(page.site, day, clinician),
        "columns": [_column(column, filters.chosen("type")) for column in page.columns],
        "filters": filters,
        "offers": offered,
        **_around(day),
    }
    return render(request, template, context)


@lru_cache(maxsize=512)
def _column(column: diary.Column, wanted: SlotType | None) -> str:
    """Draw a column, or remember how it was drawn: after a booking 29 of 30 look as before."""
    template = loader.get_template("appointments/diary/_column.jinja")
    return mark_safe(template.render({"column": column, "type": wanted}))  # noqa: S308


@require_safe
def week(request: DeskRequest, day: date) -> HttpResponse:
    """Show a site's week: how much is free where."""
    monday = day - timedelta(days=day.weekday())
    page = diary.week_for(
        _site(request), monday, desk=request.desk.pk, clinician=_own_list(request.user)
    )
    context = {"page": page, "filters": FilterForm(request.practice, request.GET), **_around(day)}
    return render(request, "appointments/diary/week.jinja", context)


def _site(request: DeskRequest) -> Site:
    """Give the site of `?site=`; without one the main site. One that is not ours is not found."""
    practice = request.practice
    asked = request.GET.get("site")
    site = FilterForm(practice, request.GET).chosen("site") if asked else practice.main_site
    if site is None:
        raise Http404
    site.practice = practice  # spares a query: it is the one that we hold already
    return site


def _frame(request: DeskRequest) -> tuple[str, list[offers.Offer]]:
    """Give the template, and what this desk is offered: a poll gets the grid alone."""
    if "X-Poll" in request.headers:
        return "appointments/diary/_day.jinja", []
    return "appointments/diary/day.jinja", offers.for_desk(request.actor)


def _own_list(staff: Staff, chosen: Clinician | None = None):
    """Give whose lists to show: a clinician's own; to everyone else those chosen, or all (None)."""
    own = staff.clinician_id if staff.role == Staff.Role.CLINICIAN else None
    return own or (chosen and chosen.pk)


def _around(day: date) -> dict:
    today = timezone.localdate(timezone=LONDON)
    return {
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "week_before": day - timedelta(days=7),
        "week_after": day + timedelta(days=7),
    }
