"""Any sensible CSV that a practice saves from its screen, as headings and rows.

Nothing is known beforehand: not the encoding, not what separates the columns, not where the
headings stand. What cannot be a list at all is refused with a sentence; there is no other error.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

LARGEST = 5_000_000  # bytes; a week of a large practice is about 2,000,000
FIRST_LINES = 10  # the headings stand in one of them
MOST_COLUMNS = 100
SAMPLE = 400  # bytes
SEPARATORS = ",;\t|"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")

# How files begin that people send by mistake, and what these are.
OTHERS = {
    b"PK\x03\x04": "an Excel workbook or a zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"{\\rtf": "a Word document",
    b"<htm": "a web page",
    b"<!DO": "a web page",
}


class NotAnExport(Exception):  # noqa: N818  (as a refusal: an answer, not an error)
    """The file cannot be loaded; the text says why in one sentence."""


@dataclass(frozen=True)
class Sheet:
    """What a file holds. `around` is what stands outside the list: titles, groups, footers."""

    headings: tuple[str, ...]  # as the file writes them
    key: tuple[str, ...]  # in one form, to know the same list again
    rows: list[tuple[int, list[str]]] = field(default_factory=list)  # line number, cells
    around: list[tuple[int, str]] = field(default_factory=list)  # line number, text


def plain(text: str) -> str:
    """Bring a heading or a name into one form: lower case, single spaces, nothing invisible."""
    return " ".join(tidy(text).casefold().split())


def tidy(cell: str) -> str:
    """Tidy a cell: composed accents, no control characters, single spaces."""
    if cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell.strip()
    kept = (
        " " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs") else c
        for c in unicodedata.normalize("NFC", cell)
    )
    return " ".join("".join(kept).split())


def read(data: bytes, known: Sequence[tuple[str, ...]], words: frozenset[str]) -> Sheet:
    """Read a file. `known` are the headings of lists read before, `words` such as headings use.

    Raises NotAnExport.
    """
    if len(data) > LARGEST:
        size = f"{len(data) / 1_000_000:.1f} MB"
        raise NotAnExport(
            f"This file is {size}; at most {LARGEST // 1_000_000} MB can be taken. Save fewer days "
            "at once."
        )
    for start, what in OTHERS.items():
        if data.lstrip()[:4].upper() == start.upper():
            raise NotAnExport(
                f"This is {what}, not a CSV file: save the list as CSV and try again."
            )
    lines = LINE.findall(decode(data))
    if not "".join(lines).strip():
        raise NotAnExport("This file is empty: save the list again.")
    separator, at, cells = _headings(lines, known, words)
    key = tuple(plain(cell) for cell in cells)
    sheet = Sheet(tuple(tidy(cell) for cell in cells), key)
    sheet.around.extend((n, tidy(line)) for n, line in enumerate(lines[:at], 1) if line.strip())
    for line, row in _records(lines, at + 1, separator, len(cells)):
        _sort(sheet, line, [tidy(cell) for cell in row])
    return sheet


def decode(data: bytes) -> str:
    """Turn bytes into text: UTF-8 or UTF-16 by their marks or their looks, otherwise cp1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    elif data[:SAMPLE].count(0) * 3 > len(data[:SAMPLE]):
        # UTF-16 without its mark: every other byte of English is zero.
        is_big = data[:SAMPLE:2].count(0) > data[1:SAMPLE:2].count(0)
        text = data.decode("utf-16-be" if is_big else "utf-16-le", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\0", "").removeprefix("\ufeff")


def _sort(sheet: Sheet, line: int, cells: list[str]) -> None:
    """Put a record where it belongs: a row, the headings once more, or something around them."""
    filled = [cell for cell in cells if cell]
    if not filled or tuple(plain(cell) for cell in cells) == sheet.key:
        return
    if len(filled) <= 1 < len(sheet.headings):
        sheet.around.append((line, filled[0]))
        return
    if len(cells) < len(sheet.headings):
        cells = cells + [""] * (len(sheet.headings) - len(cells))
    sheet.rows.append((line, cells))


def _headings(
    lines: Sequence[str], known: Sequence[tuple[str, ...]], words: frozenset[str]
) -> tuple[str, int, list[str]]:
    """Find what separates the columns, and the line of the headings.

    It is a line that was a heading before, else the one with the most words that headings use. A
    line with dates, times or long numbers in it is somebody's row, never a heading.
    """
    best: tuple[int, str, int, list[str]] | None = None
    for separator in SEPARATORS:
        for at, line in enumerate(islice(lines, FIRST_LINES)):
            cells = _split(line, separator)
            key = tuple(plain(cell) for cell in cells)
            if len(cells) < 2 or len(cells) > MOST_COLUMNS:
                continue
            if key in known:
                return separator, at, cells
            if any(re.search(r"\d{3}|\d[:/.]\d", cell) for cell in key):
                continue
            score = len({cell for cell in key if cell in words})
            if score >= 2 and (best is None or score > best[0]):
                best = score, separator, at, cells
    if best is None:
        raise NotAnExport(
            f"None of the first {FIRST_LINES} lines is a line of headings such as Date, Time, "
            "Clinician, Patient: save the list with its column headings."
        )
    return best[1:]


def _split(line: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []
    while cells and not cells[-1].strip():  # a separator at the end of every line
        cells.pop()
    return cells


def _records(
    lines: Sequence[str], start: int, separator: str, width: int
) -> Iterator[tuple[int, list[str]]]:
    """Split lines into records, each with the number of the line on which it begins.

    A note may run over several lines within its quotes. A lone quote would swallow the lines after
    it: a record of several lines that has not the usual number of cells, or whole rows within, is
    taken for its first line alone. Where no line has the headings' number of cells, the most
    frequent one counts.
    """
    usual = _usual_width(lines, start, separator, width)
    at = start
    while at < len(lines):
        reader, begun = csv.reader(islice(lines, at, None), delimiter=separator), at
        while True:
            try:
                cells = next(reader, None)
            except csv.Error:  # a field beyond all measure: a quote that never closes
                cells, ended = [], begun + 2
            else:
                ended = at + reader.line_num
            if cells is None:
                return
            more = lines[begun + 1 : ended]
            if more and (len(cells) not in usual or _is_row_among(more, separator, usual)):
                yield begun + 1, _alone(lines[begun], separator)
                at = begun + 1
                break
            yield begun + 1, cells
            begun = ended


def _is_row_among(lines: Sequence[str], separator: str, usual: set[int]) -> bool:
    """Tell whether a whole row was swallowed; the end of a note has a quote in its first cell."""
    for line in lines[:20]:
        first = line.partition(separator)[0]
        if '"' not in first and len(_split_whole(line, separator)) in usual:
            return True
    return False


def _usual_width(lines: Sequence[str], start: int, separator: str, width: int) -> set[int]:
    widths = Counter(len(_split_whole(line, separator)) for line in lines[start : start + 200])
    return {width, width + 1, *(w for w, _ in widths.most_common(1) if w > 1)}


def _split_whole(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _alone(line: str, separator: str) -> list[str]:
    """Split a line whose quote does not close, as if there were no quotes."""
    return [cell.strip('" \r\n') for cell in line.split(separator)]
