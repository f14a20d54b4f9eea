"""A real keeper, and a machine that really goes away and comes back."""

import contextlib
import json
import signal
import subprocess
import sys
import time

import pytest

from tests.serving import ROOT, environment, free_port, manage

# A minute of waiting for real tries; the rules are tried against a clock of their own elsewhere.
pytestmark = [pytest.mark.soak, pytest.mark.faults, pytest.mark.sqlite]
WITHIN = 90  # s
PRACTICE = """
from appointments import journal
from appointments.models import Practice, Site
from appointments.journal import Actor
from fallback import probes
practice = Practice.objects.create(ods_code="G82001", name="Harbour", is_home=True)
journal.start(practice)
with journal.writing(Actor(practice), "found") as entry:
    entry.add(Site(practice=practice, name="Harbour"))
probes.add_probe(
    Actor(practice), kind="outside", name="internet", target="{target}", period_seconds=10,
    within_seconds=2,
)
"""


@contextlib.contextmanager
def outside(port):
    """A machine outside, which is a process: when it is killed, nobody answers."""
    words = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(
        words, cwd=ROOT / "docs", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        yield
        process.kill()


@contextlib.contextmanager
def keeper(folder):
    """A keeper on a data folder."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "keeper"], cwd=ROOT, env=environment(folder)
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def state(folder):
    """What it says of the address, and when papers were made because of it."""
    with contextlib.suppress(FileNotFoundError):
        for practice in json.loads((folder / "keeper.json").read_bytes())["practices"].values():
            for probe in practice["probes"]:
                if probe["name"] == "internet":
                    return probe["state"], probe["since"], practice["prepared_at"]
    return None, None, None


def wait_for(folder, wanted):
    until = time.monotonic() + WITHIN
    while (now := state(folder))[0] != wanted:
        assert time.monotonic() < until, now
        time.sleep(0.2)
    return now


def test_down_and_well_again_also_through_a_keeper_s_end(tmp_path):
    port = free_port()
    manage(tmp_path, "migrate", "--verbosity", "0")
    manage(tmp_path, "shell", "-c", PRACTICE.format(target=f"http://127.0.0.1:{port}/"))
    with keeper(tmp_path):
        with outside(port):
            assert wait_for(tmp_path, "well")[2] is None
        began = time.time()
        _, _, prepared_at = wait_for(tmp_path, "doubtful")
        assert prepared_at
        _, since, _ = wait_for(tmp_path, "down")
        assert time.time() - began < 25
    with keeper(tmp_path):
        time.sleep(5)
        assert wait_for(tmp_path, "down")[1][:16] == since[:16]
        with outside(port):
            _, again, prepared = wait_for(tmp_path, "well")
    assert again > since
    assert prepared == prepared_at  # no papers twice within the hour
