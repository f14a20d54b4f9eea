"""Put a backup back in the place of the book."""

import getpass
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from fallback.backups import restoring
from fallback.backups.losing import Losses


class Command(BaseCommand):
    help = (
        "Verify a backup, say what would be lost, and put it in the place of the book. The book "
        "from before is kept aside."
    )
    requires_system_checks = ()  # the book that is here may be what is broken

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="a backup")
        parser.add_argument(
            "--password-file",
            type=Path,
            metavar="FILE",
            help="holds the sealed kit's password (by default this machine's, else it is asked)",
        )
        parser.add_argument("--yes", action="store_true", help="do it without asking")
        parser.add_argument(
            "--json", action="store_true", help="one object on standard output; asks nothing"
        )

    def handle(self, **options: Any) -> None:
        self.options = options
        try:
            password = self._password() if restoring.needs_password(options["file"]) else ""
            done = restoring.restore(options["file"], password, self._agree)
        except restoring.CantRestore as reason:
            raise CommandError(f"{reason} Nothing was changed.") from reason
        if options["json"]:
            self.stdout.write(json.dumps(restoring.as_json(done), cls=DjangoJSONEncoder))
        elif done.is_done:
            aside = f" The book from before is kept: {done.aside}." if done.aside else ""
            self.stdout.write(f"The backup is in place.{aside}\n'make run' starts it.")
        if not done.is_done:
            if not options["json"]:
                self.stdout.write("Nothing was changed.")
            sys.exit(1)

    def _password(self) -> str:
        there = settings.DATA_DIR / "sealed-password"
        if named := self.options["password_file"]:
            try:
                return named.read_text().strip()
            except OSError as error:
                raise CommandError(f"{named} can't be read ({error.strerror}).") from error
        if there.exists():
            return there.read_text().strip()
        if self.options["json"] or not sys.stdin.isatty():
            raise CommandError("Name a file that holds the password, with --password-file.")
        return getpass.getpass("Password (on the managers' page of the sealed kit): ")

    def _agree(self, up_to: datetime, lost: Losses) -> bool:
        if not self.options["json"]:
            for line in restoring.words(up_to, lost):
                self.stdout.write(line)
        if self.options["yes"] or self.options["json"]:
            return self.options["yes"]
        return input("Put it in the place of the book? Type yes: ").strip().lower() == "yes"
