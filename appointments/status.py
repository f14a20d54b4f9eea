"""How things are, in one line at the top of every page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from appointments.models import Practice


@dataclass(frozen=True)
class StatusLine:
    """One thing to know; `level` is well, warn or bad.

    `deed` is what can be done about it, a link's words, and `address` is where that leads.
    """

    level: str
    text: str
    deed: str = ""
    address: str = ""


Source = Callable[[Practice], Iterable[StatusLine]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let another app say something on every page (from its AppConfig.ready).

    It is asked on every request, also by the diary's polling: it must be very cheap.
    """
    _sources.append(source)


def status_lines(practice: Practice) -> list[StatusLine]:
    """Ask all sources how things are at a practice."""
    return [line for source in _sources for line in source(practice)]
