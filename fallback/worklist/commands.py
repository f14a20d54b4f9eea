"""How a line of the worklist ends, by whoever keys it into the clinical system."""

import hashlib
import uuid
from uuid import UUID

from django.db.models import Q

from appointments import journal
from appointments.booking.checks import patient_of, reception_only, touch
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Clash
from appointments.refusals import (
    BookingRefused,
    ChangedMeanwhile,
    NeedsReason,
    NotFound,
    WrongStatus,
)
from appointments.wording import clock
from fallback.models import WorklistLine
from fallback.worklist.effect import BOOKS, agrees
from fallback.worklist.following import Following, add_lines, follow_locked, said
from fallback.worklist.window import SOURCE, TAKEN, Window

End = WorklistLine.End


def enter(by: Actor, line_id: UUID, *, seen: str = "", already_keyed: bool = False) -> WorklistLine:
    """Tick a line: it is in the clinical system now. Ticking twice changes nothing.

    `seen` is the fingerprint of the line as it was shown. Raises ChangedMeanwhile when our book
    has changed since; whoever has keyed it by then says so (`already_keyed`), and what must be
    put right there becomes a new line. Raises WrongStatus when it ended otherwise.
    """
    reception_only(by)
    with journal.writing(by, "enter_line") as entry:
        line = _line_of(by, line_id)
        if line.ended_as == End.ENTERED and line.ended_by == by.staff:
            return line
        if line.ended_as != End.NOT_NEEDED:
            _refuse_ended(line)
            _refuse_other(line, seen)
        elif not already_keyed:
            raise ChangedMeanwhile(
                "This was changed in our book meanwhile, so nobody needs to key it. If you have "
                "keyed it already, say so: what to put right there follows."
            )
        _end(entry, line, End.ENTERED, stands=False)
        if already_keyed and line.slot_id:
            _look_again(by, line)
    return line


def not_possible(by: Actor, line_id: UUID, because: str, *, seen: str = "") -> WorklistLine:
    """Say that a line can't be keyed there, and why. It stays on record as missing there."""
    reception_only(by)
    if not (because := because.strip()):
        raise NeedsReason("Say why it can't be entered, so that somebody can put it right.")
    with journal.writing(by, "line_not_possible") as entry:
        line = _line_of(by, line_id)
        if line.ended_as == End.IMPOSSIBLE and line.because == because:
            return line
        _refuse_ended(line)
        _refuse_other(line, seen)
        _end(entry, line, End.IMPOSSIBLE, because=because)
    return line


def taken(by: Actor, line_id: UUID, patient_id: UUID, *, seen: str = "") -> Clash:
    """Say that somebody else has the slot in the clinical system; both are in the book then.

    Makes a clash for a person to settle. What is decided comes back as lines.
    """
    reception_only(by)
    with journal.writing(by, TAKEN) as entry:
        line = _line_of(by, line_id)
        if line.ended_as == End.TAKEN and (clash := _clash_of(line)):
            return clash
        _refuse_ended(line)
        _refuse_other(line, seen)
        other = patient_of(by, patient_id)
        slot, first = line.slot, line.appointment
        if line.kind not in BOOKS or slot is None or first is None or line.is_extra:
            raise WrongStatus("Only for somebody who is to be booked into a slot of their own.")
        here = Q(patient=other) & ~Q(status=Appointment.Status.CANCELLED)
        if slot.appointments.filter(here).exists():
            raise BookingRefused(
                f"{other.name} is in this slot in our book as well. Load the clinical system's "
                "newest extract, or look again who is in it there."
            )
        waits = WorklistLine.objects.filter(patient=other, stands=True)
        if waits.filter(Q(kind="cancel", slot=slot) | Q(from_slot=slot)).exists():
            raise BookingRefused(
                f"{other.name} is still in it there because an earlier line was not entered. Enter "
                "that one first."
            )
        second = Appointment(
            practice=by.practice, slot=slot, patient=other, in_clash=True, mode=slot.mode,
            reference=uuid.uuid5(line.reference, f"taken/{other.pk}"),
        )  # fmt: skip
        entry.add(second)
        clash = Clash(
            practice=by.practice, first=first, second=second, source=SOURCE, came_at=entry.at
        )
        entry.add(clash)
        touch(entry, slot)
        _end(entry, line, End.TAKEN)
    return clash


