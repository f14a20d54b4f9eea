"""Printing from the page: at a printer through the keeper, or from the browser."""

import pytest

from appointments import journal
from appointments.models import Access
from appointments.refusals import ChangedMeanwhile
from fallback import printing, sheets
from fallback.keeper import wishes
from fallback.models import Printer, PrintJob
from fallback.paper import changes, kit, sealed
from fallback.paper.document import Document
from tests.paper import keep_papers

pytestmark = pytest.mark.django_db
HERE = {"papers": "all", "where": "here"}


@pytest.fixture
def printer(world):
    with journal.writing(world.by_manager, "add_printer") as entry:
        return entry.add(Printer(practice=world.practice, site=world.site, queue="Front-office"))


def at(world, what="printing/"):
    return f"/paper/{world.site.pk}/{world.day}/{what}"


def test_the_keeper_is_asked_to_print_at_a_printer(world, as_, printer):
    answer = as_(world.lead).post(at(world), {"papers": "sheets", "where": str(printer.pk)})
    assert (answer.status_code, answer["Location"]) == (303, "/paper/?asked=1")
    (wish,) = wishes.waiting()
    assert (wish.site, wish.day) == (str(world.site.pk), world.day.isoformat())
    assert (wish.printer, wish.papers) == (str(printer.pk), "sheets")
    assert (wish.staff, wish.desk) == (str(world.lead.pk), str(world.desk1.pk))
    assert Access.objects.get(what="printed").detail.startswith("Sheets and running lists")
    assert "was asked to print it" in as_(world.lead).get("/paper/?asked=1").text


