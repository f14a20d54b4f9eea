"""The practice, its places, its people and its desks."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from .base import Loaded, Owned, loaded_once


class Practice(models.Model):
    """A GP practice. A server has one home practice; others may stand beside it."""

    JOURNAL = ("ods_code", "is_home", "is_demo", "main_site_id", "idle_lock_minutes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ods_code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=120)
    is_home = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)  # only here may the demo password be used
    main_site = models.ForeignKey(
        "appointments.Site", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # How long a screen may be left alone before it locks itself.
    idle_lock_minutes = models.PositiveSmallIntegerField(default=10)
    external_id = models.CharField(max_length=36, blank=True, default="")
    # When the clinical system wrote the newest extract that was loaded: beside a clinical system
    # nothing is fresher than this. Not in the journal: an extract that changes nothing moves it.
    clinical_as_of = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_home"], condition=models.Q(is_home=True), name="one_home_practice"
            )
        ]

    def __str__(self):
        return self.name


class Site(Owned, Loaded):
    """A place of work: the main surgery or a branch."""

    JOURNAL = ("order", "closed_on")

    name = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    telephone = models.CharField(max_length=40, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    postcode = models.CharField(max_length=10, blank=True, default="")
    closed_on = models.DateField(null=True, blank=True)  # a site that is no longer used

    class Meta:
        ordering = ["order", "name"]
        constraints = [loaded_once("site")]

    def __str__(self):
        return self.name


class OpeningTime(Owned):
    """A stretch in which a site is open on a weekday (0 is Monday); two rows make a lunch break."""

    JOURNAL = ("site_id", "weekday", "opens", "closes")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="opening_times")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["site", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6) & models.Q(opens__lt=models.F("closes")),
                name="opens_before_it_closes",
            )
        ]


class Closure(Owned):
    """A day, or the rest of a day from `closes`, when a site (or all of them) is shut."""

    JOURNAL = ("site_id", "day", "closes", "is_bank_holiday")

    site = models.ForeignKey(Site, null=True, on_delete=models.CASCADE, related_name="closures")
    day = models.DateField()
    closes = models.TimeField(null=True, blank=True)  # a half day; empty means all day
    reason = models.CharField(max_length=120)
    is_bank_holiday = models.BooleanField(default=False)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["site", "day"], name="one_closure_a_day"),
            models.UniqueConstraint(
                fields=["practice", "day"],
                condition=models.Q(site=None),
                name="one_closure_a_day_everywhere",
            ),
        ]


class Clinician(Owned, Loaded):
    """Somebody who is seen: GP, nurse, pharmacist, physiotherapist…"""

    JOURNAL = ("role", "left_on")

    class Role(models.TextChoices):
        GP = "gp", "GP"
        NURSE = "nurse", "Nurse"
        HCA = "hca", "Healthcare assistant"
        PHARMACIST = "pharmacist", "Pharmacist"
        PHYSIO = "physio", "Physiotherapist"
        PARAMEDIC = "paramedic", "Paramedic"
        SOCIAL = "social", "Social prescriber"
        OTHER = "other", "Other"

    title = models.CharField(max_length=20, blank=True, default="")
    given_name = models.CharField(max_length=60, blank=True, default="")
    family_name = models.CharField(max_length=60)
    role = models.CharField(max_length=12, choices=Role, default=Role.GP)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["family_name", "given_name"]
        constraints = [loaded_once("clinician")]

    @property
    def short_name(self) -> str:
        """'Dr Bailey'; without a title the forename stands in."""
        return f"{self.title or self.given_name} {self.family_name}".strip()

    def __str__(self):
        return self.short_name


class Desk(Owned):
    """A place where someone answers patients: one workstation, one telephone, one sheet."""

    JOURNAL = ("site_id", "number", "closed_on")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="desks")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="desk_numbers_differ")
        ]

    def __str__(self):
        return self.name


class StaffManager(BaseUserManager):
    """Finds staff by user name, as Django's sign-in asks for."""

    def get_by_natural_key(self, username):
        """User names are compared without regard to case."""
        return self.get(username__iexact=username)


class Staff(AbstractBaseUser):
    """Somebody who signs in."""

    JOURNAL = ("username", "role", "clinician_id", "is_active", "left_at", "must_change_password")

    class Role(models.TextChoices):
        RECEPTIONIST = "receptionist", "Receptionist"
        OUTAGE_LEAD = "outage_lead", "Outage lead"
        CLINICIAN = "clinician", "Clinician"
        MANAGER = "manager", "Manager"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="staff")
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    initials = models.CharField(max_length=4)
    role = models.CharField(max_length=12, choices=Role)
    clinician = models.OneToOneField(
        Clinician, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    is_active = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    shortcuts_on = models.BooleanField(default=True)  # single-key shortcuts (WCAG 2.1.4)

    objects = StaffManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    @property
    def may_book(self) -> bool:
        """Reception's work: everything in the book but settings."""
        return self.role != self.Role.CLINICIAN

    @property
    def may_lead(self) -> bool:
        """What the outage lead decides: letting go of others' kept slots, settling clashes."""
        return self.role in (self.Role.OUTAGE_LEAD, self.Role.MANAGER)

    @property
    def may_manage(self) -> bool:
        """Settings, staff and the access log."""
        return self.role == self.Role.MANAGER

    def __str__(self):
        return self.name


class Duty(Owned):
    """The duty clinician of a day, who answers for what is urgent."""

    JOURNAL = ("day", "clinician_id")

    day = models.DateField()
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="duties")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "day"], name="one_duty_clinician_a_day")
        ]


class Access(Owned):
    """Who looked at which patient's data (not the journal: looking changes nothing)."""

    class What(models.TextChoices):
        OPENED = "opened", "opened"
        SEARCHED = "searched", "searched for"
        PRINTED = "printed", "printed"
        TOOK_AWAY = "took_away", "took away"

    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    patient = models.ForeignKey(
        "appointments.Patient", null=True, on_delete=models.CASCADE, related_name="accesses"
    )
    detail = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["practice", "-at"], name="access_by_time"),
            models.Index(fields=["patient", "-at"], name="access_by_patient"),
        ]
