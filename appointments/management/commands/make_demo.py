"""Make the demo practice in an empty book."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appointments import demo
from appointments.models import Practice
from appointments.refusals import BookingRefused


class Command(BaseCommand):
    help = "Make the demo practice (invented people around today) in an empty book."

    def add_arguments(self, parser):
        usual = demo.Size()
        parser.add_argument("--patients", type=_positive, default=usual.patients)
        parser.add_argument("--clinicians", type=_positive, default=usual.clinicians)
        parser.add_argument(
            "--slots-per-day",
            type=_positive,
            help="so many on every working day, all at the main site (by default a week like a "
            "real practice's over its sites)",
        )
        parser.add_argument("--seed", type=int, default=1948, help="another seed, other people")

    def handle(self, **options: Any) -> None:
        if Practice.objects.exists():
            raise CommandError("There is a practice in this book already; the demo needs its own.")
        size = demo.Size(options["patients"], options["clinicians"], options["slots_per_day"])
        try:
            demo.make(size, seed=options["seed"], say=self._say)
        except BookingRefused as refused:
            raise CommandError(refused.sentence) from refused

    def _say(self, what: str) -> None:
        self.stderr.write(f"  {what}…")


def _positive(said: str) -> int:
    if not said.isdecimal() or int(said) == 0:
        raise ArgumentTypeError(f"must be a whole number above 0, not '{said}'")
    return int(said)
