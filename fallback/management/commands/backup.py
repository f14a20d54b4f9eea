"""Write a whole copy of the book while it is in use: plain, or sealed as the keeper's are."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from appointments.management.commands.backup import Command as PlainBackup
from fallback import backups


class Command(PlainBackup):
    help = (
        "Write a copy of the whole book to a file (by default in the data folder's backups/). "
        "With --encrypted it opens only with the sealed kit's password, and it is verified."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--encrypted", action="store_true", help="sealed and verified; --to may be a folder"
        )

    def handle(self, *, encrypted: bool = False, **options: Any) -> None:
        if not encrypted:
            super().handle(**options)
            return
        to: Path = options["to"] or settings.DATA_DIR / backups.FOLDER
        if to.exists() and not to.is_dir():
            raise CommandError(f"{to} is there already: name another file, or a folder.")
        is_folder = to.is_dir() or options["to"] is None
        try:
            made = backups.make(to if is_folder else to.parent, timezone.now())
            path = made.path if is_folder else made.path.rename(to)
        except backups.ChildFailed as failed:
            raise CommandError(f"There is no new backup. {failed}") from failed
        except OSError as error:
            raise CommandError(f"{to} can't be written ({error.strerror}).") from error
        entries = sum(number for number, _ in made.heads.values())
        self.stdout.write(
            f"Backed up to {path} ({made.bytes / 1e6:.1f} MB, encrypted; opened again and checked, "
            f"{entries} entries)."
        )
