"""Papers that are made because somebody at a page asks for them, beside those that are kept.

Everything with patients on it that is put on paper is registered as a print.
"""

from datetime import date

from django.utils import timezone

from appointments.journal import Actor
from appointments.models import Site
from appointments.practices.shared import managers_only
from appointments.refusals import NotFound
from fallback import papers, printing
from fallback.models import Print, Printer, PrintJob
from fallback.paper import changes, kit, making, sealed
from fallback.paper.making import Made
from fallback.paper.press import press
from fallback.printing import cups


def from_browser(by: Actor, site: Site, day: date, wanted: str) -> bytes:
    """Make a day's papers for printing from the browser, registered, as one PDF."""
    made = making.make(by.practice, site, day)
    return papers.joined(one.pdf for one in printing.printed_by_hand(made, by, wanted))


def change_slip(by: Actor, since: int, printer: Printer | None) -> bytes | None:
    """Print what changed since an earlier print, by its number.

    Gives the PDF to print from the browser; None where a printer has it. Raises NotFound when
    there is no such print, or nothing changed since.
    """
    earlier = by.practice.print_set.select_related("site").filter(number=since).first()
    if earlier is None:
        raise NotFound(f"There is no print {since}. Read its number from the page again.")
    made = making.make(by.practice, earlier.site, earlier.day)
    if printer:
        if printing.send_changes(made, since, printer, by) is None:
            raise _nothing(since)
        return None
    document = changes.document(by.practice, since, made.stamp)
    if document is None:
        raise _nothing(since)
    (rendered,) = press([document])
    _registered(by, made.print, document.stem, rendered.pages)
    return rendered.pdf


def blank_kit(by: Actor) -> bytes:
    """Make the blank kit: undated pages, poster, instructions; nothing of patients is in it."""
    return papers.joined(one.pdf for one in press(kit.documents(by.practice)))


def sealed_list(by: Actor, site: Site, days: list[date]) -> bytes:
    """Make the managers' sealed list of a site's confidential patients, registered."""
    made: Made = making.make(by.practice, site, days[0])
    document = sealed.document(by.practice, site, days, made.stamp)
    (rendered,) = press([document])
    _registered(by, made.print, document.stem, rendered.pages)
    return rendered.pdf


def test_page(by: Actor, printer: Printer) -> str:
    """Print the kit's first page, on which no patient stands; gives the job's name in the queue."""
    managers_only(by)
    page = press(kit.documents(by.practice)[:1])[0]
    return cups.submit(page.pdf, printer.queue, "Test page", two_sided=False)


def _registered(by: Actor, print_: Print, words: str, pages: int) -> None:
    now = timezone.now()
    PrintJob.objects.create(
        practice=by.practice, print=print_, papers=words, pages=pages, asked_by=by.staff,
        desk=by.desk, asked_at=now, state=PrintJob.State.BY_HAND, ended_at=now,
    )  # fmt: skip


def _nothing(since: int) -> NotFound:
    return NotFound(f"Nothing changed since print {since}: it is still good.")
