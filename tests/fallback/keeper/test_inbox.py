"""The inbox: extracts and lists that appear in a folder are loaded once they are whole."""

import os
import time

import pytest

from appointments import journal
from appointments.imports import emis, screen
from appointments.imports.screen import mappings
from appointments.imports.screen.columns import guess
from appointments.models import Appointment
from fallback import plans
from fallback.keeper import inbox

STAMP = "20261123074500"
GUID = "45e7cd20-ee37-41ab-90d6-dc9d4b03d102"


def file_name(number, stamp=STAMP):
    return f"{number}_Appointment_Slot_{stamp}_{GUID}.csv"


@pytest.fixture
def folder(world, tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    plans.change_plan(world.by_manager, inbox=str(folder))
    return folder


@pytest.fixture
def loads(monkeypatch):
    """Load nothing, but note what was asked; files with 'bad' in them are refused."""
    asked = []

    def load(path, *, ods_code):
        texts = {one.name: one.read_text() for one in sorted(path.iterdir())}
        asked.append((sorted(texts), ods_code))
        if any("bad" in text for text in texts.values()):
            raise emis.NotAnExtract(f"{path} is not an extract.")

    monkeypatch.setattr(emis, "load", load)
    return asked


@pytest.fixture
def watch(world, data, monkeypatch):
    monkeypatch.setattr(inbox, "EVERY", 1_000_000)
    one = inbox.Watch(world.practice)
    yield one
    one.end()


def look(watch):
    """Have it look once."""
    watch._asked_at = -inbox.EVERY
    watch.turn()
    until = time.monotonic() + 20
    while watch.hand.is_busy:
        assert time.monotonic() < until
        watch.turn()
        time.sleep(0.01)


def test_loaded_once(world, folder, loads):
    (folder / file_name(1)).write_text("good")
    (folder / "notes.txt").write_text("no part of an extract")
    inbox.load_new(world.practice)
    inbox.load_new(world.practice)
    assert loads == [([file_name(1)], "G82001")]
    assert (folder / file_name(1)).exists()  # nothing is moved: the folder is somebody else's


def test_sub_folders_are_extracts_of_their_own(world, folder, loads):
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / file_name(1)).write_text("good")
    inbox.load_new(world.practice)
    assert len(loads) == 2


def test_a_bad_one_is_reported_and_not_tried_again(world, folder, loads):
    (folder / file_name(1)).write_text("bad")
    inbox.load_new(world.practice)
    inbox.load_new(world.practice)
    assert len(loads) == 1
    assert inbox.notes_of(world.practice).why == f"{folder} is not an extract."


def test_a_bad_one_does_not_take_later_ones_with_it(world, folder, loads):
    (folder / file_name(1)).write_text("bad")
    inbox.load_new(world.practice)
    (folder / file_name(2)).write_text("good")
    inbox.load_new(world.practice)
    assert [names for names, _ in loads[1:]] == [[file_name(1), file_name(2)], [file_name(2)]]
    assert inbox.notes_of(world.practice).why == ""
    inbox.load_new(world.practice)
    assert len(loads) == 3


def test_one_that_lacked_a_file_is_tried_with_it(world, folder, loads):
    (folder / file_name(1)).write_text("bad")
    inbox.load_new(world.practice)
    (folder / file_name(1)).write_text("good now")
    inbox.load_new(world.practice)
    assert len(loads) == 2
    assert inbox.notes_of(world.practice).refused == {}


def test_what_is_still_being_written_is_left_alone(world, folder, watch, monkeypatch):
    monkeypatch.setattr(inbox, "QUIET_FOR", 1000)
    (folder / file_name(1)).write_text("goo")
    look(watch)
    assert not watch.has_new
    monkeypatch.setattr(inbox, "QUIET_FOR", 0)
    look(watch)
    assert watch.has_new


def test_a_change_begins_the_quiet_anew(world, folder, watch):
    (folder / file_name(1)).write_text("g")
    look(watch)
    watch._since -= inbox.QUIET_FOR
    look(watch)
    assert watch.has_new
    (folder / file_name(1)).write_text("good")
    look(watch)
    assert not watch.has_new


