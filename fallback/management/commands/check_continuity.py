"""Say whether the practice could lose its server this minute; exit 1 if not."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appointments.models import Practice
from appointments.wording import clock, day_short, moment
from fallback import continuity
from fallback.continuity.judging import is_current
from fallback.continuity.reading import Copy


class Command(BaseCommand):
    help = (
        "Look at every safe copy, backup, printer and desk, and say in plain words whether the "
        "practice could lose its server this minute. Exits 0 only if it could."
    )

    def add_arguments(self, parser):
        parser.add_argument("--practice", help="ODS code (by default this server's own)")
        parser.add_argument("--json", action="store_true", help="one object on standard output")

    def handle(self, **options: Any) -> None:
        code = options["practice"]
        wanted = {"ods_code": code} if code else {"is_home": True}
        practice = Practice.objects.filter(**wanted).first()
        if practice is None:
            raise CommandError("There is no such practice here.")
        ready = continuity.check(practice)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(ready)))
        else:
            for line in _words(ready):
                self.stdout.write(line)
        if not ready.is_ready:
            sys.exit(1)


def _words(ready: continuity.Readiness) -> Iterator[str]:
    for here in ready.sites:
        yield f"{here.site}"
        yield f"  safe copies inside: {', '.join(here.places) or 'none'}"
        yield f"  printers inside: {', '.join(here.printers) or 'none'}"
        for found in ready.found:
            copies = [
                c for c in found.copies if (c.site, c.day in here.days) == (str(here.site.pk), True)
            ]
            for copy in copies:
                yield f"  {found.place}, {day_short(copy.day)}: {_copy_words(ready, copy)}"
        for desk in ready.desks:
            if desk.site == str(here.site):
                yield (
                    f"  {desk.desk}, {day_short(desk.day)}: {desk.on_screen} left to sell on "
                    f"screen, {desk.on_paper} on paper"
                )
    if backup := ready.backup:
        place, named = backup
        yield f"Newest verified backup: {moment(named.made_at)}, in {place}"
    yield f"Keeper: {'at work' if ready.is_keeper_running else 'not at work'}"
    yield from (f"Note: {remark}" for remark in ready.remarks)
    yield from (f"NOT READY: {problem}" for problem in ready.problems)
    if ready.is_ready and ready.practice.is_demo:
        yield "Ready, but for what a demo lacks (see the notes): this machine holds everything."
    elif ready.is_ready:
        yield "Ready: the practice could lose its server this minute."


def _copy_words(ready: continuity.Readiness, copy: Copy) -> str:
    sound = "opens, as it was written" if copy.is_sound else "DAMAGED"
    age = _age(ready.at - copy.good_at)
    current = "nothing has changed since" if is_current(copy, ready.at) else "OUT OF DATE"
    return f"{age} old ({clock(copy.good_at)}, print {copy.print}), {sound}, {current}"


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    if seconds < 120:
        return f"{seconds} seconds"
    if seconds < 2 * 3600:
        return f"{seconds // 60} minutes"
    return f"{seconds // 3600} hours"


def _as_json(ready: continuity.Readiness) -> dict[str, Any]:
    backup = ready.backup
    return {
        "ready": ready.is_ready,
        "at": ready.at.isoformat(),
        "practice": ready.practice.ods_code,
        "problems": ready.problems,
        "remarks": ready.remarks,
        "keeper": ready.is_keeper_running,
        "backup": backup
        and {
            "place": backup[0],
            "file": backup[1].path.name,
            "made_at": backup[1].made_at.isoformat(),
            "journal": backup[1].journal,
            "age_seconds": int((ready.at - backup[1].made_at).total_seconds()),
        },
        "places": [
            {
                "place": found.place.name,
                "trouble": found.trouble,
                "same_disk": found.is_same_disk,
                "site": found.place.site and found.place.site.name,
            }
            for found in ready.found
        ],
        "sites": [
            {
                "site": here.site.name,
                "days": [day.isoformat() for day in here.days],
                "places_inside": here.places,
                "printers_inside": here.printers,
            }
            for here in ready.sites
        ],
        "desks": [
            {
                "site": desk.site,
                "day": desk.day.isoformat(),
                "desk": desk.desk,
                "left_on_screen": desk.on_screen,
                "left_on_paper": desk.on_paper,
            }
            for desk in ready.desks
        ],
        "copies": [
            {
                "place": copy.place,
                "site": copy.site_name,
                "day": copy.day.isoformat(),
                "journal": copy.journal,
                "made_at": copy.made_at.isoformat(),
                "clinical_as_of": copy.clinical_as_of and copy.clinical_as_of.isoformat(),
                "print": copy.print,
                "age_seconds": int((ready.at - copy.good_at).total_seconds()),
                "files": copy.files,
                "matches": copy.matches,
                "opens": copy.opens,
                "current": is_current(copy, ready.at),
            }
            for found in ready.found
            for copy in found.copies
        ],
    }
