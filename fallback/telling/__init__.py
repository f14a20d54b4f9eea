"""Telling patients: the same words on the status page, the screen, the door and the website."""

from .advice import SEEING
from .hours import Day, Stretch
from .notices import OUTAGE, WELL, Notice, notice, of_outages
from .sentences import own
from .templates import Template, checked, templates

__all__ = [
    "OUTAGE",
    "SEEING",
    "WELL",
    "Day",
    "Notice",
    "Stretch",
    "Template",
    "checked",
    "notice",
    "of_outages",
    "own",
    "templates",
]
