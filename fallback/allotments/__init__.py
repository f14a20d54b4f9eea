"""Which desk holds which slots for when it is cut off."""

from fallback.allotments.commands import Left, left_to_sell, share_out, share_out_all, take
from fallback.allotments.reading import acknowledged

__all__ = [
    "Left",
    "acknowledged",
    "left_to_sell",
    "share_out",
    "share_out_all",
    "take",
]
