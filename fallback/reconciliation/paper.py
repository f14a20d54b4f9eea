"""The reconciliation as a document: inside with names, outside with counts and row codes only."""

from typing import Any

from appointments import journal
from appointments.availability import LONDON
from appointments.wording import day_short, day_words, moment
from fallback import sheets
from fallback.models import Sheet
from fallback.paper.document import Document, Stamp
from fallback.reconciliation.report import Account, Reconciliation, Row
from fallback.reconciliation.tally import Tally
from fallback.worklist.listing import Shown

Words = dict[str, Any]


def document(found: Reconciliation, *, is_outside: bool = False) -> Document:
    """Write the report; for outside without patients, staff, reasons and places."""
    data: Words = {
        "title": "Reconciliation",
        "is_outside": is_outside,
        "of": found.words,
        "made_at": moment(found.made_at),
        "tally": _tally(found.tally),
        "verdict": found.verdict,
        "is_bad": bool(found.faults),
        "line_ends": [[words, str(count)] for words, count in found.line_ends],
        "lines": str(len(found.lines)),
        "sheets": [(_outside if is_outside else _inside)(one) for one in found.accounts],
        "others": [_other(sheet) for sheet in found.others],
        "worklist": [] if is_outside else [_line(one.shown, one.end) for one in found.lines],
    }
    stem = "Reconciliation, counts only" if is_outside else "Reconciliation"
    return Document("reconciliation", stem, "reconciliation.typ", data, _stamp(found))


def name_of(sheet: Sheet) -> str:
    """Name a sheet: 'K7QHM-4'."""
    return sheets.shown(sheet)


def _stamp(found: Reconciliation) -> Stamp:
    day = found.made_at.astimezone(LONDON).date()
    return Stamp(
        practice=found.practice.name, site=found.practice.name, day=day, day_words=day_words(day),
        up_to_date_at=found.made_at, clinical_as_of=None, print_number=0,
        journal=journal.newest(found.practice),
    )  # fmt: skip


def _tally(tally: Tally) -> Words:
    return {
        "printed": str(tally.printed),
        "agrees": tally.agrees,
        "ends": [[end.words, str(count)] for end, count in tally.done],
        "open": [[end.words, str(count)] for end, count in tally.open],
        "still_open": str(tally.still_open),
    }


def _outside(account: Account) -> Words:
    return {
        "reference": name_of(account.sheet),
        "day": day_words(account.sheet.day),
        "tally": _tally(account.tally),
        "codes": [[end.words, str(len(codes)), " ".join(codes)] for end, codes in account.codes],
    }


def _inside(account: Account) -> Words:
    sheet = account.sheet
    printed = f"printed {moment(sheet.printed_at)}" if sheet.printed_at else ""
    of = (str(sheet.desk), str(sheet.site), sheet.session.name if sheet.session else "")
    return {
        "reference": name_of(sheet),
        "day": day_words(sheet.day),
        "of": ", ".join(part for part in of if part),
        "ended": "; ".join(part for part in (printed, account.ended) if part),
        "tally": _tally(account.tally),
        "rows": [_row(row) for row in account.rows],
        "blank": [[str(len(b.codes)), f"{b.who}, {b.at}", " ".join(b.codes)]
                  for b in account.blank],
        "to_key": " ".join(account.to_key),
        "lost": " ".join(account.lost),
        "taken_back": account.taken_back,
    }  # fmt: skip


def _row(row: Row) -> list[str]:
    keyed = f"{row.who}, {row.at}"
    looked = f"second look: {row.looked}" if row.looked else ""
    return [
        row.code, row.when, row.with_whom, row.what, row.patient, row.said, row.written,
        "; ".join(part for part in (keyed, looked) if part), row.end.words, row.how,
    ]  # fmt: skip


def _other(sheet: Sheet) -> str:
    return f"{name_of(sheet)} ({day_short(sheet.day)}): {sheet.get_ended_as_display()}"


def _line(shown: Shown, end: str) -> list[str]:
    line = shown.line
    when = f"{day_short(shown.starts_at)} {shown.place['time']}" if shown.starts_at else ""
    whom = shown.place["with_whom"] if shown.place else ""
    ended = f"{moment(line.ended_at)}, {line.ended_by.name}" if line.ended_by else ""
    return [shown.deed, line.patient.name, when, whom, end, ended]
