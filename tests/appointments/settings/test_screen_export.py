"""Settings, Screen export: a file, its columns, what would change, and loading it."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from appointments import journal
from appointments.imports.screen import waiting
from appointments.imports.screen.reading import LARGEST
from appointments.models import Appointment, Practice, ScreenMapping

START = "/settings/screen-export/"


@pytest.fixture
def rows(world):
    """A list of three rows in the practice's own columns."""
    day = f"{world.day:%d/%m/%Y}"
    return (
        "When,At,With,Where,Who,Born,NHS Number\n"
        f'{day},10:00,Dr Lane,Harbour Surgery,"BAKER, Ann (Mrs)",03/04/1971,999 000 0018\n'
        f"{day},10:10,Dr Lane,Harbour Surgery,,,\n"
        f'{day},10:20,Room 3,Harbour Surgery,"CARTER, Bob (Mr)",31/12/1950,999 000 0026\n'
    ).replace("When,At", "Date,Time")


@pytest.fixture
def send(manager):
    def send(text, **said):
        data = text if isinstance(text, bytes) else text.encode()
        return manager.post(START, {"file": SimpleUploadedFile("list.csv", data)} | said)

    return send


COLUMNS = {
    f"column_{n}": meaning
    for n, meaning in enumerate(
        ["day", "time", "clinician", "site", "patient", "born", "nhs_number"]
    )
} | {"name": "Our list", "minutes": "10"}
SAVED = {"saved_on": "2026-01-02", "saved_at": "07:45"}


def left():
    folder = settings.DATA_DIR / waiting.FOLDER
    return list(folder.iterdir()) if folder.exists() else []


@pytest.fixture(autouse=True)
def _empty():
    for path in left():
        path.unlink()


def test_from_the_file_to_the_book(manager, world, rows, send):
    answer = send(rows)
    assert answer.status_code == 303
    assert answer["Location"].endswith("/columns/")
    (kept,) = left()
    assert kept.stat().st_mode & 0o777 == 0o600
    page = manager.get(answer["Location"])
    assert "BAKER, Ann (Mrs)" in page.text
    assert re.search(r'<option value="nhs_number" selected>', page.text)
    answer = manager.post(answer["Location"], COLUMNS)
    assert answer.status_code == 303
    seen = manager.get(answer["Location"])
    assert "Nothing has been changed yet." in seen.text
    assert "BAKER, Ann (Mrs)" in seen.text
    assert "no clinician in the book is called &#39;Room 3&#39;" in seen.text
    assert not Appointment.objects.exists()
    reject = manager.get(f"{answer['Location']}rejects/")
    assert reject["Content-Type"].startswith("text/csv")
    assert "4,no clinician in the book is called 'Room 3'" in reject.text
    assert "CARTER" not in reject.text
    named = {"clinician_0": world.lane.pk}
    assert manager.post(f"{answer['Location']}names/", named).status_code == 303
    assert "Room 3" not in manager.get(answer["Location"]).text
    loaded = manager.post(f"{answer['Location']}load/", SAVED)
    assert loaded.status_code == 200
    assert "Our list is in the book" in loaded.text
    assert {a.patient for a in Appointment.objects.all()} == {world.ann, world.bob}
    assert left() == []
    entry = world.practice.journal.order_by("-number").first()
    assert (entry.command, entry.by) == ("load_screen", world.manager)
    assert Practice.objects.get(pk=world.practice.pk).clinical_as_of.year == 2026


def test_the_next_time_the_list_is_known(manager, rows, send):
    manager.post(send(rows)["Location"], COLUMNS)
    answer = send(rows)
    assert answer["Location"].count("columns") == 0
    assert "BAKER" in manager.get(answer["Location"]).text
    assert "Our list" in manager.get(START).text


def test_when_it_was_saved_must_be_said(manager, rows, send):
    preview = manager.post(send(rows)["Location"], COLUMNS)["Location"]
    answer = manager.post(f"{preview}load/", {"saved_on": "", "saved_at": "25:00"})
    assert answer.status_code == 422
    assert "Enter the day on which the list was saved." in answer.text
    assert "Enter the time at which the list was saved." in answer.text
    assert not Appointment.objects.exists()


