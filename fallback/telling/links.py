"""What can be pressed in a sentence for patients: the practice's number, 111 on line."""

import re
from typing import NamedTuple

ONLINE = {"111.nhs.uk": "https://111.nhs.uk/"}


class Piece(NamedTuple):
    """A run of a sentence; `address` is where it leads, '' where nowhere."""

    text: str
    address: str = ""


def pieces(sentence: str, telephone: str = "") -> list[Piece]:
    """Cut a sentence into what can be pressed and what stands between; joined it is the same."""
    addresses = ONLINE | ({telephone: to_ring(telephone)} if telephone else {})
    cut = re.split(f"({'|'.join(map(re.escape, addresses))})", sentence)
    return [Piece(text, addresses.get(text, "")) for text in cut if text]


def to_ring(telephone: str) -> str:
    """Give a number as a telephone dials it: 'tel:01632960100'."""
    return "tel:" + re.sub(r"[^\d+]", "", telephone)
