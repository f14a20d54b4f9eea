"""Putting a backup back: what it takes, what it loses, what can go wrong."""

import fcntl
import json
import os
import subprocess
import sys
from io import StringIO

import psycopg
import pysqlite3
import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection

from appointments import booking
from appointments.models import Appointment
from fallback import backups, sealed
from fallback.backups import sealing
from fallback.models import Epoch, Print
from fallback.paper import making
from tests import world as worlds


@pytest.fixture
def backup(world, folder):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    return backups.make(folder / "backups").path


@pytest.fixture
def clean_up(world):
    """PostgreSQL keeps the book from before as a database: not after the test."""
    yield
    if connection.vendor == "postgresql":
        connection.close()
        name = connection.settings_dict["NAME"]
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}_%"])
            for (left,) in cursor.fetchall():
                cursor.execute(f'DROP DATABASE "{left}"')


def restore(*words):
    out = StringIO()
    call_command("restore", *map(str, words), stdout=out)
    return out.getvalue()


def booked():
    return set(Appointment.objects.values_list("patient__family_name", flat=True))


def test_it_is_as_it_was(world, backup, clean_up):
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    said = restore(backup, "--yes")
    assert "The backup is in place. The book from before is kept: " in said
    assert booked() == {"Baker"}
    worlds.assert_rebuilds(world.practice)
    booking.book(world.slot("10:20").pk, world.asks(world.cat), world.by)  # and it goes on
    worlds.assert_rebuilds(world.practice)


