"""From paper back into the book: every written row ends in exactly one way.

A row is entered once (the database sees to it), what it says is never refused by the book, and
nothing is moved or cancelled by the program itself. See docs/decisions/0016.
"""

from fallback.rekey.aside import hand_on, reopen, say_who, tell_duty
from fallback.rekey.entering import Line, enter, fill, leave_rest, take_back, take_back_rest
from fallback.rekey.finishing import (
    close,
    declare_lost,
    found_again,
    give_up_lost,
    let_go_of_lost,
    set_aside,
    sign_off,
)
from fallback.rekey.loose import MOST_LINES, add_lines, open_loose
from fallback.rekey.reading import Sums, sums, to_do

__all__ = [
    "MOST_LINES",
    "Line",
    "Sums",
    "add_lines",
    "close",
    "declare_lost",
    "enter",
    "fill",
    "found_again",
    "give_up_lost",
    "hand_on",
    "leave_rest",
    "let_go_of_lost",
    "open_loose",
    "reopen",
    "say_who",
    "set_aside",
    "sign_off",
    "sums",
    "take_back",
    "take_back_rest",
    "tell_duty",
    "to_do",
]
