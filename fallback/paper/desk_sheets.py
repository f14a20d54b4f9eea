"""A desk's sheet: its own rows to write patients in, then rows for whatever has no slot."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from appointments.availability import LONDON, facts_of, released_at
from appointments.finding import with_whom
from appointments.models import Practice, Slot
from appointments.wording import born, clock, day_short, day_words
from fallback import codes
from fallback.models import Plan, Sheet, SheetRow
from fallback.paper import glyphs, qr
from fallback.paper.document import Document, Stamp

Kind = SheetRow.Kind
Words = dict[str, Any]


def document(sheet: Sheet, stamp: Stamp, plan: Plan) -> Document:
    """Write a desk's sheet: the day's rows by type and time, the next days', then blank ones.

    The rows come in the order and under the headings that they were dealt with, so that the page
    reads as the screen does on which it is keyed later.
    """
    desk = glyphs.visible(sheet.desk.name)
    rows = list(sheet.rows.all())
    return Document(
        kind="sheet",
        stem=f"Sheet of {desk}",
        template="desk_sheet.typ",
        data={
            "desk": desk,
            "reference": codes.shown(sheet.reference),
            "qr": qr.drawn(qr.label_of(sheet, sheet.desk, stamp.print_number)),
            "duty": duty(sheet.practice, sheet.day),
            "script": script(plan),
            "days": list(_days(sheet, rows, stamp.up_to_date_at, plan)),
            "blank": _blank(rows),
        },
        stamp=stamp,
        desk_id=sheet.desk_id,
        sheet_ids=(sheet.pk,),
    )


def duty(practice: Practice, day: date) -> str:
    """Name the duty clinician of a day; empty if nobody is."""
    found = practice.duty_set.filter(day=day).select_related("clinician").first()
    return glyphs.visible(found.clinician.short_name) if found else ""


def script(plan: Plan) -> Words:
    """Give the questions that a call begins with, and on whose word."""
    questions = [glyphs.visible(line) for line in plan.script.splitlines() if line.strip()]
    if not questions:
        approved = "Not approved yet: it has none."
    elif plan.script_approved_by is None or plan.script_approved_on is None:
        approved = "Not approved yet by the practice's clinical lead."
    else:
        who = glyphs.visible(plan.script_approved_by.name)
        approved = f"Approved by {who}, {born(plan.script_approved_on)}."
    return {"questions": questions, "approved": approved}


def _days(sheet: Sheet, rows: Iterable[SheetRow], now: datetime, plan: Plan) -> Iterator[Words]:
    """Part the rows of slots by day and heading. Struck out ones, and those over, are left out."""
    own = [
        (row, row.slot, row.slot.session.day)
        for row in rows
        if row.slot and row.struck_at is None and row.slot.ends_at > now
    ]
    for day, of_day in groupby(own, key=itemgetter(2)):
        is_later = day != sheet.day
        sections = [
            {
                "heading": glyphs.visible(heading),
                "rows": [_row(row.code, slot, is_later, now, plan) for row, slot, _ in of_one],
            }
            for heading, of_one in groupby(of_day, key=lambda one: one[0].section)
        ]
        yield {"words": day_words(day), "is_later": is_later, "sections": sections}


def _row(code: str, slot: Slot, is_later: bool, now: datetime, plan: Plan) -> Words:
    whom = with_whom(slot.session.holders.all(), slot.session.name)
    opens = released_at(facts_of(slot))
    return {
        "code": code,
        "day": day_short(slot.session.day).rpartition(" ")[0] if is_later else "",
        "time": clock(slot.starts_at),
        "with": glyphs.visible(whom),
        # Whoever sells it may find it sold there as well.
        "unsure": plan.beside_clinical_system and slot.blocked_there_at is None,
        "from": _opening(opens, slot.session.day) if opens and opens > now else "",
    }


def _opening(opens: datetime, day: date) -> str:
    """'from 08:00' on the day itself, 'from Mon 23 Nov 08:00' before it."""
    if opens.astimezone(LONDON).date() == day:
        return f"from {clock(opens)}"
    return f"from {day_short(opens)} {clock(opens)}"


def _blank(rows: Iterable[SheetRow]) -> dict[str, list[str]]:
    """Give the codes of the rows for requests, extras, cancellations and messages."""
    kinds = (Kind.REQUEST, Kind.EXTRA, Kind.CANCELLATION, Kind.MESSAGE)
    found = list(rows)
    return {kind.value: [row.code for row in found if row.kind == kind] for kind in kinds}
