"""The change slip in words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from appointments.availability import LONDON
from appointments.diary.reading import MODE_WORDS
from appointments.models import Practice
from appointments.refusals import NotFound
from appointments.wording import clock, day_short
from fallback.models import Print
from fallback.paper.changes import differing, names, readings
from fallback.paper.changes.differing import Come, Gone, Other, SessionChange, SlotChange
from fallback.paper.changes.names import Names
from fallback.paper.changes.readings import Readings, Seat, SlotThen
from fallback.paper.document import Document, Stamp

Words = dict[str, Any]

# Columns of a patient that the earlier paper shows, and what is said when one of them changed.
AMENDED = (
    (
        {"family_name", "given_name", "title", "born_on", "nhs_number", "merged_into_id"},
        "name, birth date or NHS number was put right",
    ),
    (
        {
            "address", "postcode", "home_telephone", "mobile_telephone", "contact_comment",
            "access_needs",
        },
        "address, telephone or access needs changed: ask again",
    ),
)  # fmt: skip
ORDER = (Gone, Other, Come)
SECOND = "second half of a double length"
HIDDEN = "confidential now: black out address and telephone on the older page"


def document(practice: Practice, print_number: int, stamp: Stamp) -> Document | None:
    """Say what changed since a print, by its number; None if nothing on its pages did.

    Only the net effect, per slot, in the order of the day diary's pages: who was booked, moved or
    cancelled; slots that were blocked, given free, or came onto a desk's sheet or off it; sessions
    that were opened, cancelled or given to somebody else. Raises NotFound if there is no such
    print.
    """
    prints = Print.objects.select_related("site")
    earlier = prints.filter(practice=practice, number=print_number).first()
    if earlier is None:
        raise NotFound(f"There is no print {print_number}. Read its number from the page again.")
    read = readings.read(practice, earlier.site_id, earlier.day, earlier.journal)
    known = names.look_up(practice, earlier.site, earlier.day, read)
    columns = _columns(read, known)
    if not columns:
        return None
    return Document(
        kind="changes",
        stem=f"Changes since print {print_number}",
        template="changes.typ",
        data={
            "since": {"number": str(print_number), "at": _when(earlier.made_at, stamp)},
            "columns": columns,
        },
        stamp=stamp,
    )


def _when(at: datetime, stamp: Stamp) -> str:
    is_today = at.astimezone(LONDON).date() == stamp.up_to_date_at.astimezone(LONDON).date()
    return clock(at) if is_today else f"{day_short(at)} {clock(at)}"


def _columns(read: Readings, known: Names) -> list[Words]:
    """Give the columns of the day that have changes, each with its lines by time."""
    found: dict[tuple[int, str], Words] = {}

    def column(session: UUID) -> Words:
        page = known.pages[session]
        empty: Words = {"heading": page.heading, "sessions": [], "lines": []}
        return found.setdefault(page.place, empty)

    for change in differing.sessions(read.then, read.now):
        column(change.session)["sessions"].append(_session(change, read, known))
    for slot, entries in _entries(read, known).items():
        now = read.now.slots.get(slot) or read.then.slots[slot]
        line = {"at": now.starts_at, "time": clock(now.starts_at), "entries": entries}
        column(now.session)["lines"].append(line)
    for one in found.values():
        one["sessions"].sort()
        one["lines"].sort(key=lambda line: (line["at"], str(line["entries"])))
        for line in one["lines"]:
            del line["at"]
    return [found[place] for place in sorted(found)]


def _session(change: SessionChange, read: Readings, known: Names) -> str:
    """Say what happened to a session: '14:00 to 17:00: cancelled'."""
    session = (read.then if change.is_gone else read.now).sessions[change.session]
    said = []
    if change.is_new:
        count = sum(slot.session == change.session for slot in read.now.slots.values())
        said.append(f"new, with {count} {'slot' if count == 1 else 'slots'}")
    if change.is_gone:
        said.append("no longer on this day at this site")
    if change.is_cancelled or (change.is_new and session.is_cancelled):
        said.append("session cancelled")
    if change.is_cancelled is False:
        said.append("takes place after all")
    if change.holders_were is not None:
        were = _who(change.holders_were, known)
        said.append(f"now held by {_who(session.holders, known)}, was {were}")
    return f"{clock(session.starts_at)} to {clock(session.ends_at)}: {'; '.join(said)}."


def _who(clinicians: frozenset[UUID], known: Names) -> str:
    return " and ".join(sorted(known.clinicians[one] for one in clinicians)) or "nobody by name"


def _entries(read: Readings, known: Names) -> dict[UUID, list[Words]]:
    """Give what is to be written down at each slot."""
    found: dict[UUID, list[Words]] = {}
    for change in differing.slots(read.then, read.now, known.same):
        # Who left comes before who came: the one is struck through, the other written in.
        order = sorted(change.people, key=lambda one: ORDER.index(type(one)))
        entries = [_person(one, read, known) for one in order]
        entries += [{"word": word, "note": note} for word, note in _slot(change, known)]
        if entries:
            found[change.slot] = entries
    for slot, seat, note in _put_right(read, known):
        found.setdefault(slot, []).append(_named("Put right", seat, note, known))
    return found


def _person(one: Come | Gone | Other, read: Readings, known: Names) -> Words:
    seat = one.seat
    second = [SECOND] if seat.is_second else []
    if isinstance(one, Gone):
        if to := _now_at(seat, read, known):
            return _named("Moved", seat, "; ".join([f"to {to}", *second]), known)
        return _named("Cancelled", seat, "; ".join(second), known)
    if isinstance(one, Other):
        return _named("Changed", seat, _otherwise(one), known)
    notes = [] if seat.mode == "face_to_face" else [MODE_WORDS[seat.mode]]
    notes += second
    notes += ["extra"] if seat.is_extra else []
    notes += ["CLASH: somebody else is booked here too"] if seat.in_clash else []
    if (slot := read.then.where.get(seat.appointment)) and (was := read.then.slots[slot]):
        return _named("Moved here", seat, "; ".join([f"from {_at(was, known)}", *notes]), known)
    return _named("Booked", seat, "; ".join(notes), known)


def _named(word: str, seat: Seat, note: str, known: Names) -> Words:
    patient = known.people[known.same(seat.patient)]
    return {
        "word": word,
        "name": patient.name,
        "born": patient.born,
        "same_name": patient.same_name,
        "nhs_number": patient.nhs_number if patient.same_name else "",
        "note": note,
    }


def _now_at(seat: Seat, read: Readings, known: Names) -> str:
    slot = read.now.where.get(seat.appointment)
    if slot is None:
        return known.elsewhere.get(seat.appointment, "")
    return _at(read.now.slots[slot], known)


def _at(slot: SlotThen, known: Names) -> str:
    return f"{clock(slot.starts_at)} with {known.pages[slot.session].heading}"


def _otherwise(one: Other) -> str:
    was, seat = one.was, one.seat
    notes = []
    if was.mode != seat.mode:
        notes.append(f"now {MODE_WORDS[seat.mode]}")
    if was.is_extra != seat.is_extra:
        notes.append("now an extra" if seat.is_extra else "no longer an extra")
    if was.in_clash != seat.in_clash:
        notes.append("now a CLASH" if seat.in_clash else "the clash is settled")
    if was.is_second != seat.is_second:
        notes.append("double length is otherwise now")
    return "; ".join(notes)


def _slot(change: SlotChange, known: Names) -> list[tuple[str, str]]:
    """Say what happened to a slot itself."""
    was, now = change.was, change.now
    if not change.is_own:
        return []
    was_there = was is not None and not was.is_taken_out
    if now is None or now.is_taken_out:
        return [("Taken out", "")] if was_there else []
    said = [] if was_there else [("Put back" if was else "New slot", _kind(now, known))]
    if change.is_blocked is not None:
        reason = known.block_reasons.get(change.slot, "")
        said.append(("Blocked", reason) if change.is_blocked else ("No longer blocked", ""))
    if was and change.is_elsewhen:
        said.append(("Other time", f"for {now.minutes} minutes, was {clock(was.starts_at)}"))
    if change.is_of_other_kind:
        said.append(("Other kind", _kind(now, known)))
    if change.is_kept is not None:
        said.append(("Sheets", _sheets(change, known)))
    return said


def _sheets(change: SlotChange, known: Names) -> str:
    """Say on which desk's sheet a slot came, and off which."""
    was, now = change.was and change.was.kept_for, change.now and change.now.kept_for
    said = [f"now on {known.desks[now]}'s sheet"] if now else []
    said += [f"no longer on {known.desks[was]}'s sheet"] if was else []
    return "; ".join(said)


def _kind(slot: SlotThen, known: Names) -> str:
    return f"{known.types[slot.slot_type]}, {MODE_WORDS[slot.mode]}"


def _put_right(read: Readings, known: Names) -> list[tuple[UUID, Seat, str]]:
    """List who is where they were, but with other details than the earlier page shows."""
    before = {
        (slot, known.same(seat.patient)): seat.patient
        for slot, seats in read.then.seats.items()
        for seat in seats
    }
    found = []
    for slot, seats in read.now.seats.items():
        for seat in seats:
            person = known.same(seat.patient)
            record = before.get((slot, person))
            if record is None or seat.is_second:
                continue
            columns = read.amended.get(record, frozenset()) | read.amended.get(person, frozenset())
            notes = [note for these, note in AMENDED if these & columns]
            if "is_confidential" in columns and known.people[person].is_confidential:
                notes.append(HIDDEN)
            if notes:
                found.append((slot, seat, "; ".join(notes)))
    return found
