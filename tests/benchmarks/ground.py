"""What the benchmarks share: figures, the machine they were taken on, the practice they use."""

import hashlib
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from tests.serving import ROOT, manage

# The practice that every promise is about.
PATIENTS, CLINICIANS, SLOTS_PER_DAY = 40_000, 30, 1_080
# What decides how the practice looks: change any of it and the practice is made anew.
MADE_OF = ("appointments/demo", "appointments/models", "appointments/migrations")


@dataclass(frozen=True)
class Figure:
    """One measured number and what was promised of it (nothing promised: it is only told)."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the promise holds."""
        too_much = self.at_most is not None and self.value > self.at_most
        too_little = self.at_least is not None and self.value < self.at_least
        return not (too_much or too_little)

    @property
    def promised(self) -> str:
        """The promise in words."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return f"at least {self.at_least:g}" if self.at_least is not None else ""

    def as_json(self) -> dict:
        """Everything, for machines."""
        return asdict(self) | {"is_kept": self.is_kept}


def percentile(values: list[float], share: int) -> float:
    """Give the value that so many in a hundred do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def machine() -> dict[str, str | int]:
    """Say on what it was measured."""
    import pysqlite3

    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": pysqlite3.sqlite_version,
        "day": date.today().isoformat(),
    }


def tell(sentence: str) -> None:
    """Show progress where it does not mix with the figures."""
    print(sentence, file=sys.stderr, flush=True)


def practice_folder() -> Path:
    """Give a data folder with the large practice; made once a day and kept in the temp folder."""
    content = hashlib.sha256(date.today().isoformat().encode())
    for path in sorted(path for name in MADE_OF for path in (ROOT / name).rglob("*.py")):
        content.update(path.read_bytes())
    kept = Path(tempfile.gettempdir(), "surgery-benchmarks")
    folder = kept / content.hexdigest()[:16]
    if not folder.exists():
        shutil.rmtree(kept, ignore_errors=True)
        tell(f"Making a practice of {PATIENTS:,} patients, {SLOTS_PER_DAY:,} slots a day…")
        half_made = folder.with_suffix(".half-made")
        half_made.mkdir(parents=True, mode=0o700)
        manage(half_made, "migrate", "--verbosity=0")
        size = (f"--patients={PATIENTS}", f"--clinicians={CLINICIANS}")
        manage(half_made, "make_demo", *size, f"--slots-per-day={SLOTS_PER_DAY}")
        half_made.rename(folder)
    manage(folder, "collectstatic", "--no-input", "--verbosity=0")
    return folder


@contextmanager
def copy_of(folder: Path) -> Iterator[Path]:
    """Lend a copy of a data folder that may be written to."""
    with tempfile.TemporaryDirectory(prefix="surgery-benchmark-") as name:
        copy = Path(name, "data")
        shutil.copytree(folder, copy)
        yield copy
