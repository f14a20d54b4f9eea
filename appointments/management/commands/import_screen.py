"""Load a screen export: a list of appointments that a practice saved from its screen."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from appointments.imports import screen
from appointments.imports.screen.loading import CANCELLED, CLASH, MARKED, MOVED, NEW
from appointments.models import Practice, ScreenMapping
from appointments.wording import moment


class Command(BaseCommand):
    help = (
        "Load a list of appointments that was saved from the screen of EMIS Web or SystmOne. What "
        "its columns mean is set up once under Settings, Screen export. Loading the same list "
        "again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the list, a CSV file")
        parser.add_argument(
            "--mapping", metavar="NAME", default="", help="the name under which it was set up"
        )
        parser.add_argument(
            "--rejects", metavar="FILE", type=Path, help="write every row not taken to this CSV"
        )
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would change, and change nothing"
        )
        parser.add_argument(
            "--practice",
            metavar="ODS",
            default="",
            help="whose it is; otherwise the home practice's",
        )

    def handle(self, *, file, mapping, rejects, practice, dry_run, **options):
        owner = self._practice(practice.strip().upper())
        try:
            if rejects:
                rejects.touch()  # before anything is loaded: can it be written?
            read = screen.File(
                file.read_bytes(), file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)
            )
            chosen = self._mapping(owner, mapping, read)
            report, said = self._load(owner, chosen, read, dry_run)
            if rejects:
                with rejects.open("w", encoding="utf-8", newline="") as out:
                    report.write_rejects(out)
        except screen.NotAnExport as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} can't be used ({error.strerror}).") from error
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else report.as_text())
        self.stderr.write(said, self.style.SUCCESS)

    def _load(self, owner, mapping, file, dry_run):
        if not dry_run:
            report = screen.load(owner, mapping, file)
            return report, report.times
        seen = screen.preview(owner, mapping, file)
        if seen.refusal:
            raise CommandError(seen.refusal)
        said = ", ".join(
            f"{len(seen.of(kind))} {kind}" for kind in (NEW, MOVED, CANCELLED, CLASH, MARKED)
        )
        return seen.report, f"As of {moment(seen.as_of)}: {said}. Nothing was changed."

    def _practice(self, ods_code):
        mine = {"ods_code": ods_code} if ods_code else {"is_home": True}
        if (practice := Practice.objects.filter(**mine).first()) is None:
            raise CommandError("There is no such practice here.")
        return practice

    def _mapping(self, owner, name, file):
        if name:
            saved = ScreenMapping.objects.filter(practice=owner)
            if (found := saved.filter(name__iexact=name).first()) is None:
                names = ", ".join(saved.values_list("name", flat=True)) or "none yet"
                raise CommandError(f"No list is called {name}. There are: {names}.")
            return found
        if (found := screen.mapping_for(owner, screen.read(owner, file.data))) is None:
            raise CommandError(
                "The headings of this file are not those of a list that was set up: load it once "
                "under Settings, Screen export."
            )
        return found
