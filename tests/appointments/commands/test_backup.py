import stat
import threading
from io import StringIO

import pysqlite3
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from appointments import booking
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)


def back_up(*words):
    out = StringIO()
    call_command("backup", *words, stdout=out)
    return out.getvalue()


def rows(path, table):
    copy = pysqlite3.connect(path)
    try:
        return copy.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    finally:
        copy.close()


@pytest.mark.sqlite
def test_the_copy_is_whole_and_one_file(tmp_path):
    made = world.build()
    booking.book(made.slot("10:40").pk, made.asks(made.ann), made.by)
    target = tmp_path / "copies" / "today.sqlite3"
    said = back_up("--to", str(target))
    assert said.startswith(f"Backed up to {target} (")
    assert rows(target, "appointments_appointment") == 1
    assert [path.name for path in target.parent.iterdir()] == ["today.sqlite3"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.sqlite
def test_booking_goes_on_meanwhile(tmp_path):
    made = world.build()
    slot = made.slot("10:40").pk
    done = threading.Event()

    def book():
        booking.book(slot, made.asks(made.ann), made.by)
        connection.close()
        done.set()

    other = threading.Thread(target=book)
    other.start()
    back_up("--to", str(tmp_path / "one.sqlite3"))
    other.join(timeout=10)
    assert done.is_set()


@pytest.mark.postgres
def test_a_dump_that_postgresql_can_read(tmp_path):
    world.build()
    target = tmp_path / "today.dump"
    back_up("--to", str(target))
    assert target.read_bytes().startswith(b"PGDMP")


def test_without_a_name_it_goes_to_the_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    back_up()
    (made,) = (tmp_path / "backups").iterdir()
    assert f"-version-{settings.APP_VERSION}." in made.name


def test_nothing_is_overwritten(tmp_path):
    target = tmp_path / "there"
    target.write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        back_up("--to", str(target))
    assert target.read_text() == "mine"


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="can't be written"):
        back_up("--to", str(tmp_path / "file" / "copy"))
