"""Putting papers on paper: a job for each document, followed until it is printed or given up.

A job's row is there before the printer hears of it, and says so (ASKING) just before: whatever is
killed when, no document that prints by itself is sent twice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from appointments.journal import Actor
from appointments.models import Practice
from appointments.refusals import BookingRefused
from appointments.wording import moment
from fallback import codes, sheets
from fallback.models import Print, Printer, PrintJob, Sheet
from fallback.paper import changes, making
from fallback.paper.document import Rendered
from fallback.paper.press import press

from . import cups

if TYPE_CHECKING:
    from fallback.paper.making import Made

State = PrintJob.State

# What one may ask for by name; otherwise a document's own kind, or 'sheet:' and a desk's id.
PAPERS = {
    "diaries": ("diary", "contacts", "visits"),
    "sheets": ("sheet", "running"),
    "all": ("diary", "contacts", "visits", "sheet", "running"),
}
TWO_SIDED = ("diary", "contacts", "visits")  # as the queue is set up; a pen goes through the rest

GIVE_UP_AFTER = timedelta(minutes=5)  # later it would come out when nobody expects it, and be old
TELL_FOR = timedelta(hours=12)  # how long a print that failed is complained about
TRIES = 3  # of making anew, when slots are sold between making a sheet and printing it

LOST = "The program ended meanwhile. See at {} whether it came out, and print it again if not."
TOO_LATE = (
    "{} did not print it in 5 minutes{}, so it was cancelled. See that it is on and has paper, "
    "and print it again."
)
UNKNOWN = "{} no longer knows of it. See whether it came out, and print it again if not."
TAKEN_OUT = "It was cancelled at {}. Print it again if it is needed."
BROKEN = "{} could not print it ({}). See to the printer and print it again."

ASKING = "?"  # stands for the queue's name of a job while `lp` runs


class NoSuchPaper(BookingRefused):
    """Nothing of what is asked for is made for that day."""

    code = "no_such_paper"


class Listed(NamedTuple):
    """A document on its way to paper, and its row."""

    job: PrintJob
    rendered: Rendered


def send(
    made: "Made", printer: Printer, by: Actor, papers: str = "all", *, occasion: str = ""
) -> list[PrintJob]:
    """Print papers that were made; gives their jobs, in the order in which they come out.

    `papers` names what is wanted, with spaces between: 'all', 'diaries', 'sheets', a kind of
    document, or 'sheet:' and a desk's id. With an `occasion` nothing is sent twice for it.

    Slots on the sheets belong to paper before the paper can exist. Where one was sold meanwhile,
    the papers are made anew first. A printer that does not take a job makes it a failed one.
    """
    made, wanted = _ours_to_print(made, by, papers)
    # In one transaction, before the first is sent: who begins an occasion has listed all of it.
    listed = _listed(made.print, wanted, printer, by, occasion)
    for each in listed:
        _hand_over(each)
    return [each.job for each in listed]


def resume(made: "Made", jobs: list[PrintJob], by: Actor) -> None:
    """Send what was listed for an occasion but had not been sent when the program was ended."""
    papers = " ".join(sorted({job.document.partition(":")[0] for job in jobs}))
    made, wanted = _ours_to_print(made, by, papers)
    by_key = {_key(rendered): rendered for rendered in wanted}
    for job in jobs:
        if (rendered := by_key.get(job.document)) is None:
            _end(job, State.FAILED, timezone.now(), "It is no longer among the day's papers.")
            continue
        job.print, job.papers, job.pages = made.print, _words(rendered), rendered.pages
        job.asked_at = timezone.now()
        _hand_over(Listed(job, rendered))


def printed_by_hand(made: "Made", by: Actor, papers: str = "all") -> list[Rendered]:
    """Register papers that somebody prints from the browser, and give them to print.

    Use these and none that were fetched before: they may have been made anew.
    """
    made, wanted = _ours_to_print(made, by, papers)
    now = timezone.now()
    for rendered in wanted:
        job = _row(made.print, rendered, None, by, now)
        job.state, job.ended_at = State.BY_HAND, now
        job.save()
    return wanted


def send_changes(made: "Made", since_print: int, printer: Printer, by: Actor) -> PrintJob | None:
    """Print what changed since an earlier print, by its number; None if nothing did."""
    document = changes.document(by.practice, since_print, made.stamp)
    if document is None:
        return None
    (listed,) = _listed(made.print, press([document]), printer, by, "")
    _hand_over(listed)
    return listed.job


def nothing_to_print(print_: Print, printer: Printer, by: Actor, occasion: str) -> None:
    """Take down that an occasion had no papers for a printer, so that it is not asked again."""
    now = timezone.now()
    PrintJob.objects.create(
        practice=by.practice,
        print=print_,
        papers="Nothing to print",
        printer=printer,
        asked_at=now,
        state=State.PRINTED,
        ended_at=now,
        occasion=occasion,
    )


def follow(practice: Practice, now: datetime) -> None:
    """Ask the queues how their jobs stand; give up those that did not print in five minutes."""
    waiting = practice.printjob_set.filter(state=State.WAITING, printer__isnull=False)
    for job in waiting.select_related("printer").order_by("asked_at"):
        _follow(job, now, is_late=now - job.asked_at >= GIVE_UP_AFTER)


def troubles(practice: Practice, now: datetime) -> list[str]:
    """Say what did not print lately, a sentence for each printer whose newest job failed."""
    said = []
    for printer in practice.printer_set.filter(closed_on=None):
        ended = practice.printjob_set.filter(printer=printer, ended_at__gt=now - TELL_FOR)
        newest = ended.order_by("-ended_at", "-asked_at").first()
        if newest and newest.state in (State.CANCELLED, State.FAILED):
            said.append(f"{newest.papers} ({moment(newest.asked_at)}): {newest.trouble}")
    return said


def _ours_to_print(made: "Made", by: Actor, papers: str) -> tuple["Made", list[Rendered]]:
    """Choose the documents, and see that the slots on sheets among them belong to paper now."""
    for tries_left in reversed(range(TRIES)):
        wanted = _chosen(made.rendered, papers)
        ids = [sheet_id for each in wanted for sheet_id in each.document.sheet_ids]
        try:
            if ids:
                sheets.printed(list(by.practice.sheet_set.filter(pk__in=ids)), by)
            return made, wanted
        except BookingRefused:
            if not tries_left:
                raise
        print_ = made.print
        made = making.make(by.practice, print_.site, print_.day)
    raise AssertionError("unreachable")


def _chosen(rendered: Iterable[Rendered], papers: str) -> list[Rendered]:
    wanted: set[str] = set()
    for word in papers.split():
        wanted.update(PAPERS.get(word, (word,)))
    chosen = [one for one in rendered if wanted & {one.document.kind, _key(one)}]
    if not chosen:
        raise NoSuchPaper("There is no such paper for this day.")
    return chosen


def _key(rendered: Rendered) -> str:
    """Name a document so that a newer making of it has the same name."""
    document = rendered.document
    if document.desk_id is not None:
        return f"{document.kind}:{document.desk_id}"
    return f"{document.kind}:{document.stem}"[:60]


def _words(rendered: Rendered) -> str:
    document = rendered.document
    if document.kind != "sheet":
        return document.stem
    (sheet_id,) = document.sheet_ids
    return f"{document.stem} {codes.shown(Sheet.objects.get(pk=sheet_id).reference)}"[:200]


def _row(
    print_: Print, rendered: Rendered, printer: Printer | None, by: Actor, now: datetime
) -> PrintJob:
    return PrintJob(
        practice=by.practice,
        print=print_,
        papers=_words(rendered),
        printer=printer,
        pages=rendered.pages,
        asked_by=by.staff,
        desk=by.desk,
        asked_at=now,
    )


def _listed(
    print_: Print, wanted: list[Rendered], printer: Printer, by: Actor, occasion: str
) -> list[Listed]:
    now, listed = timezone.now(), []
    with transaction.atomic():
        for number, rendered in enumerate(wanted):
            job = _row(print_, rendered, printer, by, now + timedelta(microseconds=number))
            job.occasion, job.document = occasion, _key(rendered)
            job.save(force_insert=True)
            listed.append(Listed(job, rendered))
    return listed


def _hand_over(listed: Listed) -> None:
    job, rendered = listed
    job.queue_job = ASKING
    job.save()
    try:
        job.queue_job = cups.submit(
            rendered.pdf,
            job.printer.queue,  # type: ignore[union-attr]
            f"Print {job.print.number}",
            two_sided=rendered.document.kind in TWO_SIDED,
        )
        job.save(update_fields=["queue_job"])
    except cups.NoPrintService as refused:
        job.queue_job = ""
        _end(job, State.FAILED, timezone.now(), refused.sentence)


def _follow(job: PrintJob, now: datetime, *, is_late: bool) -> None:
    queue = job.printer.queue  # type: ignore[union-attr]
    if job.queue_job in ("", ASKING):
        if is_late:
            _end(job, State.FAILED, now, LOST.format(queue))
        return
    try:
        queued = cups.follow(job.queue_job)
        if queued and queued.state == State.WAITING:
            if is_late:
                cups.cancel(job.queue_job)
                says = f" ({queued.says})" if queued.says else ""
                _end(job, State.CANCELLED, now, TOO_LATE.format(queue, says))
            return
    except cups.NoPrintService as refused:
        if is_late:
            _end(job, State.FAILED, now, refused.sentence)
        return
    if queued is None:
        _end(job, State.FAILED, now, UNKNOWN.format(queue))
    elif queued.state == State.PRINTED:
        _end(job, State.PRINTED, now)
    elif queued.state == State.CANCELLED:
        _end(job, State.CANCELLED, now, TAKEN_OUT.format(queue))
    else:
        _end(job, State.FAILED, now, BROKEN.format(queue, queued.says or "it does not say why"))


def _end(job: PrintJob, state: State, now: datetime, trouble: str = "") -> None:
    job.state, job.ended_at, job.trouble = state, now, trouble[:300]
    job.save()
