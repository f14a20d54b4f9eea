"""What the demo practice has for outages: two places on the server's own disk, and a plan.

Both are marked as what they are: a real practice has its copies on other PCs, and its questions
from its clinical lead.
"""

from django.conf import settings

from appointments.journal import Actor
from appointments.models import Practice
from fallback import places, plans
from fallback.places.commands import COPIES

PLACES = ("front desk PC", "back office")

SCRIPT = """\
DEMO QUESTIONS: a clinical lead has not approved them
Chest pain, a stroke, bleeding that won't stop, anyone in danger? Then ring 999 now.
Who is it for, and what is their date of birth?
What is it about? When did it begin, and is it getting worse?
Can it wait until tomorrow? If not: tell the duty clinician now.
On which number can we ring you back?"""

PEOPLE = """\
DEMO: outage lead Maureen Tully, 01632 960111
DEMO: practice manager Geraint Powell, 01632 960112
DEMO: IT service desk, 01632 960190
DEMO: neighbouring surgery, 01632 960150"""

PASSWORDS = "DEMO: grey cash box in the practice manager's office"


def furnish() -> None:
    """Give the home practice its places and plan, if it is a demo that never had any."""
    practice = Practice.objects.filter(is_home=True, is_demo=True).first()
    if practice is None or practice.place_set.exists():
        return
    by = Actor(practice)
    plans.change_plan(by, script=SCRIPT, people=PEOPLE, passwords_lie=PASSWORDS)
    for name in PLACES:
        places.add_place(
            by,
            name=name,
            folder=str(settings.DATA_DIR / COPIES / name),
            site=practice.main_site,
            pdfs_protected=False,
            has_html=True,
            has_csv=True,
        )
