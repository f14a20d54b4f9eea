"""Sheets: made as files, printed, taken in hand, struck out, binned or shredded.

While a sheet is only a file, a newer one takes its place. From the moment it is printed, what
stands on it belongs to the paper. See docs/decisions/0010.
"""

from fallback.sheets.commands import bin_old, close_day, printed, strike_out, take_in_hand
from fallback.sheets.finding import find, out_there, row_of, shown
from fallback.sheets.live import on_printed_sheets
from fallback.sheets.making import ensure, new_references
from fallback.sheets.rows import ROWS_AT_MOST

__all__ = [
    "ROWS_AT_MOST",
    "bin_old",
    "close_day",
    "ensure",
    "find",
    "new_references",
    "on_printed_sheets",
    "out_there",
    "printed",
    "row_of",
    "shown",
    "strike_out",
    "take_in_hand",
]
