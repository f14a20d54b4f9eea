"""Where copies go: folders and printers."""

from django.db import models

from appointments.models import Site
from appointments.models.base import Owned


class Place(Owned):
    """A folder that always has the newest copies: another PC's share, a USB stick, a disk."""

    JOURNAL = (
        "site_id", "folder", "leaves_server", "pdfs_protected", "has_html", "has_csv",
        "has_backups", "keeps_days", "closed_on",
    )  # fmt: skip

    name = models.CharField(max_length=60)  # 'Back office PC'
    # Inside which site it stands, and so whether that site has one of its own.
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    folder = models.CharField(max_length=500)
    # Not on the server's own disk: what is written there can be carried away or read elsewhere.
    leaves_server = models.BooleanField(default=True)
    pdfs_protected = models.BooleanField(default=True)  # AES-256, the sealed kit's password
    has_html = models.BooleanField(default=False)
    has_csv = models.BooleanField(default=False)
    has_backups = models.BooleanField(default=True)
    keeps_days = models.PositiveSmallIntegerField(default=1)  # days gone by that stay: yesterday
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "folder"],
                condition=models.Q(closed_on=None),
                name="folder_is_one_place",
            )
        ]

    def __str__(self):
        return self.name


class Printer(Owned):
    """A printer that this server reaches (a CUPS queue), standing inside a site."""

    JOURNAL = ("site_id", "queue", "prints_diary", "prints_sheets", "closed_on")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    queue = models.CharField(max_length=127)  # as `lpstat -e` names it
    prints_diary = models.BooleanField(default=True)  # by itself, evening and morning
    prints_sheets = models.BooleanField(default=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["queue"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "queue"],
                condition=models.Q(closed_on=None),
                name="queue_is_one_printer",
            )
        ]

    def __str__(self):
        return self.queue
