"""Loading the clinical system's extract: how long it takes, and how long nobody else can write."""

import json
import os
import tempfile
import threading
import time
from pathlib import Path

import pysqlite3

from tests.benchmarks.ground import Figure, tell
from tests.serving import ROOT, manage

FOLDER = Path(os.environ.get("EMIS_EXTRACT") or ROOT.parent / "shared/data/emis")
LOAD_AT_MOST = 30.0  # s
LOCK_AT_MOST = 3.0  # s
TRY_EVERY = 0.02  # s


def measure() -> list[Figure]:
    """Load it into an empty book while another process asks for the lock again and again."""
    if not FOLDER.is_dir():
        tell(f"  no extract in {FOLDER} (EMIS_EXTRACT names another folder): not measured")
        return []
    with tempfile.TemporaryDirectory(prefix="surgery-benchmark-") as name:
        manage(Path(name), "migrate", "--verbosity=0")
        first, locked, loaded = load(Path(name))
        again, _, _ = load(Path(name))
    rows = ", ".join(f"{table} {counts['created']:,}" for table, counts in loaded.items())
    return [
        Figure("extract, loaded into an empty book", first, "s", at_most=LOAD_AT_MOST, note=rows),
        Figure("extract, longest wait of anybody else", locked, "s", at_most=LOCK_AT_MOST),
        Figure("extract, loaded again", again, "s"),
    ]


def load(folder: Path) -> tuple[float, float, dict]:
    """Load the extract; gives the time it took, the longest wait for the lock, and the counts."""
    done = threading.Event()
    waits: list[float] = []
    rival = threading.Thread(target=wait_for_lock, args=(folder, waits, done))
    rival.start()
    began = time.perf_counter()
    try:
        said = manage(folder, "import_emis", str(FOLDER), "--json")
    finally:
        took = time.perf_counter() - began
        done.set()
        rival.join()
    return took, max(waits), json.loads(said)


def wait_for_lock(folder: Path, waits: list[float], done: threading.Event) -> None:
    """Take the write lock and give it back, over and over, and note how long it took to get."""
    database = pysqlite3.connect(
        folder / "appointments.sqlite3", timeout=60, isolation_level=None, check_same_thread=False
    )
    while not done.is_set():
        began = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
        waits.append(time.perf_counter() - began)
        time.sleep(TRY_EVERY)
    database.close()
