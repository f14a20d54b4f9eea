"""`make run`: the keeper beside the server. Either may be killed; nothing outlives the end."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.serving import HOST, ROOT, await_answer, environment, free_port

pytestmark = [pytest.mark.faults, pytest.mark.sqlite]
WITHIN = 60  # s


@pytest.fixture
def run(tmp_path):
    """Start what `make run` starts; gives process, port and data folder."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.run"], cwd=ROOT, start_new_session=True,
        env=environment(tmp_path, DEMO="0", PORT=str(port)),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    yield process, port, tmp_path
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def keeper_of(folder, *, other_than=0):
    """Wait for a keeper's report; gives its process id."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError):
            pid = json.loads((folder / "keeper.json").read_bytes())["pid"]
            if pid != other_than:
                return pid
        time.sleep(0.1)
    raise AssertionError("no keeper")


def is_gone(pid, within=15):
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().split()[2] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def healthz(port):
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    return answer.status, said["paper"]


def test_a_keeper_that_is_killed_comes_again_and_the_server_stays(run):
    process, port, folder = run
    await_answer(port, process, within=WITHIN)
    pid = keeper_of(folder)
    os.kill(pid, signal.SIGKILL)
    assert healthz(port)[0] == 200
    again = keeper_of(folder, other_than=pid)
    assert healthz(port) == (200, "ok")  # nothing to keep in an empty book, and somebody keeps it
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert is_gone(again)


def test_killed_with_its_group_it_leaves_nothing(run):
    process, port, folder = run
    await_answer(port, process, within=WITHIN)
    pid = keeper_of(folder)
    os.killpg(process.pid, signal.SIGKILL)
    assert is_gone(pid)
    until = time.monotonic() + 15
    with contextlib.suppress(OSError):
        while healthz(port) and time.monotonic() < until:
            time.sleep(0.1)
    assert time.monotonic() < until, "the server is still there"
