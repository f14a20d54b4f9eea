"""The inbox: extracts that appear in a folder are loaded once they are whole."""

import time

import pytest

from appointments.imports import emis
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
