"""The work on whole databases, in a process that ends with it: `python -m fallback.backup_child`.

It is told what to do as JSON on standard input (nobody else can read that: it holds passwords) and
answers as JSON on standard output. The keeper's memory stays small, and its clock is not held up.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

NICENESS = 10  # reception comes first


def main() -> None:
    """Do one deed and say what came of it: facts, or a fault in a sentence."""
    said = json.load(sys.stdin)
    database = said.pop("database")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "surgery.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"] = database
    django.setup()

    from appointments.copies import CopyFailed
    from fallback.backups import copying, examining
    from fallback.backups.sealing import WontOpen

    deeds: dict[str, Callable[..., dict[str, Any]]] = {
        "make": copying.make,
        "examine": examining.examine,
    }
    try:
        answer = deeds[said.pop("deed")](**said)
    except (CopyFailed, WontOpen, examining.NotGood) as fault:
        answer = {"fault": str(fault)}
    except OSError as error:
        answer = {"fault": f"{Path(str(error.filename or 'A file')).name}: {error.strerror}."}
    json.dump(answer, sys.stdout, default=str)


if __name__ == "__main__":
    os.nice(NICENESS)
    main()
