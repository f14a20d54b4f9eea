"""One site's day of papers: looking at them, opening them, printing them."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from appointments import access
from appointments.answers import SeeOther
from appointments.decorators import needs, takes_its_time
from appointments.models import Desk, Site
from appointments.refusals import BookingRefused, NotFound
from appointments.requests import DeskRequest
from fallback import overview, papers, slips
from fallback.forms.paper import ChangesForm, PrintForm, SealedListForm
from fallback.keeper import wishes
from fallback.views.answers import INVALID, of_day, pdf_answer, refused_page, site_of

PRINTS = 50  # newest ones of a day that are listed


@needs("may_lead")
@require_safe
def day(request: DeskRequest, site_id: UUID, day: date) -> HttpResponse:
    """List the papers of a site's day, and what was printed of them."""
    return _day_page(request, site_of(request, site_id), day)


@needs("may_book")
@require_safe
def look(request: DeskRequest, site_id: UUID, day: date, key: str) -> HttpResponse:
    """Show one page of a paper as a picture."""
    site = site_of(request, site_id)
    paper = _paper(request, site, day, key)
    number = _page_number(request, paper)
    access.opened_list(request.actor, of_day(f"{paper.title}, page {number},", site, day))
    context = {"site": site, "day": day, "paper": paper, "number": number, "nav": "paper"}
    return render(request, "fallback/paper/look.jinja", context)


@takes_its_time
@needs("may_book")
@require_safe
def picture(request: DeskRequest, site_id: UUID, day: date, key: str, number: int) -> HttpResponse:
    """Give one page of a paper as PNG."""
    paper = _paper(request, site_of(request, site_id), day, key)
    try:
        return HttpResponse(papers.picture(paper, number), content_type="image/png")
    except NotFound:
        raise Http404 from None


@needs("may_book")
@require_safe
def document(request: DeskRequest, site_id: UUID, day: date, key: str) -> HttpResponse:
    """Give a paper as PDF, to look at; to print it there is Print, which registers it."""
    site = site_of(request, site_id)
    paper = _paper(request, site, day, key)
    try:
        content = papers.content(paper)
    except NotFound:
        raise Http404 from None
    access.took_away(request.actor, of_day(paper.title, site, day))
    return pdf_answer(content, f"{paper.key} {day}")


@takes_its_time
@needs("may_book")
@require_POST
def print_papers(request: DeskRequest, site_id: UUID, day: date) -> HttpResponse:
    """Print papers: the keeper does it at a printer; from the browser they come as one PDF."""
    site = site_of(request, site_id)
    form = PrintForm(request.practice, request.POST, site=site, desk=_only_desk(request))
    if not form.is_valid():
        return _day_page(request, site, day, form)
    wanted = form.cleaned_data["papers"]
    access.printed(request.actor, None, of_day(form.words, site, day))
    if form.printer:
        wishes.wish(
            request.practice, site, day, printer=form.printer, papers=wanted, by=request.actor
        )
        return SeeOther("paper", query={"asked": "1"})
    try:
        return pdf_answer(slips.from_browser(request.actor, site, day, wanted), f"papers {day}")
    except BookingRefused as refused:
        return refused_page(request, refused, "Not printed")


@takes_its_time
@needs("may_lead")
@require_POST
def change_slip(request: DeskRequest) -> HttpResponse:
    """Print what changed since an earlier print."""
    form = ChangesForm(request.practice, request.POST, site=request.desk.site)
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return refused_page(request, NotFound(sentence), "No change slip", status=INVALID)
    since = form.cleaned_data["since"]
    try:
        pdf = slips.change_slip(request.actor, since, form.printer)
    except BookingRefused as refused:
        return refused_page(request, refused, "No change slip")
    access.printed(request.actor, None, f"Changes since print {since}")
    return pdf_answer(pdf, f"changes since print {since}") if pdf else SeeOther("paper")


@takes_its_time
@needs("may_lead")
@require_safe
def blank_kit(request: DeskRequest) -> HttpResponse:
    """Give the blank kit as PDF: there is nothing of patients in it."""
    return pdf_answer(slips.blank_kit(request.actor), "blank kit")


@takes_its_time
@needs("may_manage")
@require_POST
def sealed_list(request: DeskRequest) -> HttpResponse:
    """Give a site's sealed list of the coming days, for the envelope."""
    form = SealedListForm(request.practice, request.POST)
    if not form.is_valid():
        return refused_page(request, NotFound("Choose a site."), "No sealed list", status=INVALID)
    site, days = form.cleaned_data["site"], overview.days()
    pdf = slips.sealed_list(request.actor, site, days)
    access.printed(request.actor, None, of_day("Managers' sealed list", site, days[0]))
    return pdf_answer(pdf, f"sealed list {days[0]}")


def _paper(request: DeskRequest, site: Site, day: date, key: str) -> papers.Paper:
    try:
        return papers.find(request.practice, site, day, key)
    except NotFound:
        raise Http404 from None


def _page_number(request: DeskRequest, paper: papers.Paper) -> int:
    """Read `?page=`; anything odd is the nearest page that there is."""
    said = request.GET.get("page", "1")
    number = int(said) if said.isdecimal() and len(said) <= len("9999") else 1
    return min(max(number, 1), paper.pages)


def _only_desk(request: DeskRequest) -> Desk | None:
    """Give the one desk whose sheet somebody may print; the outage lead prints everything."""
    return None if request.user.may_lead else request.desk


def _day_page(
    request: DeskRequest, site: Site, day: date, form: PrintForm | None = None
) -> HttpResponse:
    context = {
        "site": site,
        "day": day,
        "papers": papers.of_day(request.practice, site, day),
        "printed": overview.printed(request.practice, PRINTS, site=site, day=day),
        "form": form or PrintForm(request.practice, site=site, desk=_only_desk(request)),
        "nav": "paper",
    }
    status = INVALID if form else 200
    return render(request, "fallback/paper/day.jinja", context, status=status)
