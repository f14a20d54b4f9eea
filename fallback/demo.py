"""What the demo practice has for outages: two places on the server's own disk, and a plan.

Both are marked as what they are: a real practice has its copies on other PCs, and its questions
from its clinical lead.
"""

from django.conf import settings

from appointments.journal import Actor
from appointments.models import Practice
from fallback import places, plans, probes
from fallback.places.commands import COPIES
from fallback.publish import commands as publishing
from fallback.publish.commands import PUBLIC

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

DIVERSIONS = """\
DEMO: main line 01632 960100, to the practice mobile 07700 900100
DEMO: line for ambulances and hospitals, to the duty doctor 07700 900101"""

# These need no network: they all find this machine.
CHECKS = {
    "names": ("DEMO: this machine's own name", "localhost"),
    "router": ("DEMO: this machine, for the router", "127.0.0.1"),
    "outside": ("DEMO: this machine, for the internet", "127.0.0.1"),
    "telephones": ("DEMO: this machine, for the telephones", "127.0.0.1"),
}
# Nobody serves the demo's folder: this is where a website would.
WEBSITE = "https://www.example.nhs.uk/surgery/"
PASSWORDS = "DEMO: grey cash box in the practice manager's office"


def furnish() -> None:
    """Give the home practice its places and plan, if it is a demo that never had any."""
    practice = Practice.objects.filter(is_home=True, is_demo=True).first()
    if practice is None:
        return
    by = Actor(practice)
    if not practice.probe_set.exists():
        for kind, (name, target) in CHECKS.items():
            probes.add_probe(by, kind=kind, name=name, target=target)
    if practice.place_set.exists():
        return
    plans.change_plan(
        by, script=SCRIPT, people=PEOPLE, diversions=DIVERSIONS, passwords_lie=PASSWORDS
    )
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
    publishing.add_target(
        by,
        name="DEMO website",
        kind="folder",
        folder=str(settings.DATA_DIR / PUBLIC),
        web_address=WEBSITE,
    )
