"""Which papers were made, and which of them were put on real paper."""

from django.db import models

from appointments.models import Desk, Site, Staff
from appointments.models.base import Owned

from .places import Printer


class Print(Owned):
    """One making of a site-day's papers. All of them bear its number: 'print 1042'.

    A change slip compares the book now with the book as it was at a print's journal number.
    """

    number = models.PositiveIntegerField()  # counts up by one per practice, never used twice
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    journal = models.PositiveBigIntegerField()  # the newest entry that is on it
    made_at = models.DateTimeField()
    pages = models.PositiveSmallIntegerField(default=0)  # of the day diary

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="print_number_once")
        ]
        indexes = [models.Index(fields=["site", "day", "-number"], name="print_of_site_day")]


class PrintJob(Owned):
    """Something put on paper: by the clock, by Prepare, or because somebody pressed Print."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        PRINTED = "printed", "Printed"
        CANCELLED = "cancelled", "Did not print in time"
        FAILED = "failed", "Failed"
        BY_HAND = "by_hand", "Printed from the browser"

    print = models.ForeignKey(Print, on_delete=models.PROTECT, related_name="jobs")
    papers = models.CharField(max_length=200)  # 'Day diary; sheet K7QHM-4 of Desk 2'
    printer = models.ForeignKey(Printer, null=True, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    queue_job = models.CharField(max_length=160, blank=True, default="")  # as `lp` names it
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, default="")
    # What printed by itself: 'morning 2026-11-23' and the document ('sheet' and its desk). The row
    # is there before the printer hears of it, so nothing prints twice, whatever is killed when.
    occasion = models.CharField(max_length=20, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["printer", "occasion", "document"],
                condition=~models.Q(occasion=""),
                name="printed_once_by_itself",
            )
        ]
