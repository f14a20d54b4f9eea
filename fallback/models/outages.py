"""Outages: declared, worked and ended by people; and the running log of each."""

from django.db import models
from django.db.models import F, Q

from appointments.models import Site
from appointments.models.base import Owned, who


class Outage(Owned):
    """A time in which something that the practice needs was down, as staff declared it.

    `began_at` and `ended_at` are when it was so, `declared_at` and `over_said_at` when somebody
    said so. Several may stand at once.
    """

    JOURNAL = (
        "number", "affected", "site_id", "began_at", "declared_at", "declared_by_id",
        "still_so_at", "still_so_by_id", "template", "worded_at", "journal_from", "journal_to",
        "clinical_as_of", "ended_at", "over_said_at", "ended_by_id", "signed_off_at",
        "signed_off_by_id",
    )  # fmt: skip

    class Affected(models.TextChoices):
        """What is down. The program goes on in full under the first three."""

        INTERNET = "internet", "The internet"
        CLINICAL_SYSTEM = "clinical_system", "The clinical system"
        TELEPHONES = "telephones", "The telephones"
        OURS = "ours", "This appointment book"
        POWER = "power", "The power"
        BUILDING = "building", "The building can't be used"

    # While only these are down, everybody books on the server as always.
    BOOKING_GOES_ON = frozenset({Affected.INTERNET, Affected.CLINICAL_SYSTEM, Affected.TELEPHONES})

    number = models.PositiveIntegerField()  # counts up by one per practice: 'outage 3'
    affected = models.JSONField(default=list)  # values of `Affected`, in its order
    site = models.ForeignKey(  # empty: all of them
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    began_at = models.DateTimeField()
    declared_at = models.DateTimeField()
    declared_by = who()
    # 'Still so?' is asked an hour after this.
    still_so_at = models.DateTimeField()
    still_so_by = who()
    # What patients read: a set template ('' tells them nothing), and the practice's own sentences
    # after it, one a line.
    template = models.CharField(max_length=40, blank=True, default="")
    sentences = models.TextField(blank=True, default="")
    worded_at = models.DateTimeField()
    # The newest entries of the journal when it began and when it was over.
    journal_from = models.PositiveBigIntegerField()
    journal_to = models.PositiveBigIntegerField(null=True, blank=True)
    # Beside a clinical system: when what had been loaded from it was written there.
    clinical_as_of = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    over_said_at = models.DateTimeField(null=True, blank=True)
    ended_by = who()
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = who()

    class Meta:
        ordering = ["-began_at", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="outage_number_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, over_said_at=None, journal_to=None)
                | Q(ended_at__gte=F("began_at"), over_said_at__isnull=False,
                    journal_to__gte=F("journal_from")),
                name="outage_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_at=None) | Q(ended_at__isnull=False),
                name="outage_signed_off_after_its_end",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["practice"], condition=Q(ended_at=None), name="outage_current")
        ]

    def __str__(self):
        return f"Outage {self.number}"

    @property
    def affected_words(self) -> str:
        """Say what is down: 'The internet and the telephones'."""
        said = [self.Affected(each).label for each in self.affected]
        first, *rest = said or ["Something"]
        lower = [each[0].lower() + each[1:] for each in rest]
        return f"{', '.join([first, *lower[:-1]])} and {lower[-1]}" if lower else first

    @property
    def title(self) -> str:
        """Say which one it is: 'Outage 3: the internet and the telephones'."""
        words = self.affected_words
        return f"{self}: {words[0].lower()}{words[1:]}"

    @property
    def booking_goes_on(self) -> bool:
        """Whether everybody books on the server as always."""
        return self.BOOKING_GOES_ON.issuperset(self.affected)


class LogLine(Owned):
    """One line of an outage's running log, written by a person or by what a person did."""

    JOURNAL = ("outage_id", "kind", "at", "written_at", "by_id")

    class Kind(models.TextChoices):
        DECLARED = "declared", "Declared"
        CHANGED = "changed", "Changed"
        TOLD = "told", "What patients are told"
        STILL_SO = "still_so", "Still so"
        SAID = "said", "Said"
        ENDED = "ended", "Ended"
        SIGNED_OFF = "signed_off", "Signed off"

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SAID)
    at = models.DateTimeField()  # when it happened; a line may be written later
    written_at = models.DateTimeField()
    by = who()
    words = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["at", "written_at", "id"]
