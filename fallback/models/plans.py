"""What a practice decided about carrying on: shares, times, words, people."""

from datetime import time

from django.db import models

from appointments.models import Practice, Site, SlotType, Staff
from appointments.models.base import Owned


class Plan(Owned):
    """A practice's plan for outages: one row, made with the defaults the first time it is asked."""

    JOURNAL = (
        "beside_clinical_system", "stale_after_minutes", "shares_on_screen", "shares_on_paper",
        "evening_print", "morning_print", "script_approved_on", "script_approved_by_id",
        "second_look",
    )  # fmt: skip

    class SecondLooks(models.IntegerChoices):
        """How many of ten rows keyed from paper another person looks at."""

        OFF = 0, "None"
        ONE = 1, "1 in 10"
        TWO = 2, "2 in 10"
        THREE = 3, "3 in 10"
        FIVE = 5, "5 in 10"
        ALL = 10, "All"

    practice = models.OneToOneField(Practice, on_delete=models.PROTECT, related_name="plan")
    # EMIS Web or SystmOne holds the book and ours is loaded from it: every age shown is then the
    # older of the two, and past so many minutes the readiness check fails.
    beside_clinical_system = models.BooleanField(default=False)
    stale_after_minutes = models.PositiveSmallIntegerField(default=24 * 60)
    # Slots of each session that are kept for outages (continuity.md, 'Kept slots').
    shares_on_screen = models.PositiveSmallIntegerField(default=1)
    shares_on_paper = models.PositiveSmallIntegerField(default=1)
    # When diaries and sheets print by themselves, where a printer is set (local times):
    evening_print = models.TimeField(null=True, blank=True, default=time(17, 45))  # for tomorrow
    morning_print = models.TimeField(null=True, blank=True, default=time(7, 30))  # for today
    # The telephone script on the sheets begins with these questions, one a line.
    script = models.TextField(blank=True, default="")
    script_approved_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    script_approved_on = models.DateField(null=True, blank=True)
    # For the one-page instructions ('Plan B').
    people = models.TextField(blank=True, default="")  # whom to ring, one a line
    diversions = models.TextField(blank=True, default="")  # which calls go where, one a line
    passwords_lie = models.CharField(max_length=200, blank=True, default="")  # the sealed kit
    # A folder into which the clinical system's extracts are put; empty for none.
    inbox = models.CharField(max_length=500, blank=True, default="")
    second_look = models.PositiveSmallIntegerField(choices=SecondLooks, default=SecondLooks.OFF)


class Dealt(Owned):
    """A slot type that is (or is not) dealt out to desks, where a manager said so."""

    JOURNAL = ("slot_type_id", "is_dealt")

    slot_type = models.OneToOneField(SlotType, on_delete=models.CASCADE, related_name="dealt")
    is_dealt = models.BooleanField()


class Prepared(Owned):
    """A site's day for which somebody pressed Prepare.

    All that is free is dealt out to the desks, and what comes free later as well, until the day is
    closed.
    """

    JOURNAL = ("site_id", "day", "prepared_at")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "day"], name="site_day_prepared_once")
        ]
