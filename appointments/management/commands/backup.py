"""Write a whole copy of the book while it is in use."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from appointments import copies


class Command(BaseCommand):
    help = "Write a copy of the whole book to a file (by default in the data folder's backups/)."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, metavar="FILE", help="where; must not exist yet")

    def handle(self, **options: Any) -> None:
        target = options["to"] or _default_target()
        if target.exists():
            raise CommandError(f"{target} is there already: name another file.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            copies.write(target)
        except copies.CopyFailed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{target} can't be written ({error.strerror}).") from error
        size = target.stat().st_size / 1e6
        self.stdout.write(f"Backed up to {target} ({size:.1f} MB).")


def _default_target() -> Path:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    name = f"{now}-version-{settings.APP_VERSION}.{copies.ending()}"
    return settings.DATA_DIR / "backups" / name
