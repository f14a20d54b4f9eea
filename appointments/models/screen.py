"""Screen exports: how a practice's own list is read, and what was last loaded from one."""

from django.db import models

from .base import Owned
from .practice import Site


class ScreenMapping(Owned):
    """What each column of a practice's own list means, made once and found again by its headings.

    `headings` are the file's, in one form (lower case, single spaces), `meanings` stand beside
    them: words of appointments.imports.screen.columns, empty for a column that is not read.
    """

    JOURNAL = ("site_id", "minutes", "is_whole_days", "meanings")

    name = models.CharField(max_length=80)
    headings = models.JSONField()
    meanings = models.JSONField()
    # Where all of the file is, when it has no column that says so.
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT)
    minutes = models.PositiveSmallIntegerField(default=10)  # of a new slot, where the file is mute
    # Each file lists whole days of the sessions that it names, not only from its first row of a
    # day to its last: who is not in it is no longer booked there.
    is_whole_days = models.BooleanField(default=False)
    # What the file calls our clinicians and sites: {"clinician": {"dr lane am": id}, "site": {}}.
    names = models.JSONField(default=dict)

    class Meta:
        ordering = ["name"]
        verbose_name = "screen export"
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="screen_mapping_names_differ")
        ]

    def __str__(self):
        return self.name


class ScreenCover(Owned):
    """The newest screen export that was loaded for a site's day: an older one is refused.

    Not in the journal, as Practice.clinical_as_of: an export that changes nothing moves it.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "day"], name="one_screen_cover_a_day")
        ]
