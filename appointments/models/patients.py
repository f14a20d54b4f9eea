"""Patients."""

from django.db import models

from .base import Loaded, Owned, loaded_once
from .practice import Clinician


class Patient(Owned, Loaded):
    """A person who may be booked. Two records of one person are merged, never deleted."""

    JOURNAL = ("kind", "merged_into_id", "usual_clinician_id", "is_confidential", "departed_on")

    class Kind(models.TextChoices):
        REGULAR = "regular", "Regular"
        TEMPORARY = "temporary", "Temporary"
        OTHER = "other", "Other"

    nhs_number = models.CharField(max_length=10, blank=True, default="")
    number = models.CharField(max_length=20, blank=True, default="")  # in the clinical system
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REGULAR)
    title = models.CharField(max_length=30, blank=True, default="")
    given_name = models.CharField(max_length=100, blank=True, default="")
    middle_names = models.CharField(max_length=150, blank=True, default="")
    family_name = models.CharField(max_length=100)
    sex = models.CharField(max_length=1, blank=True, default="")  # M F I U, as in EMIS
    born_on = models.DateField(null=True, blank=True)
    died_on = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True, default="")
    postcode = models.CharField(max_length=10, blank=True, default="")  # 'CT7 9QZ'
    home_telephone = models.CharField(max_length=60, blank=True, default="")  # as people see it
    mobile_telephone = models.CharField(max_length=60, blank=True, default="")
    email = models.CharField(max_length=120, blank=True, default="")
    contact_comment = models.CharField(max_length=200, blank=True, default="")
    access_needs = models.CharField(max_length=200, blank=True, default="")
    # Confidential or sensitive on the national record: no address or telephone on any list.
    is_confidential = models.BooleanField(default=False)
    usual_clinician = models.ForeignKey(
        Clinician, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_on = models.DateField(null=True, blank=True)
    departed_on = models.DateField(null=True, blank=True)  # left the practice, or record removed
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )
    merged_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [loaded_once("patient")]
        indexes = [models.Index(fields=["practice", "nhs_number"], name="patient_by_nhs_number")]

    @property
    def name(self) -> str:
        """'SMITH, John (Mr)', as every list shows a patient."""
        title = f" ({self.title})" if self.title else ""
        return f"{self.family_name.upper()}, {self.given_name}{title}"

    def __str__(self):
        return f"patient {self.pk}"  # never a name: this text reaches logs
