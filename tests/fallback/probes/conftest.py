"""The cast on a data folder of the test's own, and machines that answer or don't."""

import http.server
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from fallback.probes.looking import Look
from fallback.probes.watching import Watching
from tests.world import build

STEP = 5  # s


@pytest.fixture
def world(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return build()


class Page(http.server.BaseHTTPRequestHandler):
    """Answers as its path says: /200, /503, /moved, /late."""

    def do_GET(self):
        """Answer."""
        if self.path == "/late":
            time.sleep(1)
        moved = self.path == "/moved"
        self.send_response(
            302 if moved else int(self.path.strip("/")) if self.path != "/late" else 200
        )
        if moved:
            self.send_header("Location", "http://sign-in.example/")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def web():
    """A web server on this machine: gives its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def silent():
    """A machine that takes connections and never says a word: gives its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as line:
        yield f"127.0.0.1:{line.getsockname()[1]}"


@pytest.fixture
def black_hole():
    """A machine that does not even take connections: its queue is full. Gives its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as line:
        waiting = []
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(line.getsockname())
            waiting.append(one)
        yield f"127.0.0.1:{line.getsockname()[1]}"
        for one in waiting:
            one.close()


@pytest.fixture
def refusing():
    """A port at which nobody listens."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{line.getsockname()[1]}"


class Done:
    """A try that is over as soon as it began."""

    def __init__(self, what, at, found):
        self.what, self.began, self.ended, self.found = what, at, at, found


@pytest.fixture
def watching(world, monkeypatch):
    """A watch whose clocks and answers the test gives.

    `watching.go(30, internet=False)` lets half a minute go by in which one thing does not answer,
    and gives what is thought of all; `watching.set_clock(3600)` puts the clock on the wall forward.
    """
    answers: dict[str, bool] = {}
    at, wall = [1000.0], [timezone.now() - timedelta(seconds=1000)]
    monkeypatch.setattr(timezone, "now", lambda: wall[0] + timedelta(seconds=at[0]))

    def begin(what):
        is_well = answers.get(what.name, True)
        return Done(what, at[0], Look(is_well, "" if is_well else "does not answer"))

    def go(seconds=30, step=STEP, **now):
        answers.update({name.replace("_", " "): is_well for name, is_well in now.items()})
        for _ in range(seconds // step):
            at[0] += step
            one.turn(at[0])
        return {state.name: state for state in one.states.get(world.practice.pk, ())}

    def set_clock(seconds):
        wall[0] += timedelta(seconds=seconds)

    one = Watching(begin)
    one.go, one.set_clock = go, set_clock
    return one
