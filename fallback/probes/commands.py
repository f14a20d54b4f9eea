"""Commands on probes: add, change, try no more, try again. Papers don't change with them."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.practices.shared import managers_only, own
from appointments.refusals import AlreadyThere, BadDetail
from fallback.models import Probe
from fallback.probes import addresses

AT_MOST = 40  # of a practice; so many leave a round well under their period (tests/benchmarks)


def add_probe(by: Actor, **values: Any) -> Probe:
    """Have the keeper try an address from now on; a manager's."""
    managers_only(by)
    with journal.writing(by, "add_probe") as entry:
        probe = Probe(practice=by.practice, **values)
        _check(probe)
        entry.add(probe)
    return probe


def amend_probe(probe_id: UUID, by: Actor, **values: Any) -> Probe:
    """Change what is tried, how often, and when it counts as down."""
    return _amended(probe_id, by, "amend_probe", values)


def close_probe(probe_id: UUID, by: Actor) -> Probe:
    """Try it no more."""
    return _amended(probe_id, by, "close_probe", {"closed_on": timezone.localdate()})


def reopen_probe(probe_id: UUID, by: Actor) -> Probe:
    """Try it again."""
    return _amended(probe_id, by, "reopen_probe", {"closed_on": None})


def _amended(probe_id: UUID, by: Actor, command: str, values: dict[str, Any]) -> Probe:
    managers_only(by)
    with journal.writing(by, command) as entry:
        probe = own(Probe, probe_id, by)
        planned = Probe(pk=probe.pk, practice=by.practice)
        for field in Probe._meta.concrete_fields:
            setattr(planned, field.attname, getattr(probe, field.attname))
        for name, value in values.items():
            setattr(planned, name, value)
        _check(planned)
        entry.change(probe, **(values | {"target": planned.target}))
    return probe


def _check(probe: Probe) -> None:
    """Refuse what can't be tried, or would be tried twice; the rest of it in its plain form."""
    if probe.closed_on:
        return
    probe.target = probe.target.strip()
    addresses.read(probe.kind, probe.target)
    least, most = Probe.PERIODS
    if not least <= probe.period_seconds <= most:
        raise BadDetail(f"It can be tried every {least} to {most} seconds.", "period_seconds")
    if not 1 <= probe.within_seconds < probe.period_seconds:
        raise BadDetail(
            "It must answer before it is tried again: give fewer seconds than lie between two "
            "tries, and at least 1.",
            "within_seconds",
        )
    if not 2 <= probe.bad <= probe.of <= Probe.MOST_OF:
        raise BadDetail(
            f"Give how many of how many tries: 2 of 3, for example; at least 2, of {Probe.MOST_OF} "
            "at most. One failure alone is no outage.",
            "bad",
        )
    others = probe.practice.probe_set.filter(closed_on=None).exclude(pk=probe.pk)
    if others.filter(kind=probe.kind, target=probe.target).exists():
        raise AlreadyThere(f"{probe.target} is in the list already. Change it there.")
    if others.count() >= AT_MOST:
        raise AlreadyThere(f"There are {AT_MOST} checks already. Close one of them first.")
