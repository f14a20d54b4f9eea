"""The visit list: home visits with address and access notes, for whoever goes out."""

from typing import Any

from appointments.diary.reading import MODE_WORDS
from fallback.paper import glyphs
from fallback.paper.document import Document
from fallback.paper.reading import Booked, DayPaper, booked

HOME_VISIT = MODE_WORDS["home_visit"]


def document(paper: DayPaper) -> Document:
    """Write the visit list of a site's day."""
    going = [one for one in booked(paper) if one.person.mode_words == HOME_VISIT]
    data = {"visits": [_visit(paper, one) for one in going]}
    return Document("visits", "Visit list", "visits.typ", data, paper.stamp)


def _visit(paper: DayPaper, one: Booked) -> dict[str, Any]:
    # Where a confidential patient's details are is said once, where the address would stand.
    hidden = one.patient.is_confidential
    return {
        "at": one.line.at,
        "with": one.column.heading,
        "name": one.patient.name,
        "same": one.patient.same_name,
        "born": one.patient.born,
        "nhs_number": one.patient.nhs_number,
        "urgent": one.person.urgent,
        "address": one.patient.address,
        "access": "" if hidden else paper.access_of(one.person),
        "telephones": list(one.patient.telephones),
        "comment": "" if hidden else one.patient.contact,
        "reason": glyphs.words(one.person.reason),
        "mark": one.person.words,
    }
