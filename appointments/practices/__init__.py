"""Commands on the practice and what it is made of: sites, hours, desks, slot types, clinicians.

    site = practices.add_site(by, name="Minnis Bay")
    practices.amend_site(site.pk, by, telephone="01632 960111")

Nothing that the book has ever pointed at is deleted: sites and desks close, slot types retire,
clinicians leave, and all of them can come back.
"""

from .clinicians import (
    add_clinician,
    amend_clinician,
    clinician_leaves,
    clinician_returns,
    set_duty,
)
from .desks import add_desk, amend_desk, close_desk, reopen_desk
from .founding import USUAL_SLOT_TYPES, amend_practice, found, found_first
from .hours import (
    CORE_HOURS,
    add_bank_holidays,
    add_closure,
    remove_closure,
    set_opening_times,
)
from .sites import add_site, amend_site, close_site, reopen_site
from .slot_types import add_slot_type, amend_slot_type, restore_slot_type, retire_slot_type

__all__ = [
    "CORE_HOURS",
    "USUAL_SLOT_TYPES",
    "add_bank_holidays",
    "add_clinician",
    "add_closure",
    "add_desk",
    "add_site",
    "add_slot_type",
    "amend_clinician",
    "amend_desk",
    "amend_practice",
    "amend_site",
    "amend_slot_type",
    "clinician_leaves",
    "clinician_returns",
    "close_desk",
    "close_site",
    "found",
    "found_first",
    "remove_closure",
    "reopen_desk",
    "reopen_site",
    "restore_slot_type",
    "retire_slot_type",
    "set_duty",
    "set_opening_times",
]
