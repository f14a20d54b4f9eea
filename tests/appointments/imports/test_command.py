"""`manage.py import_emis`: what people and programs see of a load."""

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from appointments import journal
from appointments.imports import emis
from appointments.models import Practice
from tests.appointments.imports.whole import whole

pytestmark = pytest.mark.django_db

TABLES = [
    "organisation", "location", "user", "patient", "session", "session_user", "slot", "slot_type",
    "appointment", "clash",
]  # fmt: skip


def test_json_is_one_object(small, tmp_path, capsys):
    call_command("import_emis", small.book(1, 1).write(tmp_path / "x"), "--json")
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert out.count("\n") == 1
    assert sorted(said) == sorted(TABLES)
    assert said["patient"] == {
        "created": 4, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0,
    }  # fmt: skip
    assert said["appointment"]["created"] == 1
    assert "Reading" in err
    assert "the book was locked for" in err
    assert "Baker" not in out + err


def test_people_get_a_short_table(small, tmp_path, capsys):
    call_command("import_emis", small.write(tmp_path / "x"))
    out, err = capsys.readouterr()
    assert "created" in out.splitlines()[0]
    assert "4 desks were made at the main site, so that reception can sign in" in out
    assert "Loaded in" in err
    assert "Baker" not in out


def test_the_rejects_file_lists_as_many_rows_as_were_rejected(small, tmp_path, capsys):
    small.slot(1)["PlannedDurationInMinutes"] = "0"
    small.book(2, 99)
    file = tmp_path / "rejects.csv"
    call_command("import_emis", small.write(tmp_path / "x"), "--rejects", file, "--json")
    counts = json.loads(capsys.readouterr().out)
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == sum(counts[table]["rejected"] for table in TABLES) == 3
    assert {(row["table"], row["line"]) for row in rows} == {
        ("user", "4"), ("slot", "2"), ("appointment", "3"),
    }  # fmt: skip


def test_a_rejects_file_that_cannot_be_written_is_told_before_anything_is_loaded(small, tmp_path):
    folder = small.write(tmp_path / "x")
    with pytest.raises(CommandError, match=r"can't be written \(No such file or directory\)"):
        call_command("import_emis", folder, "--rejects", tmp_path / "nowhere" / "rejects.csv")
    assert not Practice.objects.exists()


def test_what_is_no_extract_gets_one_sentence(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import_emis", tmp_path)
    assert "is not an EMIS Web extract" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_another_practice_than_the_one_named(small, tmp_path):
    with pytest.raises(CommandError, match="is of G82001, not of G82099"):
        call_command("import_emis", small.write(tmp_path / "x"), "--practice", "g82099")


def test_a_whole_practice(tmp_path):
    """12,000 patients and 16,800 slots.

    Loading them may take 30 s and lock the book for 3 s: `make bench` measures that, where nothing
    else runs. Here it is only not to be far off.
    """
    folder = whole(tmp_path / "whole")
    report = emis.load(folder)
    assert report.seconds <= 60
    assert report.lock_seconds <= 6
    assert report.counts["patient"]["created"] >= 11_900
    assert report.counts["slot"]["created"] >= 16_800
    assert report.counts["appointment"]["created"] >= 6_700
    practice = Practice.objects.get()
    assert journal.first_fault(practice) is None
    again = emis.load(folder)
    assert again.lock_seconds == 0
    assert journal.newest(practice) == 1
