"""Bringing files to a web host by SFTP."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncssh
from asyncssh import SFTPAttrs, SFTPClient

from fallback.hand.troubles import Trouble

WITHIN = 25.0  # s for a whole visit: a hand that is silent for 30 is given up
READABLE = 0o644
PARTIAL = ".partial"


class Stranger(Exception):  # noqa: N818  (an answer)
    """The host shows another key than the one that is known."""


class _Client(asyncssh.SSHClient):
    """Accepts the one host key whose fingerprint the practice was told, before any sign-in."""

    def __init__(self, fingerprint: str):
        self.fingerprint = fingerprint
        self.shown = ""

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        self.shown = key.get_fingerprint()
        return bool(self.fingerprint) and self.shown == self.fingerprint


def bring(job: dict[str, Any], files: dict[str, bytes], make: Callable[[float], bytes]) -> int:
    """Put the scripts there that are missing, and the status file; gives the host's lead in s.

    Raises Trouble with what goes on after the target's name.
    """
    return _visit(job, lambda sftp: _bring(sftp, job["folder"], files, make))


def attempt(job: dict[str, Any]) -> None:
    """Sign in, and try writing a file there. Raises Trouble."""
    _visit(job, lambda sftp: _attempt(sftp, job["folder"]))


def _visit(job: dict[str, Any], do: Callable[[SFTPClient], Any]) -> Any:
    return asyncio.run(_timed(job, do))


async def _timed(job: dict[str, Any], do: Callable[[SFTPClient], Any]) -> Any:
    client = _Client(job["fingerprint"])
    try:
        async with asyncio.timeout(WITHIN), _signed_in(job, client) as sftp:
            return await do(sftp)
    except asyncssh.HostKeyNotVerifiable:
        raise Trouble(_of_stranger(client)) from None
    except asyncssh.PermissionDenied:
        raise Trouble(
            "does not let us in: the user name, the password or our key is not accepted there"
        ) from None
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        raise Trouble("has no such folder: the web person must make it") from None
    except asyncssh.SFTPPermissionDenied:
        raise Trouble("does not let us write to the folder") from None
    except asyncssh.SFTPError as error:
        raise Trouble(f"could not be written ({_plain(error)})") from None
    except asyncssh.Error as error:
        raise Trouble(f"breaks off ({_plain(error)})") from None
    except TimeoutError:
        raise Trouble("does not answer in time") from None
    except socket.gaierror:
        raise Trouble("can't be found: is its name right, and the internet there?") from None
    except ConnectionRefusedError:
        raise Trouble("refuses the connection: is the port right?") from None
    except OSError:
        raise Trouble("can't be reached: is the internet there?") from None


def _plain(error: asyncssh.Error) -> str:
    """Give what a host said, short and without anything that is no letter: it is not ours."""
    return "".join(c for c in error.reason if c.isprintable())[:100]


def _of_stranger(client: _Client) -> str:
    if not client.fingerprint:
        return (
            f"shows the fingerprint {client.shown}. Ask the web person whether that is right, and "
            "enter it"
        )
    return (
        f"shows another fingerprint than the one entered: {client.shown}. Nothing was sent. Ask "
        "the web person before you change it"
    )


@asynccontextmanager
async def _signed_in(job: dict[str, Any], client: _Client) -> AsyncIterator[SFTPClient]:
    password = job.get("password") or None
    async with (
        asyncssh.connect(
            job["host"], job["port"], username=job["username"], password=password,
            client_keys=[job["ssh_key"]], client_factory=lambda: client,
            known_hosts=([], [], []),  # none but the one that the client accepts
            config=None, agent_path=None, gss_host=None,  # nothing of this machine's own
            x509_trusted_certs=None, connect_timeout=10, login_timeout=15,
        ) as connection,
        connection.start_sftp_client() as sftp,
    ):  # fmt: skip
        yield sftp


async def _attempt(sftp: SFTPClient, folder: str) -> None:
    await _write(sftp, f"{folder}/.surgery-status", lambda _: b"")
    await sftp.remove(f"{folder}/.surgery-status")


async def _bring(
    sftp: SFTPClient, folder: str, files: dict[str, bytes], make: Callable[[float], bytes]
) -> int:
    for name, content in files.items():
        if not await _is_there(sftp, f"{folder}/{name}", content):
            await _write(sftp, f"{folder}/{name}", partial(_same, content))
    return round(await _write(sftp, f"{folder}/status.json", make))


async def _write(sftp: SFTPClient, path: str, make: Callable[[float], bytes]) -> float:
    """Write a file whole; what is in it may follow from how far the host's clock is ahead."""
    folder, _, name = path.rpartition("/")
    hidden = f"{folder}/.{name}{PARTIAL}"
    async with sftp.open(hidden, "wb") as file:
        began = time.time()
        await file.write(b" ")
        lead = _lead(await file.stat(), began)
        await file.seek(0)
        await file.write(make(lead))
    await sftp.chmod(hidden, READABLE)
    try:
        await sftp.posix_rename(hidden, path)
    except asyncssh.SFTPOpUnsupported:
        # An old host: for a moment there is no file, which embed.js takes for no answer.
        if await sftp.exists(path):
            await sftp.remove(path)
        await sftp.rename(hidden, path)
    return lead


def _same(content: bytes, lead: float) -> bytes:
    return content


def _lead(facts: SFTPAttrs, began: float) -> float:
    return 0.0 if facts.mtime is None else facts.mtime - began


async def _is_there(sftp: SFTPClient, path: str, content: bytes) -> bool:
    try:
        if await sftp.getsize(path) != len(content):
            return False
        async with sftp.open(path, "rb") as file:
            there: object = await file.read(len(content) + 1)  # the stubs think of text
            return there == content
    except asyncssh.SFTPNoSuchFile:
        return False
