"""A desk in a process of its own: books and cancels as fast as it can until its input closes.

Prints one JSON object: how often it booked, was refused and failed, its longest wait in seconds,
and the appointments that it left in the book.
"""

import json
import random
import select
import sys
import time
import uuid

import django


def main() -> None:
    django.setup()
    from appointments import booking
    from appointments.booking import NewAppointment
    from appointments.journal import Actor
    from appointments.models import Patient, Practice, Slot
    from appointments.refusals import BookingRefused

    by = Actor(Practice.objects.get())
    slots = list(Slot.objects.filter(blocked_at=None).values_list("pk", flat=True))
    patients = list(Patient.objects.values_list("pk", flat=True))
    said = {"booked": 0, "refused": 0, "errors": [], "longest": 0.0, "left": []}
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        new = NewAppointment(random.choice(patients), uuid.uuid4(), because="written in afterwards")
        began = time.perf_counter()
        try:
            made = booking.book(random.choice(slots), new, by)
            said["booked"] += 1
            if random.random() < 0.3:
                booking.cancel(made.pk, by)
            else:
                said["left"].append(str(made.pk))
        except BookingRefused:
            said["refused"] += 1
        except Exception as error:
            said["errors"].append(repr(error))
        said["longest"] = max(said["longest"], time.perf_counter() - began)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
