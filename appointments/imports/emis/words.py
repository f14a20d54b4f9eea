"""EMIS Web's words, and ours for the same things."""

from appointments.models import Appointment, Clinician, Mode
from appointments.national import SLOT_CATEGORIES

Role = Clinician.Role
Status = Appointment.Status
Via = Appointment.Via

# First match counts. Only people in clinical jobs are clinicians; see `role`.
ROLES: tuple[tuple[str, str], ...] = (
    ("pharmac", Role.PHARMACIST),
    ("physio", Role.PHYSIO),
    ("paramedic", Role.PARAMEDIC),
    ("social prescrib", Role.SOCIAL),
    ("link worker", Role.SOCIAL),
    ("nurse", Role.NURSE),
    ("nursing", Role.NURSE),
    ("healthcare assistant", Role.HCA),
    ("health care assistant", Role.HCA),
    ("health care support", Role.HCA),
    ("phlebotom", Role.HCA),
    ("medical practitioner", Role.GP),
    ("general practitioner", Role.GP),
    ("doctor", Role.GP),
    ("gp", Role.GP),
    ("registrar", Role.GP),
    ("practitioner", Role.OTHER),
    ("therapist", Role.OTHER),
    ("midwife", Role.OTHER),
    ("health visitor", Role.OTHER),
    ("physician", Role.OTHER),
    ("counsellor", Role.OTHER),
    ("dietitian", Role.OTHER),
    ("podiatr", Role.OTHER),
    ("psycholog", Role.OTHER),
    ("coach", Role.OTHER),
)
# 'Medical secretary', 'Assistant practice manager', 'GP receptionist'…: whatever else is in it.
NOT_SEEN = ("recept", "secretar", "clerk", "clerical", "admin", "manage", "dispens", "support desk")

MODES = {
    "face to face (surgery)": Mode.FACE_TO_FACE,
    "face to face": Mode.FACE_TO_FACE,
    "face to face (home visit)": Mode.HOME_VISIT,
    "telephone/audio": Mode.TELEPHONE,
    "telephone": Mode.TELEPHONE,
    "video with audio": Mode.VIDEO,
    "written (including online)": Mode.WRITTEN,
}

# 'Inconsistent Mapping' and its like are not among them.
CATEGORIES = {name.casefold(): name for name in SLOT_CATEGORIES}

# 'Practice' does not say whether at the desk or by telephone; most are by telephone. Automated
# arrivals are the check-in screen at the desk.
BOOKED_VIA = {
    "practice": Via.TELEPHONE,
    "automated arrivals": Via.DESK,
    "patient": Via.ONLINE,
    "online": Via.ONLINE,
    "internet": Via.ONLINE,
    "gp connect": Via.ONLINE,
    "111": Via.ONLINE,
}

FREE_WORDS = {"slot available", "available", ""}
STATUSES = {
    "booked": Status.BOOKED,
    "arrived": Status.ARRIVED,
    "sent in": Status.SENT_IN,
    "quiet send in": Status.SENT_IN,
    "left": Status.LEFT,
    "visited": Status.LEFT,
    "telephone - complete": Status.LEFT,
    "dna": Status.DID_NOT_ATTEND,
    "did not attend": Status.DID_NOT_ATTEND,
    "telephone - not in": Status.DID_NOT_ATTEND,
}


def role(job: str) -> str:
    """Find a clinician's role from the job category; empty for people who are not seen."""
    job = job.casefold()
    if any(word in job for word in NOT_SEEN):
        return ""
    return next((role for word, role in ROLES if word in job), "")
