"""Outages: people declare, log and end them; the program asks and counts. See decision 0017."""

from fallback.outages.commands import (
    declare,
    end,
    say,
    sign_off,
    still_so,
    update,
)
from fallback.outages.reading import (
    ASK_AFTER,
    PaperThen,
    asks_whether_still_so,
    clinical_lines,
    current,
    is_declared,
    log_of,
    outage_of,
    paper_was,
    sheets_of,
    to_sign_off,
)

__all__ = [
    "ASK_AFTER",
    "PaperThen",
    "asks_whether_still_so",
    "clinical_lines",
    "current",
    "declare",
    "end",
    "is_declared",
    "log_of",
    "outage_of",
    "paper_was",
    "say",
    "sheets_of",
    "sign_off",
    "still_so",
    "to_sign_off",
    "update",
]
