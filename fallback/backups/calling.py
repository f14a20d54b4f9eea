"""Starting the child that works on whole databases."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

PATIENCE = 600  # s; 750,000 entries (a large practice's year) are walked in 30 s of CPU

WANTED = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


class ChildFailed(Exception):  # noqa: N818  (what went wrong, in a sentence)
    """The work was not done; its text says why."""


def database(**values: Any) -> dict[str, Any]:
    """Give the settings of this process's database, with some put differently."""
    said = {name: connection.settings_dict.get(name) for name in WANTED}
    if connection.vendor == "sqlite":
        # Only the book in use has a write-ahead log; a copy is to stay one file.
        said["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    return {**said, "NAME": str(said["NAME"])} | {k: str(v) for k, v in values.items()}


def child(deed: str, database: dict[str, Any], **words: Any) -> dict[str, Any]:
    """Have a deed done; gives its answer, or raises ChildFailed."""
    said = {"deed": deed, "database": database, **words}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "fallback.backup_child"],
            input=json.dumps(said, default=str).encode(),
            capture_output=True,
            timeout=PATIENCE,
            cwd=Path(settings.BASE_DIR),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed(f"It took longer than {PATIENCE // 60} minutes.") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise ChildFailed(f"It ended with {done.returncode}: {' '.join(told[-1:])}") from None
    if "fault" in answer:
        raise ChildFailed(answer["fault"])
    return answer