def test_taken_ones_are_no_news_and_refused_ones_are_told(world, folder, watch, loads, monkeypatch):
    monkeypatch.setattr(inbox, "QUIET_FOR", 0)
    (folder / file_name(1)).write_text("bad")
    inbox.load_new(world.practice)
    look(watch)
    assert not watch.has_new
    assert watch.troubles == [f"An extract in the inbox was not taken: {folder} is not an extract."]
    (folder / file_name(1)).unlink()
    look(watch)
    assert watch.troubles == []


def test_an_inbox_that_is_not_there(world, folder, watch, tmp_path):
    folder.rename(tmp_path / "away")
    look(watch)
    assert watch.troubles == ["The inbox is not there: is the PC on, the stick in?"]


def test_no_inbox_no_looking(world, data, watch):
    look(watch)
    assert (watch.has_new, watch.troubles, watch.hand.process) == (False, [], None)
    inbox.load_new(world.practice)


HEADINGS = ("Date", "Time", "Session Holder", "Location", "Patient", "DOB", "NHS Number", "Status")


def write_list(world, path, clock="10:40", changed=0):
    """A list as saved from the screen: Ann Baker with Dr Lane at this time."""
    row = [f"{world.day:%d/%m/%Y}", clock, "LANE, Rosa (Dr)", "Harbour Surgery"]
    row += [world.ann.name, "03-Apr-1971", "999 000 0018", "Booked"]
    lines = [",".join(f'"{cell}"' for cell in cells) for cells in (HEADINGS, row)]
    path.write_text("\n".join(lines))
    at = time.time() - 3600 + changed
    os.utime(path, (at, at))


@pytest.fixture
def known(world, folder):
    """The practice has said once what the columns of its list are."""
    write_list(world, folder / "first.csv")
    sheet = screen.read(world.practice, (folder / "first.csv").read_bytes())
    mappings.save_mapping(world.by_manager, sheet, "Day list", guess(sheet), site=None)
    (folder / "first.csv").unlink()


def test_a_list_from_the_screen_is_loaded_once(world, folder, known):
    write_list(world, folder / "Monday.CSV")
    inbox.load_new(world.practice)
    number = journal.newest(world.practice)
    inbox.load_new(world.practice)
    assert Appointment.objects.get().slot == world.slot("10:40")
    assert journal.newest(world.practice) == number
    assert (folder / "Monday.CSV").exists()


def test_the_older_list_first(world, folder, known):
    """By when they were saved, whatever they are called: an older one after a newer is refused."""
    write_list(world, folder / "a.csv", "10:50", changed=60)
    write_list(world, folder / "b.csv", "10:40")
    inbox.load_new(world.practice)
    notes = inbox.notes_of(world.practice)
    assert (set(notes.taken), notes.why_list) == ({"a.csv", "b.csv"}, "")


def test_a_list_that_nobody_set_up_is_told(world, folder, watch, monkeypatch):
    monkeypatch.setattr(inbox, "QUIET_FOR", 0)
    write_list(world, folder / "staff rota.csv")
    inbox.load_new(world.practice)
    look(watch)
    assert not watch.has_new
    assert watch.troubles == [
        "A list in the inbox was not taken: The headings of staff rota.csv are not those of a list "
        "that was set up: load it once under Settings, Screen export."
    ]
    (folder / "staff rota.csv").unlink()
    look(watch)
    assert watch.troubles == []


def test_a_bad_list_keeps_no_extract_back(world, folder, loads):
    (folder / "list.csv").write_bytes(b"\x00\xff")
    (folder / file_name(1)).write_text("good")
    inbox.load_new(world.practice)
    notes = inbox.notes_of(world.practice)
    assert len(loads) == 1
    assert list(notes.refused) == ["list.csv"]
    assert notes.why_list
    assert notes.why == ""
    (folder / file_name(2)).write_text("bad")
    inbox.load_new(world.practice)
    assert inbox.notes_of(world.practice).why_list  # still said, beside the other


def test_notes_from_before_there_were_lists(world, data):
    path = data / f"inbox-{world.practice.pk}.json"
    path.write_text('{"taken": {"a": [1, 2]}, "refused": {}, "why": "no", "at": ""}')
    notes = inbox.notes_of(world.practice)
    assert (notes.taken, notes.why, notes.why_list) == ({"a": (1, 2)}, "no", "")
