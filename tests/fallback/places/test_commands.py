import os

import pytest

from appointments.journal import Actor
from appointments.models import JournalEntry
from appointments.refusals import AlreadyThere, BadDetail, NotFound, NotYours
from fallback import places
from fallback.hand import mark
from fallback.models import Place
from fallback.places import hands
from tests.world import build


@pytest.fixture
def place(world, tmp_path):
    return places.add_place(world.by_manager, name="Back office", folder=str(tmp_path / "back"))


def test_adding_makes_and_marks_the_folder(world, tmp_path, data):
    folder = tmp_path / "usb" / "papers"
    place = places.add_place(
        world.by_manager, name="Stick", folder=f" {folder}/ ", site=world.branch, has_html=True
    )
    assert (place.folder, place.site, place.has_html) == (str(folder), world.branch, True)
    assert (folder / mark.MARK).read_text() == str(place.pk)
    # The same disk as the data folder: nothing leaves the server.
    assert (place.leaves_server, place.pdfs_protected) == (False, False)
    newest = JournalEntry.objects.latest("number")
    assert newest.command == "add_place"
    assert not newest.touches.exists()  # no page of a diary looks different


def test_what_leaves_the_server_is_protected_unless_told_otherwise(world, tmp_path, monkeypatch):
    monkeypatch.setattr(hands, "once", lambda *_: {"trouble": "", "device": -1})
    place = places.add_place(world.by_manager, name="Stick", folder="/mnt/stick")
    assert (place.leaves_server, place.pdfs_protected) == (True, True)
    open_ = places.add_place(
        world.by_manager, name="Other", folder="/mnt/other", pdfs_protected=False
    )
    assert (open_.leaves_server, open_.pdfs_protected) == (True, False)


@pytest.mark.parametrize("said", ["papers", "C:\\papers", "/a/../b", "", "/a\0b"])
def test_a_folder_that_is_no_whole_path(world, said):
    with pytest.raises(BadDetail, match="bad_detail") as refused:
        places.add_place(world.by_manager, name="X", folder=said)
    assert "whole path" in refused.value.sentence
    assert refused.value.field == "folder"


def test_not_where_the_book_is(world, data):
    for folder in (data, data.parent, data / "papers", data / "backups" / "x"):
        with pytest.raises(BadDetail) as refused:
            places.add_place(world.by_manager, name="X", folder=str(folder))
        assert "the book" in refused.value.sentence
    places.add_place(world.by_manager, name="Demo", folder=str(data / "copies" / "demo"))


def test_a_folder_or_name_that_another_place_has(world, place, tmp_path):
    for folder in ("back", "back/", "back/in it"):
        with pytest.raises(AlreadyThere):
            places.add_place(world.by_manager, name="X", folder=str(tmp_path / folder))
    with pytest.raises(AlreadyThere, match="already_there"):
        places.add_place(world.by_manager, name="back OFFICE", folder=str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_says_why(world, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadDetail) as refused:
        places.add_place(world.by_manager, name="X", folder=str(tmp_path / "file" / "x"))
    assert "is not a folder" in refused.value.sentence
    assert not Place.objects.exists()


def test_a_folder_of_another_installation(world, tmp_path):
    mark.prepare(tmp_path / "theirs", "another-place")
    with pytest.raises(BadDetail) as refused:
        places.add_place(world.by_manager, name="X", folder=str(tmp_path / "theirs"))
    assert "used for other safe copies" in refused.value.sentence


def test_a_folder_that_hangs_costs_seconds_only(world, tmp_path, monkeypatch):
    monkeypatch.setattr(hands, "ONCE_WITHIN", 0.3)
    folder = tmp_path / "hangs"
    folder.mkdir()
    os.mkfifo(folder / mark.MARK)  # reading it waits for ever
    with pytest.raises(BadDetail) as refused:
        places.add_place(world.by_manager, name="X", folder=str(folder))
    assert "does not answer" in refused.value.sentence


def test_moving_a_place_takes_the_papers_along(world, place, tmp_path):
    moved = places.amend_place(place.pk, world.by_manager, folder=str(tmp_path / "new"))
    assert moved.folder == str(tmp_path / "new")
    assert (tmp_path / "new" / mark.MARK).exists()
    assert not (tmp_path / "back" / mark.MARK).exists()


def test_saving_again_takes_another_stick_into_use(world, place, tmp_path):
    (tmp_path / "back" / mark.MARK).unlink()
    places.amend_place(place.pk, world.by_manager, name="Back office")
    assert (tmp_path / "back" / mark.MARK).read_text() == str(place.pk)


def test_closing_and_reopening(world, place, tmp_path):
    assert places.close_place(place.pk, world.by_manager).closed_on
    places.add_place(world.by_manager, name="Back office", folder=str(tmp_path / "other"))
    with pytest.raises(AlreadyThere):
        places.reopen_place(place.pk, world.by_manager)
    places.amend_place(place.pk, world.by_manager, name="Old back office")
    assert places.reopen_place(place.pk, world.by_manager).closed_on is None


def test_only_managers_and_only_their_own(world, place, tmp_path):
    with pytest.raises(NotYours):
        places.add_place(world.by, name="X", folder=str(tmp_path / "x"))
    with pytest.raises(NotYours):
        places.close_place(place.pk, world.by_lead)
    other = build("G82002", home=False)
    with pytest.raises(NotFound):
        places.amend_place(place.pk, other.by_manager, name="Ours")
    with pytest.raises(NotFound):
        places.close_place(place.pk, Actor(other.practice))
