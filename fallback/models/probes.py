"""Probes: what the keeper looks at all day, so that an outage is noticed."""

from django.db import models
from django.db.models import F, Q

from appointments.models.base import Owned


class Probe(Owned):
    """One address that the keeper tries every so often, and how sure it must be.

    Safe copies, printers, the server's disk and the clocks are watched without a row here.
    """

    JOURNAL = (
        "kind", "target", "period_seconds", "within_seconds", "bad", "of", "prints", "closed_on",
    )  # fmt: skip

    class Kind(models.TextChoices):
        """What an address stands for: what is down with it, and what is not."""

        NAMES = "names", "Name look-up"
        ROUTER = "router", "The router"
        OUTSIDE = "outside", "An address on the internet"
        CLINICAL_SYSTEM = "clinical_system", "The clinical system"
        TELEPHONES = "telephones", "The telephone system"

    MOST_OF = 10  # tries that are remembered
    PERIODS = (10, 3600)  # s

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=60)  # 'Router in the comms cupboard'
    target = models.CharField(max_length=255)  # as `probes.addresses` reads it
    period_seconds = models.PositiveSmallIntegerField(default=30)
    within_seconds = models.PositiveSmallIntegerField(default=5)  # slower counts as down
    # It is down once so many of so many tries failed, and well again once none of them did.
    bad = models.PositiveSmallIntegerField(default=2)
    of = models.PositiveSmallIntegerField(default=3)
    prints = models.BooleanField(default=False)  # papers, the first time it fails
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "target"],
                condition=Q(closed_on=None),
                name="address_is_probed_once",
            ),
            models.CheckConstraint(
                condition=Q(bad__gte=2, bad__lte=F("of"), of__lte=10), name="probe_n_of_m"
            ),
            models.CheckConstraint(
                condition=Q(
                    within_seconds__gte=1, within_seconds__lt=F("period_seconds"),
                    period_seconds__gte=10, period_seconds__lte=3600,
                ),
                name="probe_answers_within_its_period",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name
