"""The book's tables. Only the command modules write them (see docs/decisions/0002)."""

from .appointments import Appointment, Call, Clash
from .diary import Hold, Mode, Session, SessionHolder, Slot, SlotType
from .journal import JournalEntry, JournalHead, JournalSubject, JournalTouch
from .patients import Patient
from .practice import (
    Access,
    Clinician,
    Closure,
    Desk,
    Duty,
    OpeningTime,
    Practice,
    Site,
    Staff,
)
from .screen import ScreenCover, ScreenMapping

__all__ = [
    "Access",
    "Appointment",
    "Call",
    "Clash",
    "Clinician",
    "Closure",
    "Desk",
    "Duty",
    "Hold",
    "JournalEntry",
    "JournalHead",
    "JournalSubject",
    "JournalTouch",
    "Mode",
    "OpeningTime",
    "Patient",
    "Practice",
    "ScreenCover",
    "ScreenMapping",
    "Session",
    "SessionHolder",
    "Site",
    "Slot",
    "SlotType",
    "Staff",
]
