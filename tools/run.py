"""`make run`: get everything ready, then become the server and the keeper (tools/together.py)."""

import os
import socket
import sys

from tools import ground
from tools.ground import say

HOST = "127.0.0.1"


def main() -> None:
    """Prepare what is missing, say where and who, and serve until Ctrl-C."""
    port = free_port()
    folder = ground.data_folder()
    if ground.lock(folder) is None:
        sys.exit(
            f"The appointment book in {folder} is already running: use that one, or stop it first."
        )
    ground.start_django()
    if ground.migrations_to_do():
        say("Preparing the database…")
        ground.migrate()
    ground.check()
    if ground.collect_static():
        say("Static files are laid out.")
    begin()
    say_who(port)
    os.execv(sys.executable, [sys.executable, "-m", "tools.together"])


def free_port() -> int:
    """Read PORT, and stop with a sentence if it is no port or somebody else's."""
    said = os.environ.get("PORT") or "8000"
    if not (said.isdecimal() and 0 < int(said) < 65536):
        sys.exit(f"PORT must be a number from 1 to 65535, not '{said}'.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(said)))
        except OSError as error:
            sys.exit(
                f"Port {said} can't be used ({error.strerror}): stop what uses it, or choose "
                "another, for example 'make run PORT=8001'."
            )
    return int(said)


def begin() -> None:
    """Fill an empty book with the demo practice, unless DEMO=0, and give it places for copies."""
    from django.core.management import call_command

    from appointments.models import Practice
    from fallback import demo

    if os.environ.get("DEMO", "1") != "0" and not Practice.objects.exists():
        say("Making a demo practice…")
        call_command("make_demo")
    demo.furnish()


def say_who(port: int) -> None:
    """Print the address and who can sign in."""
    from django.db import connection

    from appointments.demo import PASSWORD, SIGN_INS
    from appointments.models import Practice

    say(f"\nThe appointment book is at http://{HOST}:{port}   (Ctrl-C stops it)")
    home = Practice.objects.filter(is_home=True).first()
    connection.close()
    if home is None:
        say("It is empty: the first page names the practice and makes its first manager.")
    elif home.is_demo:
        say(f"Sign in as {', '.join(SIGN_INS)}; the password is {PASSWORD}")
        say("This is a demo practice: every person in it is invented.")


if __name__ == "__main__":
    main()
