"""A whole extract as read from its folder: the newest good record of each row, of one practice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tqdm import tqdm

from appointments.imports.emis.folder import TABLES, File, NotAnExtract, Row, files_in, rows_of
from appointments.imports.emis.records import BOOKED, KEYS, Record, Rejected, TestPatient, read
from appointments.imports.report import Report

NO_DOUBT = 0.9  # of all rows: then the others are strays

Records = dict[str, Record]  # by GUID


@dataclass
class Extract:
    """What a folder holds. `stamp` is when the clinical system wrote the newest of it."""

    stamp: datetime
    tables: dict[str, Records] = field(default_factory=dict)
    test_patients: set[str] = field(default_factory=set)
    organisation: str = ""  # GUID of the practice's organisation

    def records(self, table: str) -> Records:
        """Return a table's records; none if it was not in the folder."""
        return self.tables.get(table, {})


def read_folder(folder: Path, report: Report, *, ods_code: str = "") -> Extract:
    """Read an extract. Raises NotAnExtract when there is nothing to make sense of.

    Several extracts in one folder count as one: the newest row of each GUID, so that reading them
    all again later never goes back in time. Rows of other organisations than the practice's are
    rejected; `ods_code` says which it is when the rows leave it open.
    """
    files = files_in(folder)
    extract = Extract(max(file.stamp for file in files))
    with tqdm(total=_lines(files), desc="Reading", unit=" rows", leave=False) as bar:
        for file in files:
            report.table(file.table)
            for row in rows_of(file, report):
                _take(extract, file.table, row, report)
                bar.update()
    extract.organisation = _whose(extract, ods_code)
    _keep_only_ours(extract, report)
    return extract


def _lines(files: Iterable[File]) -> int:
    try:
        return sum(file.path.read_bytes().count(b"\n") - 1 for file in files)
    except OSError as error:
        raise NotAnExtract(f"{error.filename} can't be read ({error.strerror}).") from error


def _take(extract: Extract, table: str, row: Row, report: Report) -> None:
    try:
        record = read(table, row, report.notes)
    except Rejected as rejected:
        if isinstance(rejected, TestPatient):
            extract.test_patients.add(rejected.guid)
        guid = row.cell(KEYS.get(table, "")).strip("{} ")
        booked = BOOKED if table == "slot" and row.cell("PatientGuid").strip() else ""
        report.reject(table, row, guid, f"{rejected}{booked}")
        return
    records = extract.tables.setdefault(table, {})
    earlier = records.get(record.guid)
    if earlier and earlier.row.stamp == row.stamp:
        again = f"the same GUID comes again in {row.file}, line {row.line}, and that row counts"
        report.reject(table, earlier.row, earlier.guid, again)
    records[record.guid] = record


def _organisation_of(record: Record) -> str:
    return record.row.cell("OrganisationGuid").strip("{} ").upper()


def _whose(extract: Extract, ods_code: str) -> str:
    """Find the organisation whose rows these are.

    The table of organisations also names neighbours, so the other tables decide; a few rows of
    somebody else in them leave no doubt.
    """
    named: Counter[str] = Counter(
        guid
        for table, records in extract.tables.items()
        if table != "organisation"
        for record in records.values()
        if (guid := _organisation_of(record))
    )
    organisations = extract.records("organisation")
    candidates = list(named) or list(organisations)
    if len(candidates) < 2:
        return candidates[0] if candidates else ""
    if ods_code:
        for guid in candidates:
            if guid in organisations and organisations[guid].values["ods_code"] == ods_code:
                return guid
    for guid, rows in named.most_common(1):
        if rows >= NO_DOUBT * named.total():
            return guid
    raise NotAnExtract(
        f"This folder holds rows of {len(candidates)} organisations: say with --practice whose "
        "are to be loaded."
    )


def _keep_only_ours(extract: Extract, report: Report) -> None:
    for table in TABLES:
        records = extract.records(table)
        for guid, record in list(records.items()):
            if _organisation_of(record) not in ("", extract.organisation):
                report.reject(table, record.row, guid, "it belongs to another organisation")
                del records[guid]
