"""Reading a status file as a website would: the signature first."""

import base64
import json
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appointments.refusals import BookingRefused
from fallback.publish import keys


def read(practice, path):
    """The payload of a status file, once its signature was checked over bytes made here."""
    said = json.loads(path.read_bytes())
    raw = base64.b64decode(keys.line_key(practice) + "=")
    canonical = json.dumps(
        said["payload"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(said["signature"]), canonical)
    return said["payload"]


@contextmanager
def refused(words, kinds=BookingRefused):
    """Expect a refusal whose sentence has these words."""
    with pytest.raises(kinds) as found:
        yield
    assert words in found.value.sentence
