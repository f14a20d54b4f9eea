"""What each thing that is watched means: what is down with it, and what works all the same."""

from dataclasses import dataclass

from fallback.models import Outage, Probe

INTERNET, CLINICAL_SYSTEM, TELEPHONES = (
    Outage.Affected.INTERNET,
    Outage.Affected.CLINICAL_SYSTEM,
    Outage.Affected.TELEPHONES,
)
# Watched without being named: what the practice has under other settings, and the server itself.
PRINTER, PLACE, DISK, CLOCKS = "printer", "place", "disk", "clocks"


@dataclass(frozen=True)
class Meaning:
    """A kind's title, the outage that its failing points to ('' none), and what still works."""

    title: str
    affected: str
    still_works: str


MEANINGS: dict[str, Meaning] = {
    Probe.Kind.NAMES: Meaning(
        "Name look-up",
        INTERNET,
        "Booking goes on in full. Web pages, e-mail and anything else outside that goes by a name "
        "is out of reach.",
    ),
    Probe.Kind.ROUTER: Meaning(
        "The router",
        INTERNET,
        "Booking goes on in full inside this building. Nothing comes in or goes out; a branch "
        "without a server of its own goes on with its paper.",
    ),
    Probe.Kind.OUTSIDE: Meaning(
        "The internet",
        INTERNET,
        "Booking goes on in full. What comes and goes through the internet waits: the NHS App, "
        "text messages, e-mail.",
    ),
    Probe.Kind.CLINICAL_SYSTEM: Meaning(
        "The clinical system",
        CLINICAL_SYSTEM,
        "Booking goes on here, and the worklist keeps what has to be entered there afterwards. "
        "Records and prescriptions are out of reach.",
    ),
    Probe.Kind.TELEPHONES: Meaning(
        "The telephone system",
        TELEPHONES,
        "Booking goes on for whoever comes in. Mobiles work; calls can be diverted to them.",
    ),
    PRINTER: Meaning(
        "Printers",
        "",
        "Booking goes on. Papers can be printed elsewhere, from any safe copy.",
    ),
    PLACE: Meaning(
        "Safe copies",
        "",
        "Booking goes on. The papers are kept up to date on the server and in the other places.",
    ),
    DISK: Meaning(
        "The server's own disk",
        "",
        "What is on paper and in the safe copies. Nothing more can be booked once it is full.",
    ),
    CLOCKS: Meaning(
        "The clocks",
        "",
        "Booking goes on. Times on papers and of bookings may be wrong until the clock is right.",
    ),
}
