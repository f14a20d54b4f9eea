"""What putting a backup in place would lose, in words: by day and by what was done."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from appointments import journal
from appointments.availability import LONDON
from appointments.models import JournalEntry, Practice
from appointments.wording import day_words

# (one, several); what is not here is said by its command's own words.
WORDS = {
    "book": ("appointment booked", "appointments booked"),
    "move": ("appointment moved", "appointments moved"),
    "cancel": ("appointment cancelled", "appointments cancelled"),
    "arrive": ("patient marked as arrived", "patients marked as arrived"),
    "send_in": ("patient sent in", "patients sent in"),
    "leave": ("patient marked as left", "patients marked as left"),
    "did_not_attend": ("patient who did not attend", "patients who did not attend"),
    "register": ("patient registered", "patients registered"),
    "amend_patient": ("patient's details changed", "patients' details changed"),
    "open_session": ("time that sessions were opened", "times that sessions were opened"),
    "change_session": ("session changed", "sessions changed"),
    "cancel_session": ("session cancelled", "sessions cancelled"),
    "block": ("time that slots were blocked", "times that slots were blocked"),
    "settle_clash": ("clash settled", "clashes settled"),
    "enter": ("row keyed from paper", "rows keyed from paper"),
    "set_aside": ("row set aside", "rows set aside"),
    "fill": ("request filled", "requests filled"),
    "close_entry": ("row closed that was set aside", "rows closed that were set aside"),
    "sign_off": ("sheet signed off", "sheets signed off"),
    "declare_lost": ("sheet declared lost", "sheets declared lost"),
    "note_call": ("telephone call noted", "telephone calls noted"),
    "import_emis": ("extract loaded", "extracts loaded"),
}
# The program's own housekeeping, which it does again by itself.
HOUSEKEEPING = {"share_out", "keep", "let_go", "make_sheets", "ensure_sheets"}

NO_BOOK = "There is no book here yet, so nothing is lost."


class Lost(NamedTuple):
    """Something that happened after the backup, on one day."""

    practice: str
    day: date
    command: str
    times: int

    @property
    def words(self) -> str:
        """Say it: '12 appointments booked'."""
        one, several = WORDS.get(self.command, (f"'{self.command.replace('_', ' ')}'",) * 2)
        return f"{self.times} {one if self.times == 1 else several}"


class Losses(NamedTuple):
    """Everything that would be lost; `remark` is what can't be counted."""

    lost: list[Lost]
    remark: str

    def sentences(self) -> list[str]:
        """Say it for whoever has to decide."""
        said = [self.remark] if self.remark else []
        for day in sorted({each.day for each in self.lost}):
            here = [each for each in self.lost if each.day == day]
            said.append(f"{day_words(day)}: {', '.join(each.words for each in here)}.")
        return said


def losses(heads: dict[str, dict[str, Any]]) -> Losses:
    """Compare the book that is here with a backup's newest entries (number, hash, time)."""
    try:
        if Practice._meta.db_table not in connection.introspection.table_names():
            return Losses([], NO_BOOK)
        return _compare(heads)
    except DatabaseError:
        return Losses(
            [],
            "The book that is here can't be read, so what it has since the backup can't be said.",
        )


def _compare(heads: dict[str, dict[str, Any]]) -> Losses:
    lost: list[Lost] = []
    remarks = []
    for practice in Practice.objects.order_by("ods_code"):
        entries = journal.since(practice, 0)
        if (head := heads.get(practice.ods_code)) is None:
            remarks.append(f"{practice} is not in the backup: all of it is lost.")
        elif entries.filter(number=head["number"], hash=head["hash"]).exists():
            entries = journal.since(practice, head["number"])
        else:
            # The one was put back or went on elsewhere: their numbers tell nothing.
            entries = entries.filter(at__gt=parse_datetime(head["at"]))
            remarks.append(
                f"The book of {practice} that is here did not grow out of this backup: it was put "
                "back since, or is another. What happened here after the backup's time is counted."
            )
        lost += _counted(practice, entries)
    if not lost and not remarks:
        remarks.append("Nothing has happened since the backup: nothing is lost.")
    return Losses(lost, " ".join(remarks))


def _counted(practice: Practice, entries: QuerySet[JournalEntry]) -> Iterable[Lost]:
    counts = Counter(
        (timezone.localdate(at, LONDON), command)
        for at, command in entries.values_list("at", "command").iterator()
        if command not in HOUSEKEEPING
    )
    for (day, command), count in sorted(counts.items(), key=lambda each: (each[0][0], -each[1])):
        yield Lost(practice.ods_code, day, command, count)