def test_from_the_browser_they_come_as_one_pdf_and_are_registered(world, as_, press):
    answer = as_(world.lead).post(at(world), HERE | {"papers": "diaries"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.count(b"/Type /Page\n") >= 2 or answer.content.startswith(b"%PDF")
    jobs = PrintJob.objects.order_by("papers")
    assert [(job.papers, job.state) for job in jobs] == [
        ("Contact list", "by_hand"), ("Day diary", "by_hand"),
    ]  # fmt: skip
    assert {job.asked_by for job in jobs} == {world.lead}
    assert wishes.waiting() == []


def test_a_refusal_is_said_on_a_page(world, as_, press, monkeypatch):
    def refuse(*_, **__):
        raise ChangedMeanwhile("Row A3 of Desk 1's sheet was sold since it was made.")

    monkeypatch.setattr(printing, "printed_by_hand", refuse)
    answer = as_(world.lead).post(at(world), HERE)
    assert answer.status_code == 409
    assert "Row A3 of Desk 1" in answer.text.replace("&#39;", "'")


def test_reception_prints_her_own_desks_sheet_only(world, as_, press):
    client = as_(world.priya)
    assert client.post(at(world), HERE).status_code == 422
    other = {"papers": f"sheet:{world.desk2.pk}", "where": "here"}
    assert client.post(at(world), other).status_code == 422
    assert PrintJob.objects.count() == 0


@pytest.mark.parametrize("wrong", [{}, {"papers": "all"}, {"papers": "x", "where": "y"}])
def test_what_can_t_be_printed_is_said_in_the_form(world, as_, wrong):
    answer = as_(world.lead).post(at(world), wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_who_may_print_what(world, other, as_):
    assert as_(world.doctor).post(at(world), HERE).status_code == 403
    assert as_(world.lead).get(at(world)).status_code == 405
    assert as_(world.lead).post(at(other), HERE).status_code == 404
    for address in ("change-slip", "sealed-list"):
        assert as_(world.priya).post(f"/paper/{address}/").status_code == 403
        assert as_(world.manager).get(f"/paper/{address}/").status_code == 405
    assert as_(world.lead).post("/paper/sealed-list/").status_code == 403
    assert as_(world.priya).get("/paper/blank-kit/").status_code == 403


def test_a_printer_of_another_practice_is_no_choice(world, other, as_):
    with journal.writing(other.by_manager, "add_printer") as entry:
        theirs = entry.add(Printer(practice=other.practice, site=other.site, queue="Theirs"))
    answer = as_(world.lead).post(at(world), {"papers": "all", "where": str(theirs.pk)})
    assert answer.status_code == 422
    assert "Theirs" not in answer.text


# --- Change slip, blank kit, sealed list ---------------------------------------------------------


def document(practice, number, stamp):
    return Document("changes", f"Changes since print {number}", "changes.typ", {}, stamp)


def test_a_change_slip_from_the_browser_is_registered(world, as_, press, monkeypatch):
    number = keep_papers(world).print.number
    monkeypatch.setattr(changes, "document", document)
    answer = as_(world.lead).post("/paper/change-slip/", {"since": number, "where": "here"})
    assert answer["Content-Type"] == "application/pdf"
    assert PrintJob.objects.get().papers == f"Changes since print {number}"
    assert Access.objects.get(what="printed").detail == f"Changes since print {number}"


def test_nothing_changed_is_good_news(world, as_, press, printer, monkeypatch):
    number = keep_papers(world).print.number
    monkeypatch.setattr(changes, "document", lambda *_: None)
    for where in ("here", str(printer.pk)):
        answer = as_(world.lead).post("/paper/change-slip/", {"since": number, "where": where})
        assert answer.status_code == 409
        assert "it is still good" in answer.text
    assert PrintJob.objects.count() == 0


def test_a_change_slip_at_a_printer(world, as_, press, printer, monkeypatch):
    number = keep_papers(world).print.number
    sent = []
    monkeypatch.setattr(printing, "send_changes", lambda *asked: sent.append(asked) or object())
    answer = as_(world.lead).post(
        "/paper/change-slip/", {"since": number, "where": str(printer.pk)}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/paper/")
    ((_, since, where, by),) = sent
    assert (since, where, by.staff) == (number, printer, world.lead)


@pytest.mark.parametrize("since", ["", "x", "0", "-1", "99999999999999999999", "²", "\0"])
def test_an_odd_number_is_no_print(world, as_, since):
    answer = as_(world.lead).post("/paper/change-slip/", {"since": since, "where": "here"})
    assert answer.status_code == 422
    assert "print" in answer.text


def test_a_print_of_another_practice_is_none_of_ours(world, other, as_, press):
    keep_papers(other)
    answer = as_(world.lead).post("/paper/change-slip/", {"since": "1", "where": "here"})
    assert answer.status_code == 409
    assert "There is no print 1." in answer.text


def test_the_blank_kit_is_a_pdf(world, as_, press, monkeypatch):
    stamp = keep_papers(world).stamp
    monkeypatch.setattr(kit, "documents", lambda _: [Document("kit", "Kit", "kit.typ", {}, stamp)])
    answer = as_(world.lead).get("/paper/blank-kit/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="blank kit.pdf"'


def test_the_sealed_list_is_the_managers_and_registered(world, as_, press, monkeypatch):
    asked = []

    def sealed_list(practice, site, days, stamp):
        asked.append((site, days))
        return Document("sealed", "Managers' sealed list", "sealed.typ", {}, stamp)

    monkeypatch.setattr(sealed, "document", sealed_list)
    answer = as_(world.manager).post("/paper/sealed-list/", {"site": str(world.site.pk)})
    assert answer["Content-Type"] == "application/pdf"
    ((site, days),) = asked
    assert (site, len(days)) == (world.site, 8)
    assert PrintJob.objects.get().papers == "Managers' sealed list"
    assert Access.objects.get(what="printed").detail.startswith("Managers' sealed list of Harbour")
    assert as_(world.manager).post("/paper/sealed-list/", {"site": "x"}).status_code == 422


# --- Prepare -------------------------------------------------------------------------------------


def test_prepare_says_first_what_it_will_do(world, as_, printer):
    client, before = as_(world.lead), world.practice.journal.count()
    text = client.get("/paper/prepare/").text
    assert "Everything that is still free is shared out" in text
    assert "Prints at Front-office." in text
    assert "No printer is set up there" in text
    assert world.practice.journal.count() == before
    assert wishes.waiting() == []


def test_prepare_shares_out_and_prints(world, as_, printer):
    text = as_(world.lead).post("/paper/prepare/").text
    assert "Prepared: 20 slots are now shared out" in text
    assert "Hill Branch has no printer" in text
    assert {wish.printer for wish in wishes.waiting()} == {str(printer.pk), ""}
    assert world.practice.slot_set.filter(kept_by=None).count() == 0
    assert sheets.out_there(world.practice) == []


def test_prepare_is_the_leads(world, as_):
    assert as_(world.priya).get("/paper/prepare/").status_code == 403
    assert as_(world.priya).post("/paper/prepare/").status_code == 403
    assert world.practice.slot_set.exclude(kept_by=None).count() == 0
