"""Look once more at what somebody else keyed, the paper in hand; and answer what differs."""

from uuid import UUID

from appointments import journal
from appointments.booking.checks import reception_only
from appointments.journal import Actor, Draft
from appointments.refusals import ChangedMeanwhile, NeedsReason, NotFound, NotYours
from fallback.models import Entry, SecondLook, Sheet
from fallback.rekey import looks
from fallback.rekey.rows import entry_of, refuse_closed

LONGEST = 200  # characters


def agree(entry_id: UUID, by: Actor) -> SecondLook:
    """Say that the paper says what was keyed; twice changes nothing, a changed mind does."""
    reception_only(by)
    with journal.writing(by, "second_look") as draft:
        return _look(draft, _to_look_at(by, entry_id), "")


def agree_blank(sheet: Sheet, by: Actor) -> int:
    """Say that nothing is written on any row of a sheet of which it was said; gives how many."""
    reception_only(by)
    with journal.writing(by, "second_look") as draft:
        blank = [
            entry
            for entry in looks.waiting(by.practice, [sheet])
            if entry.what == Entry.What.NOTHING and not _is_own(entry, by)
        ]
        draft.add_many(SecondLook, [_new(draft, entry) for entry in blank])
        return len(blank)


def differ(entry_id: UUID, what: str, by: Actor) -> SecondLook:
    """Say what the paper says otherwise; it goes back to whoever keyed the row."""
    reception_only(by)
    if not (what := what.strip()):
        raise NeedsReason("Say what the paper says otherwise.")
    with journal.writing(by, "second_look") as draft:
        return _look(draft, _to_look_at(by, entry_id), what[:LONGEST])


def answer(look_id: UUID, words: str, by: Actor) -> SecondLook:
    """Say that the entry stands, or what was put right; somebody looks once more.

    For whoever keyed it, or the outage lead. To key the row anew it is taken back instead.
    """
    reception_only(by)
    if not (words := words.strip()):
        raise NeedsReason("Say why it stands as it is, or what you put right.")
    with journal.writing(by, "answer_look") as draft:
        look = _difference(by, look_id)
        if look.answered_at is None:
            _refuse_others(look, by)
            draft.change(look, answer=words[:LONGEST], answered_at=draft.at, answered_by=by.staff)
        return look


def _to_look_at(by: Actor, entry_id: UUID) -> Entry:
    entry = entry_of(by, entry_id)
    refuse_closed(entry.sheet)
    if _is_own(entry, by):
        raise NotYours("You keyed this row yourself: somebody else looks at it.")
    return entry


def _look(draft: Draft, entry: Entry, differs: str) -> SecondLook:
    """Write down what was found, or found after all; refuses where somebody else was quicker."""
    there = entry.looks.filter(answered_at=None).select_related("looked_by").first()
    if there is None:
        there = _new(draft, entry, differs)
        draft.add(there)
    elif there.looked_by != draft.by.staff:
        who = there.looked_by.name if there.looked_by else "Somebody"
        raise ChangedMeanwhile(f"{who} has looked at row {entry.row.code} meanwhile.")
    else:
        draft.change(there, agrees=not differs, differs=differs)
    return there


def _new(draft: Draft, entry: Entry, differs: str = "") -> SecondLook:
    return SecondLook(
        practice=draft.by.practice, entry=entry, agrees=not differs, differs=differs,
        looked_at=draft.at, looked_by=draft.by.staff,
    )  # fmt: skip


def _difference(by: Actor, look_id: UUID) -> SecondLook:
    rows = SecondLook.objects.filter(practice=by.practice, pk=look_id, agrees=False)
    look = rows.select_related("entry__keyed_by").first()
    if look is None or look.entry.taken_back_at is not None:
        raise NotFound("This row has been taken back meanwhile. Look at the sheet again.")
    return look


def _refuse_others(look: SecondLook, by: Actor) -> None:
    keyed_by = look.entry.keyed_by
    is_lead = by.staff is not None and by.staff.may_lead and by.staff != look.looked_by
    if by.staff is None or by.staff == keyed_by or is_lead:
        return
    raise NotYours(f"{keyed_by.name if keyed_by else 'The outage lead'} answers this one.")


def _is_own(entry: Entry, by: Actor) -> bool:
    return by.staff is not None and entry.keyed_by_id == by.staff.pk
