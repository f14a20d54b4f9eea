"""`python -m fallback.hand`: jobs in, a line of JSON each; signs of life and answers out.

in   {"do": "bring", "folder": …}
out  {"alive": "Day diary 0802 print 1042.pdf"}
out  {"trouble": "is full"} or {"trouble": "", "prints": […], "device": 2049}
"""

from pathlib import Path
from typing import Any

from . import bringing, mark
from .look import look
from .serving import say, serve
from .troubles import Trouble


def do(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job. Raises Trouble and OSError."""
    folder, what = Path(job["folder"]), job["do"]
    if what == "prepare":
        return mark.prepare(folder, job["mark"])
    if what == "leave":
        bringing.leave(folder, job["mark"])
        return {}
    if what == "look":
        return {"files": look(folder)}
    try:
        return bringing.Bringing(job, lambda words: say(alive=words)).run()
    except bringing.Replaced:
        raise Trouble("could not keep up with the changes") from None


def main() -> None:
    """Do the jobs that come in."""
    serve(do)


if __name__ == "__main__":
    main()
