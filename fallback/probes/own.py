"""What is watched without being named: the server's disk, its clock, the printers.

Safe copies are watched by the hands that write to them (fallback.places.hands); their state stands
in the keeper's report already.
"""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments.refusals import BookingRefused
from fallback.models.probes import Probe
from fallback.printing import cups
from fallback.probes import desk_clocks
from fallback.probes.looking import Look, look

LEAST_FREE = 1e9  # bytes: some weeks of papers and backups
# Where a network printer takes jobs, by what CUPS calls its way there.
PORTS = {"socket": 9100, "ipp": 631, "ipps": 631, "http": 80, "https": 443, "lpd": 515}


def disk(folder: str, _within: float) -> Look:
    """See whether the server's disk takes what is written, and has room left."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Look(False, f"can't be written ({error.strerror})")
    if free < LEAST_FREE:
        return Look(False, f"is nearly full: {free / 1e9:.1f} GB left")
    return Look(True, f"{free / 1e9:.0f} GB free")


def clocks(practice_id: str, _within: float) -> Look:
    """Compare the server's clock with the desks'."""
    return desk_clocks.compare(desk_clocks.told(UUID(practice_id), timezone.now()))


def printer(queue: str, within: float) -> Look:
    """Ask the print service how a queue is, and a printer on the network whether it is there."""
    try:
        trouble, where = cups.standing(queue)
    except BookingRefused as refused:
        return Look(False, f"can't be asked: {refused.sentence}")
    if trouble:
        return Look(False, trouble)
    try:
        parts = urlsplit(where)
        port = PORTS.get(parts.scheme) and (parts.port or PORTS[parts.scheme])
    except ValueError:
        return Look(True)
    if not port or not parts.hostname:
        return Look(True)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return look(Probe.Kind.TELEPHONES, f"{host}:{port}", within / 2)


def data_folder() -> str:
    """Give the folder whose disk is watched."""
    return str(Path(settings.DATA_DIR))
