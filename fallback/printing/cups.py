"""CUPS by its own commands: `lpstat`, `lp` and `cancel` (man pages of CUPS 2.4).

They find the print service by themselves (CUPS_SERVER, or this machine's), and are given few
seconds each: a printer that is off must not hold up anything else.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from appointments.refusals import BookingRefused
from fallback.models import PrintJob

WITHIN = 20  # s; a queue that hangs at a network printer takes CUPS's own time-outs of 5 to 10 s
State = PrintJob.State

# What CUPS calls the ways in which a job ends (RFC 8011, job-state-reasons).
BADLY = ("aborted-by-system", "job-completed-with-errors", "job-stopped")
WELL = "job-completed-successfully"


class NoPrintService(BookingRefused):
    """There is no CUPS, or it does not answer, or it did not take the job."""

    code = "no_print_service"


class Queued(NamedTuple):
    """A job in a queue: where it stands, and what the printer says about it."""

    state: State
    says: str


def queues() -> list[str]:
    """Name the printers that this server reaches, in order; NoPrintService where it has none."""
    if "is not running" in _run("lpstat", "-r"):
        raise NoPrintService("The print service (CUPS) on the server is not running: start it.")
    return sorted(line.split()[0] for line in _run("lpstat", "-e").splitlines() if line.strip())


def standing(queue: str) -> tuple[str, str]:
    """Give what is wrong with a queue ('has been stopped: Paper jam'; '' for nothing), and the
    address of its printer as CUPS has it ('socket://192.168.1.20:9100').
    """
    if "is not running" in _run("lpstat", "-r"):
        raise NoPrintService("The print service (CUPS) on the server is not running: start it.")
    said, where = _run("lpstat", "-p", queue), _run("lpstat", "-v", queue)
    first, *more = said.splitlines() or [""]
    if first.startswith(f"printer {queue} disabled"):
        reason = " ".join(line.strip() for line in more if line.strip())
        return (f"has been stopped: {reason}" if reason else "has been stopped"), ""
    if not first.startswith(f"printer {queue} "):
        return "is not known to the print service any more", ""
    return "", where.partition(": ")[2].strip()


def submit(pdf: bytes, queue: str, title: str, *, two_sided: bool) -> str:
    """Hand a document to a queue through a pipe, so that no file is left; give the job's name.

    `title` stands on the printer's display and in its log: nothing of patients.
    """
    words = ["-d", queue, "-t", title, "-o", "media=A4"]
    # Without it, CUPS fills a sheet of another size and cuts off what stands over.
    words += ["-o", "print-scaling=auto-fit"]
    if not two_sided:
        words += ["-o", "sides=one-sided"]
    said = _run("lp", *words, "-", stdin=pdf)
    if not (found := re.search(r"request id is (\S+)", said)):
        raise NoPrintService(f"The printer {queue} did not take it: {said.strip()[:200]}")
    return found[1]


def follow(queue_job: str) -> Queued | None:
    """Say how a job stands; None when CUPS knows nothing of it (any more)."""
    queue = queue_job.rpartition("-")[0]
    if block := _block(queue_job, _run("lpstat", "-l", "-W", "not-completed", "-o", queue)):
        return Queued(State.WAITING, _after("Status:", block))
    if (block := _block(queue_job, _run("lpstat", "-l", "-W", "completed", "-o", queue))) is None:
        return None
    reasons, says = _after("Alerts:", block), _after("Status:", block)
    if any(bad in reasons for bad in BADLY):
        return Queued(State.FAILED, says)
    if "job-canceled" in reasons:
        return Queued(State.CANCELLED, says)
    # CUPS 2.4.2 gives the same reason for printed and for cancelled jobs; only one that reached
    # its printer has a line with the printer's status, if an empty one.
    reached = WELL in reasons or any("Status:" in line for line in block)
    return Queued(State.PRINTED if reached else State.CANCELLED, says)


def cancel(queue_job: str) -> None:
    """Take a job out of its queue; harmless when it is not there."""
    _run("cancel", queue_job)


def _block(queue_job: str, said: str) -> list[str] | None:
    """Find the lines about one job: its own and the indented ones after it."""
    found: list[str] | None = None
    for line in said.splitlines():
        if found is not None and not line[:1].isspace():
            break
        if found is not None:
            found.append(line)
        elif line.split()[:1] == [queue_job]:
            found = []
    return found


def _after(word: str, block: Sequence[str]) -> str:
    lines = (line.strip() for line in block)
    return next((line.removeprefix(word).strip() for line in lines if line.startswith(word)), "")


def _run(command: str, *words: str, stdin: bytes | None = None) -> str:
    """Give what a command says, complaints included, in English."""
    path = shutil.which(command)
    if path is None:
        raise NoPrintService(
            "The server has no print service: install CUPS ('sudo apt-get install cups "
            "cups-client') and set up the printer there."
        )
    try:
        done = subprocess.run(  # noqa: S603
            [path, *words],
            input=stdin or b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=WITHIN,
            env=os.environ | {"LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise NoPrintService(
            f"The print service (CUPS) did not answer in {WITHIN} seconds."
        ) from error
    return done.stdout.decode(errors="replace")
