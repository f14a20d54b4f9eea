"""In which order to key lines: by time, but never one before what it needs. No database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fallback.worklist.effect import BOOKS, Kind, Line


class Placed(NamedTuple):
    """A line and where it stands on the list: sort by `due_at`, then `step`."""

    line: Line
    due_at: datetime
    step: int


def in_order(lines: Iterable[Line], times: Mapping[UUID, datetime]) -> list[Placed]:
    """Put lines in the order in which to key them; `times` says when each slot starts.

    What frees a slot goes before what fills it, and a new patient before the first booking; each
    of these at the time of what waits for it. Where people change places in a ring, nobody's move
    could be the first: one of the moves becomes a cancellation and a booking.
    """
    nodes = sorted(lines, key=lambda line: _own(line, times, line.kind != Kind.NEW_PATIENT))
    while True:
        needs = _needs(nodes)
        sequence, rest = _sequence(nodes, needs)
        if not rest:
            break
        nodes = [node for node in nodes if node is not rest] + list(rest.apart())
    due: dict[int, datetime] = {}
    step = {id(node): 0 for node in nodes}
    wanted_by: dict[int, list[Line]] = defaultdict(list)
    for node in sequence:
        for first in needs[id(node)]:
            wanted_by[id(first)].append(node)
            step[id(node)] = max(step[id(node)], step[id(first)] + 1)
    for node in reversed(sequence):
        waiting = [due[id(later)] for later in wanted_by[id(node)]]
        is_needed = bool(waiting) and node.kind == Kind.NEW_PATIENT
        own = [] if is_needed else [_time(node, times)]
        due[id(node)] = min(waiting + own)
    placed = [Placed(node, due[id(node)], step[id(node)]) for node in nodes]
    return sorted(placed, key=lambda one: (one.due_at, one.step, *map(str, one.line.key)))


def _time(line: Line, times: Mapping[UUID, datetime]) -> datetime:
    if line.slot is not None:
        return times[line.slot]
    if line.changed_at is None:
        raise ValueError("a new patient's line says when the patient was registered")
    return line.changed_at


def _own(line: Line, times: Mapping[UUID, datetime], is_later: bool) -> tuple:
    return is_later, _time(line, times), *map(str, line.key)


def _needs(nodes: list[Line]) -> dict[int, list[Line]]:
    """Say of each line (by its identity) which others must be keyed before it."""
    freers: dict[UUID, list[Line]] = defaultdict(list)
    new: dict[UUID, Line] = {}
    for node in nodes:
        for slot in node.frees():
            freers[slot].append(node)
        if node.kind == Kind.NEW_PATIENT:
            new[node.patient] = node
    needs: dict[int, list[Line]] = {}
    for node in nodes:
        first = [one for slot in node.fills() for one in freers[slot] if one is not node]
        if node.kind in BOOKS and node.patient in new:
            first.append(new[node.patient])
        needs[id(node)] = first
    return needs


def _sequence(nodes: list[Line], needs: dict[int, list[Line]]) -> tuple[list[Line], Line | None]:
    """Put each line after what it needs; gives a line of a ring if there is one."""
    missing = {id(node): len(needs[id(node)]) for node in nodes}
    wanted_by: dict[int, list[Line]] = defaultdict(list)
    for node in nodes:
        for first in needs[id(node)]:
            wanted_by[id(first)].append(node)
    ready = [node for node in nodes if not missing[id(node)]]
    for node in ready:  # grows meanwhile
        for later in wanted_by[id(node)]:
            missing[id(later)] -= 1
            if not missing[id(later)]:
                ready.append(later)
    stuck = [node for node in nodes if missing[id(node)]]
    return ready, _in_ring(stuck[0], needs, missing) if stuck else None


def _in_ring(node: Line, needs: dict[int, list[Line]], missing: dict[int, int]) -> Line:
    """Walk back from a line that waits for ever until one comes round again; the first by id."""
    walked: list[Line] = []
    while node not in walked:
        walked.append(node)
        node = next(first for first in needs[id(node)] if missing[id(first)])
    ring = walked[walked.index(node) :]
    return min(ring, key=lambda line: str(line.key))
