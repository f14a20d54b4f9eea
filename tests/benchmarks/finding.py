"""Finding free slots: the first twenty, for usual wishes and for those that nothing fits."""

import time
from datetime import timedelta
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef
from django.utils import timezone

from appointments import finding
from appointments.finding import Wish
from appointments.models import Appointment, Practice, SlotType
from tests.benchmarks.ground import Figure, percentile

AT_MOST = 50.0  # ms
TIMES = 20


def measure() -> list[Figure]:
    """Search in the practice as it is, then with every slot of the coming weeks taken."""
    practice = Practice.objects.get(is_home=True)
    desk = practice.desk_set.first().pk
    asked = wishes(practice)
    figures = [
        figure("first 20 free slots, 95 in 100 within", practice, desk, asked),
    ]
    book_everything(practice)
    return [*figures, figure("the same with everything booked", practice, desk, asked)]


def book_everything(practice: Practice) -> None:
    """Fill every slot to come that nobody is in."""
    patient = practice.patient_set.first()
    live = Appointment.objects.filter(slot=OuterRef("pk"), is_extra=False, in_clash=False)
    free = practice.slot_set.filter(~Exists(live.exclude(status="cancelled")))
    Appointment.objects.bulk_create(
        Appointment(practice=practice, slot=slot, patient=patient, reference=uuid4())
        for slot in free.filter(starts_at__gt=timezone.now() - timedelta(hours=4))
    )


def figure(name: str, practice: Practice, desk: UUID, asked: dict[str, Wish]) -> Figure:
    """Give the slowest wish's figure, and say which it was."""
    took = {
        words: percentile([clocked(practice, desk, wish) for _ in range(TIMES)], 95)
        for words, wish in asked.items()
    }
    slowest = max(took, key=lambda words: took[words])
    return Figure(name, took[slowest], "ms", at_most=AT_MOST,
                  note=f"slowest of {len(asked)} wishes: {slowest}")  # fmt: skip


def wishes(practice: Practice) -> dict[str, Wish]:
    """Give what receptionists ask for, and what hardly anything fits."""
    clinician = practice.clinician_set.filter(role="gp").first().pk
    rare = SlotType.objects.create(practice=practice, name="Benchmark: never used").pk
    later = timezone.localdate() + timedelta(weeks=5)
    types = {f"type {row.name}": Wish(slot_type=row.pk) for row in practice.slottype_set.all()}
    return types | {
        "anything": Wish(),
        "any GP": Wish(role="gp"),
        "any GP, morning": Wish(role="gp", half="am"),
        "one GP": Wish(clinician=clinician),
        "one GP, afternoon by telephone": Wish(clinician=clinician, half="pm", mode="telephone"),
        "any nurse in five weeks": Wish(role="nurse", starting=later),
        "somebody who has no sessions": Wish(clinician=UUID(int=0)),
        "a type that no slot has": Wish(slot_type=rare),
        "a home visit": Wish(mode="home_visit"),
    }


def clocked(practice: Practice, desk: UUID, wish: Wish) -> float:
    """Give the ms that a search takes."""
    began = time.perf_counter()
    finding.next_free(practice, wish, desk)
    return (time.perf_counter() - began) * 1000
