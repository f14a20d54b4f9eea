"""A data folder of the test's own, papers that were never printed, and a place to bring them to."""

import hashlib
import json
from datetime import date, timedelta

import pytest

from fallback.hand import mark
from fallback.hand.bringing import Bringing
from tests.world import build

TODAY = date(2026, 11, 23)


@pytest.fixture
def data(settings, tmp_path):
    """The data folder."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def world(db, data):
    return build()


def digest(content):
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


class Papers:
    """The server's own copy, written by hand: `papers.keep(day, print=7)`."""

    def __init__(self, folder):
        self.folder = folder
        self.prints = {}
        folder.mkdir()
        self._say()

    def keep(self, ahead=0, print_=1, site="main", size=3000):
        day = (TODAY + timedelta(days=ahead)).isoformat()
        files = []
        for document, ending in (("Day diary", "pdf"), ("Sheet of Desk 1", "pdf"),
                                 ("Day diary", "html"), ("Day diary", "csv")):  # fmt: skip
            path = f"{day}/Surgery {site}/{document} 0802 print {print_}.{ending}"
            file = {"path": path, "document": document}
            for kind in ("open", "protected") if ending == "pdf" else ("open",):
                content = f"{kind} {path} ".encode().ljust(size, b".")
                target = self.folder / kind / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                file[kind] = digest(content)
            files.append(file)
        self.prints[site, day] = {
            "site": site, "site_name": f"Surgery {site}", "day": day, "print": print_,
            "journal": 100 + print_, "mark": f"{print_}", "pages": 1, "clinical_as_of": None,
            "made_at": f"2026-11-23T08:02:{print_:02}.000000+00:00", "files": files,
        }  # fmt: skip
        self._say()
        return [file["path"] for file in files]

    def lose(self):
        """As after a restore on a new machine."""
        self.prints = {}
        self._say()

    def _say(self):
        said = {"practice": "G82001", "prints": list(self.prints.values())}
        (self.folder / "kept.json").write_text(json.dumps(said))


@pytest.fixture
def papers(tmp_path):
    return Papers(tmp_path / "papers")


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "front desk"
    mark.prepare(folder, "the-place")
    return folder


def job(papers, place, **more):
    return {
        "do": "bring", "folder": str(place), "mark": "the-place", "papers": str(papers.folder),
        "practice": "G82001", "protected": True, "endings": [".pdf"],
        "today": TODAY.isoformat(), "oldest": (TODAY - timedelta(days=1)).isoformat(),
        "sites": ["main", "branch"], "backups": None, "verify": False,
    } | more  # fmt: skip


@pytest.fixture
def bring(papers, place):
    """Visit the place: `bring(protected=False)`."""

    def visit(**more):
        return Bringing(job(papers, place, **more), lambda _: None).run()

    return visit


@pytest.fixture
def job_for(papers, place):
    return lambda **more: job(papers, place, **more)


def named(place):
    """What the manifest names; all of it must be whole."""
    said = json.loads((place / "manifest.json").read_bytes())
    for path, entry in said["files"].items():
        assert digest((place / path).read_bytes()) == {
            "sha256": entry["sha256"],
            "bytes": entry["bytes"],
        }
    return said["files"]


@pytest.fixture
def files_at():
    """The manifest's files at a place, checked: `files_at(place)`."""
    return named
