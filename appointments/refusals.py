"""Refusals: what the book will not do, in a sentence that a receptionist understands.

Views catch `BookingRefused` and nothing else; any other exception is a bug to be seen.
"""

from typing import Any


class BookingRefused(Exception):  # noqa: N818  (a refusal is an answer, not an error)
    """The book will not do this. `sentence` says why and what to do instead.

    `slot` is the slot that was lost, where the sentence should go on with what is free near it.
    """

    code = "refused"
    final = False  # no reason that could be given would change it

    def __init__(self, sentence: str, slot: Any = None):
        super().__init__(self.code)  # the sentence may name people: it stays out of logs
        self.sentence = sentence
        self.slot = slot


class SlotTaken(BookingRefused):
    """Somebody is booked there."""

    code = "taken"
    final = True


class SlotHeld(BookingRefused):
    """Another desk has the slot in hand: its booking form is open."""

    code = "held"
    final = True


class SlotKept(BookingRefused):
    """The slot is held for outages by a desk."""

    code = "kept"
    final = True


class SlotBlocked(BookingRefused):
    """The slot is blocked, or its session cancelled."""

    code = "blocked"
    final = True


class SlotEmbargoed(BookingRefused):
    """The slot is not released yet."""

    code = "embargoed"


class SlotPast(BookingRefused):
    """The slot is over, and no reason was given."""

    code = "past"


class NeedsReason(BookingRefused):
    """This can be done when a reason is given."""

    code = "needs_reason"


class Overlaps(BookingRefused):
    """The clinician has another session at that time; open it beside that one when told to."""

    code = "overlaps"


class DayClosed(BookingRefused):
    """The site is closed then; open the session all the same when told to."""

    code = "closed"


class ReferenceReused(BookingRefused):
    """The same reference came with other content."""

    code = "reference_reused"


class NotYours(BookingRefused):
    """This person's role does not allow it."""

    code = "not_yours"


class WrongStatus(BookingRefused):
    """The appointment is not in a state from which this can be done."""

    code = "wrong_status"


class NotFound(BookingRefused):
    """It is not in this practice's book."""

    code = "not_found"


class AlreadyThere(BookingRefused):
    """Something of this name, number or day is in the settings already."""

    code = "already_there"


class StillNeeded(BookingRefused):
    """It can't be closed, retired or left out while something hangs on it."""

    code = "still_needed"


class BadDetail(BookingRefused):
    """Something taken down about a patient can't be right; `field` says what."""

    code = "bad_detail"

    def __init__(self, sentence: str, field: str):
        super().__init__(sentence)
        self.field = field


class LikelyDuplicate(BookingRefused):
    """These patients (lines of a search) may be the one who is being registered."""

    code = "likely_duplicate"

    def __init__(self, sentence: str, alike: list):
        super().__init__(sentence)
        self.alike = alike


class ChangedMeanwhile(BookingRefused):
    """Somebody else changed it while the form was open."""

    code = "changed_meanwhile"


class NumbersDiffer(BookingRefused):
    """Two records with different NHS numbers may be two people."""

    code = "numbers_differ"