def undo(by: Actor, line_id: UUID) -> WorklistLine:
    """Put a line that was ended by mistake back on the list.

    Raises WrongStatus when it ended by itself, or our book has changed since.
    """
    reception_only(by)
    with journal.writing(by, "undo_line") as entry:
        line = _line_of(by, line_id)
        if not line.ended_as:
            return line
        if line.ended_as == End.TAKEN:
            raise WrongStatus("Both people are in the book now. Settle the clash instead.")
        if line.ended_as not in (End.ENTERED, End.IMPOSSIBLE):
            raise WrongStatus("This line ended by itself, so there is nothing to take back.")
        if not _still_holds(line):
            raise WrongStatus(
                "Our book has changed since, so this line is over. What differs is on the list."
            )
        entry.change(line, ended_as="", ended_at=None, ended_by=None, because="", stands=True)
        add_lines(by.practice, [], entry.at, seeds=[said(line)])
    return line


def fingerprint(line: WorklistLine) -> str:
    """Tell whether a line still says what somebody has seen of it."""
    times = [slot.starts_at for slot in (line.slot, line.from_slot) if slot]
    what = [line.kind, line.patient_id, line.slot_id, line.second_slot_id, line.from_slot_id]
    text = journal.canonical([str(part) for part in (*what, line.is_dna, *times)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _line_of(by: Actor, line_id: UUID) -> WorklistLine:
    """Find a line of the practice as it is now: the list has followed the book up to here."""
    follow_locked(by.practice)
    lines = WorklistLine.objects.filter(practice=by.practice)
    lines = lines.select_related("slot__session", "from_slot", "appointment", "ended_by")
    if (line := lines.filter(pk=line_id).first()) is None:
        raise NotFound("This line is not on the list. Reload the page.")
    return line


def _is_other(line: WorklistLine, seen: str) -> bool:
    return bool(seen) and seen != fingerprint(line)


def _refuse_other(line: WorklistLine, seen: str) -> None:
    if _is_other(line, seen):
        raise ChangedMeanwhile("This was changed in our book meanwhile. Look at the line again.")


def _refuse_ended(line: WorklistLine) -> None:
    if not line.ended_as:
        return
    who = line.ended_by.name if line.ended_by else "The program"
    at = clock(line.ended_at)
    words = {
        End.ENTERED: f"{who} entered this at {at}. If you keyed it as well, it is there twice.",
        End.LOADED: f"The clinical system has this already: its data, loaded at {at}, says so.",
        End.TAKEN: "Somebody else has this slot there. The clash waits for a decision.",
        End.IMPOSSIBLE: f"{who} ended this at {at}: not possible, {line.because}. Undo that first.",
        End.NOT_NEEDED: f"This was changed in our book at {at}. Look at the list again.",
    }
    raise WrongStatus(words[End(line.ended_as)])


def _end(entry: Draft, line: WorklistLine, how: str, **values: object) -> None:
    entry.change(line, ended_as=how, ended_at=entry.at, ended_by=entry.by.staff, **values)


def _clash_of(line: WorklistLine) -> Clash | None:
    undecided = Clash.objects.filter(settled_at=None, source=SOURCE)
    return undecided.filter(first=line.appointment_id).first()


def _look_again(by: Actor, line: WorklistLine) -> None:
    """Compare again, now that this is in the clinical system although our book differs."""
    newest = journal.newest(by.practice)
    Following(by.practice, newest, newest, entered=said(line)).run()


def _still_holds(line: WorklistLine) -> bool:
    """Tell whether our book still is as the line says, and no newer line says otherwise."""
    newest = journal.newest(line.practice)
    window = Window(line.practice, newest, newest).read()
    told = said(line, window.survivor(line.patient_id))
    same = Q(kind=line.kind, slot=line.slot_id, patient__in=[line.patient_id, told.patient])
    if WorklistLine.objects.filter(same, stands=True).exclude(pk=line.pk).exists():
        return False
    if line.ended_as == End.IMPOSSIBLE and not line.stands:
        return False
    slots = [slot for slot in (line.slot_id, line.from_slot_id) if slot]
    window.read_rows([Q(slot__in=slots)])
    return agrees(window.ours_at(newest), told)
