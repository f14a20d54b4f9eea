"""What the web person is shown: the line, what is asked of the host, and what visitors see.

The examples are signed with a key of their own, which no website's line has.
"""

import base64
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from appointments.models import Practice
from fallback import telling
from fallback.models import Outage, Target
from fallback.publish import embed, keys, words
from fallback.publish.courier.signing import canonical

AS_IT_IS, DECLARED, SILENT = EXAMPLES = ("as-it-is", "declared", "silent")


def context(practice: Practice, target: Target) -> dict[str, Any]:
    """Give what the page for the web person shows."""
    key = keys.line_key(practice)
    parts = urlsplit(target.web_address)
    return {
        "target": target,
        "line": embed.line(target, key),
        "line_fits": target.line_key == key,
        "origin": f"{parts.scheme}://{parts.netloc}",
        "is_secure": parts.scheme == "https",
        "host_line": keys.host_line(practice) if target.kind == Target.Kind.SFTP else "",
        "example_key": keys.public_of(keys.example_key(practice)),
        "script": embed.URL,
    }


def example(practice: Practice, key: str, now: datetime) -> dict[str, Any]:
    """Give a status file as it would be now, in a declared outage, or when we are not heard of."""
    issued, lasts = now, timedelta(minutes=10)
    said = _declared(practice, now) if key == DECLARED else words.said(practice, now)
    if key == SILENT:
        issued = now - 2 * lasts
        said |= {"hours": [[words.utc(now - lasts), words.utc(now + timedelta(hours=1))]]}
    payload = said | {
        "sequence": int(now.timestamp()),
        "issued": words.utc(issued),
        "expires": words.utc(issued + lasts),
    }
    signature = keys.example_key(practice).sign(canonical(payload))
    return {"payload": payload, "signature": base64.b64encode(signature).decode()}


def _declared(practice: Practice, now: datetime) -> dict[str, Any]:
    """Say what the website would, were the internet down since half an hour ago."""
    outage = Outage(
        practice=practice, affected=[Outage.Affected.INTERNET], template="internet",
        began_at=now - timedelta(minutes=30), still_so_at=now, worded_at=now,
    )  # fmt: skip
    return words.of(telling.of_outages(practice, [outage], now), now)
