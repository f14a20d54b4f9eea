"""Rows of an extract, read into our terms but not yet compared with the book.

A record says only what its layout has columns for: an older layout without ContactComments leaves
our comments alone. Values that cannot be read cost the row when it is nothing without them (its
GUID, a slot's time) and otherwise only the field, which is counted.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import nhs_number

from appointments.imports.emis import fields, words
from appointments.imports.emis.fields import Unreadable, text
from appointments.imports.emis.folder import Row
from appointments.imports.slots import DELETED, Booking
from appointments.models import Patient

T = TypeVar("T")
Status = words.Status

NHS_NUMBER_LENGTH = 10  # digits

# EMIS gives an untimed list five minutes; one without any length gets the same.
SHORTEST_SESSION = timedelta(minutes=5)


class Rejected(Exception):  # noqa: N818  (a row's fate, not an error)
    """The row is not taken; the text says why."""


class TestPatient(Rejected):
    """Not a person: an entry for trying things out, or for filling a slot."""

    __test__ = False  # whatever pytest thinks of the name

    def __init__(self, guid: str):
        super().__init__("it is a test patient (DummyType), not a person")
        self.guid = guid


@dataclass
class Record:
    """One row: our columns' values, and the GUIDs of the rows that it points at."""

    row: Row
    guid: str
    deleted: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    booking: Booking | None = None

    def fingerprint(self, *found: Any) -> str:
        """Sum up what the row says and which of its links were found: equal means the same again.

        A deleted row says nothing else, and its fingerprint is that word.
        """
        if self.deleted:
            return DELETED
        said = (sorted(self.values.items()), sorted(self.links.items()), self.booking, found)
        return hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


# Added to why a slot is not taken: somebody expects to be seen.
BOOKED = "; a patient was booked in it"


# --- Reading cells -----------------------------------------------------------------------------


def _read(row: Row, column: str, parse: Callable[[str], T]) -> T:
    """Read a cell without which the row is nothing."""
    try:
        return parse(row.cell(column))
    except Unreadable as error:
        raise Rejected(f"{column} '{text(row.cell(column), 40)}' {error}") from error


def _needed(row: Row, column: str, parse: Callable[[str], T | None]) -> T:
    value = _read(row, column, parse)
    if value is None or value == "":
        raise Rejected(f"{column} is empty")
    return value


def _try(row: Row, column: str, parse: Callable[[str], T], notes: Counter[str]) -> T | None:
    """Read a cell that the row can do without; counts it when it cannot be read."""
    try:
        return parse(row.cell(column))
    except Unreadable as error:
        notes[f"cells of {column} left out: what is there {error}"] += 1
        return None


def _texts(row: Row, notes: Counter[str], **columns: tuple[str, int]) -> dict[str, str]:
    """Read texts given as our name=(column, longest), those that this layout has."""
    values = {}
    for name, (column, longest) in columns.items():
        if row.says(column):
            values[name] = text(row.cell(column), longest)
            if values[name].endswith("…") and len(values[name]) == longest:
                notes[f"texts in {column} were cut to {longest} characters"] += 1
    return values


def _address(row: Row, *columns: str) -> dict[str, str]:
    parts = [text(row.cell(column)) for column in columns if row.says(column)]
    if not parts:
        return {}
    return {"address": text(", ".join(filter(None, parts)), 300)}


_ADDRESS = ("HouseNameFlatNumber", "NumberAndStreet", "Village", "Town", "County")


# --- A reader for each table -------------------------------------------------------------------


def organisation(row: Row, notes: Counter[str]) -> Record:
    """Read an organisation: its ODS code, name and main location."""
    code = text(row.cell("ODSCode"), 10).upper()
    record = Record(row, _needed(row, "OrganisationGuid", fields.guid))
    record.values = {"ods_code": code, "name": text(row.cell("OrganisationName"), 120) or code}
    if main := _try(row, "MainLocationGuid", fields.guid, notes):
        record.links = {"main_site": main}
    return record


def location(row: Row, notes: Counter[str]) -> Record:
    """Read a place of work. One that was closed keeps its history."""
    record = Record(row, _needed(row, "LocationGuid", fields.guid))
    texts = _texts(row, notes, name=("LocationName", 120), telephone=("PhoneNumber", 40))
    record.values = {**texts, **_address(row, *_ADDRESS)}
    if row.says("Postcode"):
        record.values["postcode"] = fields.postcode(row.cell("Postcode"))
    if closed := _try(row, "CloseDate", fields.day, notes):
        record.values["closed_on"] = closed
    return record


