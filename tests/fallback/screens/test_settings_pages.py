"""The manager's settings: the plan, safe copies, printers, the sealed kit."""

from datetime import date, time

import pytest

from appointments import journal
from appointments.models import Access
from fallback import plans, printers, printing, sealed
from fallback.models import Place, Printer
from fallback.paper import kit
from fallback.paper.document import Document
from fallback.printing import cups
from tests.paper import keep_papers
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
PAGES = ["carrying-on", "safe-copies", "safe-copies/new", "printers", "printers/new", "sealed-kit"]


@pytest.fixture
def manager(as_, world):
    return as_(world.manager)


@pytest.fixture
def queues(monkeypatch):
    monkeypatch.setattr(printing, "queues", lambda: ["Back-office", "Front-office"])


def plan(world, **said):
    """What a browser posts when the plan is as it was, but for `said`."""
    fields = {
        "stale_after_minutes": "1440", "shares_on_screen": "1", "shares_on_paper": "1",
        "evening_print": "17:45", "morning_print": "07:30", "dealt": [str(world.routine.pk)],
        "second_look": "0",
    }  # fmt: skip
    return {name: value for name, value in (fields | said).items() if value is not None}


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_managers_only(world, as_, page):
    address = f"/settings/{page}/"
    assert as_(world.manager).get(address).status_code == 200
    assert as_(world.manager).put(address).status_code == 405
    for person in (world.priya, world.lead, world.doctor):
        assert as_(person).get(address).status_code == 403
        assert as_(person).post(address).status_code in (403, 405)


def test_the_settings_name_them(manager):
    text = manager.get("/settings/").text
    for words in ("Carrying on", "Safe copies", "Printers", "Sealed kit"):
        assert f">{words}</a>" in text


# --- The plan -------------------------------------------------------------------------------


def test_the_plan_is_changed(world, manager):
    said = plan(
        world, beside_clinical_system="on", inbox="/srv/inbox", shares_on_paper="3",
        morning_print="", script="Is anybody in danger?", script_approved_by=str(world.doctor.pk),
        script_approved_on="2026-11-01", people="Lena, 01632 960111", passwords_lie="The safe",
    )  # fmt: skip
    assert manager.post("/settings/carrying-on/", said).status_code == 303
    found = plans.plan_of(world.practice)
    assert (found.shares_on_paper, found.inbox) == (3, "/srv/inbox")
    assert (found.evening_print, found.morning_print) == (time(17, 45), None)
    assert (found.script_approved_by, found.script_approved_on) == (world.doctor, date(2026, 11, 1))
    text = manager.get("/settings/carrying-on/").text
    assert "Is anybody in danger?" in text
    assert 'value="17:45"' in text


def test_which_slot_types_are_dealt_is_ticked(world, manager):
    assert plans.types_of(world.practice) == {world.routine: True}
    assert manager.post("/settings/carrying-on/", plan(world, dealt=None)).status_code == 303
    assert plans.types_of(world.practice) == {world.routine: False}
    before = world.practice.journal.count()
    manager.post("/settings/carrying-on/", plan(world, dealt=None))
    assert world.practice.journal.count() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"shares_on_paper": "-1"},
        {"shares_on_screen": "21"},
        {"stale_after_minutes": "0"},
        {"stale_after_minutes": "999999999999"},
        {"evening_print": "25:99"},
        {"inbox": "srv/inbox"},
        {"script_approved_on": "2026-11-01"},
        {"dealt": ["x"]},
        {"people": "a\0b"},
    ],
)
def test_a_wrong_plan_changes_nothing(world, manager, wrong):
    before = world.practice.journal.count()
    answer = manager.post("/settings/carrying-on/", plan(world, **wrong))
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert world.practice.journal.count() == before


def test_somebody_of_another_practice_approves_nothing(world, other, manager):
    said = plan(world, script_approved_by=str(other.doctor.pk), script_approved_on="2026-11-01")
    assert manager.post("/settings/carrying-on/", said).status_code == 422


# --- Safe copies ----------------------------------------------------------------------------


def copy_in(folder, **said):
    return {"name": "Back office PC", "folder": str(folder), "keeps_days": "1"} | said


def test_a_safe_copy_is_added_changed_closed_and_used_again(world, manager, tmp_path_factory):
    folder = tmp_path_factory.mktemp("share") / "papers"
    assert manager.post("/settings/safe-copies/new/", copy_in(folder)).status_code == 303
    place = Place.objects.get()
    assert (place.folder, place.has_html) == (str(folder), False)
    text = manager.get("/settings/safe-copies/").text
    assert "Back office PC" in text
    assert "Not tried yet" in text
    one = f"/settings/safe-copies/{place.pk}/"
    manager.post(one, copy_in(folder, has_html="on", site=str(world.site.pk)))
    place.refresh_from_db()
    assert (place.has_html, place.site) == (True, world.site)
    assert manager.post(f"{one}end/").status_code == 303
    assert "Closed " in manager.get("/settings/safe-copies/").text
    assert manager.post(f"{one}return/").status_code == 303
    place.refresh_from_db()
    assert place.closed_on is None


