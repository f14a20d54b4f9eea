"""A clerk keys a sheet of 40 rows through the real screens in Chromium, by the keyboard alone.

Counted are the key presses, measured is the server; how long a row takes a person is estimated by
the keystroke-level model (Card, Moran & Newell 1980): a key press of somebody who types 40 words a
minute, and the time to make up one's mind before each thing that is read from the paper.
"""

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

from appointments import demo, journal, search
from appointments.journal import Actor
from appointments.models import Appointment, Practice
from fallback import codes, rekey
from fallback.models import Sheet, SheetRow
from fallback.rekey import matching
from tests.benchmarks.day import free_slots, full_days
from tests.benchmarks.ground import Figure, percentile, tell
from tests.serving import server
from tools import chromium

KEY = 0.28  # s: an average typist
MIND = 1.35  # s: before each thing that is read from the paper, and to compare what came up
BEYOND_NAME_AT_MOST = 8  # key presses, of a plain row
ROW_AT_MOST = 15.0  # s, estimated
SERVER_AT_MOST = 100.0  # ms, for 95 in 100

PLAIN, BY_NUMBER, EMPTY = 22, 5, 3  # rows with a slot; and one stranger, one that can't be read
REQUESTS, CANCELLED, MESSAGES = 4, 2, 2
WRITTEN = [f"{hour:02}{minute:02}" for hour in range(9, 13) for minute in range(0, 60, 5)]


@dataclass
class Step:
    """One row: what is typed as it stands on the paper, and which keys beside it."""

    kind: str
    name: str = ""
    after: list[str] = field(default_factory=list)  # keys and texts beyond the name
    number: int = 0  # chosen from the list
    reads: int = 1  # things read from the paper, or compared on the screen

    @property
    def beyond(self) -> int:
        """Key presses beyond the name."""
        typed = sum(1 if is_key(each) else len(each) for each in self.after)
        return typed + (3 if self.number else 0)  # into the list, the number, and Enter

    @property
    def seconds(self) -> float:
        """How long a person needs, by the keystroke-level model."""
        return (len(self.name) + self.beyond) * KEY + self.reads * MIND


def is_key(text: str) -> bool:
    """Say whether this is a key's name, and not something that is typed."""
    return text in ("Tab", "Enter", "-") or text.startswith("Alt+")


def measure() -> list[Figure]:
    """Print a sheet, write a script for it, and key it."""
    path = chromium.find()
    if not path:
        tell(f"  {chromium.MISSING} Not measured.")
        return []
    practice = Practice.objects.get(is_home=True)
    by = Actor(practice, practice.staff.get(username="manager"), practice.desk_set.get(number=1))
    sheet = printed(by)
    steps = list(script(by))
    connections.close_all()
    with server(Path(settings.DATA_DIR)) as one, sync_playwright() as playwright:
        alone = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=alone)
        page = browser.new_page(base_url=f"http://127.0.0.1:{one.port}")
        served = keyed(page, sheet, steps)
        browser.close()
    # Playwright leaves an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    assert rekey.sums(sheet).to_do == 0, rekey.sums(sheet)
    return figures(steps, served, rekey.sums(sheet))


def figures(steps: list[Step], served: list[float], left: rekey.Sums) -> list[Figure]:
    """Say what it took."""
    plain = [step for step in steps if step.kind == "plain"]
    note = f"{left.in_book} in the book, {left.set_aside} set aside, {left.nothing} empty"
    return [
        Figure("keying: keys beyond the name, plain row", max(s.beyond for s in plain), "keys",
               at_most=BEYOND_NAME_AT_MOST, note="with the time it was written at"),
        Figure("keying: keys a row, on average",
               statistics.mean(len(s.name) + s.beyond for s in steps), "keys",
               note=f"{len(steps)} rows: {note}"),
        Figure("keying: a plain row, estimated", statistics.mean(s.seconds for s in plain), "s",
               at_most=ROW_AT_MOST, note="keystroke-level model, 40 words a minute"),
        Figure("keying: any row, estimated", statistics.mean(s.seconds for s in steps), "s"),
        Figure("keying: server, 95 in 100 rows within", percentile(served, 95), "ms",
               at_most=SERVER_AT_MOST, note=f"half within {percentile(served, 50):.3g} ms"),
    ]  # fmt: skip


def printed(by: Actor) -> Sheet:
    """Put a sheet of 40 rows on paper."""
    day = full_days(by.practice)[-1]
    slots = iter(free_slots(by.practice, day))
    now = timezone.now()
    sheet = Sheet(
        practice=by.practice, reference=codes.new_reference(), site=by.desk.site, desk=by.desk,
        day=day, journal=1, print_number=1, made_at=now, printed_at=now,
    )  # fmt: skip
    kinds = (
        ["slot"] * (PLAIN + BY_NUMBER + EMPTY + 2) + ["request"] * REQUESTS
        + ["cancellation"] * CANCELLED + ["message"] * MESSAGES
    )  # fmt: skip
    rows = [
        SheetRow(practice=by.practice, sheet=sheet, place=place, code=codes.row_code(place),
                 kind=kind, slot=next(slots) if kind == "slot" else None)
        for place, kind in enumerate(kinds, 1)
    ]  # fmt: skip
    with journal.writing(by, "print_sheets") as entry:
        entry.add(sheet)
        entry.add_many(SheetRow, rows)
    return sheet


