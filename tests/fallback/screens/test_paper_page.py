"""The page Paper: who sees what, what there is, and how it is said."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import journal
from appointments.models import Access
from fallback import overview, papers
from fallback.keeper import report
from fallback.keeper.report import Copy, PlaceState, PracticeState, Report
from fallback.models import PrintJob
from tests.paper import blank_pdf, keep_papers, printed_sheet


def say(world, *places):
    """Let the keeper have said how the safe copies are."""
    today = overview.today().isoformat()
    state = PracticeState(ods=world.practice.ods_code, is_demo=False, today=today, places=places)
    now = timezone.now().isoformat()
    report.write(Report(at=now, pid=1, practices={str(world.practice.pk): state}))


def copy_of(world, made) -> Copy:
    return Copy(
        site=str(world.site.pk), site_name=world.site.name, day=world.day.isoformat(),
        print=made.print.number, journal=1, made_at=made.print.made_at.isoformat(),
        clinical_as_of=None,
    )  # fmt: skip


def test_the_lead_sees_every_site_and_day_the_receptionist_her_desk(world, as_):
    keep_papers(world, pages=3)
    text = as_(world.lead).get("/paper/").text
    assert text.count("Not made yet") == 2 * overview.DAYS - 1
    assert "3 pages" in text
    assert "on the server only" in text
    text = as_(world.priya).get("/paper/").text
    assert "Paper of Desk 1" in text
    assert "Prepare" not in text
    assert "Hill Branch" not in text
    assert as_(world.doctor).get("/paper/").status_code == 403


def test_the_link_is_in_everybodys_menu_who_may_book(world, as_):
    assert 'id="go-paper"' in as_(world.priya).get("/your-settings/").text
    assert 'id="go-paper"' not in as_(world.doctor).get("/your-settings/").text


def test_how_the_safe_copies_are_is_said_in_words(world, as_):
    made = keep_papers(world)
    say(
        world,
        PlaceState("1", "Back office", "/a", copies=(copy_of(world, made),)),
        PlaceState("2", "USB stick", "/b", trouble="is full", trouble_since="2026-11-22T10:00:00Z"),
    )
    text = as_(world.lead).get("/paper/").text
    assert "Safe copy USB stick is full." in text
    assert "</span> Back office</span>" in text
    assert "USB stick: none" in text
    keep_papers(world)  # the safe copy is one print behind
    assert "copy--behind" in as_(world.lead).get("/paper/").text.split("Back office")[0]


def test_the_age_is_the_older_of_ours_and_the_clinical_systems(world):
    keep_papers(world)
    found = papers.of_day(world.practice, world.site, world.day)
    earlier = found.made_at - timedelta(hours=3)
    stale = papers.DayPapers(1, found.made_at, earlier, 1, [])
    assert (found.as_of, stale.as_of) == (found.made_at, earlier)
    line = overview.DayLine(world.day, stale, [], 0)
    assert line.age == "3 h ago"
    assert overview.DayLine(world.day, found, [], 0).age == "just now"


def test_a_paper_is_looked_at_page_by_page_and_that_is_noted(world, as_):
    keep_papers(world, pages=3)
    at = f"/paper/{world.site.pk}/{world.day}/day-diary"
    lead = as_(world.lead)
    text = lead.get(f"{at}/look/?page=2").text
    assert "Page 2 of 3" in text
    assert 'rel="prev"' in text
    assert 'rel="next"' in text
    picture = lead.get(f"{at}/2.png")
    assert picture["Content-Type"] == "image/png"
    assert "no-store" in picture["Cache-Control"]
    assert picture.content.startswith(b"\x89PNG")
    noted = Access.objects.get(what="opened", detail__startswith="Day diary")
    assert noted.detail.startswith("Day diary, page 2, of Harbour Surgery for ")
    assert noted.staff == world.lead


@pytest.mark.parametrize("said,page", [("0", 1), ("99", 3), ("x", 1), ("²", 1), ("-1", 1)])
def test_an_odd_page_is_the_nearest_there_is(world, as_, said, page):
    keep_papers(world, pages=3)
    at = f"/paper/{world.site.pk}/{world.day}/day-diary/look/"
    assert f"Page {page} of 3" in as_(world.lead).get(at, {"page": said}).text


def test_what_is_not_there_is_not_found(world, other, as_):
    keep_papers(world)
    keep_papers(other)
    lead, day = as_(world.lead), world.day
    for address in (
        f"{world.site.pk}/{day}/nothing/look/",
        f"{world.site.pk}/{day}/day-diary/2.png",
        f"{world.site.pk}/{day}/day-diary/0.png",
        f"{world.site.pk}/{day + timedelta(days=1)}/day-diary/look/",
        f"{other.site.pk}/{day}/day-diary/look/",
        f"{other.site.pk}/{day}/day-diary/file/",
        f"{other.site.pk}/{day}/",
    ):
        assert lead.get(f"/paper/{address}").status_code == 404, address


def test_the_pdf_comes_through_the_server_and_that_is_noted(world, as_):
    keep_papers(world, pages=2)
    answer = as_(world.priya).get(f"/paper/{world.site.pk}/{world.day}/contact-list/file/")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content == blank_pdf(2) or answer.content.startswith(b"%PDF")
    assert Access.objects.get(what="took_away").detail.startswith("Contact list of Harbour Surgery")


def test_a_paper_that_is_made_anew_while_it_is_opened_is_not_found(world, as_, monkeypatch):
    keep_papers(world)
    found = papers.find(world.practice, world.site, world.day, "day-diary")
    keep_papers(world)
    monkeypatch.setattr(papers, "find", lambda *_: found)
    lead = as_(world.lead)
    for what in ("1.png", "file/"):
        at = f"/paper/{world.site.pk}/{world.day}/day-diary/{what}"
        assert lead.get(at).status_code == 404, what


def test_two_papers_of_one_name_have_addresses_of_their_own(world, monkeypatch):
    monkeypatch.setattr("tests.paper.TITLES", {"diary": "Dr Łukasz", "visits": "Dr Ukasz"})
    keep_papers(world)
    found = papers.of_day(world.practice, world.site, world.day)
    assert [(p.key, p.title) for p in found.papers] == [
        ("dr-ukasz", "Dr Łukasz"), ("dr-ukasz-2", "Dr Ukasz"),
    ]  # fmt: skip


def test_every_print_is_listed_who_when_where_and_how_it_went(world, as_):
    made = keep_papers(world)
    for state, trouble in (
        ("cancelled", "Front-office did not print it in 5 minutes."),
        ("by_hand", ""),
    ):
        PrintJob.objects.create(
            practice=world.practice, print=made.print, papers="Sheet of Desk 1 K7QHM-4", pages=4,
            asked_by=world.lead, desk=world.desk1, asked_at=timezone.now(), state=state,
            trouble=trouble,
        )  # fmt: skip
    lead = as_(world.lead)
    for text in (lead.get("/paper/").text, lead.get(f"/paper/{world.site.pk}/{world.day}/").text):
        assert text.count("Sheet of Desk 1 K7QHM-4") == 2
        assert "Front-office did not print it in 5 minutes." in text
        assert "From the browser" in text
        assert "Lena Ford, Desk 1" in text
    tomorrow = world.day + timedelta(days=1)
    assert "Nothing was printed yet." in lead.get(f"/paper/{world.site.pk}/{tomorrow}/").text


def test_papers_that_came_out_together_are_one_line(world, as_):
    made = keep_papers(world)
    for number in range(3):
        PrintJob.objects.create(
            practice=world.practice, print=made.print, papers=f"Running list {number}", pages=2,
            asked_by=world.lead, asked_at=timezone.now(), state="by_hand",
        )  # fmt: skip
    (line,) = overview.printed(world.practice, 20)
    assert [paper.papers for paper in line.papers] == [f"Running list {n}" for n in range(3)]
    assert "3 papers, 6 pages" in as_(world.lead).get("/paper/").text


def test_the_readiness_is_said_in_plain_words(world, as_):
    lead = as_(world.lead)
    page = lead.get("/paper/readiness/").text
    assert "Not ready." in page
    assert "start the keeper" in page
    part = lead.get("/paper/readiness/", HTTP_HX_REQUEST="true").text
    assert "Not ready." in part
    assert "<html" not in part
    assert as_(world.priya).get("/paper/readiness/").status_code == 403


def test_the_status_line_stands_on_every_page(world, as_):
    assert "the keeper has stopped" in as_(world.priya).get("/your-settings/").text
    say(world, PlaceState("1", "Back office", "/a"))
    assert "Paper is being made for the first time" in as_(world.priya).get("/your-settings/").text


def test_the_page_asks_no_more_of_the_database_with_more_days_and_sheets(
    world, as_, django_assert_max_num_queries
):
    lead = as_(world.lead)
    lead.get("/paper/")
    with django_assert_max_num_queries(60) as few:
        lead.get("/paper/")
    keep_papers(world)
    for number, clock in enumerate(("10:10", "10:20", "10:30")):
        printed_sheet(world, clock, f"A{'346'[number]}")
    with django_assert_max_num_queries(len(few) + 8):
        lead.get("/paper/")
    assert journal.first_fault(world.practice) is None
