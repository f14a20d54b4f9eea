"""Writes small EMIS Web extracts: one surgery with two sites, three staff and four patients.

extract = Extract(day)
extract.slot(1)["PatientGuid"] = guid("patient", 2)
extract.write(folder, tables=("slot",))     # a delta with that table alone
"""

import csv
import io
import uuid
from datetime import date, timedelta
from pathlib import Path

HEADERS = {
    "organisation": (
        "Admin_Organisation",
        "OrganisationGuid,CDB,OrganisationName,ODSCode,MainLocationGuid,ProcessingId",
    ),
    "location": (
        "Admin_Location",
        "LocationGuid,LocationName,LocationTypeDescription,CloseDate,PhoneNumber,"
        "HouseNameFlatNumber,NumberAndStreet,Village,Town,County,Postcode,Deleted",
    ),
    "user": (
        "Admin_UserInRole",
        "UserInRoleGuid,OrganisationGuid,Title,GivenName,Surname,JobCategoryName,"
        "ContractStartDate,ContractEndDate,Deleted",
    ),
    "patient": (
        "Admin_Patient",
        "PatientGuid,OrganisationGuid,UsualGpUserInRoleGuid,Sex,DateOfBirth,DateOfDeath,Title,"
        "GivenName,MiddleNames,Surname,DateOfRegistration,NhsNumber,PatientNumber,"
        "PatientTypeDescription,DummyType,HouseNameFlatNumber,NumberAndStreet,Village,Town,"
        "County,Postcode,DateofDeactivation,Deleted,SpineSensitive,IsConfidential,EmailAddress,"
        "HomePhone,MobilePhone,ContactComments",
    ),
    "session": (
        "Appointment_Session",
        "AppointmentSessionGuid,Description,LocationGuid,SessionTypeDescription,"
        "SessionCategoryDisplayName,StartDate,StartTime,EndDate,EndTime,OrganisationGuid,Deleted",
    ),
    "session_user": ("Appointment_SessionUser", "SessionGuid,UserInRoleGuid,Deleted"),
    "slot": (
        "Appointment_Slot",
        "SlotGuid,AppointmentDate,AppointmentStartTime,PlannedDurationInMinutes,PatientGuid,"
        "SendInTime,LeftTime,DidNotAttend,OrganisationGuid,SessionGuid,BookedDate,BookedTime,"
        "SlotStatus,SlotType,IsBookableOnline,BookingMethod,ModeOfContact,IsBlocked,ContextType,"
        "ServiceSetting,NationalSlotCategoryName,Deleted",
    ),
}
TABLES = tuple(HEADERS)
# What layouts before 8.x do not have.
SINCE_8 = {
    "ContactComments", "BookedDate", "BookedTime", "SlotStatus", "SlotType", "IsBookableOnline",
    "BookingMethod", "ModeOfContact", "IsBlocked", "ContextType", "ServiceSetting",
    "NationalSlotCategoryName",
}  # fmt: skip
STAMP = "20261122020000"
LATER = "20261123020000"

PATIENTS = (
    ("Mrs", "Ann", "Baker", "F", "1971-04-03", "9990000018"),
    ("Mr", "Bob", "Carter", "M", "1950-12-31", "9990000026"),
    ("Miss", "Catrin", "Hughes", "F", "2019-02-28", "9990000034"),
    ("", "Dilys", "Evans", "F", "1988-08-08", ""),
)


def guid(kind: str, number: int = 1) -> str:
    """The same GUID every time, in braces as EMIS writes it."""
    made = uuid.uuid5(uuid.NAMESPACE_DNS, f"{kind} {number}")
    return f"{{{str(made).upper()}}}"


def bare(kind: str, number: int = 1) -> str:
    """As the book keeps it: without braces."""
    return guid(kind, number).strip("{}")


