"""Which life of the database this is: a restore begins another."""

import uuid

from django.db import models


class Epoch(models.Model):
    """From a restore on, entry numbers mean something else than before; the newest row counts.

    Two machines that restore the same backup get different rows, so whoever kept a copy can tell
    that its numbers are not this database's. A database without a row was never restored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    began_at = models.DateTimeField()
    because = models.CharField(max_length=200)

    class Meta:
        ordering = ["-began_at"]
