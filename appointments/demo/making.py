"""Writes the demo practice, through the commands and in a few large journal entries."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from random import Random
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from appointments import journal, practices, sessions, staff
from appointments.demo import names, week
from appointments.demo.booked import Booked
from appointments.demo.people import People
from appointments.journal import Actor, Draft
from appointments.models import (
    Appointment,
    Clinician,
    Duty,
    Patient,
    Practice,
    Session,
    SessionHolder,
    Site,
    Slot,
    SlotType,
    Staff,
)
from appointments.passwords import DEMO_PASSWORD
from appointments.wording import LONDON

ODS_CODE = "V99999"  # V999xx: never given to a practice
NAME = "Harbour Street Surgery"
SITES = (
    ("Harbour Street Surgery", "01632 960100", "12 Harbour Street, Saltmarsh", "CT22 4QH"),
    ("Saltings Branch Surgery", "01632 960101", "3 Saltings Lane, Nether Staple", "CT23 7BD"),
    ("Orchard Lane Branch Surgery", "01632 960102", "40 Orchard Lane, St Wendreda", "CT25 1LA"),
)
DESKS_AT = (4, 1, 1)  # per site
SIGN_INS = ("reception1", "reception2", "reception3", "reception4", "lead", "manager", "doctor")
_PEOPLE = {  # user name: name, role
    "reception1": ("Priya Raman", Staff.Role.RECEPTIONIST),
    "reception2": ("Karen Doyle", Staff.Role.RECEPTIONIST),
    "reception3": ("Josh Whitfield", Staff.Role.RECEPTIONIST),
    "reception4": ("Agnieszka Lis", Staff.Role.RECEPTIONIST),
    "lead": ("Maureen Tully", Staff.Role.OUTAGE_LEAD),
    "manager": ("Geraint Powell", Staff.Role.MANAGER),
    "doctor": ("Farah Shah", Staff.Role.CLINICIAN),
}
DOCTOR = "Shah"  # the clinician whose lists `doctor` reads

DAYS_BACK, DAYS_AHEAD = 14, 42
SLOT_MINUTES = 10  # in a book of a given size
MORNING_BEGINS, AFTERNOON_BEGINS = time(8, 30), time(14)

Say = Callable[[str], None]


def _quietly(what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Size:
    """How large a practice. With `slots_per_day` the main site has so many on every working day."""

    patients: int = 12_000
    clinicians: int = 16
    slots_per_day: int | None = None


def make(
    size: Size | None = None, *, seed: int = 1948, now: datetime | None = None, say: Say = _quietly
) -> Practice:
    """Make the demo practice as the home practice; the same seed and moment give the same people.

    It is all there or not at all. `say` is told what is being made.
    """
    with transaction.atomic():
        return _Making(size or Size(), Random(seed), now or timezone.now(), say).make()  # noqa: S311


class _Making:
    def __init__(self, size: Size, rng: Random, now: datetime, say: Say):
        self.size = size
        self.rng = rng
        self.now = now
        self.today = timezone.localtime(now, LONDON).date()
        self.say = say

    def make(self) -> Practice:
        self.practice = practices.found(ods_code=ODS_CODE, name=NAME, is_home=True, is_demo=True)
        self.by = Actor(self.practice)
        self.say("sites, desks and slot types")
        self._settings()
        self.say("staff and clinicians")
        self._clinicians()
        self._staff()
        self.say(f"{self.size.patients:,} patients")
        with journal.writing(self.by, "make_demo") as entry:
            gps = [c for c in self.clinicians if c.role == Clinician.Role.GP]
            people = People(self.rng, self.practice, gps, self.today)
            self.patients = people.draw(self.size.patients)
            entry.add_many(Patient, self.patients)
        self.say(f"sessions, slots and appointments of {DAYS_BACK + DAYS_AHEAD} days")
        with journal.writing(self.by, "make_demo") as entry:
            self._diary(entry)
        self._cancel_a_session()
        return self.practice

    # --- Settings ----------------------------------------------------------------------------

    def _settings(self) -> None:
        self.sites: list[Site] = []
        for order, (name, telephone, address, postcode) in enumerate(SITES):
            facts = {"order": order, "telephone": telephone, "address": address}
            site = practices.add_site(self.by, name=name, postcode=postcode, **facts)
            self.sites.append(site)
            for _ in range(DESKS_AT[order]):
                practices.add_desk(self.by, site.pk)
        practices.add_bank_holidays(self.by, {day.year for day in self._days()})
        training = self._training_day()
        if not self.practice.closure_set.filter(day=training).exists():
            practices.add_closure(self.by, training, "Staff training", closes=time(13))
        self.types: dict[str, SlotType] = {
            letter: practices.add_slot_type(self.by, **kind.columns)
            for letter, kind in week.KINDS.items()
        }

    def _days(self) -> Iterator[date]:
        for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
            yield self.today + timedelta(days=offset)

    def _training_day(self) -> date:
        """Give the third Thursday from today on: half a day closed is part of every month."""
        return self.today + timedelta(days=(3 - self.today.weekday()) % 7 + 14)

    def _clinicians(self) -> None:
        drawn = list(islice(cycle(week.CLINICIANS), self.size.clinicians))
        self.clinicians: list[Clinician] = []
        for at, (title, given, family, role) in enumerate(drawn):
            if at >= len(week.CLINICIANS):
                given = names.given_name(self.rng, names.ORIGINS[0], "F")
                family = names.family_name(self.rng, names.ORIGINS[0])
            facts = {"title": title, "given_name": given, "role": role}
            self.clinicians.append(practices.add_clinician(self.by, family_name=family, **facts))

    def _staff(self) -> None:
        doctor = next((c for c in self.clinicians if c.family_name == DOCTOR), None)
        self.staff = {
            username: staff.add(
                self.by,
                username=username,
                name=name,
                role=role,
                password=DEMO_PASSWORD,
                clinician=doctor if role == Staff.Role.CLINICIAN else None,
            )
            for username, (name, role) in _PEOPLE.items()
        }

    # --- The diary ---------------------------------------------------------------------------

    def _diary(self, entry: Draft) -> None:
        self.sessions: list[Session] = []
        self.holders: list[SessionHolder] = []
        self.slots: list[list[Slot]] = []  # by session
        self.duties: list[Duty] = []
        closed = {c.day: c.closes for c in self.practice.closure_set.filter(site=None)}
        for day in self._days():
            if day.weekday() < 5 and closed.get(day, ...) is not None:
                self._day(day, closed.get(day))
        receptionists = [
            person for person in self.staff.values() if person.role == Staff.Role.RECEPTIONIST
        ]
        booked = Booked(self.rng, self.patients, receptionists, self.now)
        for slots in self.slots:
            booked.fill(slots)
        entry.add_many(Session, self.sessions)
        entry.add_many(SessionHolder, self.holders)
        entry.add_many(Slot, [slot for slots in self.slots for slot in slots])
        entry.add_many(Duty, self.duties)
        entry.add_many(Appointment, booked.made)
        for session in self.sessions:
            entry.touch(session.site_id, session.day)

    def _cancel_a_session(self) -> None:
        """Put the patients of one afternoon on the call list, as reception does."""
        coming = [
            session
            for session in self.sessions
            if session.day > self.today and session.name == week.EVENING.name
        ]
        if coming:
            lead = Actor(self.practice, self.staff["lead"], self.practice.desk_set.get(number=1))
            sessions.cancel_session(lead, coming[0].pk, "The doctor is unwell")

    def _day(self, day: date, closes: time | None) -> None:
        """Lay out a working day; one that closes early has nothing that begins after that."""
        for holders, site, sitting in self._sittings(day):
            if closes is None or sitting.begins < closes:
                self._session(day, site, sitting, holders)

    def _sittings(self, day: date) -> Iterable[tuple[list[Clinician], Site, week.Sitting]]:
        if self.size.slots_per_day:
            yield from self._even_sittings(self.size.slots_per_day)
            return
        main = self.sites[0]
        gps = [c for c in self.clinicians if c.role == Clinician.Role.GP]
        turn = day.toordinal() // 7 * 5 + day.weekday()
        on_duty = gps[turn % len(gps)] if gps else None
        if on_duty:
            self.duties.append(
                Duty(id=self._id(), practice=self.practice, day=day, clinician=on_duty)
            )
        for at, clinician in enumerate(self.clinicians):
            if clinician == on_duty:
                for sitting in week.DUTY:
                    yield [clinician], main, sitting
            elif (at + day.weekday()) % week.EVERY_FIFTH_DAY_OFF:
                site = self.sites[week.BRANCH_AT.get((at + turn) % week.BRANCH_TURNS, 0)]
                for sitting in week.BY_ROLE[clinician.role]:
                    yield [clinician], site, sitting
        yield [], main, week.NOBODYS
        if day.weekday() == 2:
            yield gps, main, week.MEETING

    def _even_sittings(self, slots: int) -> Iterable[tuple[list[Clinician], Site, week.Sitting]]:
        """Share so many slots out evenly, half of each clinician's before noon."""
        for at, clinician in enumerate(self.clinicians):
            count = (slots + at) // len(self.clinicians)
            letters = "".join(islice(cycle(week.EVEN_LETTERS), count))
            half = (count + 1) // 2
            for name, begins, share in (
                ("Morning", MORNING_BEGINS, letters[:half]),
                ("Afternoon", AFTERNOON_BEGINS, letters[half:]),
            ):
                if share:
                    yield [clinician], self.sites[0], week.Sitting(name, begins, share)

    def _session(
        self, day: date, site: Site, sitting: week.Sitting, holders: list[Clinician]
    ) -> None:
        starts = datetime.combine(day, sitting.begins, LONDON)
        session = Session(
            id=self._id(),
            practice=self.practice,
            site=site,
            day=day,
            starts_at=starts,
            name=sitting.name,
            category=sitting.category,
        )
        slots = []
        for letter in sitting.letters:
            slot = self._slot(session, letter, starts, sitting)
            starts = slot.ends_at
            slots.append(slot)
        session.ends_at = starts
        self.sessions.append(session)
        self.slots.append(slots)
        self.holders += [
            SessionHolder(
                id=self._id(), practice=self.practice, session=session, clinician=clinician
            )
            for clinician in holders
        ]

    def _slot(self, session: Session, letter: str, starts: datetime, sitting: week.Sitting) -> Slot:
        is_blocked = letter == week.BLOCKED
        is_meeting = sitting is week.MEETING
        if is_blocked:
            letter = "A" if is_meeting else sitting.letters[0]
        slot_type = self.types[letter]
        minutes = SLOT_MINUTES if self.size.slots_per_day else week.KINDS[letter].minutes
        slot = Slot(
            id=self._id(),
            practice=self.practice,
            session=session,
            starts_at=starts,
            minutes=minutes,
            slot_type=slot_type,
            mode=slot_type.mode,
        )
        if is_blocked:
            slot.blocked_at = self.now - timedelta(days=DAYS_BACK)
            slot.blocked_by = self.staff["manager"]
            slot.block_reason = "Meeting" if is_meeting else "Catch-up"
        return slot

    def _id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)
