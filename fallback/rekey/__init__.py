"""From paper back into the book: every written row ends in exactly one way.

A row is entered once (the database sees to it), what it says is never refused by the book, and
nothing is moved or cancelled by the program itself. See docs/decisions/0016.
"""

from fallback.rekey.entering import Line, enter, fill, leave_rest, take_back, take_back_rest
from fallback.rekey.finishing import close, declare_lost, set_aside, sign_off
from fallback.rekey.reading import Sums, sums, to_do

__all__ = [
    "Line",
    "Sums",
    "close",
    "declare_lost",
    "enter",
    "fill",
    "leave_rest",
    "set_aside",
    "sign_off",
    "sums",
    "take_back",
    "take_back_rest",
    "to_do",
]