def test_what_would_be_lost_is_said_first(world, backup, clean_up):
    for clock, patient in (("10:10", world.bob), ("10:20", world.cat)):
        booking.book(world.slot(clock).pk, world.asks(patient), world.by)
    one = Appointment.objects.get(patient=world.bob)
    booking.cancel(one.pk, world.by, cancelled_for="patient", reason="")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("restore", str(backup), "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["restored"] is False
    words = {each["words"] for each in said["lost"]}
    assert words == {"2 appointments booked", "1 appointment cancelled"}
    assert booked() == {"Baker", "Carter", "Hughes"}
    assert "2 appointments booked, 1 appointment cancelled." in restore(backup, "--yes")


def test_nothing_without_a_yes(world, backup, monkeypatch, clean_up):
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    monkeypatch.setattr("builtins.input", lambda _: "y")
    with pytest.raises(SystemExit):
        restore(backup)
    assert booked() == {"Baker", "Carter"}
    assert not Epoch.objects.exists()
    monkeypatch.setattr("builtins.input", lambda _: "Yes")
    restore(backup)
    assert booked() == {"Baker"}


def test_another_life_begins(world, backup, clean_up):
    making.make(world.practice, world.site, world.day)
    restore(backup, "--yes")
    first = Epoch.objects.get()
    assert first.because == f"put back from {backup.name}"
    # The print that was made after the backup is not given out again.
    assert making.make(world.practice, world.site, world.day).print.number == 3
    restore(backup, "--yes")
    assert Epoch.objects.count() == 1
    assert Epoch.objects.get() != first


def test_print_numbers_go_on_above_those_nobody_knows_of(world, backup, clean_up):
    Print.objects.all().delete()
    restore(backup, "--yes")
    assert making.make(world.practice, world.site, world.day).print.number == 100_001


def test_a_book_that_went_its_own_way_is_said(world, backup, clean_up):
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    later = backups.make(configured.DATA_DIR / "backups").path
    restore(backup, "--yes")
    booking.book(world.slot("10:20").pk, world.asks(world.cat), world.by)
    assert "did not grow out of this backup" in restore(later, "--yes")
    assert booked() == {"Baker", "Carter"}


def test_another_password(world, backup, tmp_path):
    wrong = tmp_path / "password"
    wrong.write_text("K7QH-M4XC-9RTW-AAAA-CCCC-DDDD\n")
    with pytest.raises(CommandError, match=r"not this backup's password.*Nothing was changed"):
        restore(backup, "--yes", "--password-file", wrong)
    assert booked() == {"Baker"}


def test_no_password_at_hand(world, backup, folder):
    (folder / "sealed-password").unlink()
    with pytest.raises(CommandError, match="--password-file"):
        restore(backup, "--yes")


@pytest.mark.parametrize("harm", ["cut", "altered", "empty", "something else"])
def test_a_damaged_file(world, backup, harm):
    content = backup.read_bytes()
    harmed = {
        "cut": content[: len(content) * 2 // 3],
        "altered": content[:2000] + b"?" + content[2001:],
        "empty": b"",
        "something else": b"PK\x03\x04 some letters",
    }
    backup.write_bytes(harmed[harm])
    with pytest.raises(CommandError, match="Nothing was changed"):
        restore(backup, "--yes")
    assert booked() == {"Baker"}
    left = [path.name for path in configured.DATA_DIR.iterdir() if "partial" in path.name]
    assert left == []


def test_a_file_that_is_not_there(world, tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        restore(tmp_path / "nothing.age", "--yes")


@pytest.mark.parametrize("lock, who", [("lock", "appointment book"), ("keeper.lock", "keeper")])
def test_while_somebody_works_on_it(world, backup, folder, lock, who):
    with (folder / lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match=f"{who} is running"):
            restore(backup, "--yes")
    assert booked() == {"Baker"}


@pytest.mark.postgres
def test_while_somebody_is_connected(world, backup):
    params = connection.get_connection_params()
    connection.close()
    known = ("dbname", "user", "password", "host", "port")
    other = psycopg.connect(**{key: params[key] for key in known if params.get(key)})
    with other, pytest.raises(CommandError, match="1 other connection"):
        restore(backup, "--yes")
    assert booked() == {"Baker"}


def sealed_again(plain, folder):
    target = folder / "made.age"
    target.touch()
    sealing.seal(plain, target, sealed.password())
    return target


@pytest.fixture
def altered(world, backup, tmp_path):
    """The backup's database, to be altered and sealed again: gives a function."""

    def alter(*statements):
        plain = tmp_path / "plain.sqlite3"
        plain.touch()
        sealing.unseal(backup, plain, sealed.password())
        book = pysqlite3.connect(plain)
        try:
            for statement in statements:
                book.execute(statement)
            book.commit()
        finally:
            book.close()
        return sealed_again(plain, tmp_path)

    return alter


@pytest.mark.sqlite
def test_a_bad_entry(world, altered):
    file = altered(
        "DROP TRIGGER journal_entry_no_update",
        "UPDATE appointments_journalentry SET command = 'x' WHERE number = 2",
    )
    with pytest.raises(CommandError, match="Entry 2 of G82001's record is bad"):
        restore(file, "--yes")
    assert booked() == {"Baker"}


@pytest.mark.sqlite
def test_a_newer_version_s(world, altered):
    file = altered(
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('fallback', '0099_from_the_future', '2027-01-01')"
    )
    with pytest.raises(CommandError, match=r"newer version .* fallback\.0099_from_the_future"):
        restore(file, "--yes")


@pytest.mark.sqlite
def test_not_this_program_s(world, altered):
    with pytest.raises(CommandError, match="not this program's database"):
        restore(altered("DROP TABLE django_migrations"), "--yes")


class Machine:
    """A data folder of its own, worked on by real processes."""

    def __init__(self, folder):
        self.folder = folder
        said = {"SURGERY_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "surgery.settings"}
        self.environment = os.environ | said

    def python(self, *words):
        command = [sys.executable, *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True)

    def manage(self, *words):
        done = self.python("manage.py", *map(str, words))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, *lines):
        return self.manage("shell", "-v0", "-c", "\n".join(lines))

    def entries(self):
        return self.manage("verify_journal").strip()


@pytest.fixture
def password(world, tmp_path):
    """The sealed kit's password, typed into a file as people type."""
    file = tmp_path / "typed"
    file.write_text(sealed.password().lower().replace("-", " "))
    return file


@pytest.mark.sqlite
def test_an_older_version_s_is_brought_up_to_date(tmp_path):
    """A plain copy, as `make upgrade` leaves it, of a book before there were epochs."""
    old, fresh = Machine(tmp_path / "old"), Machine(tmp_path / "fresh")
    old.manage("migrate", "-v0", "appointments")
    old.manage("migrate", "-v0", "fallback", "0001")
    old.shell(
        "from appointments.models import Practice, Site",
        "from appointments import journal",
        "p = Practice.objects.create(ods_code='G82001', name='Old', is_home=True)",
        "journal.start(p)",
        "with journal.writing(journal.Actor(p), 'found') as entry:",
        "    site = entry.add(Site(practice=p, name='Old'))",
        "    entry.change(p, main_site=site)",
    )
    old.manage("backup", "--to", tmp_path / "old.sqlite3")
    said = fresh.manage("restore", tmp_path / "old.sqlite3", "--yes")
    assert "There is no book here yet" in said
    assert fresh.entries() == "G82001: the journal is whole, 1 entries"
    fresh.manage("migrate", "--check")
    counted = fresh.shell("from fallback.models import Epoch", "print(Epoch.objects.count())")
    assert counted == "1\n"


@pytest.mark.sqlite
def test_a_fresh_machine_with_the_file_and_the_password(world, backup, password, tmp_path):
    fresh = Machine(tmp_path / "fresh")
    fresh.manage("restore", backup, "--yes", "--password-file", password)
    assert fresh.entries() == "G82001: the journal is whole, 2 entries"
    # Its next backups and protected papers open with the password that is in the sealed kit.
    assert (fresh.folder / "sealed-password").read_text().strip() == sealed.password()


@pytest.mark.sqlite
def test_a_book_that_can_t_be_read_is_replaced_and_kept(world, backup, password, tmp_path):
    broken = Machine(tmp_path / "broken")
    broken.folder.mkdir()
    book = broken.folder / "appointments.sqlite3"
    book.write_bytes(b"SQLite format 3\0" + b"no more" * 2000)
    log = broken.folder / "appointments.sqlite3-wal"
    log.write_bytes(b"what was not in the book yet")
    said = broken.manage("restore", backup, "--yes", "--password-file", password)
    assert "can't be read, so what it has since the backup can't be said" in said
    kept = next((broken.folder / "backups").glob("before-restore-*.sqlite3"))
    assert kept.read_bytes().endswith(b"no more")
    assert not log.exists()
    assert broken.entries() == "G82001: the journal is whole, 2 entries"


# The process ends as the plug ends it, when it is about to do this to the book itself.
CUT = """
import os, sys
step, words = sys.argv[1], sys.argv[2:]
real = getattr(os, step)
def dies(*args, **kwargs):
    if step == "fsync" or "appointments.sqlite3" in str(args[-1] if step == "replace" else args[0]):
        if "restoring" not in str(args[-1]):
            os._exit(9)
    return real(*args, **kwargs)
setattr(os, step, dies)
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *words])
"""


@pytest.mark.faults
@pytest.mark.sqlite
def test_a_power_cut_in_the_middle_leaves_the_book_as_it_was(world, backup, password, tmp_path):
    here = Machine(tmp_path / "here")
    words = ["restore", str(backup), "--yes", "--password-file", str(password)]
    here.manage(*words)
    here.shell(
        "from appointments import journal, practices",
        "from appointments.models import Practice",
        "p = Practice.objects.get()",
        "practices.add_desk(journal.Actor(p), site_id=p.main_site_id, number=9, name='Desk 9')",
    )
    for step in ("link", "fsync", "replace"):
        ended = here.python("-c", CUT, step, *words)
        assert ended.returncode == 9, ended.stderr
        assert here.entries() == "G82001: the journal is whole, 3 entries"
    here.manage(*words)  # and the next try goes through
    assert here.entries() == "G82001: the journal is whole, 2 entries"
