"""The links at the top of every page. Other apps add theirs from their AppConfig.ready."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from appointments.models import Practice, Staff


@dataclass(frozen=True)
class MenuLink:
    """A link to a page, by the name of its address, for staff who have a right ('may_book')."""

    address: str
    words: str
    right: str = ""  # for everybody
    # Words that differ from practice to practice, such as a count; none: no link there.
    words_for: Callable[[Practice], str] | None = None


# Clinicians read their own lists; the rest of the book is reception's.
_links = [
    MenuLink("diary", "Diary"),
    MenuLink("find", "Find a slot", "may_book"),
    MenuLink("patients", "Patients", "may_book"),
    MenuLink("calls", "Calls", "may_book"),
    MenuLink("sessions", "Sessions", "may_book"),
]
_settings = MenuLink("settings", "Settings", "may_manage")


def add_link(link: MenuLink) -> None:
    """Put another link after those that are there; Settings stays the last."""
    _links.append(link)


def links_for(staff: Staff) -> list[MenuLink]:
    """Return the links that somebody sees, in order."""
    mine = (link for link in (*_links, _settings) if not link.right or getattr(staff, link.right))
    return list(_worded(mine, staff))


def _worded(links: Iterator[MenuLink], staff: Staff) -> Iterator[MenuLink]:
    for link in links:
        if link.words_for is None:
            yield link
        elif words := link.words_for(staff.practice):
            yield replace(link, words=words)
