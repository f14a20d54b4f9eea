"""The contact list: who is booked, by time, and how to reach them. It gives no reason."""

from typing import Any

from fallback.paper.document import Document
from fallback.paper.reading import Booked, DayPaper, booked

NONE = "no telephone in the book"


def document(paper: DayPaper) -> Document:
    """Write the contact list of a site's day."""
    data = {"rows": [_row(one) for one in booked(paper)]}
    return Document("contacts", "Contact list", "contacts.typ", data, paper.stamp)


def _row(one: Booked) -> dict[str, Any]:
    return {
        "at": one.line.at,
        "name": one.patient.name,
        "same": one.patient.same_name,
        "born": one.patient.born,
        "with": one.column.heading,
        "telephones": list(one.patient.telephones),
        "comment": one.patient.contact or ("" if one.patient.telephones else NONE),
        "mark": one.person.words,
    }
