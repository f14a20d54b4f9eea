"""Who and what the differences are about, looked up once: people, places in the diary, desks."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from appointments.diary import diary_for
from appointments.finding import names_by_session
from appointments.models import (
    Appointment,
    Clinician,
    Desk,
    Patient,
    Practice,
    Session,
    Site,
    Slot,
    SlotType,
)
from appointments.wording import clock, day_short
from fallback.paper import glyphs
from fallback.paper.changes.readings import Readings
from fallback.paper.reading import OnPaper, could_be_confused, on_paper


class Page(NamedTuple):
    """Where a session stands on the day diary."""

    place: tuple[int, str]  # to sort by
    heading: str


class Names(NamedTuple):
    """What the words of a slip are made of."""

    people: dict[UUID, OnPaper]
    merged: dict[UUID, UUID]  # from a record to the one that is used
    pages: dict[UUID, Page]  # by session
    elsewhere: dict[UUID, str]  # appointments that left the day: 'Tue 24 Nov, 10:40 with Dr Lane'
    clinicians: dict[UUID, str]
    desks: dict[UUID, str]
    types: dict[UUID, str]
    block_reasons: dict[UUID, str]  # by slot

    def same(self, patient: UUID) -> UUID:
        """Give the record that a patient's was merged into, or itself."""
        return self.merged.get(patient, patient)


def look_up(practice: Practice, site: Site, day: date, read: Readings) -> Names:
    """Fetch all that may be named in the changes of a site's day."""
    then, now = read.then, read.now
    patients = _patients(practice, read)
    merged = {pk: p.merged_into_id for pk, p in patients.items() if p.merged_into_id}
    used = [patient for pk, patient in patients.items() if pk not in merged]
    alike = could_be_confused(used)
    desks = Desk.objects.filter(practice=practice).values_list("pk", "name")
    clinicians = Clinician.objects.filter(practice=practice)
    blocked = Slot.objects.filter(session__in=now.sessions).exclude(blocked_at=None)
    return Names(
        people={patient.pk: on_paper(patient, patient.pk in alike) for patient in used},
        merged=merged,
        pages=_pages(site, day, then.sessions.keys() | now.sessions.keys()),
        elsewhere=_elsewhere(site, then.where.keys() - now.where.keys()),
        clinicians={one.pk: glyphs.visible(one.short_name) for one in clinicians},
        desks={pk: glyphs.visible(name) for pk, name in desks},
        types={
            pk: glyphs.visible(name)
            for pk, name in SlotType.objects.filter(practice=practice).values_list("pk", "name")
        },
        block_reasons={
            pk: glyphs.words(reason) for pk, reason in blocked.values_list("pk", "block_reason")
        },
    )


def _patients(practice: Practice, read: Readings) -> dict[UUID, Patient]:
    """Fetch everybody who is or was in the day, and whom their records were merged into."""
    both = (*read.then.seats.values(), *read.now.seats.values())
    wanted = {seat.patient for seats in both for seat in seats}
    found = Patient.objects.filter(practice=practice).in_bulk(wanted)
    kept = {p.merged_into_id for p in found.values() if p.merged_into_id} - found.keys()
    return found | Patient.objects.filter(practice=practice).in_bulk(kept)


def _pages(site: Site, day: date, sessions: set[UUID]) -> dict[UUID, Page]:
    """Put sessions in the order of the day diary; those that went to another day come last."""
    pages = {
        head.id: Page((number, ""), glyphs.visible(column.heading))
        for number, column in enumerate(diary_for(site, day).columns)
        for head in column.sessions
    }
    gone = sessions - pages.keys()
    names = names_by_session(gone)
    return pages | {pk: Page((len(pages), names[pk]), glyphs.visible(names[pk])) for pk in gone}


def _elsewhere(site: Site, appointments: set[UUID]) -> dict[UUID, str]:
    rows = Appointment.objects.filter(pk__in=appointments).exclude(status="cancelled")
    rows = rows.select_related("slot__session__site")
    whose = names_by_session({row.slot.session_id for row in rows})
    return {row.pk: _place(row.slot.session, row.slot, whose, site) for row in rows}


def _place(session: Session, slot: Slot, whose: dict[UUID, str], site: Site) -> str:
    where = "" if session.site_id == site.pk else f" at {session.site.name}"
    who = whose[session.pk]
    return glyphs.visible(f"{day_short(session.day)}, {clock(slot.starts_at)} with {who}{where}")
