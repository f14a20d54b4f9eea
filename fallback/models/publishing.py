"""Where the practice's website reads how things are."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from appointments.models.base import Owned


class Target(Owned):
    """A folder, here or on a web host, into which the status file is put every minute."""

    JOURNAL = (
        "kind", "folder", "host", "port", "username", "fingerprint", "web_address",
        "lasts_minutes", "line_key", "closed_on",
    )  # fmt: skip

    class Kind(models.TextChoices):
        FOLDER = "folder", "A folder that this server can write to"
        SFTP = "sftp", "A web host, by SFTP"

    name = models.CharField(max_length=60)  # 'Website'
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.FOLDER)
    folder = models.CharField(max_length=500)  # by SFTP: as the host names it
    host = models.CharField(max_length=253, blank=True, default="")
    port = models.PositiveIntegerField(
        default=22, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    username = models.CharField(max_length=100, blank=True, default="")
    # Of the host's own key, 'SHA256:…'. Nothing is sent to a host that shows another.
    fingerprint = models.CharField(max_length=100, blank=True, default="")
    # Where browsers find that folder: 'https://www.minnisbay.nhs.uk/surgery/'.
    web_address = models.CharField(max_length=300)
    # How long a file is believed: longer than a restart or a slow host takes.
    lasts_minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    # The public key in the line that was given to the web person; it may not change unseen.
    line_key = models.CharField(max_length=43)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "host", "folder"],
                condition=models.Q(closed_on=None),
                name="folder_is_one_target",
            )
        ]

    def __str__(self):
        return self.name
