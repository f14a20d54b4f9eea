"""`make upgrade`: after new program files, back up and bring the data up to date."""

import sys

from tools import ground
from tools.ground import say


def main() -> None:
    """Back up, migrate, lay out static files; say what was done."""
    folder = ground.data_folder()
    if ground.lock(folder) is None:
        sys.exit(
            f"The appointment book in {folder} is running: stop it (Ctrl-C where 'make run' runs), "
            "then run 'make upgrade' again."
        )
    ground.start_django()
    from django.conf import settings
    from django.core.management import CommandError, call_command

    missing = ground.migrations_to_do()
    try:
        call_command("backup")
    except CommandError as error:
        sys.exit(f"{error} Nothing was changed.")
    if missing:
        say(f"Bringing the tables up to date: {', '.join(missing)}.")
        ground.migrate()
    else:
        say("The tables are up to date.")
    laid_out = ground.collect_static()
    say("Static files are laid out anew." if laid_out else "Static files are up to date.")
    ground.check()
    call_command("verify_journal")
    say(f"Version {settings.APP_VERSION} is ready: 'make run' starts it.")


if __name__ == "__main__":
    main()
