"""Who is keying which sheet at the moment. Not journalled: it just goes out of date."""

from django.db import models

from appointments.models import Desk, Staff
from appointments.models.base import Owned

from .sheets import Sheet, SheetRow


class Keying(Owned):
    """A clerk at a desk who has a sheet open, and the row in hand; one sheet at a time."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="+")
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="+")
    row = models.ForeignKey(SheetRow, null=True, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "desk"], name="clerk_keys_one_sheet")
        ]
