"""`python -m fallback.hand`: jobs in, a line of JSON each; signs of life and answers out.

in   {"do": "bring", "folder": …}
out  {"alive": "Day diary 0802 print 1042.pdf"}
out  {"trouble": "is full"} or {"trouble": "", "prints": […], "device": 2049}
"""

import ctypes
import fcntl
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from . import bringing, mark
from .look import look
from .troubles import Trouble, in_words

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STILL_BUSY = "does not answer: an earlier try still waits for it"


def say(**words: Any) -> None:
    """Answer in one line."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def do(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job. Raises Trouble and OSError."""
    folder, what = Path(job["folder"]), job["do"]
    if what == "prepare":
        return mark.prepare(folder, job["mark"])
    if what == "leave":
        bringing.leave(folder, job["mark"])
        return {}
    if what == "look":
        return {"files": look(folder)}
    return bringing.Bringing(job, lambda words: say(alive=words)).run()


def only_one(lock: str) -> None:
    """End unless no other hand is at this place; one that hangs still is, until it is freed."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)  # held until this process is gone
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(trouble=STILL_BUSY)
        sys.exit(1)


def main() -> None:
    """Work until there are no more jobs, or whoever gives them is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the keeper's to hear
    os.umask(0o077)
    if lock := sys.argv[1:]:
        only_one(lock[0])
    for line in sys.stdin:
        try:
            say(**{"trouble": ""} | do(json.loads(line)))
        except Trouble as trouble:
            say(trouble=str(trouble))
        except OSError as error:
            say(trouble=in_words(error))
        except bringing.Replaced:
            say(trouble="could not keep up with the changes")


if __name__ == "__main__":
    main()
