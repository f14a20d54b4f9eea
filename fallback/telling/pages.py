"""The public pages as bytes, made once and kept until something may have changed.

Anybody may ask for them, as often as they like, so most requests cost one small query: the newest
number of the home practice's journal. A page is made anew when that has moved, since outages,
hours and telephones all change through it, and every minute, since doors open and close.
"""

from datetime import datetime

from django.template.loader import render_to_string

from appointments.models import JournalHead, Practice

from . import advice, times
from .notices import Notice, notice

STATUS, SCREEN = "status", "screen"
# Characters below the heading up to which the waiting room's screen is set in each size.
SIZES = {"large": 150, "medium": 380, "small": 650}

# By kind of page: what it was made of, and the page. Two threads that find it old both make it.
_kept: dict[str, tuple[tuple, bytes]] = {}


def page(kind: str, now: datetime) -> bytes | None:
    """Give a public page (STATUS, SCREEN) of the home practice; None before there is one.

    Raises DatabaseError when the book can't be read.
    """
    head = JournalHead.objects.filter(practice__is_home=True).select_related("practice").first()
    if head is None:
        return None
    key = (head.pk, head.number, now.replace(second=0, microsecond=0))
    made_of, kept = _kept.get(kind, (None, None))
    if kept is None or made_of != key:
        kept = _made(kind, head.practice, now)
        _kept[kind] = (key, kept)
    return kept


def unsure(kind: str, now: datetime) -> bytes:
    """Give the page for when the book can't be read: our own cautious words, nothing claimed."""
    context = {
        "heading": advice.UNSURE,
        "sentences": advice.UNSURE_ADVICE,
        "as_of": times.clock(now),
    }
    return _rendered(kind, None, context)


def _made(kind: str, practice: Practice, now: datetime) -> bytes:
    told = notice(practice, now)
    context = {
        "heading": told.heading,
        "as_of": times.clock(now),
        "as_of_words": times.moment(now),
        "help": advice.HELP,
        "pharmacist": advice.PHARMACIST,
        "size": _size(told),
    }
    return _rendered(kind, told, context)


def _size(told: Notice) -> str:
    count = sum(map(len, (*told.happened, *told.waiting, *told.own)))
    return next((size for size, most in SIZES.items() if count <= most), "smallest")


def _rendered(kind: str, told: Notice | None, context: dict) -> bytes:
    name = f"fallback/telling/{kind}.jinja"
    return render_to_string(name, context | {"notice": told}).encode()
