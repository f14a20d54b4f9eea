"""Finds the Chromium that the browser tests drive; `python tools/chromium.py` installs it."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "The browser tests need Chromium, and there is none here. Install it "
    "('sudo apt-get install chromium') and run this again."
)


def find() -> str | None:
    """Give the path of a Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    """See to it that there is one: install Debian's where we may, else say what to do."""
    if find():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests…", file=sys.stderr)
        quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run([*quiet, *words], check=True, env=environment, stdout=subprocess.DEVNULL)
    if not find():
        sys.exit(MISSING)


if __name__ == "__main__":
    main()
