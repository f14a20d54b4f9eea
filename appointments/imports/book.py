"""What every load reads of the book, a few hundred rows at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from appointments.imports.slots import Ours
from appointments.models import Appointment, Clash, Slot

T = TypeVar("T")

CHUNK = 500  # ids asked for at once


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut into lists of at most CHUNK."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def now_in(slot_ids: Iterable[UUID]) -> list[Ours]:
    """Read slots with everything that a decision about them needs."""
    found: dict[UUID, Ours] = {}
    for ids in chunks(slot_ids):
        for slot in Slot.objects.filter(pk__in=ids).select_related(
            "session__site", "loaded_patient__merged_into"
        ):
            found[slot.pk] = Ours(slot)
    where: dict[UUID, Ours] = {}
    for appointment in _rows(Appointment, "slot__in", found):
        where[appointment.pk] = found[appointment.slot_id]
        where[appointment.pk].appointments.append(appointment)
    live = [
        a.pk
        for ours in found.values()
        for a in ours.appointments
        if a.status != Appointment.Status.CANCELLED
    ]
    for second in _rows(Appointment, "continues__in", live):
        where[second.continues_id].continuations.setdefault(second.continues_id, []).append(second)
    for ids in chunks(live):
        either = Q(first__in=ids) | Q(second__in=ids)
        for clash in Clash.objects.filter(either, settled_at=None).select_related(
            "first", "second"
        ):
            ours = where.get(clash.first_id) or where[clash.second_id]
            if clash not in ours.clashes:
                ours.clashes.append(clash)
    return list(found.values())


def _rows(model: type[models.Model], column: str, ids: Iterable[UUID]) -> Iterator[Any]:
    for chunk in chunks(ids):
        yield from model._default_manager.filter(**{column: chunk})
