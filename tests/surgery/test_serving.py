"""The server as `make run` starts it: real processes on a data folder of their own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.serving import HOST, ROOT, Server, environment, free_port, manage

pytestmark = [pytest.mark.sqlite, pytest.mark.faults]  # PostgreSQL's run starts no server


@pytest.fixture
def run(tmp_path):
    """Start `make run` (without make) with some environment: `run(PORT="0")`."""
    started = []

    def start(**more):
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=ROOT,
            env=environment(tmp_path / "data", DEMO="0", **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def first_lines(process, until):
    """Read what is printed up to a line with a word in it."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if until in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def sentence(process):
    """Give what a process that can't start says as it ends."""
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1, said
    return said


def is_running(group):
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return any(row[0] == str(group) and row[1][0] != "Z" for row in rows)


def await_end(process, within=15):
    process.wait(timeout=within)
    until = time.monotonic() + within
    while is_running(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_running(process.pid)


def test_it_serves_and_a_signal_ends_all_of_it(run):
    port = str(free_port())
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process = run(PORT=port)
        said = first_lines(process, "Ctrl-C stops it")
        assert f"http://{HOST}:{port} " in said
        wait_for(int(port))
        os.kill(process.pid, how)  # to the server alone; a terminal tells the whole group
        assert await_end(process), how


def wait_for(port):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex((HOST, port)) == 0:
                one.sendall(b"GET /healthz?q=smith HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert b" 200 " in one.recv(4096)
                return
        time.sleep(0.05)
    raise AssertionError("no answer")


def test_only_this_machine_and_no_query_strings_in_the_log(run):
    port = free_port()
    process = run(PORT=str(port))
    first_lines(process, "Ctrl-C stops it")
    wait_for(port)
    listening = subprocess.run(["cat", "/proc/net/tcp", "/proc/net/tcp6"], capture_output=True)
    rows = [line.split() for line in listening.stdout.decode().splitlines()]
    ours = {row[1] for row in rows if row[1].endswith(f":{port:04X}")}
    assert ours == {f"0100007F:{port:04X}"}  # 127.0.0.1, as the kernel writes it
    os.kill(process.pid, signal.SIGINT)
    log, _ = process.communicate(timeout=15)
    assert "GET /healthz 200" in log
    assert "smith" not in log


def test_an_empty_book_says_what_comes_next(run):
    process = run(PORT=str(free_port()))
    assert "Preparing the database" in first_lines(process, "first page names the practice")


def test_one_server_per_data_folder(run):
    first = run(PORT=str(free_port()))
    first_lines(first, "Ctrl-C stops it")
    assert "is already running" in sentence(run(PORT=str(free_port())))


def test_a_port_in_use(run):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = sentence(run(PORT=port))
    assert said.startswith(f"Port {port} can't be used (Address already in use)")
    assert said.count("\n") == 1


@pytest.mark.parametrize("port", ["eight", "0", "65536", "-1"])
def test_a_port_that_is_none(run, port):
    assert "PORT must be a number" in sentence(run(PORT=port))


def test_a_data_folder_that_cannot_be_written(run, tmp_path):
    (tmp_path / "data").write_text("a file stands in its place")
    said = sentence(run(PORT=str(free_port())))
    assert "can't be written" in said
    assert "SURGERY_DATA" in said


@pytest.mark.parametrize("wrong", [{"SURGERY_HTTPS": "maybe"}, {"ALLOWED_HOSTS": "*"}])
def test_settings_that_are_wrong(run, wrong):
    said = sentence(run(PORT=str(free_port()), **wrong))
    assert said.startswith("The settings are wrong: ")
    assert next(iter(wrong)) in said
    assert "Traceback" not in said


def upgrade(folder):
    return subprocess.run(
        [sys.executable, "-m", "tools.upgrade"],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
    )


def test_upgrade_backs_up_migrates_and_says_so(tmp_path):
    manage(tmp_path, "migrate", "--verbosity=0")
    manage(tmp_path, "migrate", "axes", "0008", "--verbosity=0")
    done = upgrade(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Backed up to" in done.stdout
    assert "Bringing the tables up to date: axes.0009" in done.stdout
    assert "is ready" in done.stdout
    assert len(list((tmp_path / "backups").glob("*.sqlite3"))) == 1
    assert "The tables are up to date." in upgrade(tmp_path).stdout


def test_upgrade_waits_until_the_server_has_stopped(run, tmp_path):
    first_lines(run(PORT=str(free_port())), "Ctrl-C stops it")
    done = upgrade(tmp_path / "data")
    assert done.returncode == 1
    assert "is running: stop it" in done.stderr
    assert not (tmp_path / "data" / "backups").exists()


def test_a_killed_server_starts_again(tmp_path):
    manage(tmp_path, "migrate", "--verbosity=0")
    manage(tmp_path, "collectstatic", "--no-input", "--verbosity=0")
    one = Server(tmp_path)
    one.start()
    one.kill()
    one.start()
    one.stop()
