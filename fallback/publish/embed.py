"""The script of the practice's website, and the line that calls it."""

import base64
import hashlib
from functools import lru_cache
from html import escape
from urllib.parse import urljoin

from django.conf import settings

from fallback.models import Target

URL = "js/embed.js"  # among our own static files
PATH = settings.BASE_DIR / "static" / URL


@lru_cache(maxsize=1)
def _digest() -> bytes:
    return hashlib.sha384(PATH.read_bytes()).digest()


def pinned_name() -> str:
    """Give the name under which this very script stays, whatever comes after it."""
    return f"embed-{_digest().hex()[:12]}.js"


def names() -> tuple[str, str]:
    """Give the names under which the script is published."""
    return "embed.js", pinned_name()


def line(target: Target, key: str) -> str:
    """Give the line to paste: this script and no other (its digest), and whom it believes."""
    address = escape(urljoin(target.web_address, pinned_name()))
    integrity = f"sha384-{base64.b64encode(_digest()).decode()}"
    return (
        f'<script defer src="{address}" integrity="{integrity}" crossorigin="anonymous" '
        f'data-key="{key}"></script>'
    )
