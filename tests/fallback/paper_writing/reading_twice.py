"""A day read straight from the tables, and the difference of two such readings."""

from typing import NamedTuple

from appointments.models import Appointment, Patient, Session
from appointments.wording import clock


class Difference(NamedTuple):
    lines: list[tuple[str, str, str, str]]  # (column, time, word, name), sorted
    sessions: int


def full_reading(world) -> dict:
    """Everything of the day that a diary on paper shows, by plain queries."""
    found = {"sessions": {}, "slots": {}, "seats": {}}
    for session in Session.objects.filter(site=world.site, day=world.day):
        found["sessions"][session.pk] = session.cancelled_at is not None
        heading = session.holders.get().short_name
        for slot in session.slots.all():
            paper = slot.kept_by_id if slot.kept_on == "paper" else None
            found["slots"][slot.pk] = (
                heading, clock(slot.starts_at), slot.removed_at is not None,
                slot.blocked_at is not None, paper,
            )  # fmt: skip
            for row in slot.appointments.exclude(status="cancelled"):
                seat = (slot.pk, row.patient_id)
                looks = (row.mode, row.is_extra, row.in_clash, row.continues_id is not None)
                found["seats"].setdefault(seat, []).append((looks, row.pk))
    return found


def expected(then: dict, now: dict) -> Difference:
    """Say what a change slip must say, word by word."""
    lines = []
    at_then = {pk for seats in then["seats"].values() for _, pk in seats}
    live = set(Appointment.objects.exclude(status="cancelled").values_list("pk", flat=True))
    came_to = set()
    for slot, patient in then["seats"].keys() | now["seats"].keys():
        heading, time, *_ = now["slots"][slot]
        name = Patient.objects.get(pk=patient).name.rstrip(", ")
        before = sorted(then["seats"].get((slot, patient), []))
        after = sorted(now["seats"].get((slot, patient), []))
        for (was, _), (looks, _) in zip(before, after, strict=False):
            if was != looks:
                lines.append((heading, time, "Changed", name))
        for _, pk in before[len(after) :]:
            lines.append((heading, time, "Moved" if pk in live else "Cancelled", name))
        for _, pk in after[len(before) :]:
            came_to.add(slot)
            lines.append((heading, time, "Moved here" if pk in at_then else "Booked", name))
    for slot, (heading, time, is_out, is_blocked, paper) in now["slots"].items():
        _, _, was_out, was_blocked, was_paper = then["slots"][slot]
        if is_out:
            lines += [] if was_out else [(heading, time, "Taken out", "")]
            continue
        lines += [(heading, time, "Put back", "")] if was_out else []
        if is_blocked != was_blocked:
            lines.append((heading, time, "Blocked" if is_blocked else "No longer blocked", ""))
        if paper != was_paper and (paper or slot not in came_to):
            lines.append((heading, time, "Sheets", ""))
    turned = [pk for pk, cancelled in now["sessions"].items() if cancelled != then["sessions"][pk]]
    return Difference(sorted(lines), len(turned))
