"""Jobs in on standard input, answers out on standard output, a line of JSON each."""

import ctypes
import fcntl
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from .troubles import Trouble, in_words

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STILL_BUSY = "does not answer: an earlier try still waits for it"

Do = Callable[[dict[str, Any]], dict[str, Any]]


def serve(do: Do) -> None:
    """Do jobs until there are no more, or whoever gives them is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the keeper's to hear
    os.umask(0o077)
    if lock := sys.argv[1:]:
        _only_one(lock[0])
    for line in sys.stdin:
        try:
            say(**{"trouble": ""} | do(json.loads(line)))
        except Trouble as trouble:
            say(trouble=str(trouble))
        except OSError as error:
            say(trouble=in_words(error))


def say(**words: Any) -> None:
    """Answer in one line."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _only_one(lock: str) -> None:
    """End unless no other hand is at this place; one that hangs still is, until it is freed."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)  # held until this process is gone
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(trouble=STILL_BUSY)
        sys.exit(1)
