"""The set templates: what patients may be told, by what is affected.

Everything that patients read about an outage comes from here but for the practice's own sentences
(sentences.py). A template says what happened; what still works and where to turn (advice.py)
follows from what is affected, so that no page ever asks people to ring while the telephones are
out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from appointments.refusals import BadDetail
from fallback.models import Outage

INTERNET, CLINICAL_SYSTEM, TELEPHONES, OURS, POWER, BUILDING = Outage.Affected.values
_ARE_COMPUTERS = frozenset({INTERNET, CLINICAL_SYSTEM, OURS, POWER})


@dataclass(frozen=True)
class Template:
    """One way to say what happened. `{at}` becomes ' at Hill Branch' where it is about one site."""

    key: str
    heading: str
    since: str  # the same as a sentence, with {since}: '8:03am on Monday 23 November'
    effects: tuple[str, ...] = ()  # what it means for patients
    says: frozenset[str] = frozenset()  # what must be affected for this to be true
    is_cause: bool = False  # explains the rest of what is down
    shuts: bool = False  # nobody can be seen there

    @property
    def title(self) -> str:
        """Give the heading as it stands in a list to choose from."""
        return self.heading.format(**NOWHERE)


# General words: true of many things, so they name a little less than others.
COMPUTERS = Template(
    "computers",
    "Our computers{at} are not working",
    "Our computers{at} have not worked since {since}.",
)
GENERAL = Template(
    "several",
    "Several of our systems{at} are not working",
    "Several of our systems{at} have not worked since {since}.",
)
TEMPLATES = (
    Template(
        "building",
        "{surgery} is closed",
        "{surgery} has been closed since {since}.",
        says=frozenset({BUILDING}),
        is_cause=True,
        shuts=True,
    ),
    Template(
        "power",
        "We have no electricity{at}",
        "We have had no electricity{at} since {since}.",
        ("Some tests and treatments may have to wait.",),
        frozenset({POWER}),
        is_cause=True,
    ),
    Template(
        "internet",
        "Our internet connection{at} is not working",
        "Our internet connection{at} has not worked since {since}.",
        ("Emails, online forms and requests from the NHS App may not reach us.",),
        frozenset({INTERNET}),
    ),
    Template(
        "clinical_system",
        "Our medical records system{at} is not working",
        "Our medical records system{at} has not worked since {since}.",
        (
            "We may not be able to look at your records.",
            "Test results and prescriptions may take longer.",
        ),
        frozenset({CLINICAL_SYSTEM}),
    ),
    Template(
        "ours",
        "Our appointment system{at} is not working",
        "Our appointment system{at} has not worked since {since}.",
        ("We are writing appointments on paper.",),
        frozenset({OURS}),
    ),
    Template(
        "telephones",
        "Our telephones{at} are not working",
        "Our telephones{at} have not worked since {since}.",
        says=frozenset({TELEPHONES}),
    ),
    Template(
        "internet_and_telephones",
        "Our internet and telephones{at} are not working",
        "Our internet and telephones{at} have not worked since {since}.",
        ("Emails, online forms and requests from the NHS App may not reach us.",),
        frozenset({INTERNET, TELEPHONES}),
    ),
    Template(
        "part_of_building",
        "Part of our building{at} is closed",
        "Part of our building{at} has been closed since {since}.",
        says=frozenset({BUILDING}),
    ),
    COMPUTERS,
    Template(
        "computers_and_telephones",
        "Our computers and telephones{at} are not working",
        "Our computers and telephones{at} have not worked since {since}.",
        says=frozenset({TELEPHONES}),
    ),
    GENERAL,
)
# Without these the words say no more than 'computers': true while any kind of computer is out.
_SAY_COMPUTERS = {"computers", "computers_and_telephones"}
# Fills {at} and {surgery} where it is about all sites.
NOWHERE = {"at": "", "surgery": "The surgery"}


def of_outage(key: str, affected: Iterable[str]) -> Template | None:
    """Give an outage's template; None where patients are told nothing ('').

    One that is not true any more, since something else is affected now, gives way to the fittest.
    """
    if not key:
        return None
    true = templates(affected)
    return next((each for each in true if each.key == key), true[0] if true else GENERAL)


def checked(key: str, affected: Iterable[str]) -> str:
    """Give the key of a template back if it is true of what is affected, or is ''.

    Raises BadDetail otherwise.
    """
    if key and key not in {each.key for each in templates(affected)}:
        raise BadDetail("Choose a text that says what is down.", "template")
    return key


def templates(affected: Iterable[str]) -> list[Template]:
    """Give the templates that are true when this is affected (Outage.Affected), the fittest first.

    What explains the rest comes first, then what names the most of it.
    """
    down = frozenset(affected)
    true = [each for each in TEMPLATES if _is_true(each, down)]
    return sorted(true, key=lambda each: (not each.is_cause, -_named(each, down)))


def _is_true(one: Template, down: frozenset[str]) -> bool:
    if one.key in _SAY_COMPUTERS and not down & _ARE_COMPUTERS:
        return False
    return one.says <= down and (one is not GENERAL or len(down) > 1)


def _named(one: Template, down: frozenset[str]) -> float:
    """Count what a template names of what is down; a general word is worth a little less."""
    if one is GENERAL:
        return len(down) - 0.5
    if one.key in _SAY_COMPUTERS:
        return len(one.says) + len(down & _ARE_COMPUTERS) - 0.5
    return len(one.says)
