"""Keep the papers up to date: runs beside the server for as long as it does."""

import json
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fallback.keeper.loop import AlreadyKept, Keeper, only_one
from fallback.keeper.once import DUTIES, do_once


class Command(BaseCommand):
    help = (
        "Keep the papers up to date: makes them within seconds of a change, brings them to every "
        "safe copy, prints by the clock, backs up, loads new extracts. Ctrl-C ends it."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--only", choices=DUTIES, help="do one duty once, and print what is wrong as JSON"
        )

    def handle(self, **options: Any) -> None:
        os.umask(0o077)  # whatever it writes is patients' data
        if duty := options["only"]:
            self.stdout.write(json.dumps(do_once(duty)))
            return
        try:
            lock = only_one()
        except AlreadyKept:
            raise CommandError("A keeper is at work already on this data folder.") from None
        try:
            Keeper().run()
        except SystemExit:
            # At once: a thread that waits for a printer would hold up an ordinary end.
            sys.stderr.flush()
            os._exit(0)
        finally:
            os.close(lock)
