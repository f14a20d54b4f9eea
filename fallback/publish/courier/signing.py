"""The status file: what its bytes are, and its signature."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LARGEST = 16_384  # bytes: embed.js reads no more


def canonical(payload: dict[str, Any]) -> bytes:
    """Give the bytes that are signed: JSON with sorted keys, no spaces, UTF-8.

    `JSON.stringify` in a browser writes the same of what it has read (static/js/embed.js).
    """
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def status_file(
    said: dict[str, Any], key: Ed25519PrivateKey, at: datetime, lasts: timedelta
) -> bytes:
    """Sign what is said at a time (the host's, as near as is known). Raises ValueError if large."""
    payload = said | {"issued": _utc(at), "expires": _utc(at + lasts)}
    signature = base64.b64encode(key.sign(canonical(payload))).decode()
    content = {"payload": payload, "signature": signature}
    file = json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
    if len(file) > LARGEST:
        raise ValueError("the status file is too large")
    return file


def read_key(path: Path) -> Ed25519PrivateKey:
    """Read the practice's private key. Raises OSError, and ValueError for another kind of key."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    return key


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
