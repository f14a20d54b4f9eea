"""Encrypting with age (age-encryption.org/v1) under the sealed kit's password.

The password has 108 bits by chance, so it needs no slow hashing to stand up to guessing; and age's
own password mode, tuned to take a second, took 4 s and 1.1 GB of memory for each backup and again
for each look into one. So the password becomes an age key (X25519) by scrypt at 32 MB and 0.1 s:
same file format, same strength of cipher, streamed (ADR 0013).
"""

import hashlib
import shutil
import zlib
from gzip import BadGzipFile
from gzip import open as open_gzip
from pathlib import Path

import pyrage

SALT = b"surgery backup key 1"
COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 2**20}
MAGIC = b"age-encryption.org/v1"
GZIP = b"\x1f\x8b"
QUICK = 1  # gzip's level: a quarter of the size in 7 ms a megabyte


class WontOpen(Exception):  # noqa: N818  (what went wrong, in a sentence)
    """The file can't be opened; its text says why."""


def seal(plain: Path, target: Path, password: str) -> None:
    """Write a file compressed and encrypted. `target` is there and empty."""
    packed = target.with_name(target.name + ".gz.partial")
    try:
        packed.touch(mode=0o600)
        with plain.open("rb") as source, open_gzip(packed, "wb", QUICK) as into:
            shutil.copyfileobj(source, into, 2**20)
        with packed.open("rb") as source, target.open("wb") as into:
            pyrage.encrypt_io(source, into, [_identity(password).to_public()])
    finally:
        packed.unlink(missing_ok=True)


def unseal(sealed: Path, target: Path, password: str) -> None:
    """Write what is in a sealed file; raises WontOpen. `target` is there and empty."""
    packed = target.with_name(target.name + ".gz.partial")
    try:
        packed.touch(mode=0o600)
        with sealed.open("rb") as source, packed.open("wb") as into:
            pyrage.decrypt_io(source, into, [_identity(password)])
        with open_gzip(packed, "rb") as source, target.open("wb") as into:
            shutil.copyfileobj(source, into, 2**20)
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise WontOpen(
                "That is not this backup's password. It stands on the managers' page of the "
                "sealed kit at the practice that the backup comes from. If that is what you typed, "
                "the file is damaged."
            ) from error
        raise WontOpen("The file is damaged: take another backup.") from error
    except (OSError, EOFError, BadGzipFile, zlib.error) as error:
        # age's reader reports a cut or altered stream as an input error of the file
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise WontOpen("The file is damaged or cut short: take another backup.") from error
    finally:
        packed.unlink(missing_ok=True)


def is_sealed(path: Path) -> bool:
    """Say whether a file begins as age's files do."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _identity(password: str) -> pyrage.x25519.Identity:
    """Make the key; case, spaces and hyphens of what was typed do not matter."""
    said = "".join(password.upper().replace("-", " ").split())
    key = hashlib.scrypt(said.encode(), salt=SALT, dklen=32, **COST)
    return pyrage.x25519.Identity.from_str(_bech32("age-secret-key-", key).upper())


# BIP 173, as age writes its keys.
_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _bech32(prefix: str, data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*expanded, *values, *[0] * 6]) ^ 1
    values += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_CHARSET[value] for value in values)}"


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATOR):
            check ^= generator if (top >> place) & 1 else 0
    return check
