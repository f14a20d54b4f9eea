"""What is listed under Settings. Other apps add their pages from their AppConfig.ready."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SettingsPage:
    """A line under Settings: the name of a page's address, its title, and what it is for."""

    address: str
    title: str
    sentence: str


_pages = [
    SettingsPage("settings-practice", "Practice", "Its name, main site, and when screens lock."),
    SettingsPage("settings-sites", "Sites", "Main surgery and branches, and their opening hours."),
    SettingsPage("closures", "Closures", "Bank holidays, training afternoons, other closed days."),
    SettingsPage("settings-desks", "Desks", "Where patients are answered."),
    SettingsPage(
        "settings-slot-types", "Slot types", "What slots are for, and from when they may be booked."
    ),
    SettingsPage("settings-clinicians", "Clinicians", "Who is seen."),
    SettingsPage("duty", "Duty clinician", "Who answers for what is urgent, day by day."),
    SettingsPage("staff", "Staff", "Who signs in, and what they may do."),
    SettingsPage(
        "screen-export", "Screen export", "Lists from the clinical system: what would change, load."
    ),
    SettingsPage("access-log", "Access log", "Who looked at whose data."),
]


def add_page(page: SettingsPage) -> None:
    """List another page under Settings, after those that are there."""
    _pages.append(page)


def pages() -> list[SettingsPage]:
    """Return what is listed under Settings, in order."""
    return list(_pages)
