"""Yesterday's outage, played on paper: four desks wrote 120 rows, and nothing is keyed yet.

Printed at 07:30, down from 08:05 to 16:00. Meanwhile the clinical system sold six of the slots that
were sold on paper too, three people gave names that nobody knows, a running list never came back,
and among the pages lies one of the practice next door.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone
from freezegun import freeze_time

from appointments import booking, journal
from appointments.availability import LONDON
from appointments.models import Appointment, Clinician, Desk, Patient, SessionHolder, Slot
from appointments.models import Session as BookSession
from fallback import allotments, outages, sheets
from fallback.models import Outage, Sheet
from tests.world import World, at, build

FAMILIES = (
    "Abbot Barlow Chalk Dunmore Elwood Fenwick Garland Hayward Ingham Jessop Kendall Larkin "
    "Mowbray Nettle Oakes Palfrey Quill Radley Sutton Tilling Upton Varley Weldon Yardley"
).split()
STRANGERS = (
    ("Zebedee", "Una", "1/2/1990"), ("Quixano", "Theo", "3/4/1952"), ("Wyvern", "Ivor", "5/6/2011"),
)  # fmt: skip
GIVEN = ("Alice", "Brian", "Carol", "Denis", "Edith")
SLOTS_WRITTEN, CLASHES, UNKNOWN = 20, 6, 3  # a desk's; of all
DESKS, ROWS = 4, 30


@dataclass
class Written:
    """One row as it stands on the paper, and what a clerk posts for it."""

    code: str
    what: str
    patient: Patient | None
    form: dict[str, str]

    @property
    def typed(self) -> str:
        """What a clerk types of it."""
        if self.patient is None:
            return f"{self.form['family_name']} {self.form['given_name']}"
        born = self.patient.born_on
        return f"{self.patient.family_name} {self.patient.given_name} {born:%d/%m/%Y}"


@dataclass
class Played:
    """The outage, and what came back."""

    world: World
    outage: Outage
    paper: dict[str, list[Written]]  # by the sheet's reference
    lost: Sheet
    foreign: str
    sheets: list[Sheet] = field(default_factory=list)


def play() -> Played:
    """Build the practice, print, go down, write, come back."""
    day = timezone.localdate(timezone=LONDON) - timedelta(days=1)
    with freeze_time(at(day, "07:20")):
        world = build(day=day)
        people = _enlarge(world)
        neighbours = _printed(build("G82002", day=day, home=False))
    with freeze_time(at(day, "07:30")):
        expected = _expected(world, people[-12:])
        printed = _printed(world)
    with freeze_time(at(day, "08:10")):
        outage = outages.declare(world.by_lead, ["ours"], began_at=at(day, "08:05"))
    own = [sheet for sheet in printed if sheet.kind == Sheet.Kind.DESK]
    paper = _written(world, own, people, expected)
    with freeze_time(at(day, "16:05")):
        _sold_elsewhere(world, own, people)
        outage = outages.end(world.by_lead, outage, at(day, "16:00"))
    lost = next(sheet for sheet in printed if sheet.kind == Sheet.Kind.RUNNING)
    foreign = sheets.shown(next(s for s in neighbours if s.kind == Sheet.Kind.DESK))
    return Played(world, outage, paper, lost, foreign, own)


def _enlarge(world: World) -> list[Patient]:
    """Add two desks, twelve clinicians with fifteen slots each, tomorrow's clinic, 120 patients."""
    own = {"practice": world.practice}
    people = [
        Patient(
            **own, family_name=family, given_name=given, number=str(500 + number),
            born_on=date(1931 + number % 80, number % 12 + 1, number % 28 + 1),
        )
        for number, (family, given) in enumerate((f, g) for g in GIVEN for f in FAMILIES)
    ]  # fmt: skip
    with journal.writing(world.by, "found") as entry:
        for number in (3, 4):
            entry.add(Desk(**own, site=world.site, number=number, name=f"Desk {number}"))
        for number in range(12):
            name = chr(ord("A") + number) + "shby"
            clinician = entry.add(
                Clinician(**own, title="Dr", given_name="Jo", family_name=name, role="gp")
            )
            _session(entry, world, clinician, world.day, 15)
        _session(entry, world, world.lane, timezone.localdate() + timedelta(days=2), 12)
        entry.add_many(Patient, people)
        entry.touch_everything()
    return people


