"""An extract of a whole practice: the one that stands beside the project, or one as large."""

from datetime import date, timedelta
from pathlib import Path

from tests.appointments.imports.extract import Extract, guid

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data" / "emis"
PATIENTS, SESSIONS, SLOTS = 12_000, 1_051, 16  # slots in each session


def whole(folder: Path) -> Path:
    """Give the folder of a whole practice's extract."""
    if BESIDE.is_dir():
        return BESIDE
    return practice(PATIENTS, SESSIONS).write(folder)


def practice(patients: int, sessions: int, *, first_day: date = date(2026, 11, 16)) -> Extract:
    """Make up a practice of any size: a row of sessions, two in five slots booked."""
    extract = Extract(first_day)
    extract.rows["patient"] = [
        extract.a_patient(n, "Ms", f"Given{n % 400}", f"Family{n % 700}", "F", "1971-04-03", "")
        for n in range(1, patients + 1)
    ]
    extract.rows["session"] = [
        _on(extract.a_session(n, f"Session {n}", "08:00:00", "12:00:00"), first_day, n)
        for n in range(1, sessions + 1)
    ]
    extract.rows["session_user"] = [extract.a_holder(n, 1 + n % 2) for n in range(1, sessions + 1)]
    extract.rows["slot"] = [
        _slot(extract, session, number, patients)
        for session in range(1, sessions + 1)
        for number in range(SLOTS)
    ]
    return extract


def _slot(extract: Extract, session: int, number: int, patients: int) -> dict[str, str]:
    index = session * SLOTS + number
    row = extract.a_slot(1, session, 1 + index % patients if index % 5 < 2 else None)
    row |= {
        "SlotGuid": guid("slot", index),
        "AppointmentStartTime": f"{8 + number // 6:02}:{number % 6}0:00",
    }
    return _on(row, extract.day, session)


def _on(row: dict[str, str], first_day: date, session: int) -> dict[str, str]:
    day = f"{first_day + timedelta(days=session // 24)}"
    dates = ("StartDate", "EndDate", "AppointmentDate")
    return row | {column: day for column in dates if column in row}
