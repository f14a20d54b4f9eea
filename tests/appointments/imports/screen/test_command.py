"""`manage.py import_screen`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from appointments import journal
from appointments.models import Appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(listed, world, mapping_of, tmp_path):
    file = listed().row("10:00", world.ann).row("10:10", holder="Dr No")
    mapping_of(file, name="Daily")
    path = tmp_path / "list.csv"
    path.write_bytes(file.data())
    return path


def run(*words):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_screen", *map(str, words), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_loads_and_says_what_became_of_every_row(path, tmp_path, world):
    rejects = tmp_path / "rejects.csv"
    out, _ = run(path, "--json", "--rejects", rejects)
    counts = json.loads(out)
    assert counts["appointment"]["created"] == 1
    assert counts["row"]["rejected"] == 1
    assert "list.csv,3,row,,no clinician in the book is called 'Dr No'" in rejects.read_text()
    assert "Baker" not in rejects.read_text()
    out, err = run(path, "--mapping", "daily")
    assert "appointment" in out
    assert "the book was locked for" in err


def test_a_dry_run_changes_nothing(path, world):
    number = journal.newest(world.practice)
    _, err = run(path, "--dry-run")
    assert "1 new, 0 moved, 0 cancelled, 0 clash, 0 marked. Nothing was changed." in err
    assert journal.newest(world.practice) == number
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "words,sentence",
    [
        (["--mapping", "Other"], "No list is called Other. There are: Daily."),
        (["--practice", "X99999"], "no such practice"),
        (["--rejects", "/dev/null/x.csv"], "can't be used"),
    ],
)
def test_what_it_refuses(path, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(path, *words)
    assert not Appointment.objects.exists()


def test_a_file_that_is_not_there_and_one_that_is_not_known(path, tmp_path):
    with pytest.raises(CommandError, match="can't be used"):
        run(tmp_path / "none.csv")
    other = tmp_path / "other.csv"
    other.write_text("Date,Time,Clinician\n")
    with pytest.raises(CommandError, match="not those of a list that was set up"):
        run(other)
