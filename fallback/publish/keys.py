"""The practice's keys: one signs the status file, one signs in at web hosts. Made on first use.

They lie in the data folder, for their owner only. The signing key's public half stands in the line
on the website; the other's is for the host ('authorized_keys').
"""

import base64
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)
from django.conf import settings
from django.utils.crypto import salted_hmac

from appointments.models import Practice
from fallback.hand.files import sync_folder, write_whole
from fallback.models import Target
from fallback.publish.courier.signing import read_key


def folder() -> Path:
    """Give the folder of what publishing keeps."""
    path = settings.DATA_DIR / "publishing"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def signing_key(practice: Practice) -> Path:
    """Give the file of the practice's private signing key. Raises OSError."""
    return _made_once(folder() / f"{practice.pk}.key", PrivateFormat.PKCS8)


def host_key(practice: Practice) -> Path:
    """Give the file of the private key with which we sign in at web hosts. Raises OSError."""
    return _made_once(folder() / f"{practice.pk}.ssh", PrivateFormat.OpenSSH)


def line_key(practice: Practice) -> str:
    """Give the public key as it stands in the line on the website: 43 characters of base64."""
    return public_of(read_key(signing_key(practice)))


def host_line(practice: Practice) -> str:
    """Give the public key as a web host takes it: 'ssh-ed25519 AAAA… surgery'."""
    key = load_ssh_private_key(host_key(practice).read_bytes(), password=None)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return f"{public.decode()} surgery-{practice.ods_code}"


def example_key(practice: Practice) -> Ed25519PrivateKey:
    """Give the key of the preview's examples: no line on a website ever has its public half."""
    seed = salted_hmac("surgery.publish.example", str(practice.pk), algorithm="sha256").digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_of(key: Ed25519PrivateKey) -> str:
    """Give a key's public half as `data-key` takes it."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode().rstrip("=")


def keep_password(target: Target, password: str) -> None:
    """Keep what we sign in with at a target's host; an empty one takes it away."""
    path = _password(target)
    if password:
        write_whole(path, password.encode())
    else:
        path.unlink(missing_ok=True)


def password_of(target: Target) -> str:
    """Give what we sign in with at a target's host; empty where it takes our key."""
    try:
        return _password(target).read_text()
    except FileNotFoundError:
        return ""


def _password(target: Target) -> Path:
    return folder() / f"{target.pk}.password"


def _made_once(path: Path, form: PrivateFormat) -> Path:
    """Write a new key beside, whole and on the disk, and link it: only one process can."""
    if not path.exists():
        content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, form, NoEncryption())
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            os.unlink(temporary)
        sync_folder(path.parent)
    return path