class Extract:
    """The surgery's tables as lists of rows, to be changed and written."""

    def __init__(self, day: date, *, ods_code: str = "G82001", slots: int = 6):
        self.day = day
        self.ods_code = ods_code
        self.rows: dict[str, list[dict[str, str]]] = {
            "organisation": [
                {
                    "OrganisationGuid": self.guid("organisation"),
                    "OrganisationName": f"Harbour Surgery {ods_code}",
                    "ODSCode": ods_code,
                    "MainLocationGuid": self.guid("location", 1),
                }
            ],
            "location": [
                self._location(1, "Harbour Surgery", "1 Quay Street"),
                self._location(2, "Hill Branch", "The Old School"),
            ],
            "user": [
                self._user(1, "Dr", "Rosa", "Lane", "General Medical Practitioner"),
                self._user(2, "Sister", "Jo", "Webb", "Practice Nurse"),
                self._user(3, "Mr", "Priya", "Roe", "Receptionist"),
            ],
            "patient": [self.a_patient(n, *who) for n, who in enumerate(PATIENTS, 1)],
            "session": [
                self.a_session(1, "Dr Lane AM", "10:00:00", "11:00:00"),
                self.a_session(2, "Sister Webb clinic", "10:00:00", "12:00:00", location=2),
                self.a_session(3, "Cancellation list", "08:00:00", "08:05:00"),
            ],
            "session_user": [self.a_holder(1, 1), self.a_holder(2, 2)],
            "slot": [self.a_slot(n) for n in range(1, slots + 1)],
        }

    def guid(self, kind: str, number: int = 1) -> str:
        """GUIDs are the same in every surgery but for the organisation's."""
        return guid(f"organisation {self.ods_code}" if kind == "organisation" else kind, number)

    def _location(self, number, name, street):
        return {
            "LocationGuid": guid("location", number),
            "LocationName": name,
            "LocationTypeDescription": "Surgery",
            "PhoneNumber": f"01632 96000{number}",
            "NumberAndStreet": street,
            "Town": "Birchington",
            "Postcode": "CT79QZ",
            "Deleted": "false",
        }

    def _user(self, number, title, given, family, job):
        return {
            "UserInRoleGuid": guid("user", number),
            "OrganisationGuid": self.guid("organisation"),
            "Title": title,
            "GivenName": given,
            "Surname": family,
            "JobCategoryName": job,
            "ContractStartDate": "2015-04-01",
        }

    def a_patient(self, number, title, given, family, sex, born, nhs_number):
        return {
            "PatientGuid": guid("patient", number),
            "OrganisationGuid": self.guid("organisation"),
            "UsualGpUserInRoleGuid": guid("user", 1),
            "Sex": sex,
            "DateOfBirth": born,
            "Title": title,
            "GivenName": given,
            "Surname": family,
            "DateOfRegistration": "2010-03-01",
            "NhsNumber": nhs_number,
            "PatientNumber": f"{10000 + number}",
            "PatientTypeDescription": "Regular",
            "DummyType": "false",
            "HouseNameFlatNumber": f"Flat {number}",
            "NumberAndStreet": "2 Epple Road",
            "Town": "Birchington",
            "County": "Kent",
            "Postcode": "CT79QZ",
            "Deleted": "false",
            "SpineSensitive": "false",
            "IsConfidential": "false",
            "HomePhone": f"01632 96010{number}",
            "MobilePhone": f"07700 90010{number}",
        }

    def a_session(self, number, name, starts, ends, *, location=1):
        return {
            "AppointmentSessionGuid": guid("session", number),
            "Description": name,
            "LocationGuid": guid("location", location),
            "SessionTypeDescription": "Timed",
            "SessionCategoryDisplayName": "General Consultation Routine",
            "StartDate": f"{self.day}",
            "StartTime": starts,
            "EndDate": f"{self.day}",
            "EndTime": ends,
            "OrganisationGuid": self.guid("organisation"),
            "Deleted": "false",
        }

    def a_holder(self, session, user, deleted="false"):
        return {
            "SessionGuid": guid("session", session),
            "UserInRoleGuid": guid("user", user),
            "Deleted": deleted,
        }

    def a_slot(self, number, session=1, patient=None, **more):
        """Slots 1, 2, 3… begin at 10:00, 10:10, 10:20…"""
        clock = f"{10 + (number - 1) // 6:02}:{(number - 1) % 6}0:00"
        row = {
            "SlotGuid": guid("slot", number),
            "AppointmentDate": f"{self.day}",
            "AppointmentStartTime": clock,
            "PlannedDurationInMinutes": "10",
            "DidNotAttend": "false",
            "OrganisationGuid": self.guid("organisation"),
            "SessionGuid": guid("session", session),
            "SlotStatus": "Slot Available",
            "SlotType": "Routine",
            "IsBookableOnline": "false",
            "ModeOfContact": "Face to Face (Surgery)",
            "IsBlocked": "false",
            "ContextType": "Care related Encounter",
            "ServiceSetting": "GP Practice",
            "NationalSlotCategoryName": "General Consultation Routine",
            "Deleted": "false",
        }
        if patient is not None:
            row |= self._booked(patient)
        return row | more

    def _booked(self, patient):
        return {
            "PatientGuid": guid("patient", patient),
            "BookedDate": f"{self.day - timedelta(days=3)}",
            "BookedTime": "09:15:00",
            "SlotStatus": "Booked",
            "BookingMethod": "Practice",
        }

    def patient(self, number: int) -> dict[str, str]:
        """The row of a patient."""
        return self.rows["patient"][number - 1]

    def session(self, number: int) -> dict[str, str]:
        """The row of a session."""
        return self.rows["session"][number - 1]

    def slot(self, number: int) -> dict[str, str]:
        """The row of a slot."""
        return next(r for r in self.rows["slot"] if r["SlotGuid"] == guid("slot", number))

    def book(self, number: int, patient: int, **more: str) -> "Extract":
        """Have a patient booked in a slot."""
        self.slot(number).update(self._booked(patient) | more)
        return self

    def free(self, number: int) -> "Extract":
        """Have a slot come without a patient."""
        empty = dict.fromkeys(("PatientGuid", "BookedDate", "BookedTime", "BookingMethod"), "")
        empty |= {"SendInTime": "", "LeftTime": "", "DidNotAttend": "false"}
        self.slot(number).update(empty | {"SlotStatus": "Slot Available"})
        return self

    def write(
        self,
        folder: Path,
        *,
        tables: tuple[str, ...] = TABLES,
        stamp: str = STAMP,
        bom: bool = False,
        old_layout: bool = False,
        headers: str = "",
    ) -> Path:
        """Write the tables; `headers` is 'upper' or 'lower' for another spelling of the columns."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, table in enumerate(tables, 291):
            name, columns = HEADERS[table]
            names = columns.split(",")
            if old_layout:
                names = [column for column in names if column not in SINCE_8]
            text = io.StringIO()
            writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writerow([getattr(column, headers)() if headers else column for column in names])
            for row in self.rows[table]:
                writer.writerow([row.get(column, "") for column in names])
            path = folder / f"{number}_{name}_{stamp}_CD613E30-D8F1-4ADF-91B7-584A2265B1F5.csv"
            path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode())
        return folder