def test_an_older_list_is_refused_in_words(manager, rows, send):
    preview = manager.post(send(rows)["Location"], COLUMNS)["Location"]
    manager.post(f"{preview}load/", SAVED)
    again = send(rows)["Location"]
    answer = manager.post(f"{again}load/", SAVED | {"saved_at": "07:44"})
    assert answer.status_code == 409
    assert "older than the one loaded for" in answer.text
    number = journal.newest(Practice.objects.get(is_home=True))
    assert manager.post(f"{again}load/", SAVED).status_code == 200
    assert journal.newest(Practice.objects.get(is_home=True)) == number


@pytest.mark.parametrize(
    "said,sentence",
    [
        ({"column_1": "", "column_0": ""}, "Choose the column that has the start time."),
        ({"column_2": "site"}, "is chosen for two columns"),
        ({"column_6": "", "column_5": ""}, "a name alone is never enough"),
        ({"name": ""}, "Give the list a name."),
        ({"minutes": "0"}, "Enter 1 to 240 minutes."),
        ({"column_0": "nonsense"}, "nonsense is not one of the available choices"),
    ],
)
def test_columns_that_are_not_enough(manager, rows, send, said, sentence):
    answer = manager.post(send(rows)["Location"], COLUMNS | said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not ScreenMapping.objects.exists()


@pytest.mark.parametrize(
    "data,sentence",
    [
        (b"PK\x03\x04", "an Excel workbook"),
        (b"a,b\n1,2\n", "with its column headings"),
        (b"x" * (LARGEST + 1), "at most 5 MB can be taken"),
        (b"", "This file is empty"),
    ],
)
def test_what_is_no_list_is_not_kept(send, data, sentence):
    answer = send(data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert left() == []


def test_without_a_file(manager):
    answer = manager.post(START, {})
    assert answer.status_code == 422
    assert "Choose the file." in answer.text


def test_a_list_of_one_day_asks_for_the_day(manager, world, send, rows):
    text = "\n".join(line.partition(",")[2] for line in rows.splitlines())
    columns = {
        f"column_{n}": m
        for n, m in enumerate(["time", "clinician", "site", "patient", "born", "nhs_number"])
    }
    preview = manager.post(send(text)["Location"], columns | {"name": "One day", "minutes": "10"})[
        "Location"
    ]
    assert "say which day it is" in manager.get(preview).text
    said = SAVED | {"day": world.day.isoformat()}
    assert "BAKER" in manager.get(preview, said).text
    assert manager.post(f"{preview}load/", said).status_code == 200
    assert Appointment.objects.get().patient == world.ann


def test_a_file_is_for_whom_sent_it_and_goes(as_, world, rows, send, manager, monkeypatch):
    where = send(rows)["Location"]
    gone = where.replace("columns/", "removal/")
    assert as_(world.lead).get(where).status_code == 403
    as_(world.manager)
    assert manager.get(where).status_code == 200
    monkeypatch.setattr(waiting, "LIFETIME", -1.0)
    answer = manager.get(where)
    assert answer.status_code == 404
    assert "This file is no longer here" in answer.text
    assert left() == []
    assert manager.post(gone).status_code == 303


def test_a_file_is_removed_when_asked(manager, rows, send):
    where = send(rows)["Location"]
    assert manager.post(where.replace("columns/", "removal/")).status_code == 303
    assert left() == []
    assert manager.get(where).status_code == 404


def test_a_list_is_forgotten(manager, rows, send, world, other, as_):
    manager.post(send(rows)["Location"], COLUMNS)
    mapping = ScreenMapping.objects.get()
    forget = reverse("screen-export-forget", args=[mapping.pk])
    assert as_(other.manager).post(forget).status_code == 404
    assert as_(world.manager).get(forget).status_code == 405
    assert manager.post(forget).status_code == 303
    assert not ScreenMapping.objects.exists()


@pytest.mark.parametrize("part", ["load/", "names/", "removal/"])
def test_deeds_are_posted(manager, rows, send, part):
    where = send(rows)["Location"].replace("columns/", part)
    assert manager.get(where).status_code == 405


def test_managers_only(as_, world):
    for person in (world.priya, world.lead, world.doctor):
        assert as_(person).get(START).status_code == 403
