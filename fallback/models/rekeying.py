"""What comes back from paper: one entry for each line that somebody wrote."""

from django.db import models
from django.db.models import Q

from appointments.models import Appointment, Clash, Patient, Slot
from appointments.models.base import Owned, who

from .sheets import Sheet, SheetRow


class Entry(Owned):
    """A line as it was written, and what became of it. Taken back, it may be keyed once more.

    `written_at` and `taken_by` are the paper's, `keyed_at` and `keyed_by` the clerk's.
    """

    JOURNAL = (
        "sheet_id", "row_id", "reference", "what", "slot_id", "patient_id", "written_at",
        "keyed_at", "keyed_by_id", "end", "appointment_id", "clash_id", "owner_id", "due_at",
        "closed_at",
    )  # fmt: skip

    class What(models.TextChoices):
        """What the line says happened."""

        BOOKED = "booked", "Booked"
        EXTRA = "extra", "Extra"
        CANCELLED = "cancelled", "Cancelled"
        ARRIVED = "arrived", "Arrived"
        DID_NOT_ATTEND = "did_not_attend", "Did not attend"
        MOVED = "moved", "Moved"
        REQUEST = "request", "Request"
        MESSAGE = "message", "Message"
        NOTHING = "nothing", "Nothing written here"

    class End(models.TextChoices):
        """How the line ended. A clash ends with its Clash; what is set aside when it is closed."""

        IN_BOOK = "in_book", "In the book"
        CLASH = "clash", "Clash"
        SET_ASIDE = "set_aside", "Set aside"
        NOTHING = "nothing", "Nothing written here"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="entries")
    row = models.ForeignKey(SheetRow, on_delete=models.PROTECT, related_name="entries")
    # Made by the form that sends it: sent three times, it is one entry.
    reference = models.UUIDField()
    what = models.CharField(max_length=14, choices=What)
    end = models.CharField(max_length=9, choices=End)
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="entries"
    )
    clash = models.ForeignKey(Clash, null=True, on_delete=models.PROTECT, related_name="entries")
    typed = models.CharField(max_length=200, blank=True, default="")  # the name as written
    said = models.CharField(max_length=500, blank=True, default="")  # reason, message, note
    urgency = models.CharField(max_length=8, blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True)  # the duty clinician, of a request
    told_by = models.CharField(max_length=60, blank=True, default="")
    written_at = models.DateTimeField()
    taken_by = models.CharField(max_length=60, blank=True, default="")  # initials, as written
    keyed_at = models.DateTimeField()
    keyed_by = who()
    # Set aside: why, whose it is, by when; and how it was closed.
    why = models.CharField(max_length=200, blank=True, default="")
    owner = who()
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = who()
    closed_how = models.CharField(max_length=200, blank=True, default="")
    # Keyed wrongly: it no longer counts, and the row may be keyed again.
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = who()

    class Meta:
        ordering = ["sheet", "row__place", "keyed_at"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["practice", "reference"], name="entry_sent_once"),
            models.UniqueConstraint(
                fields=["row"], condition=Q(taken_back_at=None), name="row_entered_once"
            ),
            models.CheckConstraint(
                condition=~Q(end="set_aside") | (~Q(why="") & Q(owner__isnull=False)),
                name="set_aside_has_reason_and_owner",
            ),
        ]
