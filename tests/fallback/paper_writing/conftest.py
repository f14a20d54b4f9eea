"""The cast, a print to start from, and pages as text and as pictures."""

import uuid
from datetime import datetime, time, timedelta

import pypdfium2
import pytest
from django.utils import timezone

from appointments import booking, journal, sessions
from appointments.models import SlotType
from appointments.wording import day_words
from fallback import sheets
from fallback.models import Print, Sheet
from fallback.paper.document import Document, Rendered, Stamp
from fallback.paper.press import press
from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def stamp(world):
    """What stands on every page: `stamp()`, `stamp(print_number=1050)`."""

    def stamp(**values) -> Stamp:
        usual = {
            "practice": world.practice.name,
            "site": world.site.name,
            "day": world.day,
            "day_words": day_words(world.day),
            "up_to_date_at": timezone.now(),
            "clinical_as_of": None,
            "print_number": 1042,
            "journal": journal.newest(world.practice),
        }
        return Stamp(**(usual | values))

    return stamp


@pytest.fixture
def printed(world):
    """Remember that the day's papers were made as the book is now."""

    def printed(number=1042, **values) -> Print:
        usual = {
            "practice": world.practice,
            "number": number,
            "site": world.site,
            "day": world.day,
            "journal": journal.newest(world.practice),
            "made_at": timezone.now(),
        }
        return Print.objects.create(**(usual | values))

    return printed


@pytest.fixture
def pressed():
    """Print one document: `pressed(document).text(0)`."""

    def pressed(document: Document) -> Pages:
        return Pages(press([document])[0])

    return pressed


class Pages:
    """A document as somebody holds it: text page by page, pictures, lines."""

    def __init__(self, rendered: Rendered):
        self.rendered = rendered
        self.pdf = pypdfium2.PdfDocument(rendered.pdf)

    def __len__(self):
        return len(self.pdf)

    def text(self, number: int | None = None) -> str:
        """A page's text, or all pages'; what wraps inside a word is put together again."""
        pages = self.pdf if number is None else [self.pdf[number]]
        return "\n".join(page.get_textpage().get_text_range() for page in pages)

    def picture(self, number: int = 0, dpi: int = 150):
        """A page as a printer puts it down, in grey."""
        return self.pdf[number].render(scale=dpi / 72, grayscale=True).to_pil()


def squeezed(text: str) -> str:
    """Leave out what wrapping adds or the reader of a PDF drops: spaces, line ends, hyphens."""
    return "".join(c for c in text if not c.isspace() and c not in "-\u200b\u00ad\ufffe\x02")


@pytest.fixture
def dealt(world):
    """Make the day's sheets as they are made with every print: `dealt(print_number=1050)`."""

    def dealt(print_number=1042, now=None):
        return sheets.ensure(
            world.practice, world.site, world.day, print_number=print_number,
            journal=journal.newest(world.practice), now=now or timezone.now(),
        )  # fmt: skip

    return dealt


@pytest.fixture
def sheet_of(dealt):
    """Make a desk's sheet: `sheet_of(world.desk2)`."""

    def sheet_of(desk, **values) -> Sheet:
        kind = Sheet.Kind.DESK
        return next(s for s in dealt(**values) if (s.kind, s.desk_id) == (kind, desk.pk))

    return sheet_of


@pytest.fixture
def opened(world):
    """Open a session, its slots kept for a desk's sheet: `opened(desk, "14:00", 12, "Duty")`."""

    def opened(desk, begins, count, type_name, *, day=None, holder=None, keep=True, **columns):
        starts = time.fromisoformat(begins)
        ends = (datetime.combine(world.day, starts) + timedelta(minutes=10 * count)).time()
        mode = columns.pop("mode", "face_to_face")
        with journal.writing(world.by, "slot_types") as entry:
            slot_type, is_new = SlotType.objects.get_or_create(
                practice=world.practice, name=type_name, defaults=columns
            )
            if is_new:
                entry.touch_everything()
        plan = sessions.Plan(
            site=world.site.pk, days=(day or world.day,),
            stretches=(sessions.Stretch(starts, ends, 10, slot_type.pk, mode),),
            holders=(holder.pk,) if holder else (), name=type_name,
        )  # fmt: skip
        session = sessions.open_session(
            world.by, plan, uuid.uuid4(), although_closed=True, although_overlapping=True
        ).sessions[0]
        if keep:
            slots = list(session.slots.values_list("pk", flat=True))
            booking.keep(slots, desk, "paper", world.by)
        return session

    return opened