def script(by: Actor) -> Iterator[Step]:
    """Write what stands on each row, in the order of the page."""
    times = iter(WRITTEN)
    certain, alike = people(by.practice)
    yesterday = timezone.localdate() - timedelta(days=1)
    for number in range(PLAIN):
        # The first row says the day and who wrote; those after it go on from there.
        first = f"{yesterday.day}/{yesterday.month} " if number == 0 else ""
        by_whom = ["Tab", "PS"] if number == 0 else []
        after = ["Tab", f"{first}{next(times)}", *by_whom, "Enter"]
        yield Step("plain" if number else "first", next(certain), after, reads=4)
    for _ in range(BY_NUMBER):
        name, place = next(alike)
        yield Step("by number", name, ["Tab", next(times), "Enter"], number=place, reads=5)
    for _ in range(EMPTY):
        yield Step("empty", after=["-"], reads=1)
    yield Step("stranger", "zzyzx quentin 1/2/1990", ["Alt+t", "Enter"], reads=3)
    yield Step("unreadable", "sm?th", ["Alt+s", "Can't be read", "Enter"], reads=2)
    for _ in range(REQUESTS):
        yield Step(
            "request", next(certain), ["Tab", "Tab", "Tab", "cough, a week", "Enter"], reads=3
        )
    for name in islice(booked_once(by), CANCELLED):
        yield Step("cancelled", name, ["Enter"], reads=3)
    for _ in range(MESSAGES):
        yield Step("message", next(certain), ["Tab", "Tab", "Tab", "repeat prescription", "Enter"],
                   reads=3)  # fmt: skip


def people(practice: Practice) -> tuple[Iterator[str], Iterator[tuple[str, int]]]:
    """Give patients as they are written: those who are certain, and those on a list, with place."""
    here = practice.patient_set.filter(died_on=None, departed_on=None, kind="regular")

    def certain() -> Iterator[str]:
        for one in here.order_by("id")[:2000]:
            name = written(one)
            if search.exactly(practice, name):
                yield name

    def alike() -> Iterator[tuple[str, int]]:
        for one in here.order_by("-id")[:2000]:
            name = f"{one.family_name} {one.given_name[0]} {one.born_on:%d/%m/%y}".lower()
            found = matching.people(practice, name)
            places = [n for n, each in enumerate(found.found, 1) if each.id == one.pk]
            if not found.exact and places:
                yield name, places[0]

    return certain(), alike()


def booked_once(by: Actor) -> Iterator[str]:
    """Give people, certain by name, who have one appointment from the sheet's day on."""
    day = full_days(by.practice)[-1]
    rows = Appointment.objects.filter(
        practice=by.practice, slot__session__day__gte=day, status="booked"
    )
    for row in rows.select_related("patient").order_by("id")[:2000]:
        name = written(row.patient)
        found = matching.people(by.practice, name)
        meant = matching.appointments(by.practice, [row.patient_id], day)
        if found.exact and len(meant) == 1:
            yield name


def written(patient) -> str:
    """Write somebody as a receptionist does: 'smith john 3/4/71'."""
    born = patient.born_on
    return f"{patient.family_name} {patient.given_name} {born.day}/{born.month}/{born:%y}".lower()


def keyed(page: Page, sheet: Sheet, steps: list[Step]) -> list[float]:
    """Key the sheet; gives the server's ms for every row that was sent."""
    served: list[float] = []

    def note(request) -> None:
        path = request.url.split("?")[0]
        if request.method == "POST" and "/rows/" in path and not path.endswith("/finding/"):
            timing = request.timing
            served.append(timing["responseStart"] - timing["requestStart"])

    page.on("requestfinished", note)
    sign_in(page)
    page.goto("/rekeying/")
    page.keyboard.type(sheet.reference)
    page.keyboard.press("Enter")
    row_codes = [codes.row_code(place) for place in range(1, len(steps) + 1)]
    for code, step in zip(row_codes, steps, strict=True):
        page.locator(".hand__code", has_text=code).wait_for()
        key(page, step)
    page.get_by_role("button", name="Sign the sheet off").wait_for()
    return served


def key(page: Page, step: Step) -> None:
    """Press the keys of one row."""
    page.keyboard.type(step.name)
    for each in step.after:
        if not is_key(each):
            page.keyboard.type(each)  # over what stood in the box: Tab has marked it
            continue
        page.keyboard.press(each)
        if each.startswith("Alt+"):
            page.locator(
                f"#hand[data-chosen={'temporary' if each == 'Alt+t' else 'aside'}]"
            ).wait_for()
    if step.number:
        page.locator("#choices-found input:focus").wait_for()
        page.keyboard.press(str(step.number))
        page.keyboard.press("Enter")


def sign_in(page: Page) -> None:
    """Sit down at desk 1."""
    page.goto("/sign-in/")
    page.locator("[name=username]").fill("reception1")
    page.locator("[name=password]").fill(demo.PASSWORD)
    page.locator("[name=desk]").select_option(index=1)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)
