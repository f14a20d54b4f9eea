"""Runs a command against a PostgreSQL of its own: `python -m tools.postgres COMMAND…`.

The cluster lives in a temporary folder, listens on a unix socket there and nowhere else, and goes
when the command ends. It never runs as root (PostgreSQL refuses to).
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")
ACCOUNTS = ("postgres", "nobody")  # who runs it when we are root
START_WITHIN = 30  # s
MISSING = (
    f"These tests need PostgreSQL {OLDEST} or newer, and there is none here. Install it "
    "('sudo apt-get install postgresql') and run this again."
)
# A cluster that is thrown away may lose what it was told: that is several times faster.
SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
            "log_min_messages=fatal", "timezone=UTC")  # fmt: skip


def programs() -> Path | None:
    """Give the folder with the newest server that is new enough."""
    folders = list(DEBIAN.glob("*/bin"))
    if found := shutil.which("postgres"):
        folders.append(Path(found).resolve().parent)
    versions = [(_version(folder), folder) for folder in folders if (folder / "initdb").exists()]
    version, folder = max(versions, default=(0, None))
    return folder if version >= OLDEST else None


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    return int(said.stdout.split()[2].split(".")[0])  # 'postgres (PostgreSQL) 15.18 (Debian…'


def ensure_programs() -> Path:
    """Give that folder; install Debian's where we may, else say what to do."""
    if not programs() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing PostgreSQL for the tests…", file=sys.stderr)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
            subprocess.run(
                ["apt-get", "-qq", *words], check=True, env=environment, stdout=subprocess.DEVNULL
            )
    return programs() or sys.exit(MISSING)


@contextmanager
def cluster() -> Iterator[str]:
    """Start one; give its address for DATABASE_URL; stop and remove it."""
    bin_ = ensure_programs()
    with tempfile.TemporaryDirectory(prefix="surgery-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        who = _unprivileged(folder)
        data = folder / "data"
        made = subprocess.run(
            [bin_ / "initdb", "--no-sync", "--auth=trust", "--username=surgery", "--encoding=UTF8",
             "--locale=C.UTF-8", data],
            **who, capture_output=True, text=True,
        )  # fmt: skip
        if made.returncode:
            sys.exit(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
        words = [word for setting in SETTINGS for word in ("-c", setting)]
        server = subprocess.Popen([bin_ / "postgres", "-D", data, "-k", folder, *words], **who)
        try:
            _await(bin_, folder, server)
            yield f"postgres://surgery@{quote(str(folder), safe='')}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # "fast shutdown": ends connections and stops
            server.wait()


def _unprivileged(folder: Path) -> dict:
    """Give the folder to somebody who is not root, and say how to run as them."""
    if os.geteuid() != 0:
        return {"start_new_session": True}
    known = {account.pw_name: account for account in pwd.getpwall()}
    account = next(known[name] for name in ACCOUNTS if name in known)
    os.chown(folder, account.pw_uid, account.pw_gid)
    # A session of its own: Ctrl-C reaches the command first, and we stop the server after it.
    return {
        "user": account.pw_uid,
        "group": account.pw_gid,
        "extra_groups": [],
        "start_new_session": True,
        "cwd": folder,
    }


def _await(bin_: Path, folder: Path, server: subprocess.Popen) -> None:
    until = time.monotonic() + START_WITHIN
    ready = [
        bin_ / "pg_isready",
        "--quiet",
        "--host",
        folder,
        "--username=surgery",
        "--dbname=postgres",
    ]
    while subprocess.run(ready).returncode:
        if server.poll() is not None or time.monotonic() > until:
            sys.exit("PostgreSQL did not start: see the lines above.")
        time.sleep(0.1)


def main() -> None:
    """Run the command given, and end as it ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster() as address:
        try:
            done = subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": address})
        except KeyboardInterrupt:
            sys.exit(130)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
