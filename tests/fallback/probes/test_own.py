"""The server's own: its disk, its printers, its clock against the desks'."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fallback.printing import NoPrintService, cups
from fallback.probes import desk_clocks, own
from fallback.probes.desk_clocks import Told, compare, told
from fallback.probes.looking import Look
from tests.world import PASSWORD

# --- Disk ----------------------------------------------------------------------------------


def test_a_disk_with_room(tmp_path):
    found = own.disk(str(tmp_path), 5)
    assert found.is_well
    assert found.words.endswith("GB free")


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(own, "LEAST_FREE", 1e18)
    found = own.disk(str(tmp_path), 5)
    assert not found.is_well
    assert found.words.startswith("is nearly full: ")


def test_a_disk_that_can_t_be_written(tmp_path):
    assert own.disk(str(tmp_path / "gone"), 5) == Look(
        False, "can't be written (No such file or directory)"
    )


# --- Printers --------------------------------------------------------------------------------


@pytest.fixture
def lpstat(monkeypatch):
    """What the print service says, by what it is asked."""
    said = {"-r": "scheduler is running", "-v": "device for front: usb://HP/x", "-p": ""}
    monkeypatch.setattr(cups, "_run", lambda command, flag, *_: said[flag])
    return said


IDLE = "printer front is idle.  enabled since Mon 23 Nov 2026 08:00:00 GMT\n"


def test_a_printer_that_is_ready(lpstat):
    lpstat["-p"] = IDLE
    assert own.printer("front", 5) == Look(True)


def test_a_printer_that_was_stopped(lpstat):
    lpstat["-p"] = "printer front disabled since Mon 23 Nov 2026 -\n\tPaper jam\n"
    assert own.printer("front", 5) == Look(False, "has been stopped: Paper jam")


def test_a_printer_that_is_unknown(lpstat):
    lpstat["-p"] = 'lpstat: Invalid destination name in list "front".\n'
    assert not own.printer("front", 5).is_well


def test_no_print_service(monkeypatch):
    def fails(*_):
        raise NoPrintService("The print service (CUPS) on the server is not running: start it.")

    monkeypatch.setattr(cups, "_run", fails)
    assert own.printer("front", 5).words.startswith("can't be asked: The print service")


@pytest.mark.parametrize("path", ["socket://{}", "ipp://{}/ipp/print"])
def test_a_printer_on_the_network(lpstat, silent, refusing, path):
    lpstat["-p"] = IDLE
    lpstat["-v"] = "device for front: " + path.format(silent)
    assert own.printer("front", 5) == Look(True)
    lpstat["-v"] = "device for front: " + path.format(refusing)
    assert own.printer("front", 5) == Look(False, "refuses connections")


@pytest.mark.parametrize("where", ["", "nonsense", "socket://", "ipp://[x", "socket://a:x/"])
def test_a_way_to_it_that_we_can_t_read(lpstat, where):
    lpstat["-p"] = IDLE
    lpstat["-v"] = f"device for front: {where}"
    assert own.printer("front", 5) == Look(True)


# --- Clocks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ahead, is_well, words",
    [
        ([], True, "no desk has said its time lately"),
        ([3], True, ""),
        ([240], False, "differ: Desk 1's is 4 min ahead of the server's. Which is right?"),
        ([240, 241, 239], False, "differ: the server's is 4 min behind most desks'"),
        ([-7200, -7201], False, "differ: the server's is 2 h ahead of most desks'"),
        ([0, 1, 720], True, "Desk 3's is 12 min ahead of the server's"),
        ([0, 1, -90, 3], True, "Desk 3's is 2 min behind the server's"),
    ],
)
def test_the_server_s_clock_against_the_desks(ahead, is_well, words):
    clocks = [Told(f"Desk {number}", much) for number, much in enumerate(ahead, 1)]
    assert compare(clocks) == Look(is_well, words)


@given(st.lists(st.floats(-1e7, 1e7), min_size=2, max_size=20))
def test_most_desks_decide(ahead):
    clocks = [Told(f"Desk {number}", much) for number, much in enumerate(ahead)]
    right = sum(abs(much) < desk_clocks.DIFFERS for much in ahead)
    if right * 2 > len(ahead):
        assert compare(clocks).is_well
    if all(much >= desk_clocks.DIFFERS for much in ahead):
        assert not compare(clocks).is_well


@pytest.fixture
def desk(world, client):
    client.post("/sign-in/", {"username": "priya", "password": PASSWORD, "desk": "1"})
    return client


def poll(client, ahead=0.0, said=None):
    said = said or str(round((time.time() + ahead) * 1000))
    headers = {"X-Poll": "1", "X-Desk-Time": said}
    return client.get("/diary/", headers=headers, follow=True)


def test_a_desk_that_asks_for_the_day_says_its_time(world, desk):
    assert poll(desk, 240).status_code == 200
    (one,) = told(world.practice.pk, timezone.now())
    assert one.desk == "Desk 1"
    assert 239 < one.ahead < 241
    assert own.clocks(str(world.practice.pk), 5).words.startswith("differ: Desk 1's is 4 min ahead")
    assert told(world.practice.pk, timezone.now() + timedelta(minutes=11)) == []


@pytest.mark.parametrize("said", ["soon", "-1", "1" * 30, "²" * 13, "0"])
def test_nonsense_is_no_time(world, desk, said):
    desk.get("/diary/", headers={"X-Poll": "1", "X-Desk-Time": said.encode().decode("latin-1")})
    assert told(world.practice.pk, timezone.now()) == []


def test_nobody_signed_in_says_nothing(world, client):
    poll(client)
    assert told(world.practice.pk, timezone.now()) == []


def test_written_once_a_minute_and_never_in_the_way(world, desk, monkeypatch, settings):
    poll(desk)
    before = told(world.practice.pk, timezone.now())
    poll(desk, 500)
    assert told(world.practice.pk, timezone.now()) == before
    monkeypatch.setattr(desk_clocks, "NOTED_EVERY", 0)
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    assert poll(desk, 500).status_code == 200


def test_half_a_file_is_passed_over(world, settings):
    folder = settings.DATA_DIR / "desk-clocks"
    folder.mkdir()
    (folder / "x.json").write_text('{"practice": ')
    (folder / "y.json").write_text("[]")
    assert told(world.practice.pk, timezone.now()) == []
