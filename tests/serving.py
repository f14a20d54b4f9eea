"""The real server (gunicorn) on a data folder of its own, and a desk that talks to it over HTTP.

Standard library only: the processes that act as desks start quickly and take little from the
server that shares the machine with them.
"""

import atexit
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_WITHIN = 30  # s


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give the environment of a program that works on a data folder, with real settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
    return kept | {"SURGERY_DATA": str(folder)} | more


def manage(folder: Path, *words: str, **more: str) -> str:
    """Run a management command on a data folder; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


_running: set["Server"] = set()


@atexit.register
def _end_all() -> None:
    """Leave no server behind when a test that failed did not stop its own."""
    for one in list(_running):
        one.kill()


class Server:
    """Gunicorn with the configuration that `make run` uses."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> "Server":
        """Start, and wait until it answers."""
        gunicorn = ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        self.process = subprocess.Popen(
            [sys.executable, *gunicorn, "--access-logfile", os.devnull],
            cwd=ROOT,
            env=environment(self.folder, PORT=str(self.port)),
            start_new_session=True,  # so that `kill` reaches its workers too
        )
        _running.add(self)
        await_answer(self.port, self.process)
        return self

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        self._gone()

    def kill(self) -> None:
        """Take the ground from under it: SIGKILL to all its processes at once."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self._gone()

    def _gone(self) -> None:
        if self.process:
            self.process.wait(timeout=START_WITHIN)
            self.process = None
        _running.discard(self)


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Serve a data folder for a while."""
    one = Server(folder)
    try:
        yield one.start()
    finally:
        one.stop()


def await_answer(port: int, process: subprocess.Popen, within: float = START_WITHIN) -> None:
    """Wait until the server says that it is well."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise AssertionError(f"no answer on port {port} within {within} s")


class Desk:
    """A signed-in desk with one connection that is kept open, as a browser's is."""

    def __init__(self, port: int, username: str, password: str, desk: str = ""):
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.request("GET", "/sign-in/")
        form = {"username": username, "password": password, "desk": desk}
        status, _ = self.post("/sign-in/", form)
        assert status in (200, 302, 303), f"{username} can't sign in: {status}"

    def post(self, path: str, form: dict[str, str], **headers: str) -> tuple[int, str]:
        """Send a form; gives status and body."""
        token = {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.request("POST", path, urlencode(form | token), **headers)

    def request(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, str]:
        """Ask for a page; gives status and body."""
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            cookies = SimpleCookie(line)
            self.cookies |= {name: morsel.value for name, morsel in cookies.items()}
        return answer.status, answer.read().decode()

    def reconnect(self) -> None:
        """Hang up and open a fresh connection."""
        self.connection.close()
        self.connection.connect()

    def close(self) -> None:
        """Hang up."""
        self.connection.close()
