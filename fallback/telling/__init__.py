"""Telling patients: the same words on the status page, the screen, the door and the website."""

from .hours import Day, Stretch
from .notices import OUTAGE, WELL, Notice, notice, of_outages
from .sentences import NotForPatients, own
from .templates import Template, templates

__all__ = [
    "OUTAGE",
    "WELL",
    "Day",
    "NotForPatients",
    "Notice",
    "Stretch",
    "Template",
    "notice",
    "of_outages",
    "own",
    "templates",
]
