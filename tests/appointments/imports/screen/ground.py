"""Prepares a database in a process of its own: the cast, many patients, and a list of them all.

python -m tests.appointments.imports.screen.ground list.csv
"""

import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import django

PATIENTS = 1_500


def main() -> None:
    django.setup()
    from appointments import journal
    from appointments.imports import screen
    from appointments.imports.screen import mappings
    from appointments.imports.screen.columns import guess
    from appointments.models import Patient
    from tests.world import build

    world = build()
    people = [
        Patient(
            practice=world.practice, given_name="Al", family_name=f"Long{n}", number=f"{n + 1000}",
            born_on=date(1971, 4, 3),
        )
        for n in range(PATIENTS)
    ]  # fmt: skip
    with journal.writing(world.by, "register") as entry:
        entry.add_many(Patient, people)
    lines = ["Date,Time,Clinician,Location,Patient Number"]
    for n, patient in enumerate(people):
        at = datetime.combine(world.day, time(8)) + timedelta(days=n // 100, minutes=5 * (n % 100))
        lines.append(f"{at:%d/%m/%Y,%H:%M},Dr Lane,Harbour Surgery,{patient.number}")
    data = "\n".join(lines).encode()
    sheet = screen.read(world.practice, data)
    mappings.save_mapping(world.by_manager, sheet, "List", guess(sheet))
    Path(sys.argv[1]).write_bytes(data)


if __name__ == "__main__":
    main()
