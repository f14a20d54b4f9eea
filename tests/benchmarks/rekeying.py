"""A long outage's run home: 200 sheets with 5,000 rows, opened, counted and accounted for."""

import statistics
import uuid
from datetime import date, timedelta

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Practice
from fallback import codes, plans, reconciliation
from fallback.models import Entry, Sheet, SheetRow
from fallback.paper.press import press
from fallback.reconciliation import paper
from tests.benchmarks.day import at_a_desk, cpu, full_days
from tests.benchmarks.ground import Figure
from tests.benchmarks.worklist import clocked

SHEETS, ROWS = 200, 25
NOT_KEYED = 10  # sheets
TIMES = 5
AT_MOST = 1.0  # s
PAGES = ("/reconciliation/", "/rekeying/", "/second-look/", "/outstanding/")


def measure() -> list[Figure]:
    """Make the sheets, key most rows, then open what an outage lead opens."""
    practice = Practice.objects.get(is_home=True)
    by = Actor(practice, practice.staff.get(username="manager"), practice.desk_set.get(number=1))
    plans.change_plan(by, second_look=1)
    today = full_days(practice)[0]
    sheets = printed(by, today)
    for sheet in sheets[NOT_KEYED:]:
        keyed(by, sheet)
    client = at_a_desk(practice, "manager")
    days = {"first": today.isoformat(), "last": today.isoformat()}
    note = f"{SHEETS} sheets, {SHEETS * ROWS:,} rows"
    figures = []
    for address in PAGES:
        said = days if address == "/reconciliation/" else {}
        assert client.get(address, said).status_code == 200
        took = [cpu(lambda a=address, s=said: client.get(a, s)) for _ in range(TIMES)]
        seconds = statistics.median(took) / 1000
        figures.append(Figure(f"{address} opened", seconds, "s CPU", at_most=AT_MOST, note=note))
    found = reconciliation.of_days(practice, today, today)
    assert found.tally.printed == SHEETS * ROWS
    assert found.faults == []
    pdf = clocked(lambda: press([paper.document(found)])) / 1000
    return [*figures, Figure("reconciliation as PDF", pdf, "s", note=note)]


def printed(by: Actor, day: date) -> list[Sheet]:
    """Print sheets whose rows are slots of the day, 20 each, and five lines without one."""
    slots = list(by.practice.slot_set.filter(session__day=day).values_list("pk", flat=True))
    desks = list(by.practice.desk_set.all())
    now = timezone.now()
    sheets, rows = [], []
    while len(sheets) < SHEETS:
        number = len(sheets)
        desk = desks[number % len(desks)]
        sheet = Sheet(
            practice=by.practice, reference=codes.new_reference(), site_id=desk.site_id, desk=desk,
            day=day, journal=1, print_number=number, made_at=now, printed_at=now,
        )  # fmt: skip
        sheets.append(sheet)
        rows += [
            SheetRow(
                practice=by.practice, sheet=sheet, place=place, code=codes.row_code(place),
                kind="slot" if place <= 20 else "message",
                slot_id=slots[(number * 20 + place) % len(slots)] if place <= 20 else None,
            )
            for place in range(1, ROWS + 1)
        ]  # fmt: skip
    with journal.writing(by, "print_sheets") as entry:
        entry.add_many(Sheet, sheets)
        entry.add_many(SheetRow, rows)
    return sheets


def keyed(by: Actor, sheet: Sheet) -> None:
    """Key all rows: three in four written, the rest empty."""
    patients = list(by.practice.patient_set.values_list("pk", flat=True)[:ROWS])
    for number, row in enumerate(sheet.rows.all()):
        is_blank = number % 4 == 3
        reference = uuid.uuid4()
        with journal.writing(by, "enter", reference=reference) as entry:
            entry.add(
                Entry(
                    practice=by.practice, sheet=sheet, row=row, reference=reference,
                    what="nothing" if is_blank else "booked",
                    end="nothing" if is_blank else "in_book", slot_id=row.slot_id,
                    patient_id=None if is_blank else patients[number], taken_by="PS",
                    said="" if is_blank else "cough", written_at=entry.at - timedelta(hours=1),
                    keyed_at=entry.at, keyed_by=by.staff,
                )
            )  # fmt: skip
