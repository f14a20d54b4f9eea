"""Walk the journal and name the first entry that is not as it was written."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appointments import journal
from appointments.models import Practice


class Command(BaseCommand):
    help = "Walk the journal from its first entry; exit 1 and name the first bad one."

    def add_arguments(self, parser):
        parser.add_argument("--practice", help="ODS code; by default every practice is walked")
        parser.add_argument("--json", action="store_true", help="one object on standard output")

    def handle(self, **options: Any) -> None:
        practices = Practice.objects.order_by("ods_code")
        if code := options["practice"]:
            practices = practices.filter(ods_code=code)
            if not practices:
                raise CommandError(f"There is no practice {code} in this book.")
        found = {practice.ods_code: _walk(practice) for practice in practices}
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            for code, result in found.items():
                self.stdout.write(f"{code}: {_sentence(result)}")
        if not all(result["good"] for result in found.values()):
            sys.exit(1)


def _walk(practice: Practice) -> dict[str, Any]:
    if fault := journal.first_fault(practice):
        number, what = fault
        return {"good": False, "entry": number, "fault": what}
    return {"good": True, "entries": journal.newest(practice)}


def _sentence(result: dict[str, Any]) -> str:
    if result["good"]:
        return f"the journal is whole, {result['entries']} entries"
    return f"entry {result['entry']} is bad: {result['fault']}"
