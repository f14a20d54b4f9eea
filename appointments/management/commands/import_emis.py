"""Load an EMIS Web bulk extract."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from appointments.imports import emis


class Command(BaseCommand):
    help = (
        "Load an EMIS Web bulk extract into its practice: a new one, or, as a delta, the one "
        "that was loaded before. Loading the same extract again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder with the extract's CSV files")
        parser.add_argument(
            "--rejects", metavar="FILE", type=Path, help="write every row not taken to this CSV"
        )
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument(
            "--practice", metavar="ODS", default="", help="load only if it is this practice's"
        )

    def handle(self, *, folder, rejects, practice, **options):
        try:
            if rejects:
                rejects.touch()  # before anything is loaded: can it be written?
            report = emis.load(folder, ods_code=practice.strip().upper())
            if rejects:
                with rejects.open("w", encoding="utf-8", newline="") as file:
                    report.write_rejects(file)
        except emis.NotAnExtract as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{rejects} can't be written ({error.strerror}).") from error
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else report.as_text())
        self.stderr.write(report.times, self.style.SUCCESS)
