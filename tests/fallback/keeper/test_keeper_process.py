"""The real keeper as a process: one at a time, ended within two seconds, killed at any moment."""

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.serving import ROOT, environment, manage

pytestmark = [pytest.mark.faults, pytest.mark.sqlite]

PLACES = """
from appointments.journal import Actor
from appointments.models import Practice
from fallback import places
by = Actor(Practice.objects.get(is_home=True))
places.add_place(by, name="one", folder=r"{0}", has_html=True, has_csv=True, pdfs_protected=False)
places.add_place(by, name="two", folder=r"{1}", pdfs_protected=True)
"""


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    """A data folder with a small demo practice, and two places."""
    folder = tmp_path_factory.mktemp("kept")
    manage(folder, "migrate", "-v0")
    manage(folder, "make_demo", "--patients", "200", "--clinicians", "4")
    one, two = (tmp_path_factory.mktemp(name) for name in ("one", "two"))
    manage(folder, "shell", "-v0", "-c", PLACES.format(one, two))
    return folder, one, two


@pytest.fixture
def keeper(practice):
    """Start a keeper on the folder: `keeper()`; a group of its own, so that a kill takes all."""
    started = []

    def start(**more):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "keeper"], cwd=ROOT, env=environment(practice[0]),
            stdout=subprocess.DEVNULL, start_new_session=True, **more,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def said(folder):
    """What the keeper says of the home practice, or nothing yet."""
    try:
        report = json.loads((folder / "keeper.json").read_bytes())
    except FileNotFoundError:
        return {}, {}
    return report, next(iter(report["practices"].values()), {})


def await_all(folder, process, within=180):
    """Wait until nothing is left to make and every place has every print."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        assert process.poll() is None, "the keeper ended"
        report, state = said(folder)
        if report.get("pid") == process.pid and state and not state["waiting"]:
            newest = {(c["site"], c["day"]): c["print"] for c in state["copies"]}
            if newest and all(
                {(c["site"], c["day"]): c["print"] for c in place["copies"]} == newest
                for place in state["places"]
            ):
                return newest
        time.sleep(0.1)
    raise AssertionError("not everywhere")


def assert_whole(place):
    """Everything under a final name is whole, and what the manifest names is what it says."""
    manifest = place / "manifest.json"
    named = json.loads(manifest.read_bytes())["files"] if manifest.exists() else {}
    for path, entry in named.items():
        content = (place / path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], path
    for path in place.glob("????-??-??/*/[!.]*"):
        content = path.read_bytes()
        assert content, path
        if path.suffix == ".pdf":
            assert content.startswith(b"%PDF-"), path
            assert content.rstrip().endswith(b"%%EOF"), path
        elif path.suffix == ".html":
            assert content.rstrip().endswith(b"</html>"), path
    return len(named)


def killed(practice, keeper, rng):
    """Have everything made anew, kill the keeper at some moment, and look."""
    folder, one, two = practice
    (folder / "papers" / "V99999" / "kept.json").unlink(missing_ok=True)
    process = keeper()
    time.sleep(rng.uniform(0.6, 8))
    os.kill(process.pid, signal.SIGKILL)  # its hands end because it does
    process.wait()
    return assert_whole(one) + assert_whole(two)


def test_two_keepers_and_a_quick_end(practice, keeper):
    folder = practice[0]
    first = keeper()
    until = time.monotonic() + 60
    while said(folder)[0].get("pid") != first.pid:
        assert time.monotonic() < until
        time.sleep(0.05)
    second = keeper(stderr=subprocess.PIPE, text=True)
    _, words = second.communicate(timeout=60)
    assert second.returncode == 1
    assert words.strip().endswith("A keeper is at work already on this data folder.")
    for ending in (signal.SIGTERM, signal.SIGINT):
        time.sleep(random.uniform(0, 3))  # in the middle of something
        began = time.monotonic()
        first.send_signal(ending)
        assert first.wait(timeout=10) == 0
        assert time.monotonic() - began < 2
        assert said(folder)[0]["has_ended"] is True
        first = keeper()
        until = time.monotonic() + 60
        while said(folder)[0]["pid"] != first.pid:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_killed_a_few_times_and_all_is_whole_in_the_end(practice, keeper):
    folder, one, two = practice
    rng = random.Random(8)
    for _ in range(4):
        killed(practice, keeper, rng)
    newest = await_all(folder, keeper())
    assert len(newest) == 24
    assert assert_whole(one) > assert_whole(two) >= len(newest)
    for place in (one, two):
        on_disk = {str(path.relative_to(place)) for path in place.glob("????-??-??/*/*")}
        assert on_disk == set(json.loads((place / "manifest.json").read_bytes())["files"])


@pytest.mark.soak
def test_killed_two_hundred_times(practice, keeper):
    rng = random.Random()
    for _ in range(200):
        killed(practice, keeper, rng)
    await_all(practice[0], keeper())
    assert assert_whole(practice[1]) > assert_whole(practice[2]) > 0
