"""Backups: when they are made, what they hold, which are kept."""

import os
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from io import StringIO

import pysqlite3
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from appointments import booking, journal_guard
from appointments.models import JournalEntry
from fallback import backups, sealed
from fallback.backups import keeping, sealing
from fallback.backups.names import Named, name_of, read_name

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def there(folder):
    return sorted((folder / "backups").iterdir())


def book(world, clock="10:40"):
    booking.book(world.slot(clock).pk, world.asks(world.ann), world.by)


def test_one_is_made_and_named_after_what_it_holds(world, folder):
    assert backups.look_after(NOW) == []
    (path,) = there(folder)
    named = read_name(path)
    assert (named.made_at, named.journal) == (NOW, 1)
    assert backups.is_whole(named)
    assert sealing.is_sealed(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Baker" not in path.read_bytes()


@pytest.mark.sqlite
def test_it_opens_as_the_book(world, folder, tmp_path):
    book(world)
    made = backups.make(folder / "backups", NOW)
    opened = tmp_path / "opened.sqlite3"
    opened.touch()
    sealing.unseal(made.path, opened, sealed.password())
    copy = pysqlite3.connect(opened)
    try:
        assert copy.execute("SELECT count(*) FROM appointments_appointment").fetchone() == (1,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    finally:
        copy.close()


def test_only_when_something_changed_but_once_an_hour(world, folder):
    backups.look_after(NOW)
    backups.look_after(NOW + timedelta(minutes=5))
    assert len(there(folder)) == 1
    book(world)
    backups.look_after(NOW + timedelta(minutes=10))
    assert len(there(folder)) == 2
    backups.look_after(NOW + timedelta(minutes=64))
    assert len(there(folder)) == 2
    backups.look_after(NOW + timedelta(minutes=65))
    assert len(there(folder)) == 3


def test_a_backup_that_is_gone_is_made_again(world, folder):
    backups.look_after(NOW)
    there(folder)[0].unlink()
    backups.look_after(NOW + timedelta(minutes=5))
    assert len(there(folder)) == 1


def test_a_clock_that_is_set_back_stops_nothing(world, folder):
    backups.look_after(NOW)
    backups.look_after(NOW - timedelta(hours=3))
    assert len(there(folder)) == 2
    book(world)
    backups.look_after(NOW - timedelta(hours=3) + timedelta(minutes=5))
    assert len(there(folder)) == 3


def spoil(number):
    journal_guard.remove(connection)
    JournalEntry.objects.filter(number=number).update(command="nothing")
    journal_guard.install(connection)


def test_a_book_with_a_bad_entry_gives_no_backup(world, folder):
    backups.look_after(NOW)
    book(world)
    spoil(2)
    (said,) = backups.look_after(NOW + timedelta(minutes=5))
    assert "Entry 2 of G82001's record is bad" in said
    assert len(there(folder)) == 1


def test_within_the_hour_only_new_entries_are_walked_then_all(world, folder):
    backups.look_after(NOW)
    spoil(1)
    book(world)
    assert backups.look_after(NOW + timedelta(minutes=5)) == []
    (said,) = backups.look_after(NOW + timedelta(minutes=61))
    assert "Entry 1" in said


@pytest.mark.sqlite
def test_without_the_guards_there_is_no_backup(world, folder):
    journal_guard.remove(connection)
    try:
        (said,) = backups.look_after(NOW)
    finally:
        journal_guard.install(connection)
    assert "lacks the guard" in said


def test_a_disk_that_is_full(world, folder, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "write_whole", full)
    (said,) = backups.look_after(NOW)
    assert said == "The newest backup could not be made: No space left on device."


def test_what_a_kill_left_is_removed(world, folder):
    (folder / "backups").mkdir()
    left = folder / "backups" / ".20261123T090000.12.making.plain.partial"
    left.write_text("half a book")
    backups.look_after(NOW)
    assert not left.exists()
    assert len(there(folder)) == 1


MAKE_ONE = """
import sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATA_DIR = Path(sys.argv[1])
connection.settings_dict["NAME"] = sys.argv[2]
from fallback import backups
print("go", flush=True)
while True:
    backups.make(settings.DATA_DIR / "backups")
"""


@pytest.mark.faults
@pytest.mark.sqlite
def test_kill_at_any_moment_leaves_only_whole_backups(world, folder):
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    for moment in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", MAKE_ONE, str(folder), name],
            stdout=subprocess.PIPE, env=environment, start_new_session=True,
        )  # fmt: skip
        child.stdout.readline()
        time.sleep(0.7 + 0.31 * moment)
        os.killpg(child.pid, 9)  # the child that copies as well: the power goes
        child.wait()
        child.stdout.close()
    assert all(backups.is_whole(each) for path in there(folder) if (each := read_name(path)))
    assert backups.look_after(timezone.now()) == []
    assert all(read_name(path) for path in there(folder))


def made_every(minutes, days):
    count = days * 24 * 60 // minutes
    for number in range(count):
        at = NOW - timedelta(minutes=minutes * number)
        yield Named(None, at, count - number, "")


def test_kept_in_sensible_steps():
    every = list(made_every(5, 20))
    gone = set(keeping.tidy(every, NOW))
    kept = [each for each in every if each not in gone]
    ages = [NOW - each.made_at for each in kept]
    assert sum(age <= timedelta(hours=1) for age in ages) == 13
    hourly = [a for a in ages if timedelta(hours=1) < a <= timedelta(days=1)]
    assert 23 <= len(hourly) <= 25
    daily = [age for age in ages if age > timedelta(days=1)]
    assert 12 <= len(daily) <= 14
    assert max(ages) <= timedelta(days=14)


def test_tidying_as_time_goes_by_keeps_two_weeks(tmp_path):
    """Each time a backup is made the others are tidied: no step may be eaten on the way."""
    kept = []
    for number in range(0, 20 * 24 * 60, 20):
        now = NOW + timedelta(minutes=number)
        kept.append(Named(None, now, number, ""))
        gone = set(keeping.tidy(kept, now))
        kept = [each for each in kept if each not in gone]
    days = {each.made_at.date() for each in kept}
    assert len(days) >= 14


def test_what_lies_ahead_is_kept():
    ahead = Named(None, NOW + timedelta(days=2), 1, "")
    assert keeping.tidy([ahead], NOW) == []


def test_a_copy_that_is_damaged_does_not_bear_out_its_name(world, folder, tmp_path):
    made = backups.make(folder / "backups", NOW)
    older = tmp_path / "place"
    older.mkdir()
    copy = older / made.path.name
    content = bytearray(made.path.read_bytes())
    copy.write_bytes(content)
    assert backups.newest(older).path == copy
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    assert backups.newest(older) is None
    assert backups.newest(tmp_path / "nowhere") is None


def test_names_are_read_back(tmp_path):
    name = name_of(NOW, 1042, "ab" * 32)
    assert name == "2026-11-23T090000Z entry 1042 check abababababababab.age"
    assert read_name(tmp_path / name) == Named(tmp_path / name, NOW, 1042, "ab" * 8)
    assert read_name(tmp_path / "holiday.age") is None


def back_up(*words):
    out = StringIO()
    call_command("backup", *words, stdout=out)
    return out.getvalue()


def test_by_hand_into_a_folder_or_a_file(world, folder, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    assert "encrypted; opened again and checked, 1 entries" in back_up(
        "--encrypted", "--to", str(stick)
    )
    assert backups.newest(stick)
    back_up("--encrypted", "--to", str(tmp_path / "mine.age"))
    assert sealing.is_sealed(tmp_path / "mine.age")
    with pytest.raises(CommandError, match="is there already"):
        back_up("--encrypted", "--to", str(tmp_path / "mine.age"))
    back_up("--encrypted")
    assert len(there(folder)) == 1
