"""How full the demo's slots are, and what has become of the appointments in them."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from appointments.availability import facts_of, released_at
from appointments.demo import week
from appointments.demo.people import years
from appointments.models import Appointment, Patient, Slot, Staff
from appointments.wording import LONDON

Status = Appointment.Status
Via = Appointment.Via

FULL = 0.95  # of today's and of past slots
# Of the slots in the first, second… week from tomorrow on.
FILLING = (0.86, 0.62, 0.4, 0.24, 0.13, 0.07)
DNA = 0.04
CANCELLED = 0.04  # slots that somebody gave back
EXTRA = 0.01
DOUBLE = 0.03
VIAS = (Via.TELEPHONE, Via.DESK, Via.ONLINE, Via.LETTER)
VIA_SHARES = (62, 14, 22, 2)


class Booked:
    """Draws appointments into slots as a practice of this size would have them by `now`."""

    def __init__(self, rng: Random, patients: list[Patient], staff: list[Staff], now: datetime):
        self.rng = rng
        self.now = timezone.localtime(now, LONDON)
        self.receptionists = staff
        # The dead and the departed have no appointments to come; the old come more often.
        here = [p for p in patients if not (p.died_on or p.departed_on)]
        frequent = [p for p in here if years(p, now.date()) > 65]
        self._queue: list[Patient] = []
        self._pool = here + frequent
        self.made: list[Appointment] = []

    def fill(self, slots: list[Slot]) -> None:
        """Book the slots of one session, which follow each other in time."""
        has_double = False
        for slot, after in zip(slots, [*slots[1:], None], strict=True):
            if has_double or slot.blocked_at or self.rng.random() > self._fullness(slot):
                has_double = False
                continue
            first = self._book(slot)
            if after and not after.blocked_at and self.rng.random() < DOUBLE:
                has_double = self._fullness(after) > 0
                if has_double:
                    self._continue(first, after)
            if self.rng.random() < CANCELLED:
                self._give_back(slot)
            if self.rng.random() < EXTRA:
                extra = self._book(slot)
                extra.is_extra, extra.because = True, self.rng.choice(week.EXTRA_BECAUSE)

    def _fullness(self, slot: Slot) -> float:
        released = released_at(facts_of(slot))
        if released and released > self.now:
            return 0.0
        days = (slot.starts_at.date() - self.now.date()).days
        if days <= 0:
            return FULL
        if released:
            return FILLING[0]  # what people ring for goes first
        return FILLING[min((days - 1) // 7, len(FILLING) - 1)]

    def _patient(self) -> Patient:
        """Take the next from a shuffled queue, so that few come twice on a day."""
        if not self._queue:
            self._queue = self.rng.sample(self._pool, len(self._pool))
        return self._queue.pop()

    def _id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _book(self, slot: Slot) -> Appointment:
        rng = self.rng
        patient = self._patient()
        is_urgent = slot.slot_type.release == week.Release.AT_TIME and rng.random() < 0.35
        appointment = Appointment(
            id=self._id(),
            practice=slot.practice,
            slot=slot,
            patient=patient,
            reference=self._id(),
            reason=rng.choice(week.REASONS),
            notes=rng.choice(week.NOTES) if rng.random() < 0.05 else "",
            access_needs=patient.access_needs,
            mode=slot.mode,
            urgency=Appointment.Urgency.URGENT if is_urgent else Appointment.Urgency.ROUTINE,
            booked_via=rng.choices(VIAS, VIA_SHARES)[0],
            booked_at=self._booked_at(slot),
            booked_by=rng.choice(self.receptionists),
        )
        self._attend(appointment)
        self.made.append(appointment)
        return appointment

    def _booked_at(self, slot: Slot) -> datetime:
        latest = min(self.now, slot.starts_at) - timedelta(minutes=1)
        released = released_at(facts_of(slot))
        if released:
            waited = (latest - released).total_seconds()
            return released + timedelta(seconds=max(0, int(waited * self.rng.random() ** 2)))
        back = timedelta(days=self.rng.randint(0, 20), minutes=self.rng.randint(0, 400))
        return latest - back

    def _attend(self, appointment: Appointment) -> None:
        """Let the clock decide: seen and gone, in the room, in the waiting room, or to come."""
        rng, slot, who = self.rng, appointment.slot, appointment.booked_by
        starts, ends = slot.starts_at, slot.ends_at
        delay = timedelta(minutes=rng.randint(0, 12))
        if ends <= self.now and rng.random() < DNA:
            appointment.status = Status.DID_NOT_ATTEND
            appointment.did_not_attend_at, appointment.did_not_attend_by = ends, who
            return
        moments = (
            (Status.ARRIVED, "arrived", starts - timedelta(minutes=rng.randint(0, 14))),
            (Status.SENT_IN, "sent_in", starts + delay),
            (Status.LEFT, "left", ends + delay),
        )
        for status, word, moment in moments:
            if moment <= self.now:
                appointment.status = status
                setattr(appointment, f"{word}_at", moment)
                setattr(appointment, f"{word}_by", who)

    def _continue(self, first: Appointment, slot: Slot) -> None:
        """Give a double-length appointment its second slot, with the first one's status."""
        columns = ("patient", "mode", "urgency", "booked_via", "booked_at", "booked_by", "status",
                   "reason", "arrived_at", "arrived_by", "sent_in_at", "sent_in_by", "left_at",
                   "left_by", "did_not_attend_at", "did_not_attend_by")  # fmt: skip
        shared = {name: getattr(first, name) for name in columns}
        self.made.append(
            Appointment(
                id=self._id(),
                practice=slot.practice,
                slot=slot,
                continues=first,
                reference=self._id(),
                **shared,
            )
        )

    def _give_back(self, slot: Slot) -> None:
        """Put somebody before the present appointment who cancelled."""
        given_back = self._book(slot)
        for word in ("arrived", "sent_in", "left", "did_not_attend"):
            setattr(given_back, f"{word}_at", None)
            setattr(given_back, f"{word}_by", None)
        given_back.status = Status.CANCELLED
        given_back.cancelled_at = min(self.now, slot.starts_at) - timedelta(minutes=1)
        given_back.booked_at = given_back.cancelled_at - timedelta(days=2)
        given_back.cancelled_by = given_back.booked_by
        given_back.cancelled_for = Appointment.For.PATIENT
        given_back.cancel_reason = self.rng.choice(week.CANCELLED_BECAUSE)
