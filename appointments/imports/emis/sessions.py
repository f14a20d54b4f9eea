"""Sessions, their holders and their slots of an extract, compared with the book's."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments.availability import LONDON
from appointments.imports.emis.plan import Comparison
from appointments.imports.emis.records import BOOKED, Record
from appointments.imports.report import CREATED, REMOVED, UNCHANGED, UPDATED
from appointments.imports.slots import DELETED, GONE, Theirs, is_listed_after, new_slot
from appointments.models import Mode, Session, SessionHolder, Slot, SlotType

COLOURS = SlotType.Colour.values

# For slot types of layouts without ModeOfContact, by what their name has in it.
NAMED_MODES = (("telephone", Mode.TELEPHONE), ("phone", Mode.TELEPHONE), ("video", Mode.VIDEO),
               ("visit", Mode.HOME_VISIT))  # fmt: skip


def compare_sessions(work: Comparison) -> None:
    """Plan the sessions. One that was deleted is cancelled, and its slots are taken out."""
    for record in work.extract.records("session").values():
        session = work.book.sessions.get(record.guid)
        if record.deleted:
            _delete(work, record, session)
            continue
        site = _site(work, record.links["site"])
        if site is None:
            reason = f"its location {record.links['site']} is neither in the extract nor the book"
            work.report.reject("session", record.row, record.guid, reason)
            continue
        values = {**record.values, "site_id": site}
        if session and session.external_digest == DELETED:
            values |= {"cancelled_at": None, "cancel_reason": ""}
        row = work.row("session", Session, record, session, values)
        if row is None:
            continue
        if session is None:
            work.book.sessions[record.guid] = row
            work.plan.touched.add((site, row.day))
        elif session.external_digest != record.fingerprint():
            work.plan.touched |= {(session.site_id, session.day), (site, values["day"])}
            if session.site_id != site:
                work.plan.moved.add(session.pk)


def _site(work: Comparison, guid: str) -> UUID | None:
    """Find a session's site; one that names no place is at the main site."""
    if not guid:
        return work.main_site
    site = work.book.sites.get(guid)
    return site.pk if site else None


def _delete(work: Comparison, record: Record, session: Session | None) -> None:
    values: dict[str, Any] = {}
    if session is not None:
        work.plan.touched.add((session.site_id, session.day))
        if session.cancelled_at is None:
            values = {"cancelled_at": work.now, "cancel_reason": GONE}
        if session.external_digest != DELETED:
            for slot in work.book.slots_of([session.pk]):
                _delete_slot(work, slot)
    work.row("session", Session, record, session, values)


def _is_gone(work: Comparison, guid: str) -> bool:
    """Tell whether a session is deleted: by this extract, or by an earlier one."""
    if record := work.extract.records("session").get(guid):
        return record.deleted
    session = work.book.sessions.get(guid)
    return session is not None and session.external_digest == DELETED


def compare_holders(work: Comparison) -> None:
    """Plan who holds which session. A session that comes again without them keeps its holders."""
    for record in work.extract.records("session_user").values():
        session = work.book.sessions.get(record.links["session"])
        clinician = work.book.clinicians.get(record.links["clinician"])
        key = (session.pk, clinician.pk) if session and clinician else None
        holder = work.book.holders.get(key) if key else None
        if record.deleted:
            if holder is not None and session is not None:
                work.plan.removed.append(holder)
                work.plan.touched.add((session.site_id, session.day))
            work.report.count("session_user", REMOVED if holder else UNCHANGED)
        elif session is None or clinician is None:
            lacking = "session" if session is None else "holder"
            reason = f"its {lacking} is neither in the extract nor in the book"
            work.report.reject("session_user", record.row, record.guid, reason)
        elif holder is not None:
            work.report.count("session_user", UNCHANGED)
        else:
            work.plan.add(
                SessionHolder(
                    practice=work.practice, session_id=session.pk, clinician_id=clinician.pk
                )
            )
            work.plan.touched.add((session.site_id, session.day))
            work.report.count("session_user", CREATED)


# --- Slots -------------------------------------------------------------------------------------


def compare_slots(work: Comparison) -> None:
    """Plan the slots and what is booked in them."""
    types = _SlotTypes(work)
    for record in work.extract.records("slot").values():
        slot = work.book.slots.get(record.guid)
        if record.deleted:
            _delete_slot(work, slot)
            work.report.count("slot", REMOVED if _is_news(slot) else UNCHANGED)
        elif reason := _why_not(work, record):
            if record.booking:
                reason += BOOKED
            work.report.reject("slot", record.row, record.guid, reason)
        else:
            _compare_slot(work, record, types)


def _is_news(slot: Slot | None) -> bool:
    return slot is not None and slot.external_digest != DELETED


