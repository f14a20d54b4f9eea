"""What still works and where to turn: it follows from what is affected, in the same words always.

So no page ever asks people to ring while the telephones are out. Wording after the NHS content
guide: short sentences, 'call 111', '111.nhs.uk', nobody blamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from appointments.models import Site

EMERGENCY = "In an emergency, call 999."
HELP = "If you need help now"
PHARMACIST = "A pharmacist can help with many minor illnesses without an appointment."
ONE_ONE_ONE = "use 111.nhs.uk or call 111"
SEEING = "We are open and can see you."
COME = "Come to your appointment unless we have told you otherwise."
# When nobody knows: the words that the practice's website says by itself, too.
UNSURE = "We may be having problems with our systems"
UNSURE_ADVICE = (
    "Come, or ring, as usual.",
    "If it is urgent and nobody answers, use 111.nhs.uk or call 111.",
    EMERGENCY,
)
# In the waiting room.
TELL_US = "Please tell reception that you are here."
WORSE = "If you feel worse while you wait, tell us at once."
LONGER = "Things may take longer than usual."
WE_CONTACT = "If you have an appointment{there}, we will contact you as soon as we can."


@dataclass(frozen=True)
class Still:
    """What still works at a practice's sites (the main one first)."""

    sites: Sequence[Site]
    is_open: bool  # at this hour
    shut: frozenset = field(default=frozenset())  # ids of sites where nobody can be seen
    silent: frozenset = field(default=frozenset())  # ids of sites whose telephones are out

    @property
    def seeing(self) -> list[Site]:
        """Give the sites to which people can come."""
        return [site for site in self.sites if site.pk not in self.shut]

    @property
    def answering(self) -> list[Site]:
        """Give the sites that can be rung."""
        return [site for site in self.sites if site.pk not in self.silent]

    @property
    def telephone(self) -> str:
        """Give the number to ring now; '' where nobody answers, or none is known."""
        numbers = (site.telephone for site in self.answering if site.telephone)
        return next(numbers, "") if self.is_open else ""


def works(still: Still, *, is_well: bool = False) -> list[str]:
    """Say whether to come, and whether to ring."""
    if is_well:
        return [*_coming(still), *_ringing(still)]
    seeing = [SEEING] if still.is_open and not still.shut else []
    longer = [LONGER] if still.seeing else []
    return [*seeing, *_coming(still), *_ringing(still), *longer]


def waiting(still: Still, *, is_well: bool = False) -> list[str]:
    """Say what those need who are in the waiting room; nothing while nobody is let in."""
    if not still.is_open or not still.seeing:
        return []
    return [TELL_US, WORSE] if is_well else [TELL_US, LONGER, WORSE]


def _coming(still: Still) -> list[str]:
    if not still.shut:
        return [COME]
    if not still.seeing:
        return [
            "Do not come to the surgery unless we have told you to.",
            WE_CONTACT.format(there=""),
        ]
    shut = _names([site for site in still.sites if site.pk in still.shut], "or")
    return [
        f"Do not come to {shut} unless we have told you to.",
        WE_CONTACT.format(there=" there"),
        f"If your appointment is at {_names(still.seeing, 'or')}, come unless we have told you "
        "otherwise.",
    ]


def _ringing(still: Still) -> list[str]:
    if not still.answering:
        return ["You cannot reach us by telephone."]
    if not still.silent:
        return ["You can ring us as usual."] if still.is_open else []
    silent = _names([site for site in still.sites if site.pk in still.silent], "or")
    ring = [f"Ring {still.telephone} instead."] if still.telephone else []
    return [f"You cannot reach {silent} by telephone.", *ring]


def urgent(still: Still) -> list[str]:
    """Say what to do if it is urgent; the practice's own number only where somebody answers it."""
    if not still.is_open:
        return [f"If you need help before we open, {ONE_ONE_ONE}.", EMERGENCY]
    if still.answering:
        ring = f"ring us on {still.telephone}" if still.telephone else "ring us"
        return [f"If it is urgent, {ring}. If nobody answers, {ONE_ONE_ONE}.", EMERGENCY]
    where = _names(still.seeing, "or") if still.shut and still.seeing else "the surgery"
    come = f"come to {where}, or " if still.seeing else ""
    return [f"If it is urgent, {come}{ONE_ONE_ONE}.", EMERGENCY]


def _names(sites: Sequence[Site], word: str) -> str:
    *first, last = [site.name for site in sites]
    return f"{', '.join(first)} {word} {last}" if first else last
