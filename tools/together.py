"""What `make run` becomes: the server and the keeper side by side (honcho), until one signal.

The server never ends because the keeper did: `tools.beside --again` starts that one again. When the
server ends, so does the rest, and when this process is killed with its group, nothing is left.
"""

import os
import shlex
import signal
import sys
import threading

from honcho import manager
from honcho.printer import Printer

from tools.ground import ROOT

END_WITHIN = 12  # s: a request under way may take 10 (deploy/gunicorn.conf.py)
BESIDE = [sys.executable, "-m", "tools.beside"]
SERVER = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy/gunicorn.conf.py")]
KEEPER = [sys.executable, "manage.py", "keeper"]


class Quiet(Printer):
    """Prints what the two say, as they say it, and nothing of honcho's own."""

    def write(self, message):
        if message.name != manager.SYSTEM_PRINTER_NAME:
            super().write(message)


class Together(manager.Manager):
    """honcho's manager; told to end while it is still beginning, it ends a moment later."""

    def terminate(self):
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()


def main() -> None:
    """Run both until Ctrl-C, SIGTERM, or the terminal closes."""
    manager.KILL_WAIT = END_WITHIN
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    both = Together(Quiet(sys.stdout, prefix=False, colour=False))
    both.add_process("server", f"exec {shlex.join([*BESIDE, *SERVER])}", cwd=str(ROOT))
    both.add_process("keeper", f"exec {shlex.join([*BESIDE, '--again', *KEEPER])}", cwd=str(ROOT))
    both.loop()
    was_told = both.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    sys.exit(0 if was_told else both.returncode)


if __name__ == "__main__":
    main()
