"""Loads in real processes, killed at any moment of the writing."""

import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.appointments.imports.screen.ground import PATIENTS
from tests.serving import ROOT, environment, manage

# The same door as the extract of files, whose killed load is tried every time.
pytestmark = [pytest.mark.soak, pytest.mark.faults, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """A data folder with the cast, and a list of many patients."""
    folder = tmp_path_factory.mktemp("ground") / "data"
    folder.mkdir()
    manage(folder, "migrate", "-v0")
    path = folder.parent / "list.csv"
    settings = environment(folder, DJANGO_SETTINGS_MODULE="surgery.settings")
    settings["PYTHONPATH"] = str(ROOT)
    words = [sys.executable, "-m", "tests.appointments.imports.screen.ground", str(path)]
    subprocess.run(words, cwd=ROOT, env=settings, check=True, capture_output=True)
    return folder, path


def contents(folder) -> str:
    """A fingerprint of everything in the database."""
    with closing(sqlite3.connect(folder / "appointments.sqlite3")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        digest = hashlib.sha256()
        for (table,) in tables.fetchall():
            for row in db.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2'):
                digest.update(repr(row).encode())
    return digest.hexdigest()


def test_a_load_that_is_killed_leaves_the_book_as_it_was(ground, tmp_path):
    folder, path = ground
    before = contents(folder)
    for number in range(3):
        copy = shutil.copytree(folder, tmp_path / str(number))
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import_screen", str(path)],
            cwd=ROOT,
            env=environment(copy),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        seen = b""
        while b"Writing" not in seen:
            byte = process.stderr.read(1)
            assert byte, seen
            seen += byte
        time.sleep(random.uniform(0, 0.1))
        process.kill()
        process.communicate()
        killed = contents(copy)
        counts = json.loads(manage(copy, "import_screen", str(path), "--json"))
        created = counts["appointment"]["created"]
        assert created == (PATIENTS if killed == before else 0)
        again = json.loads(manage(copy, "import_screen", str(path), "--json"))
        assert again["appointment"]["unchanged"] == PATIENTS
        manage(copy, "verify_journal")
