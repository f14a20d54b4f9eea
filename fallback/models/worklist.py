"""The clinical system's worklist: what has yet to be keyed there, line by line."""

from django.db import models
from django.db.models import Q

from appointments.models import Appointment, Patient, Practice, Slot, Staff
from appointments.models.base import Owned


def _slot() -> models.ForeignKey:
    return models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="+")


class Worklist(models.Model):
    """Up to which entry of the journal a practice's lines have followed the book."""

    practice = models.OneToOneField(
        Practice, primary_key=True, on_delete=models.PROTECT, related_name="worklist"
    )
    number = models.PositiveBigIntegerField()


class WorklistLine(Owned):
    """One thing to key into the clinical system: a patient, and a place in its book.

    Lines follow the book by themselves and are not in the journal; how each one ended is.
    While a line `stands`, the clinical system lacks what it says: all standing lines together are
    the difference between its book and ours. One that ended as impossible still stands.
    """

    JOURNAL = (
        "reference", "kind", "patient_id", "slot_id", "from_slot_id", "ended_at", "ended_as",
    )  # fmt: skip

    class Kind(models.TextChoices):
        NEW_PATIENT = "new_patient", "New patient"
        BOOK = "book", "Book"
        MOVE = "move", "Move"
        CANCEL = "cancel", "Cancel"
        DNA = "dna", "Mark as DNA"
        NOT_DNA = "not_dna", "Take the DNA mark back"

    class End(models.TextChoices):
        ENTERED = "entered", "Entered"
        LOADED = "loaded", "There already, a load says"
        TAKEN = "taken", "Taken there by someone else"
        IMPOSSIBLE = "impossible", "Not possible"
        NOT_NEEDED = "not_needed", "Not needed any more"

    # Made of patient, slot, kind and how often that came before: the same line is made once.
    reference = models.UUIDField(unique=True)
    kind = models.CharField(max_length=11, choices=Kind)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="+"
    )
    slot = _slot()  # where to; of a new patient none
    second_slot = _slot()  # of a double appointment
    from_slot = _slot()  # of a move
    second_from_slot = _slot()
    is_dna = models.BooleanField(default=False)  # book (or move), and mark as DNA
    # In `slot`, or `from_slot`, beside somebody else. Not asked of the appointment: that is no
    # extra any more once it was moved into a slot of its own.
    is_extra = models.BooleanField(default=False)
    was_extra = models.BooleanField(default=False)
    changed_at = models.DateTimeField()  # in our book, the last time
    changed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    # The order in which to key them: by time, but what frees a slot goes with (and before) what
    # fills it, and a new patient with the first booking.
    due_at = models.DateTimeField()
    step = models.PositiveIntegerField(default=0)
    stands = models.BooleanField(default=True)
    ended_as = models.CharField(max_length=10, choices=End, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["due_at", "step", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "slot", "kind"],
                condition=Q(stands=True),
                name="worklist_line_once",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(stands=True, kind="new_patient"),
                name="worklist_new_patient_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_as="", ended_at=None, stands=True)
                | (~Q(ended_as="") & Q(ended_at__isnull=False)),
                name="worklist_line_ended_somehow",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "due_at", "step", "id"],
                condition=Q(ended_as=""),
                name="worklist_to_key",
            ),
            models.Index(
                fields=["practice", "-ended_at"],
                condition=~Q(ended_as=""),
                name="worklist_ended",
            ),
        ]
