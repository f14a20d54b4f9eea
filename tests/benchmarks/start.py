"""`make run`: the first time, the next time, and Ctrl-C."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.benchmarks.ground import Figure
from tests.serving import ROOT, await_answer, environment, free_port

FIRST_AT_MOST = 90.0  # s, after the downloads
NEXT_AT_MOST = 3.0  # s
STOP_WITHIN = 10.0  # s
RUNS = 3


def measure() -> list[Figure]:
    """Start in an empty folder and again; see that nothing is left running."""
    with tempfile.TemporaryDirectory(prefix="surgery-benchmark-") as name:
        first, _, left = run(Path(name))
        again = [run(Path(name)) for _ in range(RUNS)]
    return [
        Figure("first start, with the demo practice", first, "s", at_most=FIRST_AT_MOST),
        Figure("every later start", max(took for took, *_ in again), "s", at_most=NEXT_AT_MOST),
        Figure("Ctrl-C until all has ended", max(stopped for _, stopped, _ in again), "s",
               at_most=STOP_WITHIN),
        Figure("processes left after Ctrl-C", left + sum(one for *_, one in again), "",
               at_most=0),
    ]  # fmt: skip


def run(folder: Path) -> tuple[float, float, int]:
    """Run `make run` until it answers, then press Ctrl-C: s to start, s to stop, processes left."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env=environment(folder, PORT=str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    await_answer(port, process, within=FIRST_AT_MOST)
    took = time.perf_counter() - began
    began = time.perf_counter()
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the whole group
    process.wait(timeout=STOP_WITHIN)
    while in_group(process.pid) and time.perf_counter() - began < STOP_WITHIN:
        time.sleep(0.02)
    return took, time.perf_counter() - began, len(in_group(process.pid))


def in_group(group: int) -> list[str]:
    """Give the processes of a process group that are not dead."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,pid="], capture_output=True, text=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return [pid for pgid, state, pid in rows if pgid == str(group) and state[0] != "Z"]