def _delete_slot(work: Comparison, slot: Slot | None) -> None:
    if slot is not None and slot.external_digest != DELETED:
        work.plan.slots[slot.pk] = Theirs(slot.external_id, DELETED)


def _why_not(work: Comparison, record: Record) -> str:
    """Say why a slot can't be taken; empty if it can."""
    guid = record.links["session"]
    session = work.book.sessions.get(guid)
    reasons = []
    if _is_gone(work, guid):
        reasons.append("its session was deleted")
    elif session is None:
        reasons.append("its session is neither in the extract nor in the book")
    else:
        now = work.extract.records("session").get(guid)
        first, ends_at = (
            (now.values["day"], now.values["ends_at"]) if now else (session.day, session.ends_at)
        )
        last = timezone.localtime(ends_at, LONDON).date()
        if not first <= record.values["day"] <= last:
            said = f"it is on {record.values['day']} and its session on {first}"
            reasons.append(f"{said}, so one of the two is wrong")
    if reasons and record.booking and work.book.patient(record.booking.patient) is None:
        reasons.append(_why_unknown(work, record.booking.patient))
    return "; ".join(reasons)


def _why_unknown(work: Comparison, guid: str) -> str:
    if guid in work.extract.test_patients:
        return "its patient is a test patient"
    return "its patient is neither in the extract nor in the book"


def _compare_slot(work: Comparison, record: Record, types: "_SlotTypes") -> None:
    session = work.book.sessions[record.links["session"]]
    slot = work.book.slot(record.guid, session.pk, record.values["starts_at"])
    if slot is not None and is_listed_after(slot, work.extract.stamp):
        work.report.notes["slots stay as a newer screen export has them"] += 1
        work.report.count("slot", UNCHANGED)
        return
    patient = work.book.patient(record.booking.patient) if record.booking else None
    if record.booking and patient is None:
        reason = _why_unknown(work, record.booking.patient) + "; the slot was blocked"
        work.report.reject("appointment", record.row, record.guid, reason)
    theirs = Theirs(
        guid=record.guid,
        digest=record.fingerprint(patient is not None),
        session=session,
        values={
            name: record.values[name]
            for name in ("starts_at", "minutes", "mode")
            if name in record.values
        },
        blocked=record.values.get("blocked"),
        patient=patient,
        booking=record.booking,
        is_unknown=record.booking is not None and patient is None,
    )
    if slot is not None and slot.external_digest == theirs.digest:
        work.report.count("slot", UNCHANGED)
        work.report.count("appointment", UNCHANGED, patient is not None)
        return
    theirs.slot_type = types.find(record, session, slot)
    if slot is not None:
        work.plan.slots[slot.pk] = theirs
        work.report.count("slot", UPDATED)
        return
    row, appointment = new_slot(theirs, work.practice, work.now)
    work.plan.add(row)
    work.report.count("slot", CREATED)
    work.plan.touched.add((session.site_id, session.day))
    if appointment is not None:
        work.plan.add(appointment)
        work.report.count("appointment", CREATED)


class _SlotTypes:
    """The practice's slot types by name; those that it lacks are made when first needed."""

    def __init__(self, work: Comparison):
        self._work = work
        self._modes: dict[str, Counter[str]] = {}
        self._categories: dict[str, Counter[str]] = {}
        for record in work.extract.records("slot").values():
            name = record.values.get("slot_type", "").casefold()
            for column, counts in (
                ("mode", self._modes),
                ("national_category", self._categories),
            ):
                if said := record.values.get(column):
                    counts.setdefault(name, Counter())[said] += 1

    def find(self, record: Record, session: Session, slot: Slot | None) -> SlotType | None:
        """Find a slot's type by name. Layouts without names leave a known slot as it is."""
        name = record.values.get("slot_type")
        if name is None and slot is not None:
            return None
        name = name or session.category[:80] or "Appointment"
        key = name.casefold()
        if key not in self._work.book.slot_types:
            self._work.book.slot_types[key] = self._new(name, key)
        return self._work.book.slot_types[key]

    def _new(self, name: str, key: str) -> SlotType:
        """Make a slot type: the next colour in turn, and what most of its slots say."""
        named = next((mode for word, mode in NAMED_MODES if word in key), Mode.FACE_TO_FACE)
        slot_type = SlotType(
            practice=self._work.practice,
            name=name,
            colour=COLOURS[len(self._work.book.slot_types) % len(COLOURS)],
            mode=_most(self._modes.get(key)) or named,
            national_category=_most(self._categories.get(key)),
        )
        self._work.plan.add(slot_type)
        self._work.report.count("slot_type", CREATED)
        return slot_type


def _most(counts: Counter[str] | None) -> str:
    return counts.most_common(1)[0][0] if counts else ""
