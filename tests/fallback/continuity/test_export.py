"""A day's papers by hand."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from appointments import booking
from fallback.models import Print
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)


def export(*words):
    out = StringIO()
    call_command("export_diary", *map(str, words), stdout=out)
    return out.getvalue()


def test_pdf_html_and_csv(tmp_path):
    world = worlds.build()
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    said = json.loads(
        export("--day", world.day, "--site", "harbour surgery", "--out", tmp_path, "--json")
    )
    kinds = {path.suffix for path in tmp_path.rglob("*.*") if path.is_file()}
    assert kinds == {".pdf", ".html", ".csv"}
    assert {file["path"] for file in said["files"]} == {
        str(path) for path in tmp_path.rglob("*") if path.is_file()
    }
    made = Print.objects.get()
    assert {(file["print"], file["journal"]) for file in said["files"]} == {
        (made.number, made.journal)
    }
    (csv,) = tmp_path.rglob("*.csv")
    assert "BAKER" in csv.read_text("utf-8-sig").upper()
    (folder,) = {path.parent for path in tmp_path.rglob("*.pdf")}
    assert folder == tmp_path / world.day.isoformat() / "Harbour Surgery"


def test_every_site_when_none_is_named(tmp_path):
    world = worlds.build()
    said = export("--day", world.day, "--out", tmp_path)
    assert "Hill Branch" in said
    assert "open without a password" in said
    assert Print.objects.count() == 2


def test_a_site_that_is_not_there(tmp_path):
    world = worlds.build()
    with pytest.raises(CommandError, match="There are: Harbour Surgery, Hill Branch"):
        export("--day", world.day, "--site", "Nowhere", "--out", tmp_path)


def test_a_day_that_is_none(tmp_path):
    worlds.build()
    with pytest.raises(CommandError, match="must be a day such as"):
        export("--day", "yesterday-ish", "--out", tmp_path)


def test_a_folder_that_can_t_be_written(tmp_path):
    world = worlds.build()
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="can't be written"):
        export("--day", world.day, "--out", tmp_path / "file" / "there")


def test_an_empty_book(tmp_path):
    with pytest.raises(CommandError, match="The book is empty"):
        export("--day", "today", "--out", tmp_path)
