"""How the demo's week is laid out: who works when and where, in which slots."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from appointments.models import Clinician, Mode, SlotType

Role = Clinician.Role
Colour = SlotType.Colour
Release = SlotType.Release

BLOCKED = "-"  # in a session's letters: a slot that is blocked


@dataclass(frozen=True)
class Kind:
    """A slot type of the demo: how long its slots are, and its columns."""

    minutes: int
    columns: dict[str, Any]


def _kind(minutes: int, name: str, colour: str, category: str, mode=Mode.FACE_TO_FACE, **release):
    columns = {"name": name, "colour": colour, "national_category": category, "mode": mode}
    return Kind(minutes, columns | release)


ON_THE_DAY = {"release": Release.AT_TIME, "release_time": time(8)}
# By the letter that stands for the type in the sessions below. The national categories are those
# of NHS England's list for general practice appointment data.
KINDS = {
    "R": _kind(10, "Routine", Colour.BLUE, "General Consultation Routine"),
    "E": _kind(
        10, "Routine, 48 hours before", Colour.YELLOW, "General Consultation Routine",
        release=Release.HOURS_BEFORE, release_hours=48,
    ),
    "D": _kind(10, "On the day", Colour.ORANGE, "General Consultation Acute", **ON_THE_DAY),
    "T": _kind(10, "Telephone", Colour.AQUA, "General Consultation Routine", Mode.TELEPHONE),
    "G": _kind(10, "Duty triage", Colour.PINK, "Clinical Triage", Mode.TELEPHONE, **ON_THE_DAY),
    "V": _kind(10, "Video", Colour.AQUA, "General Consultation Routine", Mode.VIDEO),
    "H": _kind(30, "Home visit", Colour.PURPLE, "Home Visit", Mode.HOME_VISIT),
    "N": _kind(15, "Nurse", Colour.GREEN, "Planned Clinical Procedure"),
    "L": _kind(30, "Long-term condition review", Colour.PURPLE, "Planned Clinics"),
    "B": _kind(10, "Blood test", Colour.PINK, "Planned Clinical Procedure"),
    "M": _kind(
        15, "Medication review", Colour.AQUA, "Structured Medication Review", Mode.TELEPHONE
    ),
    "P": _kind(20, "Physiotherapy", Colour.GREEN, "General Consultation Routine"),
    "S": _kind(30, "Social prescribing", Colour.GREY, "Social Prescribing Service"),
    "A": _kind(60, "Meeting", Colour.GREY, ""),
}  # fmt: skip


@dataclass(frozen=True)
class Sitting:
    """A session as it comes round: its name, when it begins, a letter for each slot."""

    name: str
    begins: time
    letters: str
    category: str = ""


MORNING = Sitting("Morning surgery", time(8, 30), "RRRREETT-RRRREEDDD", "General Consultation")
EVENING = Sitting("Afternoon surgery", time(15), "RRRVTTRR-RRREEDDD", "General Consultation")
DUTY = (
    Sitting("Duty doctor, morning", time(8), "GGGGGG-GGGGGGDDDD-GGGGGG", "Duty Doctor"),
    Sitting("Duty doctor, afternoon", time(14), "GGGGGGDDDD-GGGGGGDDDDDD", "Duty Doctor"),
)
MEETING = Sitting("Practice meeting", time(13), BLOCKED, "Meeting")
BY_ROLE: dict[str, tuple[Sitting, ...]] = {
    Role.GP: (MORNING, EVENING),
    Role.NURSE: (
        Sitting("Nurse, morning", time(8, 30), "NNNNLN-NNLN", "Nurse Clinic"),
        Sitting("Nurse, afternoon", time(13, 30), "NNLNN-LNNN", "Nurse Clinic"),
    ),
    Role.HCA: (
        Sitting("Bloods", time(8), "BBBBBBBBBB-BBBBBBBBBB", "Phlebotomy"),
        Sitting("Health checks", time(13, 30), "NNNN-NNNN", "Health Checks"),
    ),
    Role.PHARMACIST: (Sitting("Pharmacist", time(9), "MMMMMM-MMMMMM", "Clinical Pharmacist"),),
    Role.PHYSIO: (Sitting("Physiotherapist", time(9), "PPPPP-PPPP", "First Contact Physio"),),
    Role.PARAMEDIC: (
        Sitting("Paramedic, minor illness", time(8, 30), "DDDDDDDD-DDDDDD", "Minor Illness"),
        Sitting("Home visits", time(13), "HHHHHH", "Home Visits"),
    ),
    Role.SOCIAL: (Sitting("Social prescriber", time(9, 30), "SSSSSS", "Social Prescribing"),),
}
NOBODYS = Sitting("Treatment room", time(14), "NNNNNNNN", "Treatment Room")

CLINICIANS = (
    ("Dr", "Adaeze", "Okafor", Role.GP),
    ("Dr", "Martin", "Lane", Role.GP),
    ("Dr", "Farah", "Shah", Role.GP),
    ("Dr", "Rhodri", "Llewellyn", Role.GP),
    ("Dr", "Catriona", "Mackenzie", Role.GP),
    ("Dr", "Helen", "Winterbourne", Role.GP),
    ("Dr", "Tomasz", "Nowak", Role.GP),
    ("Mrs", "Sandra", "Webb", Role.NURSE),
    ("Mr", "Declan", "O'Rourke", Role.NURSE),
    ("Ms", "Blessing", "Adebayo", Role.NURSE),
    ("Ms", "Jodie", "Fuller", Role.HCA),
    ("Mrs", "Manjit", "Kaur", Role.HCA),
    ("Mr", "Anil", "Patel", Role.PHARMACIST),
    ("Ms", "Eleanor", "Birch", Role.PHYSIO),
    ("Mr", "Stuart", "Heath", Role.PARAMEDIC),
    ("Mrs", "Carol", "Dunn", Role.SOCIAL),
)
EVERY_FIFTH_DAY_OFF = 5  # a clinician has one weekday off, by turns
BRANCH_TURNS = 7  # of so many turns, the second is spent at one branch and the fifth at the other
BRANCH_AT = {1: 1, 4: 2}  # turn: which site
EVEN_LETTERS = "RRRTREDRTN"  # for a book of a given size: each kind of release, ten minutes each

REASONS = (
    "", "", "", "cough", "blood pressure", "medication", "rash", "knee pain", "back pain",
    "results", "dressing", "sick note", "asthma review", "diabetes check", "baby check", "sore ear",
    "contraception", "low mood", "headache", "smear", "ankle", "B12 injection", "travel vaccines",
    "pre-op bloods", "HbA1c", "dizzy", "stomach pain", "skin lesion, photo sent",
)  # fmt: skip
NOTES = ("bring inhalers", "son will interpret", "prefers Dr Shah", "sample pot given", "anxious")
CANCELLED_BECAUSE = ("better now", "can't get the day off", "no transport", "booked elsewhere")
EXTRA_BECAUSE = ("squeezed in, asked by the doctor", "baby of the patient before", "post-op wound")
