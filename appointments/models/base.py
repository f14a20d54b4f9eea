"""What every table of the book shares."""

import uuid

from django.db import models


class Owned(models.Model):
    """A row of one practice, with an id that can be made anywhere and shown in an address.

    `JOURNAL` names the columns whose values the journal quotes: ids, codes and times that are
    needed to rebuild the book. Other columns (names, reasons, notes) are mentioned there by
    name only, so that a patient can be erased while the journal stays as it is.
    """

    JOURNAL: tuple[str, ...] = ()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey("appointments.Practice", on_delete=models.PROTECT)

    class Meta:
        abstract = True


class Loaded(models.Model):
    """A row that may have come from the clinical system's extract.

    `external_id` is its GUID there (unique only within the organisation, hence per practice) and
    `external_digest` a fingerprint of the row as last loaded: equal means nothing to do.
    """

    external_id = models.CharField(max_length=36, blank=True, default="")
    external_digest = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        abstract = True


def who() -> models.ForeignKey:
    """Give a column for who did something; empty while nobody has, or nobody is known."""
    return models.ForeignKey(
        "appointments.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


def loaded_once(table: str) -> models.UniqueConstraint:
    """One row per GUID and practice."""
    return models.UniqueConstraint(
        fields=["practice", "external_id"],
        condition=~models.Q(external_id=""),
        name=f"{table}_loaded_once",
    )
