"""Sheets: a desk's pages for writing, and running lists, with a code for every row."""

from django.db import models

from appointments.models import Desk, Session, Site, Slot, Staff
from appointments.models.base import Owned


class Sheet(Owned):
    """One desk's paper for one day, or one session's running list, with its own reference.

    It is made anew, with another reference, only when its rows change; copies of the same rows
    stamped later keep the reference. While it is only a file, a newer one takes its place. From
    the moment it is printed (or in somebody's hand), its rows belong to the paper until they are
    struck out or the sheet has ended.
    """

    JOURNAL = (
        "kind", "reference", "site_id", "desk_id", "session_id", "day", "journal", "print_number",
        "made_at", "printed_at", "in_hand_at", "ended_at", "ended_as", "replaced_by_id",
    )  # fmt: skip

    class Kind(models.TextChoices):
        DESK = "desk", "Desk sheet"
        RUNNING = "running", "Running list"
        LOOSE = "loose", "Page without a reference"  # given one when it is keyed

    class End(models.TextChoices):
        REPLACED = "replaced", "Replaced by a newer file before it was printed"
        BINNED = "binned", "Binned: a newer print is in hand"
        SHREDDED = "shredded", "Shredded: there was no outage"
        DONE = "done", "Keyed and signed off"
        LOST = "lost", "Lost: it never came back"

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.DESK)
    reference = models.CharField(max_length=6)  # five characters and one to check: K7QHM4
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="sheets")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()  # the first day that it is for
    journal = models.PositiveBigIntegerField()  # the book as it was when the rows were dealt
    print_number = models.PositiveIntegerField()  # of the print that brought it first
    made_at = models.DateTimeField()
    layout = models.PositiveSmallIntegerField(default=1)  # of the page, for whoever reads it back
    printed_at = models.DateTimeField(null=True, blank=True)
    printed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    in_hand_at = models.DateTimeField(null=True, blank=True)
    in_hand_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_as = models.CharField(max_length=9, choices=End, blank=True, default="")
    ended_because = models.CharField(max_length=200, blank=True, default="")  # what is known of it
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day", "desk__number", "-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "reference"], name="sheet_reference_once"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_as="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_as="")),
                name="sheet_ended_somehow",
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "day"], condition=models.Q(ended_at=None), name="sheet_live"
            )
        ]


class SheetRow(Owned):
    """One line on a sheet. `slot` rows may be sold from the paper; the others note something."""

    JOURNAL = (
        "sheet_id", "place", "code", "kind", "slot_id", "is_live", "struck_at",
    )  # fmt: skip

    class Kind(models.TextChoices):
        SLOT = "slot", "A slot of this desk's to write a patient in"
        LISTED = "listed", "A slot on a running list, free or booked, as it was"
        REQUEST = "request", "Request"
        EXTRA = "extra", "Extra"
        CANCELLATION = "cancellation", "Cancellation"
        MESSAGE = "message", "Message"
        LOOSE = "loose", "A line of a page without a reference"

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveSmallIntegerField()  # in the order of the page, from 1
    code = models.CharField(max_length=4)  # 'A3': no letter or figure that looks like another
    kind = models.CharField(max_length=12, choices=Kind)
    section = models.CharField(max_length=80, blank=True, default="")  # 'Routine, face to face'
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="sheet_rows")
    # A row of kind `slot` whose sheet has not ended and that is not struck out: the paper may sell
    # this slot at any moment, so no other paper may have it.
    is_live = models.BooleanField(default=False)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    struck_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["sheet", "place"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "code"], name="row_code_once_a_sheet"),
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(is_live=True), name="slot_on_one_live_sheet"
            ),
            models.CheckConstraint(
                condition=models.Q(is_live=False) | models.Q(kind="slot", slot__isnull=False),
                name="live_row_is_a_slot",
            ),
        ]
