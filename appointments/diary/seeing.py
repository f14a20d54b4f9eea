"""How one desk sees a site's day at one moment, and whether that has changed."""

import hashlib
from bisect import bisect_right
from datetime import date, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments import availability
from appointments.availability import LONDON, State, released_at
from appointments.diary.following import newest_book
from appointments.diary.lines import Column, Day, SlotLine
from appointments.diary.reading import Book, Open
from appointments.models import Hold, Site, Slot
from appointments.wording import clock, moment


def diary_for(
    site: Site,
    day: date,
    *,
    desk: UUID | None = None,
    clinician: UUID | None = None,
    now: datetime | None = None,
) -> Day:
    """Read a site's day as `desk` sees it; only one clinician's columns if `clinician` is given."""
    now = now or timezone.now()
    book = newest_book(site.practice_id, site.pk, day)
    seen = _Seen(book.open, _held(site.practice_id, book, now), desk, now)
    wanted = [c for c in book.columns if clinician is None or clinician in c.clinician_ids]
    columns = tuple(seen.column(column) for column in wanted)
    return Day(
        site=site,
        day=day,
        made_at=now,
        number=book.number,
        unit=book.grid.unit,
        first=book.grid.first,
        times=book.times,
        columns=columns,
        free=sum(column.free for column in columns),
    )


def stamp(
    site: Site,
    day: date,
    *,
    desk: UUID | None,
    role: str,
    status: str,
    asked: str,
    now: datetime | None = None,
) -> str:
    """Make an ETag for a site's day: equal stamps mean an equal page.

    Made of the day's newest journal entry, the slots in hand, the last moment at which time alone
    changed something, today's date, and who looks (desk, role, status lines, filters, version).
    """
    now = now or timezone.now()
    book = newest_book(site.practice_id, site.pk, day)
    said = (
        str(site.pk),
        day,
        book.mark,
        sorted(_held(site.practice_id, book, now).items()),
        bisect_right(book.moments, now),
        timezone.localdate(now, LONDON),
        desk,
        role,
        status,
        asked,
        settings.APP_VERSION,
    )
    return f'"{hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()}"'


def free_near(
    lost: Slot, within: timedelta, many: int, *, desk: UUID | None
) -> list[tuple[str, SlotLine]]:
    """Find free slots like one that was lost (its session and site loaded), by time.

    Alike are those at the same site on the same day, with the same mode, whose clinician has the
    same role; the nearest `many` of them, the same clinician's before others'. Gives (who is
    seen, the slot). In a rush every refusal asks this, so only slots with nobody in them are
    looked at.
    """
    site, now = lost.session.site, timezone.now()
    book = newest_book(site.practice_id, site.pk, lost.session.day)
    columns = {session.id: column for column in book.columns for session in column.sessions}
    own = columns.get(lost.session_id)
    seen = _Seen(book.open, _held(site.practice_id, book, now), desk, now)
    found = []
    for slot in book.open.values():
        facts = slot.facts
        away = abs(facts.starts_at - lost.starts_at)
        if away <= within and facts.mode == lost.mode and own is not None:
            column = columns[facts.session_id]
            if column.role == own.role and seen.is_free(facts.id):
                found.append((column is not own, away, facts.id, column))
    nearest = sorted(found, key=itemgetter(0, 1))[:many]
    lines = [
        (column.heading, next(line for line in column.slots if line.id == slot_id))
        for *_, slot_id, column in nearest
    ]
    return sorted(lines, key=lambda one: one[1].starts_at)


def _held(practice_id: UUID, book: Book, now: datetime) -> dict[UUID, tuple[UUID, str]]:
    """Slots of the day whose booking form is open somewhere: {slot: (desk, its name)}."""
    holds = Hold.objects.filter(practice=practice_id, until__gt=now)
    return {
        slot: (desk, book.cast.desks.get(desk, "another desk"))
        for slot, desk in holds.values_list("slot_id", "desk_id")
        if slot in book.open
    }


class _Seen:
    """Fills in what depends on the desk and the moment: the states of slots with nobody in them."""

    def __init__(self, still_open: dict[UUID, Open], held: dict, desk: UUID | None, now: datetime):
        self.open, self.held, self.desk, self.now = still_open, held, desk, now

    def column(self, column: Column) -> Column:
        """Give the column with every slot's state and words, and the free ones counted."""
        slots = tuple(
            self._line(line, self.open[line.id]) if line.id in self.open else line
            for line in column.slots
        )
        free = {line.id for line in slots if line.state == State.FREE}
        by_session = [self.open[slot].facts.session_id for slot in free]
        return column._replace(
            slots=slots,
            sessions=tuple(s._replace(free=by_session.count(s.id)) for s in column.sessions),
            free=len(free),
        )

    def is_free(self, slot_id: UUID) -> bool:
        """Tell whether the desk may book an open slot now."""
        holder, _ = self.held.get(slot_id, (None, ""))
        facts = self.open[slot_id].facts
        return availability.state(facts, None, holder, self.desk, self.now) is State.FREE

    def _line(self, line: SlotLine, slot: Open) -> SlotLine:
        holder, holder_name = self.held.get(line.id, (None, ""))
        state = availability.state(slot.facts, None, holder, self.desk, self.now)
        return line._replace(
            state=state.value,
            words=_words(state, slot, holder_name),
            asked_for=slot.asked_for_by if slot.facts.kept_by_id == self.desk else "",
        )


def _words(state: State, slot: Open, holder: str) -> str:
    if state is State.FREE:
        return "free, held for you" if slot.kept_by else "free"
    if state is State.HELD:
        return f"open at {holder}"
    if state is State.KEPT and slot.facts.kept_on == "lost":
        return f"doubtful: {slot.kept_by}’s lost sheet"
    if state is State.KEPT:
        return f"held: {slot.kept_by} {slot.facts.kept_on}"
    if state is State.BLOCKED:
        return slot.block_reason or "blocked"
    if state is State.EMBARGOED and (opens := released_at(slot.facts)):
        on_the_day = opens.astimezone(LONDON).date() == slot.facts.day
        return f"from {clock(opens) if on_the_day else moment(opens)}"
    return "not used" if state is State.PAST else ""