def user(row: Row, notes: Counter[str]) -> Record:
    """Read a member of staff. Without a role it is somebody whom no patient sees."""
    record = Record(row, _needed(row, "UserInRoleGuid", fields.guid))
    names = _texts(
        row,
        notes,
        title=("Title", 20),
        given_name=("GivenName", 60),
        family_name=("Surname", 60),
    )
    record.values = {**names, "role": words.role(row.cell("JobCategoryName"))}
    if not (names.get("given_name") or names["family_name"]):
        raise Rejected("it has no name")
    if left := _try(row, "ContractEndDate", fields.day, notes):
        record.values["left_on"] = left
    return record


def patient(row: Row, notes: Counter[str]) -> Record:
    """Read a patient. Test patients are not taken: what is booked for them blocks the slot."""
    record = Record(row, _needed(row, "PatientGuid", fields.guid))
    kind = row.cell("PatientTypeDescription").strip().casefold()
    if kind == "dummy" or row.cell("DummyType").strip().lower() not in fields.FALSE:
        raise TestPatient(record.guid)
    values = _texts(
        row,
        notes,
        title=("Title", 30),
        given_name=("GivenName", 100),
        middle_names=("MiddleNames", 150),
        family_name=("Surname", 100),
        number=("PatientNumber", 20),
        home_telephone=("HomePhone", 60),
        mobile_telephone=("MobilePhone", 60),
        email=("EmailAddress", 120),
        contact_comment=("ContactComments", 200),
    )
    if not values["family_name"]:  # people with one name have it in either column
        values["family_name"], values["given_name"] = values.get("given_name", ""), ""
    if not values["family_name"]:
        raise Rejected("it has no name")
    values |= _address(row, *_ADDRESS)
    if row.says("Postcode"):
        values["postcode"] = fields.postcode(row.cell("Postcode"))
    if row.says("NhsNumber"):
        values["nhs_number"] = _nhs_number(row.cell("NhsNumber"), notes)
    sex = row.cell("Sex").strip().upper()
    record.values = values | {
        "sex": sex if sex in ("M", "F", "I", "U") else "",
        "kind": {
            "": Patient.Kind.REGULAR,
            "regular": Patient.Kind.REGULAR,
            "temporary": Patient.Kind.TEMPORARY,
        }.get(kind, Patient.Kind.OTHER),
        "born_on": _try(row, "DateOfBirth", fields.day, notes),
        "died_on": _try(row, "DateOfDeath", fields.day, notes),
        "departed_on": _try(row, "DateOfDeactivation", fields.day, notes),
        "is_confidential": _read(row, "SpineSensitive", fields.flag)
        or _read(row, "IsConfidential", fields.flag),
    }
    if row.says("DateOfRegistration"):
        record.values["registered_on"] = _try(row, "DateOfRegistration", fields.day, notes)
    if usual := _try(row, "UsualGpUserInRoleGuid", fields.guid, notes):
        record.links = {"usual_clinician": usual}
    return record


def _nhs_number(cell: str, notes: Counter[str]) -> str:
    """Keep ten digits as they are, even with a wrong check digit: it is put right over there."""
    digits = "".join(c for c in cell if c.isdecimal())
    if len(digits) != NHS_NUMBER_LENGTH:
        if cell.strip():
            notes["NHS numbers left out: they have not ten digits"] += 1
        return ""
    if not nhs_number.is_valid(digits):
        notes["NHS numbers have a wrong check digit (taken as they are)"] += 1
    return digits


def session(row: Row, notes: Counter[str]) -> Record:
    """Read a session, from its start to its end in UTC."""
    record = Record(row, _needed(row, "AppointmentSessionGuid", fields.guid))
    day = _needed(row, "StartDate", fields.day)
    starts_at = fields.moment(day, _needed(row, "StartTime", fields.clock))
    last_day = _read(row, "EndDate", fields.day) or day
    ends_at = fields.moment(last_day, _needed(row, "EndTime", fields.clock))
    if ends_at < starts_at:
        raise Rejected("it ends before it begins")
    if ends_at == starts_at:
        ends_at += SHORTEST_SESSION
        notes["sessions without length were given five minutes"] += 1
    record.values = {"day": day, "starts_at": starts_at, "ends_at": ends_at}
    record.values |= _texts(
        row, notes, name=("Description", 120), category=("SessionCategoryDisplayName", 120)
    )
    if not record.values.get("name"):
        record.values["name"] = record.values.get("category") or "Session"
    record.links = {"site": _read(row, "LocationGuid", fields.guid)}
    return record


