"""Runs a program that must not outlive whoever started it: `python -m tools.beside PROGRAM…`.

With `--again` the program is started again whenever it ends by itself, at a low priority.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

from tools.ground import say

PR_SET_PDEATHSIG = 1  # linux/prctl.h
NICE = 10
PAUSES = (1, 5, 15, 60)  # s before the next start; from the first again once it ran for a while
A_WHILE = 300  # s


def main() -> None:
    """Become the program, or keep it going."""
    words = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if words[0] == "--again":
        again(words[1:])
    else:
        os.execvp(words[0], words)


def again(words: list[str]) -> None:
    """Start it, and start it again when it has ended, until we are told to end."""
    os.nice(NICE)
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(0))
    failures = 0
    while True:
        began = time.monotonic()
        once(words)
        failures = 0 if time.monotonic() - began > A_WHILE else failures + 1
        pause = PAUSES[min(max(failures, 1), len(PAUSES)) - 1]
        say(f"The keeper of the papers has ended; it is started again in {pause} s.")
        time.sleep(pause)


def once(words: list[str]) -> None:
    """Run it until it ends, or end it when we are told to."""
    process = subprocess.Popen([sys.executable, "-m", "tools.beside", *words])
    try:
        process.wait()
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
