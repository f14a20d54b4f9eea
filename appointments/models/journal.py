"""The journal: the numbered, append-only record of everything that happened to the book."""

from django.db import models

from .practice import Desk, Practice, Site, Staff


class JournalHead(models.Model):
    """The newest number and hash of a practice's journal. Locked first by every command."""

    practice = models.OneToOneField(
        Practice, primary_key=True, on_delete=models.PROTECT, related_name="journal_head"
    )
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")


class JournalEntry(models.Model):
    """One change: who, where, when, which command, and what was before and after.

    Written only by appointments.journal; database triggers refuse everything but appending.
    `changes` and `details` are canonical JSON text (not a JSON column), so that the hash can be
    checked against exactly what was written.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="journal")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="+")
    command = models.CharField(max_length=40)
    reference = models.UUIDField(null=True)
    changes = models.TextField()
    details = models.TextField(default="{}")
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["practice", "number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="journal_number_once")
        ]
        indexes = [
            # A form that is sent again is found by its reference, however long the journal.
            models.Index(
                fields=["reference"],
                condition=models.Q(reference__isnull=False),
                name="journal_by_reference",
            )
        ]


class JournalTouch(models.Model):
    """A site-day that an entry touches; with neither site nor day it touches all of them."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="touches")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "site", "day", "-number"], name="touch_by_site_day")
        ]


class JournalSubject(models.Model):
    """A patient whom an entry is about: the history on the patient's page, and what to re-index."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="subjects")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    patient = models.ForeignKey(
        "appointments.Patient", on_delete=models.PROTECT, related_name="journal_subjects"
    )

    class Meta:
        indexes = [models.Index(fields=["practice", "number"], name="subject_by_number")]
