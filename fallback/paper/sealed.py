"""The managers' sealed list: how to reach the confidential patients who are booked.

All other paper leaves their addresses and telephones out. This one lies in a sealed envelope.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from appointments.models import Appointment, Practice, Site
from appointments.wording import born, clock, day_words, nhs_spaced
from fallback.paper import glyphs
from fallback.paper.document import Document, Stamp
from fallback.paper.reading import address, telephones


def document(practice: Practice, site: Site, days: Collection[date], stamp: Stamp) -> Document:
    """Write the sealed list of a site's confidential patients who are booked on these days."""
    live = Appointment.objects.filter(
        practice=practice,
        slot__session__site=site,
        slot__session__day__in=list(days),
        patient__is_confidential=True,
        continues=None,
    ).exclude(status=Appointment.Status.CANCELLED)
    found = live.select_related("patient", "slot__session").order_by("slot__starts_at", "id")
    data = {"rows": [_row(appointment) for appointment in found]}
    return Document("sealed", "Managers' sealed list", "sealed.typ", data, stamp)


def _row(appointment: Appointment) -> dict[str, Any]:
    patient, slot = appointment.patient, appointment.slot
    access = (patient.access_needs, appointment.access_needs)
    return {
        "day": day_words(slot.session.day),
        "at": clock(slot.starts_at),
        "name": glyphs.name(patient.name, patient.nhs_number, patient.number),
        "born": born(patient.born_on),
        "nhs_number": nhs_spaced(patient.nhs_number),
        "address": address(patient),
        "telephones": list(telephones(patient)),
        "comment": glyphs.words(patient.contact_comment),
        "access": "; ".join(dict.fromkeys(glyphs.words(said) for said in access if said)),
    }
