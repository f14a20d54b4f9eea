"""The files of an extract: which they are, of when, and their rows with physical line numbers."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from appointments.availability import LONDON
from appointments.imports.report import Report

# {n}_{Domain}_{Table}_{YYYYMMDDhhmmss}_{GUID}.csv
NAME = re.compile(
    r"(?P<number>\d+)_(?P<table>[a-z]+_[a-z]+)_(?P<stamp>\d{14})_\{?[0-9a-f-]{36}\}?\.csv",
    re.IGNORECASE,
)

# Our plain word for each table that is read, in the order in which rows need one another, and the
# columns without which it is not that table.
TABLES = {
    "organisation": ("Admin_Organisation", ("OrganisationGuid", "ODSCode")),
    "location": ("Admin_Location", ("LocationGuid", "LocationName")),
    "user": ("Admin_UserInRole", ("UserInRoleGuid", "Surname", "JobCategoryName")),
    "patient": ("Admin_Patient", ("PatientGuid", "Surname", "DateOfBirth")),
    "session": (
        "Appointment_Session",
        ("AppointmentSessionGuid", "LocationGuid", "StartDate", "StartTime", "EndTime"),
    ),
    "session_user": ("Appointment_SessionUser", ("SessionGuid", "UserInRoleGuid")),
    "slot": (
        "Appointment_Slot",
        (
            "SlotGuid",
            "SessionGuid",
            "PatientGuid",
            "AppointmentDate",
            "AppointmentStartTime",
            "PlannedDurationInMinutes",
        ),
    ),
}
_BY_NAME = {name.casefold(): (word, needed) for word, (name, needed) in TABLES.items()}


class NotAnExtract(Exception):  # noqa: N818  (as a refusal: an answer, not an error)
    """The folder cannot be loaded; the text says why in one sentence."""


class Row(NamedTuple):
    """A row as it stands in a file; cells by lower-case column name."""

    file: str
    line: int
    stamp: datetime
    cells: dict[str, str]

    def cell(self, column: str) -> str:
        """Return a cell's text; empty when this layout has no such column."""
        return self.cells.get(column.lower(), "")

    def says(self, column: str) -> bool:
        """Tell whether this layout has the column."""
        return column.lower() in self.cells


@dataclass(frozen=True)
class File:
    """One table's file."""

    path: Path
    number: int
    table: str
    needed: tuple[str, ...]
    stamp: datetime  # when the clinical system wrote it


def files_in(folder: Path) -> list[File]:
    """Find the tables' files, oldest extract first. Raises NotAnExtract."""
    try:
        names = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise NotAnExtract(f"The folder {folder} can't be read ({error.strerror}).") from error
    files = []
    for path in names:
        named = NAME.fullmatch(path.name)
        known = named and _BY_NAME.get(named["table"].casefold())
        if named and known:
            word, needed = known
            stamp = _stamp(named["stamp"], path)
            files.append(File(path, int(named["number"]), word, needed, stamp))
    if not files:
        raise NotAnExtract(
            f"{folder} is not an EMIS Web extract: it holds no file with a name like "
            "295_Appointment_Session_20261122020000_(GUID).csv."
        )
    return sorted(files, key=lambda file: (file.stamp, file.number, file.path.name))


def _stamp(digits: str, path: Path) -> datetime:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=LONDON)
    except ValueError as error:
        raise NotAnExtract(f"{path.name} bears a date and time that do not exist.") from error


def rows_of(file: File, report: Report) -> Iterator[Row]:
    """Read a table's rows; those that cannot be read go to the rejects.

    Columns go by name in any case. Raises NotAnExtract when the file as a whole is unreadable.
    """
    name = file.path.name
    try:
        with file.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as text:
            lines = text.readlines()
    except OSError as error:
        raise NotAnExtract(f"{name} can't be read ({error.strerror}).") from error
    if not lines:
        raise NotAnExtract(f"{name} is empty, without even a header: ask for the extract again.")
    records = _records(lines)
    _, header = next(records, (1, []))
    columns = [column.strip().lower() for column in header]
    if lacking := [column for column in file.needed if column.lower() not in columns]:
        table = TABLES[file.table][0]
        raise NotAnExtract(
            f"{name} has no column {' or '.join(lacking)}, so it is not the table {table}."
        )
    for line, cells in records:
        row = Row(name, line, file.stamp, dict(zip(columns, cells, strict=False)))
        if len(cells) != len(columns):
            reason = f"it has {len(cells)} columns and the header {len(columns)}; is a quote amiss?"
            report.reject(file.table, row, "", reason)
        elif _has_bad_bytes(cells):
            report.reject(file.table, row, "", "it has characters that are not UTF-8")
        else:
            yield row


def _has_bad_bytes(cells: list[str]) -> bool:
    """Tell whether there were bytes that are no UTF-8: they were read as lone surrogates."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return True
    return False


def _records(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Split lines into records, each with the number of the line on which it begins.

    A comment may run over several lines within its quotes. A lone quote would swallow the lines
    after it: a record of several lines that has not as many columns as the header is taken for
    its first line alone, and reading goes on with the next line.
    """
    at, width = 0, None
    while at < len(lines):
        reader, begun = csv.reader(islice(lines, at, None)), at
        while True:
            try:
                cells = next(reader, None)
            except csv.Error:  # a field beyond all measure: a quote that never closes
                cells, ended = ["?"], begun + 2
            else:
                ended = at + reader.line_num
            if cells is None:
                return
            width = width or len(cells)
            if cells:
                yield begun + 1, cells
            if ended > begun + 1 and len(cells) != width:
                at = begun + 1
                break
            begun = ended
