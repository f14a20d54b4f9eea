"""What may be tried: a name, a machine, a page; and the sentence about what is none of these."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from appointments.refusals import BadDetail
from fallback.models.probes import Probe

Kind = Probe.Kind
LONGEST = 253  # characters of a host's name (RFC 1035)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
# Where no port is named: the one that such a machine most likely answers or refuses at.
USUAL_PORTS = {
    Kind.ROUTER: 80,
    Kind.OUTSIDE: 443,
    Kind.CLINICAL_SYSTEM: 443,
    Kind.TELEPHONES: 5060,  # SIP
}


@dataclass(frozen=True)
class Address:
    """An address in its parts. `port` is None where any answer of the machine will do."""

    host: str
    port: int | None = None
    scheme: str = ""  # http or https: a page is asked for
    path: str = ""


def read(kind: str, said: str) -> Address:
    """Take an address apart. Raises BadDetail with a sentence about what is wrong with it."""
    said = said.strip()
    if not said or re.search(r"[\s\x00-\x1f\x7f]", said):
        raise _wrong(said, "Give one address, without spaces")
    if kind == Kind.NAMES:
        return _name(said)
    return _page(said) if "://" in said else _machine(said)


def _name(said: str) -> Address:
    if _is_number(said):
        raise BadDetail(
            f"{said} is a number, which is not looked up. Give a name, such as www.nhs.uk.",
            "target",
        )
    if not _is_host(said):
        raise _wrong(said, "Give a name alone, such as www.nhs.uk")
    return Address(said)


def _page(said: str) -> Address:
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        raise _wrong(said, "Give a page such as https://www.nhs.uk/") from None
    if parts.scheme not in ("http", "https"):
        raise _wrong(said, "A page begins with https:// or http://")
    if parts.username or parts.password:
        raise BadDetail("Leave name and password out of the address.", "target")
    if not _is_host(parts.hostname or "") or not said.isascii() or port == 0:
        raise _wrong(said, "Give a page such as https://www.nhs.uk/")
    usual = 443 if parts.scheme == "https" else 80
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(str(parts.hostname), port or usual, parts.scheme, path)


def _machine(said: str) -> Address:
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", said)
    if bracketed:
        host, port = bracketed.groups()
    elif _is_number(said):
        host, port = said, None
    else:
        host, colon, rest = said.partition(":")
        port = rest if colon else None
    if not _is_host(host) or (bracketed and not _is_number(host)):
        raise _wrong(said, "Give a machine's name or number, such as 192.168.1.1")
    if port is None:
        return Address(host)
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise _wrong(said, "After the colon comes a port, a number from 1 to 65535")
    return Address(host, int(port))


def _is_number(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True


def _is_host(said: str) -> bool:
    """Whether it could be a host's name or number; '192.168.1.300' is neither."""
    if _is_number(said):
        return True
    labels = said.removesuffix(".").split(".")
    return (
        0 < len(said) <= LONGEST
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdecimal()
    )


def _wrong(said: str, what: str) -> BadDetail:
    shown = said if len(said) <= 80 else f"{said[:80]}…"
    return BadDetail(f"'{shown}' can't be tried. {what}.", "target")