def _session(entry, world: World, clinician: Clinician, day: date, count: int) -> None:
    starts = at(day, "09:00")
    own, step = {"practice": world.practice}, timedelta(minutes=10)
    session = entry.add(
        BookSession(
            **own, site=world.site, day=day, starts_at=starts, ends_at=starts + step * count,
            name=f"{clinician.short_name} AM",
        )
    )  # fmt: skip
    entry.add(SessionHolder(**own, session=session, clinician=clinician))
    entry.add_many(
        Slot,
        [
            Slot(
                **own, session=session, starts_at=starts + step * n, minutes=10,
                slot_type=world.routine,
            )
            for n in range(count)
        ],
    )  # fmt: skip


def _expected(world: World, people: list[Patient]) -> list[Appointment]:
    """Book people who are expected that day, before anything is printed."""
    free = Slot.objects.filter(session__day=world.day, session__practice=world.practice)
    slots = free.exclude(session__in=[world.morning, world.clinic]).order_by("starts_at", "session")
    return [
        booking.book(slot.pk, world.asks(patient), world.by)
        for slot, patient in zip(slots, people, strict=False)
    ]


def _printed(world: World) -> list[Sheet]:
    """Share all out and print every desk's sheet and one running list."""
    allotments.share_out_all(world.by_lead, world.site, [world.day])
    made = sheets.ensure(
        world.practice, world.site, world.day, print_number=1,
        journal=journal.newest(world.practice), now=timezone.now(),
    )  # fmt: skip
    running = next(sheet for sheet in made if sheet.kind == Sheet.Kind.RUNNING)
    out = [*(sheet for sheet in made if sheet.kind == Sheet.Kind.DESK), running]
    sheets.printed(out, world.by)
    return list(Sheet.objects.filter(pk__in=[sheet.pk for sheet in out]).order_by("desk__number"))


def _written(
    world: World, own: list[Sheet], people: list[Patient], expected: list[Appointment]
) -> dict[str, list[Written]]:
    """Write on the four sheets: bookings, requests, fit-ins, messages, and who came."""
    waiting, expected_ones = iter(people), iter(expected)
    marks = ("arrived", "did_not_attend", "cancelled")
    paper: dict[str, list[Written]] = {}
    for number, sheet in enumerate(own):
        of_kind = {
            kind: list(sheet.rows.filter(kind=kind).order_by("place"))
            for kind in ("slot", "request", "extra", "message", "cancellation")
        }
        lines: list[Written] = []
        for nth, row in enumerate(of_kind["slot"][:SLOTS_WRITTEN]):
            if number < UNKNOWN and nth == 5:  # a name that nobody knows, once on three sheets
                family_name, given_name, born_on = STRANGERS[number]
                newcomer = {"family_name": family_name, "given_name": given_name,
                            "born_on": born_on, "who": "temporary"}  # fmt: skip
                lines.append(_line(row.code, "booked", None, said="rash", **newcomer))
            else:
                lines.append(_line(row.code, "booked", next(waiting), said="cough"))
        for row in of_kind["request"][:3]:
            lines.append(_line(row.code, "request", next(waiting), said="ears"))
        for row in of_kind["extra"][:2]:
            slot = str(of_kind["slot"][0].slot_id)
            lines.append(_line(row.code, "extra", next(waiting), slot=slot))
        for row in of_kind["message"][:2]:
            lines.append(_line(row.code, "message", next(waiting), said="repeat prescription"))
        for row, what in zip(of_kind["cancellation"], marks, strict=False):
            booked = next(expected_ones)
            lines.append(_line(row.code, what, booked.patient, appointment=str(booked.pk)))
        paper[sheets.shown(sheet)] = lines
    return paper


def _line(code: str, what: str, patient: Patient | None, **said: str) -> Written:
    line = Written(code, what, patient, {})
    form = {"what": what, "reference": str(uuid.uuid4()), "written": "0914", "taken_by": "PS"}
    line.form = form | {"urgency": "routine", "q": ""} | said
    typed = line.typed
    line.form |= {"q": typed, "found_for": typed}
    if patient is not None:
        line.form["patient"] = str(patient.pk)
    return line


def _sold_elsewhere(world: World, own: list[Sheet], people: list[Patient]) -> None:
    """Load what the clinical system sold meanwhile: the last rows of desks 3 and 4."""
    rows = [
        row
        for sheet in own[2:]
        for row in sheet.rows.filter(kind="slot").order_by("place")[17:SLOTS_WRITTEN]
    ]
    assert len(rows) == CLASHES
    with journal.writing(world.by, "load") as entry:
        for row, patient in zip(rows, reversed(people[:-12]), strict=False):
            entry.add(
                Appointment(
                    practice=world.practice, slot=row.slot, patient=patient,
                    reference=uuid.uuid4(), booked_at=entry.at,
                )
            )  # fmt: skip
