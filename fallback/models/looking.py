"""Second looks: another person holds what was keyed against the paper."""

from django.db import models
from django.db.models import Q

from appointments.models.base import Owned, who

from .rekeying import Entry


class SecondLook(Owned):
    """What somebody found who did not key the row. A difference goes back to whoever did.

    That one takes the entry back and keys the row anew, or says why it stands; what stands is
    looked at once more.
    """

    JOURNAL = ("entry_id", "agrees", "looked_at", "looked_by_id", "answered_at", "answered_by_id")

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="looks")
    agrees = models.BooleanField()
    differs = models.CharField(max_length=200, blank=True, default="")  # what the paper says
    looked_at = models.DateTimeField()
    looked_by = who()
    answer = models.CharField(max_length=200, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = who()

    class Meta:
        ordering = ["looked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(answered_at=None), name="entry_looked_at_once"
            ),
            models.CheckConstraint(
                condition=Q(agrees=True, differs="", answered_at=None)
                | (Q(agrees=False) & ~Q(differs="")),
                name="second_look_says_what_differs",
            ),
        ]
