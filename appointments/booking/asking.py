"""What is asked for when somebody books."""

import hashlib
from dataclasses import asdict, dataclass
from uuid import UUID

from appointments import journal


@dataclass(frozen=True)
class NewAppointment:
    """What is asked for. `because` is the stated reason where one is needed (see `book`)."""

    patient: UUID
    reference: UUID
    reason: str = ""
    mode: str = "face_to_face"
    urgency: str = "routine"
    booked_via: str = "telephone"
    notes: str = ""
    access_needs: str = ""
    double: bool = False
    extra: bool = False
    because: str = ""

    def fingerprint(self, slot: UUID) -> str:
        """Say what a retry must repeat exactly."""
        said = {name: str(value) for name, value in asdict(self).items()}
        return hashlib.sha256(journal.canonical([str(slot), said]).encode()).hexdigest()
