"""A small practice with fixed people, for tests. One cast, the same everywhere.

world = build()                     # in a test with a database
world.slot("10:40")                 # Dr Lane's slot today at 10:40 local time
booking.book(world.slot("10:40").pk, world.asks(world.ann), world.desk1.actor)
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from appointments import journal
from appointments.availability import LONDON
from appointments.booking import NewAppointment
from appointments.journal import Actor
from appointments.models import (
    Appointment,
    Call,
    Clash,
    Clinician,
    Desk,
    Patient,
    Practice,
    Session,
    SessionHolder,
    Site,
    Slot,
    SlotType,
    Staff,
)

PASSWORD = "correct horse battery"


def at(day: date, clock: str) -> datetime:
    """A local time of day as an aware datetime: at(day, '10:40')."""
    return datetime.combine(day, time.fromisoformat(clock), LONDON)


@dataclass
class World:
    """One practice: two sites, two desks, Dr Lane (GP) and Nurse Webb with a session each."""

    practice: Practice
    day: date
    site: Site
    branch: Site
    desk1: Desk
    desk2: Desk
    lane: Clinician
    webb: Clinician
    routine: SlotType
    priya: Staff  # receptionist
    tom: Staff  # receptionist
    lead: Staff  # outage lead
    manager: Staff
    doctor: Staff  # Dr Lane's own sign-in
    morning: Session  # Dr Lane, 10:00-12:00, twelve slots of 10 minutes
    clinic: Session  # Nurse Webb, 10:00-12:00, eight slots of 15 minutes
    ann: Patient
    bob: Patient
    cat: Patient
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def by(self) -> Actor:
        """Priya at desk 1."""
        return Actor(self.practice, self.priya, self.desk1)

    @property
    def by2(self) -> Actor:
        """Tom at desk 2."""
        return Actor(self.practice, self.tom, self.desk2)

    @property
    def by_lead(self) -> Actor:
        """The outage lead at desk 1."""
        return Actor(self.practice, self.lead, self.desk1)

    @property
    def by_manager(self) -> Actor:
        """The manager at desk 1."""
        return Actor(self.practice, self.manager, self.desk1)

    @property
    def by_doctor(self) -> Actor:
        """Dr Lane at desk 2."""
        return Actor(self.practice, self.doctor, self.desk2)

    def slot(self, clock: str, session: Session | None = None) -> Slot:
        """The slot that starts at a local time, Dr Lane's unless another session is named."""
        return (session or self.morning).slots.get(starts_at=at(self.day, clock))

    def asks(self, patient: Patient, **details: Any) -> NewAppointment:
        """A request for an appointment with a fresh reference."""
        return NewAppointment(
            patient=patient.pk, reference=details.pop("reference", uuid.uuid4()), **details
        )


def working_day() -> date:
    """Tomorrow's local date: all its slots are ahead, whenever the tests run."""
    return timezone.localdate(timezone=LONDON) + timedelta(days=1)


def build(ods_code: str = "G82001", *, day: date | None = None, home: bool = True) -> World:
    """Build the practice; a second one with another code (and home=False) for walls between."""
    day = day or working_day()
    practice = Practice.objects.create(
        ods_code=ods_code, name=f"Harbour Surgery {ods_code}", is_home=home
    )
    journal.start(practice)
    with journal.writing(Actor(practice), "found") as entry:

        def add(model, **columns):
            return entry.add(model(practice=practice, **columns))

        def staff(username, name, role, **more):
            row = Staff(
                practice=practice,
                username=username if home else f"{username}-{ods_code}".lower(),
                name=name,
                initials="".join(part[0] for part in name.split())[:4],
                role=role,
                **more,
            )
            row.set_password(PASSWORD)
            return entry.add(row)

        site = add(Site, name="Harbour Surgery", order=1, telephone="01632 960100")
        branch = add(Site, name="Hill Branch", order=2, telephone="01632 960101")
        entry.change(practice, main_site=site)
        lane = add(Clinician, title="Dr", given_name="Rosa", family_name="Lane", role="gp")
        webb = add(Clinician, title="Sister", given_name="Jo", family_name="Webb", role="nurse")
        routine = add(SlotType, name="Routine", colour="blue")
        world = World(
            practice=practice,
            day=day,
            site=site,
            branch=branch,
            desk1=add(Desk, site=site, number=1, name="Desk 1"),
            desk2=add(Desk, site=site, number=2, name="Desk 2"),
            lane=lane,
            webb=webb,
            routine=routine,
            priya=staff("priya", "Priya Shah", "receptionist"),
            tom=staff("tom", "Tom Reid", "receptionist"),
            lead=staff("lena", "Lena Ford", "outage_lead"),
            manager=staff("maud", "Maud Price", "manager"),
            doctor=staff("drlane", "Dr Rosa Lane", "clinician", clinician=lane),
            morning=_session(entry, practice, site, day, "10:00", 10, 12, lane, routine),
            clinic=_session(entry, practice, site, day, "10:00", 15, 8, webb, routine),
            ann=add(
                Patient, given_name="Ann", family_name="Baker", title="Mrs",
                born_on=date(1971, 4, 3), nhs_number="9990000018", postcode="CT7 9QZ",
                mobile_telephone="07700 900123", number="101",
            ),
            bob=add(
                Patient, given_name="Bob", family_name="Carter", title="Mr",
                born_on=date(1950, 12, 31), nhs_number="9990000026", number="102",
            ),
            cat=add(
                Patient, given_name="Catrin", family_name="Hughes", born_on=date(2019, 2, 28),
                nhs_number="9990000034", contact_comment="mobile is mother's", number="103",
                mobile_telephone="07700 900456",
            ),
        )  # fmt: skip
        entry.touch_everything()
    return world


def _session(entry, practice, site, day, clock, minutes, count, clinician, slot_type) -> Session:
    starts = at(day, clock)
    session = entry.add(
        Session(
            practice=practice,
            site=site,
            day=day,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=minutes * count),
            name=f"{clinician.short_name} AM",
        )
    )
    entry.add(SessionHolder(practice=practice, session=session, clinician=clinician))
    for number in range(count):
        entry.add(
            Slot(
                practice=practice,
                session=session,
                starts_at=starts + timedelta(minutes=minutes * number),
                minutes=minutes,
                slot_type=slot_type,
            )
        )
    return session


def assert_rebuilds(practice: Practice) -> None:
    """The journal is unbroken and, played from the start, gives exactly the tables."""
    assert journal.first_fault(practice) is None
    rebuilt = journal.rebuild(practice)
    for model in (Session, SessionHolder, Slot, Appointment, Call, Clash):
        rows = {str(row.pk): journal.quoted(row) for row in model.objects.filter(practice=practice)}
        assert rebuilt.get(model._meta.model_name, {}) == rows
