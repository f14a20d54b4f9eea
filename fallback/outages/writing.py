"""The incident report in words: the same sections on the page and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from appointments import journal
from appointments.wording import day_words, moment
from fallback.outages.listing import lasted
from fallback.outages.report import IN_LOG, Report
from fallback.paper import glyphs
from fallback.paper.document import Document, Stamp
from fallback.paper.press import press

NONE = "none"


@dataclass(frozen=True)
class Section:
    """A heading with facts (term and words), then a table."""

    heading: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def sections(report: Report, *, outside: bool = False) -> list[Section]:
    """Write the report; for outside with times and counts only."""
    written = [
        _what(report, outside),
        _paper(report),
        _meanwhile(report),
        _back(report, outside),
        *([] if outside else [_lines(report)]),
        _clashes(report, outside),
        _timeline(report, outside),
    ]
    return [section for section in written if section.facts or section.rows]


def printed(report: Report, *, outside: bool = False) -> bytes:
    """Print the report as PDF."""
    (rendered,) = press([document(report, outside=outside)])
    return rendered.pdf


def document(report: Report, *, outside: bool = False) -> Document:
    """Write the report for the press."""
    data = {
        "heading": report.outage.title,
        "outside": outside,
        "sections": [
            {
                "heading": one.heading,
                "facts": [_visible(fact) for fact in one.facts],
                "heads": one.heads,
                "rows": [_visible(row) for row in one.rows],
            }
            for one in sections(report, outside=outside)
        ],
    }
    day = report.outage.began_at
    stamp = Stamp(
        practice=report.practice.name,
        site=str(report.outage.site or report.practice.name),
        day=report.now.date(),
        day_words=day_words(day),
        up_to_date_at=report.now,
        clinical_as_of=None,
        print_number=0,
        journal=journal.newest(report.practice),
    )
    return Document("report", "Incident report", "incident_report.typ", data, stamp)


def _what(report: Report, outside: bool) -> Section:
    outage = report.outage
    facts = [
        ("What was down", outage.affected_words),
        ("Where", str(outage.site or "All sites")),
        ("Began", moment(outage.began_at)),
        (
            "Declared",
            _signed(outage.declared_at, outage.declared_by, outside)
            + f", {report.until_declared} after it began",
        ),
        ("Over", moment(outage.ended_at) or "Not yet"),
        ("Lasted", report.lasted + ("" if outage.ended_at else " so far")),
        ("Patients were told", "Yes" if outage.template else "Nothing"),
        (
            "Signed off",
            _signed(outage.signed_off_at, outage.signed_off_by, outside) or "Not yet",
        ),
    ]
    if report.home_after:
        facts.append(("All in the book", f"{report.home_after} after it was over"))
    return Section("What happened", facts)


def _paper(report: Report) -> Section:
    """Say how old the paper was when it began."""
    rows = [
        [
            one.site.name,
            _fresh(one.as_of, one.began_at, one.print_number),
            _fresh(one.printed_as_of, one.began_at, one.printed_number),
        ]
        for one in report.paper
    ]
    heads = ["Site", "Newest copy in the safe copies", "Newest on real paper"]
    return Section("How old the paper was when it began", heads=heads, rows=rows)


def _fresh(as_of: datetime | None, began_at: datetime, number: int | None) -> str:
    if as_of is None:
        return "none of that day"
    return f"{moment(as_of)} ({lasted(began_at - as_of)} old), print {number}"


def _meanwhile(report: Report) -> Section:
    facts = [("At the server", _counts(report.done))]
    if report.booked_via:
        facts.append(("How they were booked", _counts(report.booked_via)))
    facts.append(("On paper", _counts(report.on_paper)))
    return Section("What was done meanwhile", facts)


def _back(report: Report, outside: bool) -> Section:
    """Say when what was written came back into the book, and from which sheets."""
    facts = []
    if report.written:
        facts = [
            ("Lines written on paper", str(len(report.written))),
            ("First back in the book", moment(min(line.keyed_at for line in report.written))),
            ("Last back in the book", moment(max(line.keyed_at for line in report.written))),
            ("Only on paper, as a rule", f"{report.usual} (the longest: {report.longest})"),
        ]
    if report.clinical:
        one = report.clinical
        said = f"{one.done} of {one.lines} ended" if one.lines else NONE
        if one.impossible:
            said += f", {one.impossible} of them not possible"
        facts.append(("Lines keyed into the clinical system", said + _last(one.last_at)))
    rung, told = report.calls
    facts.append(("Patients to ring", f"{told} of {rung} told" if rung else NONE))
    return Section("Back in the book", facts, _SHEET_HEADS, _sheets(report, outside))


_SHEET_HEADS = [
    "Sheet",
    "Rows",
    "In the book",
    "Clash",
    "Set aside",
    "Nothing written",
    "No end",
    "Ended",
]


def _sheets(report: Report, outside: bool) -> list[list[str]]:
    rows = []
    totals = [0] * 6
    for one in report.sheets:
        numbers = [one.rows, one.in_book, one.clashes, one.set_aside, one.nothing, one.to_do]
        totals = [total + number for total, number in zip(totals, numbers, strict=True)]
        how = one.sheet.get_ended_as_display().split(":")[0] if one.is_ended else "Not signed off"
        rows.append([f"{one.reference}, {one.sheet.desk}", *map(str, numbers), how])
    if not rows:
        return []
    ended = f"{sum(one.is_ended for one in report.sheets)} of {len(rows)}"
    together = [f"All {len(rows)}", *map(str, totals), ended]
    return [together] if outside else [*rows, together]


def _lines(report: Report) -> Section:
    rows = [
        [
            f"{line.sheet} {line.code}", line.what, moment(line.written_at), moment(line.keyed_at),
            lasted(line.took), line.keyed_by, line.end,
        ]
        for line in report.written
    ]  # fmt: skip
    heads = ["Row", "What", "Written", "Keyed", "Only on paper", "Keyed by", "How it ended"]
    return Section("Line by line", heads=heads, rows=rows)


def _clashes(report: Report, outside: bool) -> Section:
    if outside or not report.clashes:
        facts = [("Clashes", _counts(report.clash_ends))]
        return Section("Clashes and their ends", facts)
    rows = [
        [
            moment(one.came_at), f"From {one.source}", one.outcome,
            moment(one.settled_at) + (f", {one.settled_by}" if one.settled_by else ""),
        ]
        for one in report.clashes
    ]  # fmt: skip
    return Section("Clashes and their ends", heads=["Came", "From", "End", "Decided"], rows=rows)


def _timeline(report: Report, outside: bool) -> Section:
    if outside:
        rows = [
            [moment(one.at), one.what + (f": {one.said}" if one.is_public else "")]
            for one in report.timeline
            if one.what != IN_LOG
        ]
        return Section("Minute by minute", heads=["When", "What"], rows=rows)
    rows = [
        [moment(one.at), one.what + (f": {one.said}" if one.said else ""), one.who]
        for one in report.timeline
    ]
    return Section("Minute by minute", heads=["When", "What", "Who"], rows=rows)


def _signed(at: datetime | None, who: object, outside: bool) -> str:
    return moment(at) + (f", {who}" if at and who and not outside else "")


def _last(at: datetime | None) -> str:
    return f", the last at {moment(at)}" if at else ""


def _counts(many: list[tuple[str, int]]) -> str:
    said = [f"{number} {words[0].lower()}{words[1:]}" for words, number in many]
    return ", ".join(said) or NONE


def _visible(words: Iterable[str]) -> list[str]:
    return [glyphs.visible(" ".join(each.split())) for each in words]
