"""One try at an address: does it answer, in time? Nothing of patients is ever sent.

Standard library only. Each look keeps to its time as well as its calls allow; whoever asks
(`watching`) keeps to it in any case.
"""

import errno
import http.client
import selectors
import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from fallback.models.probes import Probe
from fallback.probes.addresses import USUAL_PORTS, Address, read

Kind = Probe.Kind
ECHO_REQUEST, ECHO_REQUEST_6 = 8, 128  # RFC 792, RFC 4443
OUR_FAULT = 500  # HTTP statuses from here on: it answers, and is not well
MOVED = range(300, 400)
ANSWERED = (0, errno.ECONNREFUSED)  # a machine that refuses is there


class Look(NamedTuple):
    """What a try found. `words` go on after the name: 'does not answer'; a remark where well."""

    is_well: bool
    words: str = ""


Try = Callable[[str, float], Look]


def no_answer(within: float) -> Look:
    """Say that it took too long: slow is down too."""
    return Look(
        False, f"does not answer within {within:g} {'second' if within == 1 else 'seconds'}"
    )


def look(kind: str, target: str, within: float) -> Look:
    """Try an address once, for about so many seconds at most."""
    address = read(kind, target)
    began = time.monotonic()
    try:
        if kind == Kind.NAMES:
            return _look_up(address)
        if address.scheme:
            return _ask(address, within)
        return _reach(address, USUAL_PORTS[Kind(kind)], within)
    except TimeoutError:
        return no_answer(within)
    except socket.gaierror:
        return Look(False, "is not found by its name")
    except ssl.SSLCertVerificationError:
        return Look(False, "shows a certificate that is not valid for it")
    except ConnectionRefusedError:
        return Look(False, "refuses connections")
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() - began >= within:
            return no_answer(within)
        words = getattr(error, "strerror", None) or type(error).__name__
        return Look(False, f"can't be reached ({words})")


def _look_up(address: Address) -> Look:
    socket.getaddrinfo(address.host, None)
    return Look(True)


def _ask(address: Address, within: float) -> Look:
    """Ask for a page, and read no more than how it answers."""
    host, port = address.host, address.port
    asked = http.client.HTTPConnection(host, port, timeout=within)
    if address.scheme == "https":
        tls = ssl.create_default_context()
        asked = http.client.HTTPSConnection(host, port, timeout=within, context=tls)
    try:
        asked.request("GET", address.path, headers={"Connection": "close"})
        answer = asked.getresponse()
    finally:
        asked.close()
    if answer.status >= OUR_FAULT:
        return Look(False, f"answers with error {answer.status}")
    if answer.status in MOVED and address.scheme == "http":
        # Over https nobody else can answer; over http a network's sign-in page does.
        to = urlsplit(answer.headers.get("Location", "")).hostname
        if to and to != address.host:
            return Look(False, f"sends us to {to}, perhaps a network's sign-in page")
    return Look(True)


def _reach(address: Address, usual: int, within: float) -> Look:
    """Connect; where no port was named, any answer of the machine will do: a refusal, an echo."""
    family, _, _, _, where = socket.getaddrinfo(
        address.host, address.port or usual, type=socket.SOCK_STREAM
    )[0]
    if address.port:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(within)
            line.connect(where)
        return Look(True)
    with ExitStack() as stack, selectors.DefaultSelector() as answers:
        line = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
        line.setblocking(False)
        code = line.connect_ex(where)
        if code == errno.EINPROGRESS:
            answers.register(line, selectors.EVENT_WRITE, _connected)
        elif code in ANSWERED:
            return Look(True)
        # Where the system lets us: many a router answers nothing else.
        with suppress(OSError):
            echo = stack.enter_context(_echo(family, where))
            answers.register(echo, selectors.EVENT_READ, _echoed)
        return _first_answer(answers, within)


def _echo(family: int, where: tuple) -> socket.socket:
    """Send an echo request (a 'ping') that needs no rights; the kernel numbers and sums it."""
    is_6 = family == socket.AF_INET6
    protocol = socket.IPPROTO_ICMPV6 if is_6 else socket.IPPROTO_ICMP
    echo = socket.socket(family, socket.SOCK_DGRAM, protocol)
    try:
        echo.setblocking(False)
        kind = ECHO_REQUEST_6 if is_6 else ECHO_REQUEST
        echo.sendto(struct.pack("!BBHHH", kind, 0, 0, 0, 1), where)
    except OSError:
        echo.close()
        raise
    return echo


def _first_answer(answers: selectors.BaseSelector, within: float) -> Look:
    """Wait for the first answer of any kind."""
    until = time.monotonic() + within
    while answers.get_map() and (left := until - time.monotonic()) > 0:
        for key, _ in answers.select(left):
            answers.unregister(key.fileobj)
            if key.data(key.fileobj):
                return Look(True)
    return no_answer(within)


def _connected(line: socket.socket) -> bool:
    return line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in ANSWERED


def _echoed(echo: socket.socket) -> bool:
    try:
        return bool(echo.recv(64))
    except OSError:  # 'unreachable', says a machine on the way
        return False
