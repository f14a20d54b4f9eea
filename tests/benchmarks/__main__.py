"""`make bench`: measure what was promised; a table for people, JSON for machines.

`python -m tests.benchmarks [NAME…] [--json FILE]` measures all or some. Ends with 1 when a promise
is not kept. Run it on a machine that does nothing else.
"""

import argparse
import json
import os
import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks import ground

HERE = Path(__file__).parent
# In this order: finding fills the book.
NAMES = (
    "start",
    "day",
    "search",
    "booking",
    "paper",
    "clerk",
    "finding",
    "extract",
    "worklist",
    "probes",
    "rekeying",
    "telling",
)


def main() -> None:
    """Measure, print, write, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), metavar="FILE")
    said = parser.parse_args()
    if unknown := set(said.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    figures = []
    with ground.copy_of(ground.practice_folder()) as folder:
        os.environ["SURGERY_DATA"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "surgery.settings"
        import django

        django.setup()
        for name in said.names or NAMES:
            ground.tell(f"Measuring: {name}…")
            figures += import_module(f"tests.benchmarks.{name}").measure()
    said.json.write_text(json.dumps(report(figures), indent=2) + "\n")
    print(table(figures))
    print(", ".join(f"{name} {value}" for name, value in ground.machine().items()))
    sys.exit(0 if all(figure.is_kept for figure in figures) else 1)


def report(figures: list[ground.Figure]) -> dict:
    """Give everything, for machines."""
    return {"machine": ground.machine(), "figures": [figure.as_json() for figure in figures]}


def table(figures: list[ground.Figure]) -> str:
    """Lay the figures out for people."""
    rows = [
        (
            figure.name,
            f"{figure.value:.3g}" if figure.value < 1000 else f"{figure.value:,.0f}",
            figure.unit,
            figure.promised,
            "" if not figure.promised else "kept" if figure.is_kept else "NOT KEPT",
            figure.note,
        )
        for figure in figures
    ]
    rows.insert(0, ("", "measured", "", "promised", "", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    lines = [
        f"{name:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}  "
        f"{promised:<{widths[3]}}  {kept:<{widths[4]}}  {note}".rstrip()
        for name, value, unit, promised, kept, note in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