def session_user(row: Row, notes: Counter[str]) -> Record:
    """Read who holds a session."""
    session_guid = _needed(row, "SessionGuid", fields.guid)
    user_guid = _needed(row, "UserInRoleGuid", fields.guid)
    links = {"session": session_guid, "clinician": user_guid}
    return Record(row, f"{session_guid}/{user_guid}", links=links)


def slot(row: Row, notes: Counter[str]) -> Record:
    """Read a slot, and the booking in it if there is one."""
    record = Record(row, _needed(row, "SlotGuid", fields.guid))
    record.links = {"session": _needed(row, "SessionGuid", fields.guid)}
    day = _needed(row, "AppointmentDate", fields.day)
    starts_at = fields.moment(day, _needed(row, "AppointmentStartTime", fields.clock))
    length = _read(row, "PlannedDurationInMinutes", fields.minutes)
    if not length:
        raise Rejected("its length is 0 minutes")
    record.values = {"day": day, "starts_at": starts_at, "minutes": length}
    if row.says("IsBlocked"):
        record.values["blocked"] = _read(row, "IsBlocked", fields.flag)
    if name := text(row.cell("SlotType"), 80):
        record.values["slot_type"] = name
    if category := words.CATEGORIES.get(text(row.cell("NationalSlotCategoryName")).casefold()):
        record.values["national_category"] = category
    if mode := words.MODES.get(text(row.cell("ModeOfContact")).casefold()):
        record.values["mode"] = mode
    record.booking = _booking(row, day, starts_at, notes)
    return record


def _booking(row: Row, day: date, starts_at: datetime, notes: Counter[str]) -> Booking | None:
    patient_guid = _read(row, "PatientGuid", fields.guid)
    status = _status(row, bool(patient_guid), notes)
    if not patient_guid:
        return None

    def at(column: str) -> datetime | None:
        found = _try(row, column, fields.clock, notes)
        return fields.moment_near(starts_at, day, found) if found else None

    booked_at = None
    if booked_on := _try(row, "BookedDate", fields.day, notes):
        booked_at = fields.moment(
            booked_on, _try(row, "BookedTime", fields.clock, notes) or time.min
        )
    sent_in_at, left_at = at("SendInTime"), at("LeftTime")
    if sent_in_at and left_at and left_at < sent_in_at:
        notes["slots tell of a patient who left before being sent in (taken as they are)"] += 1
    method = text(row.cell("BookingMethod")).casefold()
    via = words.BOOKED_VIA.get(method, words.Via.TELEPHONE)
    return Booking(patient_guid, status, sent_in_at, left_at, booked_at, via)


def _status(row: Row, is_taken: bool, notes: Counter[str]) -> str:
    """Work out the status: the times and the DNA flag count, SlotStatus where they are silent.

    Did not attend before left before sent in, as everybody reads these columns. Where SlotStatus
    contradicts them it is counted, not followed.
    """
    word = text(row.cell("SlotStatus")).casefold()
    said = words.STATUSES.get(word)
    did_not_attend = _read(row, "DidNotAttend", fields.flag)
    was_there = Status.LEFT if row.cell("LeftTime") else None
    if was_there is None and row.cell("SendInTime"):
        was_there = Status.SENT_IN
    found = Status.DID_NOT_ATTEND if did_not_attend else was_there
    contradictory = (
        (did_not_attend and was_there)
        or (found and said and said != found and (said, found) != (Status.ARRIVED, Status.SENT_IN))
        or (not is_taken and (said or found))
        or (is_taken and row.says("SlotStatus") and word in words.FREE_WORDS)
    )
    if contradictory:
        notes["slots contradict themselves (SlotStatus, patient, times; times count)"] += 1
    return found or said or Status.BOOKED


READERS: dict[str, Callable[[Row, Counter[str]], Record]] = {
    "organisation": organisation,
    "location": location,
    "user": user,
    "patient": patient,
    "session": session,
    "session_user": session_user,
    "slot": slot,
}

KEYS = {
    "location": "LocationGuid",
    "user": "UserInRoleGuid",
    "patient": "PatientGuid",
    "session": "AppointmentSessionGuid",
    "slot": "SlotGuid",
}


def read(table: str, row: Row, notes: Counter[str]) -> Record:
    """Read a row of a table. Raises Rejected.

    A deleted row need say no more than its GUID.
    """
    reader = READERS[table]
    if not _read(row, "Deleted", fields.flag):
        return reader(row, notes)
    try:
        record = reader(row, Counter())
    except Rejected:
        if table not in KEYS:
            raise
        record = Record(row, _needed(row, KEYS[table], fields.guid))
    record.deleted = True
    return record
