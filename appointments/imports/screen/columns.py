"""What a column may mean, and what a file's columns probably mean."""

from collections.abc import Sequence

import nhs_number as nhs

from appointments.imports.screen import values
from appointments.imports.screen.reading import Sheet

MEANINGS = {
    "day": "Date",
    "time": "Start time (also with the date)",
    "ends": "End time",
    "minutes": "Length in minutes",
    "clinician": "Clinician",
    "site": "Site",
    "session": "Session or rota",
    "slot_type": "Slot type",
    "mode": "How they meet (telephone…)",
    "status": "Status",
    "patient": "Patient's name",
    "surname": "Patient's surname",
    "forename": "Patient's forename",
    "born": "Patient's date of birth",
    "nhs_number": "NHS number",
    "number": "Patient number",
}

HEADINGS = {
    "day": "date,appointment date,appt date,app date,session date,slot date,day",
    "time": "time,start,start time,appointment time,appt time,app time,slot time,slot start,"
    "appointment start time,date/time,date and time,appointment date/time,start date/time,"
    "appointment start,date time",
    "ends": "end,end time,finish,finish time,slot end,appointment end time,to",
    "minutes": "duration,length,minutes,mins,duration (mins),duration (minutes),planned duration,"
    "slot length,slot duration,planned duration in minutes",
    "clinician": "clinician,session holder,session holders,holder,with,doctor,gp,seen by,"
    "clinician name,session holder name,appointment with,rota owner,staff,staff name,hcp,"
    "practitioner",
    "site": "site,location,branch,organisation,surgery,place,appointment location,session location,"
    "branch name,clinic location,organisation name,where",
    "session": "session,session name,rota,rota name,clinic,clinic name,session description,book",
    "slot_type": "slot type,appointment type,appt type,type,slot,rota slot type",
    "mode": "mode,mode of contact,contact type,delivery mode,contact mode,appointment mode",
    "status": "status,slot status,appointment status,appt status,attendance,state,outcome",
    "patient": "patient,patient name,name,full name,patient full name,booked patient,"
    "patient details,who",
    "surname": "surname,last name,family name,patient surname",
    "forename": "forename,first name,given name,forenames,patient forename,first names",
    "born": "date of birth,dob,born,birth date,d.o.b.,d.o.b,patient dob,patient date of birth",
    "nhs_number": "nhs number,nhs no,nhs no.,nhs,nhs num,patient nhs number,nhsnumber",
    "number": "patient number,patient no,patient no.,emis number,emis no,pid,patient id,"
    "usual number,system number,patient identifier",
}
_BY_HEADING = {word: meaning for meaning, said in HEADINGS.items() for word in said.split(",")}
# Words that make a line one of headings; more than those whose meaning is known.
WORDS = frozenset(_BY_HEADING) | frozenset(
    "title,sex,gender,age,address,postcode,telephone,phone,mobile,mobile telephone,home telephone,"
    "email,notes,comments,reason,booking notes,booked by,date booked,booked date,arrived,sent in,"
    "left,arrival time,room,usual gp,wait,slot category,national slot category".split(",")
)

SAMPLE = 200  # rows looked at
ENOUGH = 0.6  # of the filled cells of a column


def samples(sheet: Sheet, column: int, number: int = 5) -> list[str]:
    """Give the first values of a column that are not empty."""
    found = (cells[column] for _, cells in sheet.rows if cells[column])
    return [cell for cell, _ in zip(found, range(number), strict=False)]


def guess(sheet: Sheet) -> list[str]:
    """Say what each column probably means: by its heading, else by what stands in it."""
    meanings = [""] * len(sheet.key)
    for column, heading in enumerate(sheet.key):
        meaning = _BY_HEADING.get(heading, "")
        if meaning and meaning not in meanings:
            meanings[column] = meaning
    for column in range(len(meanings)):
        if not meanings[column] and (meaning := _by_values(sheet, column, meanings)):
            meanings[column] = meaning
    return meanings


def _by_values(sheet: Sheet, column: int, taken: Sequence[str]) -> str:
    cells = samples(sheet, column, SAMPLE)

    def mostly(test) -> bool:
        return bool(cells) and sum(bool(test(cell)) for cell in cells) >= ENOUGH * len(cells)

    tests = {
        "nhs_number": lambda c: (n := values.nhs_number(c)) and nhs.is_valid(n),
        "day": lambda c: values.day(c) and not values.clocks(c),
        "patient": lambda c: "," in c and len(values.words_of(c)) >= 2 and not values.days(c),
    }
    is_named = {"surname", "forename"} & set(taken)
    for meaning, test in tests.items():
        if meaning not in taken and not (meaning == "patient" and is_named) and mostly(test):
            return meaning
    return ""


def lacking(meanings: Sequence[str]) -> list[str]:
    """Say, in sentences, what these columns lack to be a list of appointments."""
    there = set(meanings)
    found = []
    if "time" not in there and "day" not in there:
        found.append("Choose the column that has the start time.")
    if not {"clinician", "session"} & there:
        found.append("Choose the column that has the clinician, or the session.")
    is_known = {"nhs_number", "number"} & there
    is_named = "born" in there and ("patient" in there or {"surname", "forename"} <= there)
    if not (is_known or is_named):
        found.append(
            "Choose a column with the NHS number or the patient number, or both the name and the "
            "date of birth: a name alone is never enough."
        )
    for meaning, label in MEANINGS.items():
        if list(meanings).count(meaning) > 1:
            found.append(f"'{label}' is chosen for two columns: choose it once.")
    return found
