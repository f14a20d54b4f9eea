"""Whether a database is whole: what 'verified' means (ADR 0013). In the child."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone

from appointments import journal
from appointments.copies import examine_sqlite
from appointments.models import JournalEntry, JournalHead, Practice
from fallback.models import Epoch, Print

Heads = dict[str, tuple[int, str]]  # ODS code: number and hash of the newest entry

# A book that comes back forgets prints that were made after its backup, and some may lie on desks
# and in places. Numbers go on well above them: one every 10 s for 11 days.
PRINTS_LEFT_OUT = 100_000


class NotGood(Exception):  # noqa: N818  (what is wrong, in a sentence)
    """The database is not one to rely on; its text says why."""


def walk(walked: Heads | None = None) -> Heads:
    """Walk every practice's journal, from where it was walked before; give the newest entries."""
    heads: Heads = {}
    for practice in Practice.objects.order_by("ods_code"):
        after = (walked or {}).get(practice.ods_code, (0, ""))
        if fault := journal.first_fault(practice, tuple(after)):  # type: ignore[arg-type]
            number, what = fault
            raise NotGood(f"Entry {number} of {practice.ods_code}'s record is bad: {what}.")
        heads[practice.ods_code] = newest(practice)
    return heads


def newest(practice: Practice) -> tuple[int, str]:
    """Give number and hash of a practice's newest entry."""
    return JournalHead.objects.values_list("number", "hash").get(practice=practice)


def examine(*, restored: str = "", prints_made: int = 0) -> dict[str, Any]:
    """Examine the database that this process works on, after bringing an older one up to date.

    With `restored` (why) it also begins its next life: another epoch, print numbers that go on
    above those that were given out. Gives the newest entry of each practice.
    """
    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            examine_sqlite(connection.connection)
        _refuse_newer()
        call_command("migrate", interactive=False, verbosity=0)
        if not walk():
            raise NotGood("There is no practice in it.")
        facts = _facts()
        if restored:
            _begin_again(restored, prints_made)
    except DatabaseError as error:
        raise NotGood(f"It is not a book that can be read ({type(error).__name__}).") from error
    finally:
        connection.close()
    return {"heads": facts}


def _facts() -> dict[str, Any]:
    """Give number, hash and time of each practice's newest entry."""
    facts = {}
    for practice in Practice.objects.all():
        entry = JournalEntry.objects.filter(practice=practice).order_by("-number").first()
        if entry:
            facts[practice.ods_code] = {"number": entry.number, "hash": entry.hash, "at": entry.at}
    return facts


def _refuse_newer() -> None:
    """Refuse tables of a later version: going back would be guesswork."""
    from django.db.migrations.loader import MigrationLoader

    if "django_migrations" not in connection.introspection.table_names():
        raise NotGood("It is not this program's database.")
    known = MigrationLoader(connection).disk_migrations or {}
    apps = {app for app, _ in known}
    done = MigrationRecorder(connection).applied_migrations()
    if later := sorted(
        f"{app}.{name}" for app, name in done if app in apps and (app, name) not in known
    ):
        raise NotGood(
            f"It comes from a newer version of the program (it has {later[-1]}): install that "
            "version first."
        )


def _begin_again(because: str, prints_made: int) -> None:
    now = timezone.now()
    newest_epoch = Epoch.objects.aggregate(at=Max("began_at"))["at"]
    began_at = max(now, _just_after(newest_epoch)) if newest_epoch else now
    Epoch.objects.create(began_at=began_at, because=because[:200])
    for practice in Practice.objects.select_related("main_site"):
        if practice.main_site is None:
            continue  # nothing was ever printed there
        made = practice.print_set.aggregate(number=Max("number"))["number"] or 0
        is_known = prints_made and prints_made >= made  # the book that was here could be asked
        Print.objects.create(
            practice=practice,
            site=practice.main_site,
            day=timezone.localdate(now),
            number=prints_made + 1 if is_known else made + PRINTS_LEFT_OUT,
            journal=newest(practice)[0],
            made_at=now,
        )


def _just_after(at: datetime) -> datetime:
    """Give the next moment: the newest epoch counts, even by a clock that was set back."""
    return at + timedelta(microseconds=1)
