"""`python -m fallback.publish.courier`: jobs in, a line of JSON each, answers out.

in   {"do": "publish", "kind": "folder", "folder": …, "said": {…}, "lasts": 600, …}
out  {"trouble": "", "lead": 0} or {"trouble": "does not answer in time"}
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fallback.hand.serving import serve
from fallback.hand.troubles import Trouble

from . import folder
from .signing import read_key, status_file

# A host's clock that differs by more than this is complained of, and not believed.
LEAD_AT_MOST = 15 * 60  # s


def do(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job. Raises Trouble and OSError."""
    if job["do"] == "try":
        return _try(job)
    try:
        key = read_key(Path(job["key"]))
    except (OSError, ValueError):
        raise Trouble("can't be renewed: this server's signing key can't be read") from None

    def make(lead: float) -> bytes:
        if abs(lead) > LEAD_AT_MOST:
            raise Trouble(_of_clocks(lead))
        at = datetime.now(UTC) + timedelta(seconds=lead)
        return status_file(job["said"], key, at, timedelta(seconds=job["lasts"]))

    files = {name: Path(path).read_bytes() for name, path in job["files"].items()}
    try:
        return {"lead": _bring(job, files, make), "sequence": job["said"]["sequence"]}
    except ValueError:
        raise Trouble("can't be renewed: what there is to say is too long") from None


def _try(job: dict[str, Any]) -> dict[str, Any]:
    if job["kind"] == "folder":
        folder.prepare(Path(job["folder"]), job["mark"])
    else:
        from . import sftp

        sftp.attempt(job)
    return {}


def _bring(job: dict[str, Any], files: dict[str, bytes], make: Any) -> int:
    if job["kind"] == "folder":
        return folder.bring(Path(job["folder"]), job["mark"], files, make)
    from . import sftp  # takes a quarter of a second: only where it is needed

    return sftp.bring(job, files, make)


def _of_clocks(lead: float) -> str:
    minutes = round(abs(lead) / 60)
    which = "ahead of" if lead > 0 else "behind"
    return f"has a clock that is {minutes} minutes {which} this server's: one of them is wrong"


if __name__ == "__main__":
    serve(do)
