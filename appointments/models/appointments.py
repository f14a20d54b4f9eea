"""Appointments, clashes between them, and people to ring."""

from django.db import models
from django.db.models import Q

from .base import Owned, who
from .diary import Mode, Slot
from .patients import Patient
from .practice import Clinician


def _when() -> models.DateTimeField:
    return models.DateTimeField(null=True, blank=True)


class Appointment(Owned):
    """A patient's place in a slot.

    A double-length appointment has a second row in the adjoining slot, which `continues` the
    first and always has its status: so the rule below protects that slot as well.
    """

    JOURNAL = (
        "slot_id", "patient_id", "reference", "status", "is_extra", "in_clash", "continues_id",
        "mode", "urgency", "booked_via", "booked_at", "arrived_at", "sent_in_at", "left_at",
        "did_not_attend_at", "cancelled_at", "cancelled_for",
    )  # fmt: skip

    class Status(models.TextChoices):
        BOOKED = "booked", "booked"
        ARRIVED = "arrived", "arrived"
        SENT_IN = "sent_in", "sent in"
        LEFT = "left", "left"
        DID_NOT_ATTEND = "did_not_attend", "DNA"
        CANCELLED = "cancelled", "cancelled"

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "Routine"
        SOON = "soon", "Soon"
        URGENT = "urgent", "Urgent, today"

    class Via(models.TextChoices):
        TELEPHONE = "telephone", "By telephone"
        DESK = "desk", "At the desk"
        ONLINE = "online", "Online"
        LETTER = "letter", "By letter"

    class For(models.TextChoices):
        PATIENT = "patient", "The patient"
        PRACTICE = "practice", "The practice"

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="appointments")
    # Made where the booking was first written down; sending it again changes nothing.
    reference = models.UUIDField(unique=True)
    # Fingerprint of what was asked for with that reference: the same again is a retry,
    # anything else a mistake.
    asked = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=14, choices=Status, default=Status.BOOKED)
    continues = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="continuations"
    )
    is_extra = models.BooleanField(default=False)
    in_clash = models.BooleanField(default=False)  # came in for a slot that was taken; see Clash
    because = models.CharField(max_length=200, blank=True, default="")  # extra, late, departed…
    reason = models.CharField(max_length=200, blank=True, default="")
    notes = models.TextField(max_length=1000, blank=True, default="")
    access_needs = models.CharField(max_length=200, blank=True, default="")
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.FACE_TO_FACE)
    urgency = models.CharField(max_length=8, choices=Urgency, default=Urgency.ROUTINE)
    booked_via = models.CharField(max_length=10, choices=Via, default=Via.TELEPHONE)
    booked_at = models.DateTimeField(null=True, blank=True)  # the clinical system may not say
    booked_by = who()
    arrived_at = _when()
    arrived_by = who()
    sent_in_at = _when()
    sent_in_by = who()
    left_at = _when()
    left_by = who()
    did_not_attend_at = _when()
    did_not_attend_by = who()
    cancelled_at = _when()
    cancelled_by = who()
    cancelled_for = models.CharField(max_length=8, choices=For, blank=True, default="")
    cancel_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=~Q(status="cancelled") & Q(is_extra=False) & Q(in_clash=False),
                name="one_live_appointment_per_slot",
            ),
            models.CheckConstraint(
                condition=Q(is_extra=False) | ~Q(because=""), name="extra_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at=None)),
                name="cancelled_when",
            ),
        ]


class Clash(Owned):
    """Two people were promised the same slot. Both stay in the book until a person decides."""

    JOURNAL = (
        "first_id", "second_id", "source", "settled_at", "settled_by_id", "outcome",
        "decided_by_id", "owner_id", "due_at",
    )  # fmt: skip

    class Outcome(models.TextChoices):
        BOTH = "both", "Both seen, one as an extra"
        FIRST = "first", "The first stays"
        SECOND = "second", "The second stays"

    first = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20)  # where the second came from: 'clinical system'
    came_at = models.DateTimeField()
    settled_at = _when()
    settled_by = who()
    # Whose choice it was, where the duty clinician decides: today, urgent, arrived.
    decided_by = models.ForeignKey(
        Clinician, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    # Set aside: it waits for somebody, until when, and why. It still counts as open.
    owner = who()
    due_at = _when()
    waits_for = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["came_at"]
        verbose_name_plural = "clashes"


class Call(Owned):
    """A patient to ring because something happened to the appointment."""

    JOURNAL = (
        "patient_id", "appointment_id", "clash_id", "outcome", "tries", "done_at", "duty_said_at",
        "duty_said_by_id",
    )  # fmt: skip

    class Outcome(models.TextChoices):
        TO_RING = "", "To ring"
        REACHED = "reached", "Reached"
        NO_ANSWER = "no_answer", "No answer"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        LETTER = "letter", "Letter sent"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="calls")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="calls")
    why = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = who()
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = _when()
    tried_by = who()
    done_at = _when()  # reached, or a letter sent: nobody is waiting any more
    # Who had to give way in a clash and can't be reached goes back to the duty clinician.
    clash = models.ForeignKey(
        Clash, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    duty_said = models.CharField(max_length=200, blank=True, default="")
    duty_said_at = _when()
    duty_said_by = models.ForeignKey(
        Clinician, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["asked_at"]