@pytest.mark.parametrize("folder", ["papers", "/../etc", "", "/proc/nowhere"])
def test_a_folder_that_can_t_be_one_is_said(manager, folder):
    answer = manager.post("/settings/safe-copies/new/", copy_in(folder))
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert Place.objects.count() == 0


# --- Printers -------------------------------------------------------------------------------


def test_a_printer_is_chosen_from_those_that_the_server_knows(world, manager, queues):
    said = {"queue": "Front-office", "site": str(world.site.pk), "prints_diary": "on"}
    assert manager.post("/settings/printers/new/", said).status_code == 303
    printer = Printer.objects.get()
    assert (printer.prints_diary, printer.prints_sheets) == (True, False)
    assert manager.post("/settings/printers/new/", said).status_code == 422
    assert manager.post("/settings/printers/new/", said | {"queue": "No-such"}).status_code == 422
    assert "diary" in manager.get("/settings/printers/").text
    one = f"/settings/printers/{printer.pk}/"
    assert manager.post(f"{one}end/").status_code == 303
    assert manager.post("/settings/printers/new/", said).status_code == 303
    answer = manager.post(f"{one}return/")  # another row has this queue now
    assert answer.status_code == 409
    assert "in the list already" in answer.text


def test_without_a_print_service_that_is_said(manager, monkeypatch):
    def none():
        raise cups.NoPrintService("The print service is not running: start it.")

    monkeypatch.setattr(printing, "queues", none)
    assert "is not running: start it." in manager.get("/settings/printers/new/").text


def test_a_test_page(world, manager, press, monkeypatch):
    printer = printers.add_printer(world.by_manager, queue="Front-office", site=world.site)
    stamp, sent = keep_papers(world).stamp, []
    monkeypatch.setattr(kit, "documents", lambda _: [Document("kit", "Kit", "kit.typ", {}, stamp)])
    monkeypatch.setattr(cups, "submit", lambda *asked, **_: sent.append(asked) or "Front-office-1")
    address = f"/settings/printers/{printer.pk}/test/"
    assert "A test page was sent to Front-office" in manager.post(address).text
    assert [(queue, title) for _, queue, title in sent] == [("Front-office", "Test page")]

    def refuse(*_, **__):
        raise cups.NoPrintService("The printer Front-office did not take it.")

    monkeypatch.setattr(cups, "submit", refuse)
    assert "did not take it" in manager.post(address).text
    assert manager.get(address).status_code == 405


def test_walls_between_practices(world, other, as_):
    theirs = printers.add_printer(other.by_manager, queue="Theirs", site=other.site)
    manager = as_(world.manager)
    assert manager.post(f"/settings/printers/{theirs.pk}/test/").status_code == 404
    assert manager.get(f"/settings/printers/{theirs.pk}/").status_code == 404
    said = {"queue": "Front-office", "site": str(other.site.pk)}
    assert manager.post("/settings/printers/new/", said).status_code == 422


# --- The sealed kit -------------------------------------------------------------------------


def test_the_password_is_shown_for_the_managers_own(world, manager):
    assert sealed.password() not in manager.get("/settings/sealed-kit/").text
    answer = manager.post("/settings/sealed-kit/", {"password": "wrong"})
    assert answer.status_code == 422
    assert sealed.password() not in answer.text
    assert not Access.objects.filter(what="printed").exists()
    answer = manager.post("/settings/sealed-kit/", {"password": PASSWORD})
    assert sealed.password() in answer.text
    assert "no-store" in answer["Cache-Control"]
    noted = Access.objects.get(what="printed")
    assert (noted.detail, noted.staff) == ("the password of the sealed kit", world.manager)


def test_wrong_tries_count_towards_the_lock_out(manager):
    statuses = [
        manager.post("/settings/sealed-kit/", {"password": f"wrong {n}"}).status_code
        for n in range(6)
    ]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_the_journal_is_unbroken_after_all_this(world, manager, queues):
    manager.post("/settings/carrying-on/", plan(world, shares_on_paper="2", dealt=None))
    said = {"queue": "Front-office", "site": str(world.site.pk)}
    manager.post("/settings/printers/new/", said)
    assert journal.first_fault(world.practice) is None
