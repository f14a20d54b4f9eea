"""Papers for a world without a press: one-page PDFs where the real ones would lie."""

import io
import uuid
from datetime import timedelta

import pikepdf
from django.utils import timezone

from appointments import booking, journal
from appointments.wording import day_words
from fallback import codes
from fallback.models import Entry, Place, Print, Printer, Probe, SecondLook, Sheet, SheetRow
from fallback.paper.document import Document, Rendered, Stamp
from fallback.paper.making import Made
from fallback.places import first
from tests.world import World

TITLES = {"diary": "Day diary", "contacts": "Contact list", "sheet": "Sheet of Desk 1"}
A4 = (595, 842)  # points


def furnish_paper(world: World) -> dict:
    """Give a world papers that are kept, a printed sheet, a safe copy and a printer."""
    keep_papers(world)
    sheet = printed_sheet(world)
    with journal.writing(world.by, "load") as entry:
        entry.add(Place(practice=world.practice, name="Back office", folder="/nowhere/papers"))
        entry.add(Printer(practice=world.practice, site=world.site, queue="Front-office"))
        entry.add(Probe(practice=world.practice, kind="router", name="Router", target="127.0.0.1"))
    look = second_look(world, sheet)
    return {
        "sheet_id": sheet.pk, "key": "day-diary", "number": 1, "look_id": look.pk,
        "entry_id": look.entry_id, "sheet_ref": codes.shown(sheet.reference), "code": "A3",
    }  # fmt: skip


def second_look(world: World, sheet: Sheet) -> SecondLook:
    """A row that Priya keyed, and of which the lead said that the paper differs."""
    with journal.writing(world.by, "load") as entry:
        keyed = entry.add(
            Entry(
                practice=world.practice, sheet=sheet, row=sheet.rows.first(), what="nothing",
                end="nothing", reference=uuid.uuid4(), written_at=entry.at, keyed_at=entry.at,
                keyed_by=world.priya,
            )
        )  # fmt: skip
        return entry.add(
            SecondLook(
                practice=world.practice, entry=keyed, agrees=False, differs="Is Carter",
                looked_at=entry.at, looked_by=world.lead,
            )
        )  # fmt: skip


def blank_pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=A4)
        pdf.save(target)
    return target.getvalue()


def made(world: World, pages: int = 1) -> Made:
    """What a making of the world's day would give."""
    number = (world.practice.print_set.count() or 0) + 1
    now = timezone.now()
    print_ = Print.objects.create(
        practice=world.practice, number=number, site=world.site, day=world.day,
        journal=journal.newest(world.practice), made_at=now, pages=pages,
    )  # fmt: skip
    stamp = Stamp(
        world.practice.name, world.site.name, world.day, day_words(world.day), now, None, number,
        print_.journal,
    )  # fmt: skip
    documents = [Document(kind, title, "", {}, stamp) for kind, title in TITLES.items()]
    rendered = [Rendered(each, blank_pdf(pages), pages, is_tagged=True) for each in documents]
    return Made(print_, stamp, rendered, b"<!DOCTYPE html>", b"", "1")


def keep_papers(world: World, pages: int = 1) -> Made:
    """Put papers where the server keeps its own."""
    there = made(world, pages)
    first.keep(world.practice, there)
    return there


def printed_sheet(world: World, clock: str = "10:10", code: str = "A3", **values) -> Sheet:
    """A sheet of desk 1 on real paper, with one of its slots in a live row."""
    slot = world.slot(clock)
    desk = values.pop("desk", world.desk1)
    booking.keep([slot.pk], desk, "paper", world.by_lead)
    now = timezone.now()
    with journal.writing(world.by, "load") as entry:
        sheet = Sheet(
            practice=world.practice, reference=codes.new_reference(), site=world.site,
            desk=desk, day=world.day, journal=1, print_number=1,
            made_at=now - timedelta(minutes=5), printed_at=now,
        )  # fmt: skip
        for name, value in values.items():
            setattr(sheet, name, value)
        entry.add(sheet)
        is_live = sheet.printed_at is not None
        entry.add(
            SheetRow(
                practice=world.practice, sheet=sheet, place=1, code=code, kind="slot", slot=slot,
                is_live=is_live, section="Routine, face to face",
            )
        )  # fmt: skip
    return sheet
