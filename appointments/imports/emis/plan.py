"""An extract beside the book, and the plan that comes of it."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from appointments.availability import LONDON
from appointments.imports.emis.book import Book
from appointments.imports.emis.extract import Extract
from appointments.imports.emis.records import Record
from appointments.imports.plan import Plan
from appointments.imports.report import CREATED, REMOVED, UNCHANGED, UPDATED, Report
from appointments.models import Practice

Row = TypeVar("Row", bound=models.Model)


class Comparison:
    """One extract beside one practice's book, and the plan that comes of it."""

    def __init__(self, practice: Practice, extract: Extract, report: Report, now: datetime):
        self.practice = practice
        self.extract = extract
        self.report = report
        self.now = now
        self.day = extract.stamp.astimezone(LONDON).date()
        self.book = Book(practice, extract)
        self.plan = Plan()
        self.main_site = practice.main_site_id

    def row(
        self,
        table: str,
        model: type[Row],
        record: Record,
        there: Any,
        values: dict[str, Any],
        *found: Any,
    ) -> Row | None:
        """Plan what a record means for its row; returns the row, None if there is to be none.

        With the fingerprint of the last load it is left alone, whatever was done to ours since;
        otherwise theirs wins in what it says. `found` tells which of its links were found: a
        record counts as changed when one turns up later. A row that was made by hand is only
        tied to theirs.
        """
        digest = record.fingerprint(*found)
        if there is not None and not there.external_id:
            loaded = {"external_id": record.guid, "external_digest": digest}
            self.plan.change(there, loaded)
            self.report.count(table, UPDATED)
        elif there is not None and there.external_digest == digest:
            self.report.count(table, UNCHANGED)
        elif there is not None:
            self.plan.change(there, values | {"external_digest": digest})
            self.report.count(table, REMOVED if record.deleted else UPDATED)
        elif not values:  # deleted before we ever heard of it
            self.report.count(table, UNCHANGED)
        else:
            loaded = {"external_id": record.guid, "external_digest": digest}
            there = model(practice=self.practice, **loaded, **values)
            self.plan.add(there)
            self.report.count(table, CREATED)
        return there
