"""40 checks, half of which hang: how long a round takes, and what it costs the keeper."""

import http.server
import os
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from appointments.journal import Actor
from appointments.models import Practice
from fallback import probes
from fallback.models import Probe
from fallback.probes.watching import TURN, Watching
from tests.benchmarks.ground import Figure

MANY = 40
PERIOD, WITHIN = 30, 5  # s, as a new check has them
LEAST_CPU = 0.1  # cores
ROUNDS = 2


def measure() -> Iterator[Figure]:
    """Watch two rounds."""
    practice = Practice.objects.get(is_home=True)
    by = Actor(practice)
    with machines() as addresses:
        for number in range(MANY):
            target = addresses[number % len(addresses)].format(number)
            probes.add_probe(
                by, kind="outside", name=f"{number}", target=target, period_seconds=PERIOD,
                within_seconds=WITHIN,
            )  # fmt: skip
        yield from watch(practice)
    Probe.objects.filter(practice=practice).delete()


def watch(practice: Practice) -> Iterator[Figure]:
    """Take the watch's turns, as the keeper's thread does."""
    one, longest = Watching(), 0.0
    began, spent = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    judged: float | None = None
    while time.monotonic() < began + ROUNDS * PERIOD:
        at = time.monotonic()
        one.turn(at)
        longest = max(longest, time.monotonic() - at)
        eyes = [e for e in one.eyes[practice.pk].values() if e.what.kind == Probe.Kind.OUTSIDE]
        if judged is None and all(eye.tried_at is not None for eye in eyes):
            judged = time.monotonic() - began
        time.sleep(TURN)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime
    states = [eye.judge.state for eye in eyes]
    note = f"{states.count('well')} well, {states.count('down')} down; {os.cpu_count()} cores"
    yield Figure(
        f"{MANY} checks, half hanging: a round", judged or PERIOD * ROUNDS, "s", at_most=PERIOD,
        note=note,
    )  # fmt: skip
    yield Figure("the longest that a turn of the watch took", longest, "s", at_most=PERIOD / 3)
    yield Figure("processor for it", cpu / (ROUNDS * PERIOD), "cores", at_most=LEAST_CPU)


class Well(http.server.BaseHTTPRequestHandler):
    """Answers."""

    def do_GET(self) -> None:
        """Say that all is well."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def machines() -> Iterator[list[str]]:
    """Two kinds that hang (one takes connections, one does not) and two that answer."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Well)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    silent = socket.create_server(("127.0.0.1", 0), backlog=MANY)
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    for _ in range(8):
        waiting.append(socket.socket())
        waiting[-1].setblocking(False)
        waiting[-1].connect_ex(full.getsockname())
    ports = [one.getsockname()[1] for one in (silent, full, server.socket, server.socket)]
    try:
        yield [f"http://127.0.0.1:{port}/{{}}" for port in ports[:3]] + [
            f"http://localhost:{ports[3]}/{{}}"
        ]
    finally:
        for one in (*waiting, full, silent):
            one.close()
        server.shutdown()
        server.server_close()
