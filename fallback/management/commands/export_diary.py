"""Make a day's papers by hand: PDF, HTML and CSV."""

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice, Site
from appointments.wording import clock
from fallback.hand.files import write_whole
from fallback.paper import making
from fallback.paper.press import PressError
from fallback.places.first import nameable, site_folder


class Command(BaseCommand):
    help = "Make the papers of a day now: diary, lists and sheets as PDF, and HTML and CSV."

    def add_arguments(self, parser):
        parser.add_argument("--day", type=_day, required=True, help="2026-11-23, today or tomorrow")
        parser.add_argument("--site", help="by default every site")
        parser.add_argument("--practice", help="ODS code (by default this server's own)")
        parser.add_argument(
            "--out", type=Path, default=Path(), metavar="FOLDER", help="by default the present one"
        )
        parser.add_argument("--json", action="store_true", help="one object on standard output")

    def handle(self, **options: Any) -> None:
        practice = _practice(options["practice"])
        files: list[dict[str, Any]] = []
        try:
            for site in _sites(practice, options["site"]):
                made = making.make(practice, site, options["day"])
                files += _write(options["out"], practice, site, made)
        except PressError as error:
            raise CommandError(f"The papers can't be made: {error}.") from error
        except OSError as error:
            raise CommandError(f"{options['out']} can't be written ({error.strerror}).") from error
        if options["json"]:
            self.stdout.write(json.dumps({"files": files}))
            return
        for file in files:
            self.stdout.write(file["path"])
        self.stdout.write("These files are not protected: they open without a password.")


def _write(out: Path, practice: Practice, site: Site, made: making.Made) -> Iterator[dict]:
    folder = out / made.stamp.day.isoformat() / site_folder(practice, site)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ending = f"{clock(made.stamp.up_to_date_at).replace(':', '')} print {made.print.number}"
    pdfs = ((one.document.stem, ".pdf", one.pdf, one.pages) for one in made.rendered)
    others = (("Day diary", ".html", made.html, None), ("Day diary", ".csv", made.csv, None))
    for document, kind, content, pages in (*pdfs, *others):
        path = folder / f"{nameable(document)} {ending}{kind}"
        write_whole(path, content)
        yield {
            "path": str(path),
            "document": document,
            "site": str(site.pk),
            "site_name": site.name,
            "day": made.stamp.day.isoformat(),
            "print": made.print.number,
            "journal": made.stamp.journal,
            "made_at": made.stamp.up_to_date_at.isoformat(),
            "pages": pages,
        }


def _practice(code: str | None) -> Practice:
    found = Practice.objects.filter(**({"ods_code": code} if code else {"is_home": True})).first()
    if found is None:
        raise CommandError(f"There is no practice {code} here." if code else "The book is empty.")
    return found


def _sites(practice: Practice, name: str | None) -> list[Site]:
    sites = practice.site_set.filter(closed_on=None)
    if name is None:
        return list(sites)
    if found := sites.filter(name__iexact=name.strip()).first():
        return [found]
    there = ", ".join(site.name for site in sites)
    raise CommandError(f"There is no site called {name}. There are: {there}.")


def _day(said: str) -> date:
    today = timezone.localdate(timezone=LONDON)
    words = {"today": today, "tomorrow": today + timedelta(days=1)}
    try:
        return words.get(said) or date.fromisoformat(said)
    except ValueError:
        raise ArgumentTypeError(f"must be a day such as {today}, not '{said}'") from None
