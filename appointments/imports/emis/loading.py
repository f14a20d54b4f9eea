"""Load an extract: read and compare while the book goes on, then write it all in one command."""

import copy
import json
import time
from datetime import datetime
from pathlib import Path

from django.db.models import Q

from appointments.imports import loading
from appointments.imports.emis import people, sessions
from appointments.imports.emis.extract import Extract, read_folder
from appointments.imports.emis.folder import TABLES, NotAnExtract
from appointments.imports.emis.plan import Comparison
from appointments.imports.loading import TRIES, Stale
from appointments.imports.report import Report
from appointments.journal import Draft
from appointments.models import JournalEntry, Practice
from appointments.wording import moment

COMMAND = "load"


def load(folder: Path, *, ods_code: str = "") -> Report:
    """Load an extract into its practice; says what became of every row.

    `ods_code` is the practice that the caller means: another one's extract is then refused.
    Raises NotAnExtract, before anything was written.
    """
    began = time.perf_counter()
    as_read = Report()
    for table in (*TABLES, "slot_type", "appointment", "clash"):
        as_read.table(table)
    extract = read_folder(folder, as_read, ods_code=ods_code)
    for _ in range(TRIES):
        report = copy.deepcopy(as_read)
        practice = _practice(extract, ods_code)
        _refuse_older(practice, extract)
        try:
            Load(practice, extract, report).run()
        except Stale:
            continue
        _note_how_fresh(practice, extract.stamp)  # also of one that changes nothing
        report.seconds = time.perf_counter() - began
        return report
    raise NotAnExtract(
        "Sessions or settings kept changing while the extract was compared: nothing was loaded. "
        "Load it again at a quieter moment."
    )


def _practice(extract: Extract, ods_code: str) -> Practice:
    """Find the practice whose extract it is, or make it (not saved yet)."""
    guid = extract.organisation
    said = extract.records("organisation").get(guid)
    code = said.values["ods_code"] if said else ""
    practice = Practice.objects.filter(external_id=guid).first() if guid else None
    if practice is None and (known := Practice.objects.filter(ods_code=code or ods_code).first()):
        if known.external_id and guid:
            raise NotAnExtract(
                f"{known.ods_code} was loaded before under another organisation's GUID, so this "
                "would double everything: nothing was loaded."
            )
        practice = known
    if practice is None and not guid:
        practice = Practice.objects.filter(is_home=True).exclude(external_id="").first()
    if practice is None:
        if said is None or not code:
            raise NotAnExtract(
                "The extract does not say whose it is (no Admin_Organisation with an ODS code), "
                "and it is not a later part of one that was loaded here: add that file."
            )
        is_first = not Practice.objects.filter(is_home=True).exists()
        practice = Practice(
            ods_code=code, name=said.values["name"], is_home=is_first, external_id=guid
        )
    if ods_code and practice.ods_code != ods_code:
        raise NotAnExtract(
            f"This extract is of {practice.ods_code}, not of {ods_code}: nothing was loaded."
        )
    return practice


def _note_how_fresh(practice: Practice, stamp: datetime) -> None:
    older = Q(clinical_as_of=None) | Q(clinical_as_of__lt=stamp)
    Practice.objects.filter(older, pk=practice.pk).update(clinical_as_of=stamp)


def _refuse_older(practice: Practice, extract: Extract) -> None:
    """Refuse to go back in time: an older extract would undo what a newer one brought."""
    loads = JournalEntry.objects.filter(practice=practice.pk, command=COMMAND).order_by("-number")
    if (newest := loads.values_list("details", flat=True).first()) is None:
        return
    stamp = datetime.fromisoformat(json.loads(newest)["extract"])
    if extract.stamp < stamp:
        raise NotAnExtract(
            f"This extract is of {moment(extract.stamp)}, older than the one loaded last "
            f"({moment(stamp)}): nothing was loaded, since it would undo newer changes."
        )


class Load(loading.Load):
    """One attempt at comparing an extract with the book and writing what is different."""

    command, source = COMMAND, "EMIS Web"

    def __init__(self, practice: Practice, extract: Extract, report: Report):
        super().__init__(practice, extract.stamp, report)
        self.extract = extract

    def compare(self) -> None:
        """Compare table by table, in the order in which rows need one another."""
        work = Comparison(self.practice, self.extract, self.report, self.now)
        people.compare_practice(work)
        people.compare_sites(work)
        people.compare_clinicians(work)
        people.compare_patients(work)
        sessions.compare_sessions(work)
        sessions.compare_holders(work)
        sessions.compare_slots(work)
        self.plan, self.number = work.plan, work.book.number
        self.watched = {row.pk for rows in work.plan.changed.values() for row, _ in rows}
        self.watched |= {session.pk for session in work.book.sessions.values()}

    def write_more(self, entry: Draft) -> None:
        """Note with the rows how fresh they are: killed in between, neither has happened."""
        _note_how_fresh(self.practice, self.stamp)
