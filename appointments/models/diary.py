"""The diary: sessions, their slots, and who has a slot in hand."""

from datetime import datetime, timedelta

from django.db import models

from .base import Loaded, Owned, loaded_once, who
from .practice import Clinician, Desk, Site, Staff


class Mode(models.TextChoices):
    """How patient and clinician meet."""

    FACE_TO_FACE = "face_to_face", "Face to face"
    TELEPHONE = "telephone", "Telephone"
    VIDEO = "video", "Video or online"
    HOME_VISIT = "home_visit", "Home visit"
    WRITTEN = "written", "Written"


class SlotType(Owned):
    """What a slot is for, how it looks, and from when it may be booked."""

    JOURNAL = (
        "colour", "mode", "national_category", "release", "release_time", "release_days",
        "release_hours", "retired_on",
    )  # fmt: skip

    class Colour(models.TextChoices):
        """The fixed palette (NHS colours, tints): a class each in static/css/diary.css."""

        BLUE = "blue", "Blue"
        GREEN = "green", "Green"
        AQUA = "aqua", "Aqua"
        PURPLE = "purple", "Purple"
        PINK = "pink", "Pink"
        ORANGE = "orange", "Orange"
        YELLOW = "yellow", "Yellow"
        GREY = "grey", "Grey"

    class Release(models.TextChoices):
        AT_ONCE = "at_once", "As soon as it is made"
        AT_TIME = "at_time", "At a time on the day, or days before"
        HOURS_BEFORE = "hours_before", "A number of hours before it starts"

    name = models.CharField(max_length=80)
    colour = models.CharField(max_length=8, choices=Colour, default=Colour.BLUE)
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.FACE_TO_FACE)
    national_category = models.CharField(max_length=120, blank=True, default="")
    release = models.CharField(max_length=12, choices=Release, default=Release.AT_ONCE)
    # AT_TIME: at this local time, this many days before (0: on the day).
    release_time = models.TimeField(null=True, blank=True)
    release_days = models.PositiveSmallIntegerField(default=0)
    release_hours = models.PositiveSmallIntegerField(default=0)  # HOURS_BEFORE
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="slot_type_names_differ")
        ]

    def __str__(self):
        return self.name


class Session(Owned, Loaded):
    """A stretch of a clinician's time at a site on a day, with none, one or several holders."""

    JOURNAL = ("site_id", "day", "starts_at", "ends_at", "category", "cancelled_at")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="sessions")
    day = models.DateField()  # local date
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=120, blank=True, default="")
    holders = models.ManyToManyField(
        Clinician, through="appointments.SessionHolder", related_name="sessions"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    cancel_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["day", "starts_at"]
        constraints = [
            loaded_once("session"),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="session_has_length"
            ),
        ]
        indexes = [models.Index(fields=["site", "day"], name="session_by_site_day")]


class SessionHolder(Owned):
    """A clinician who holds a session."""

    JOURNAL = ("session_id", "clinician_id")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="session_holders")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "clinician"], name="session_held_once")
        ]


class Slot(Owned, Loaded):
    """A bookable period in a session.

    Whether it is free, embargoed or past is worked out when asked (availability.py), not stored.
    """

    JOURNAL = (
        "session_id", "starts_at", "minutes", "slot_type_id", "mode", "blocked_at", "removed_at",
        "kept_by_id", "kept_on", "asked_for_by_id", "blocked_there_at",
    )  # fmt: skip

    class KeptOn(models.TextChoices):
        SCREEN = "screen", "on screen"
        PAPER = "paper", "on paper"
        LOST = "lost", "on a sheet that was lost"  # doubtful: somebody may be written there

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    slot_type = models.ForeignKey(SlotType, on_delete=models.PROTECT, related_name="slots")
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.FACE_TO_FACE)
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    block_reason = models.CharField(max_length=200, blank=True, default="")
    # Taken out of the session (also by the clinical system); its history stays.
    removed_at = models.DateTimeField(null=True, blank=True)
    # Held for outages: which desk has it for when it is cut off, and where.
    kept_by = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="kept_slots"
    )
    kept_on = models.CharField(max_length=6, choices=KeptOn, blank=True, default="")
    # Beside a clinical system: somebody said that it is blocked there as well because it is held
    # here. Only then can nobody sell it there, and what a load says of that block is our own doing.
    blocked_there_at = models.DateTimeField(null=True, blank=True)
    blocked_there_by = who()
    # Another desk asks the keeper for it (a kept slot must never starve an urgent patient).
    asked_for_by = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whom the clinical system last said is in this slot: the base of the three-way comparison
    # that tells its changes from ours when an extract is loaded again.
    loaded_patient = models.ForeignKey(
        "appointments.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            loaded_once("slot"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="slot_has_length"),
            models.CheckConstraint(
                condition=models.Q(kept_by=None, kept_on="")
                | (models.Q(kept_by__isnull=False) & ~models.Q(kept_on="")),
                name="kept_slot_has_desk_and_place",
            ),
        ]
        indexes = [
            # For the search for free slots: in order of time, with what a wish may ask for, so
            # that it reads on without looking at the slots themselves (9 ms instead of 20).
            models.Index(
                fields=["practice", "starts_at", "id", "slot_type", "mode", "session"],
                condition=models.Q(blocked_at=None, removed_at=None),
                name="slot_to_find",
            ),
        ]

    @property
    def ends_at(self) -> datetime:
        """When the next slot may begin."""
        return self.starts_at + timedelta(minutes=self.minutes)


class Hold(Owned):
    """A desk has the slot in hand while its booking form is open. Not journalled; it just ends."""

    slot = models.OneToOneField(Slot, on_delete=models.CASCADE, related_name="hold")
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()
