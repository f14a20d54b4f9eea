"""The readiness check: each thing that must be there, taken away."""

import fcntl
import hashlib
import io
import json
import shutil
from datetime import timedelta
from io import StringIO

import pikepdf
import pytest
from django.core.management import call_command
from django.utils import timezone

from appointments import booking, journal
from appointments.models import Closure, Practice
from fallback import allotments, continuity, plans, printers
from fallback.backups.names import name_of, read_name
from fallback.continuity import judging, reading
from fallback.hand import manifest, mark
from fallback.hand.__main__ import do
from fallback.keeper import report
from fallback.keeper.delivery import _job
from fallback.models import Place
from fallback.paper import making
from fallback.places import first
from tests import world as worlds


class Ready:
    """A practice with one site that is ready for anything: two places, printer, keeper."""

    def __init__(self, data, folders):
        self.data = data
        self.world = world = worlds.build()
        self.practice = world.practice
        world.branch.closed_on = world.day
        world.branch.save()
        # Closed today, so that only the one day counts, whatever weekday the tests run on.
        Closure.objects.create(practice=world.practice, day=timezone.localdate(), reason="Test")
        printers.add_printer(world.by_manager, queue="front-office", site=world.site)
        self.places = [self._place(name, folder) for name, folder in folders.items()]
        allotments.share_out(self.practice, world.site, world.day)
        self.make()
        self.backup = self._backup()
        self.deliver()
        self.lock = (data / "keeper.lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.report()

    def _place(self, name, folder):
        place = Place.objects.create(
            practice=self.practice, name=name, folder=str(folder), site=self.world.site
        )
        folder.mkdir()
        mark.prepare(folder, str(place.pk))
        return place

    def days(self):
        return judging._site(self.practice, self.world.site, timezone.now()).days

    def _backup(self):
        """A file that bears out its name: what makes one is tried elsewhere, and takes seconds."""
        content = b"age-encryption.org/v1 and so on"
        number = journal.newest(self.practice)
        name = name_of(timezone.now(), number, hashlib.sha256(content).hexdigest())
        folder = self.data / "backups"
        folder.mkdir()
        (folder / name).write_bytes(content)
        return read_name(folder / name)

    def make(self):
        for day in self.days():
            first.keep(self.practice, making.make(self.practice, self.world.site, day))

    def deliver(self):
        for place in self.places:
            do(_job(self.practice, place, timezone.localdate()) | {"verify": False})

    def report(self, **values):
        said = {"at": timezone.now().isoformat(), "pid": 1} | values
        report.write(report.Report(**said))

    def check(self, **later):
        return continuity.check(self.practice, timezone.now() + timedelta(**later))

    def folder(self, number):
        return self.data.parent / ("stick", "office")[number]

    def pdf(self, number=0):
        """A protected PDF in a place."""
        return next(self.folder(number).glob("*/*/Day diary*.pdf"))


@pytest.fixture
def ready(settings, tmp_path, transactional_db, monkeypatch):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    folders = {"Stick": tmp_path / "stick", "Back office": tmp_path / "office"}
    # Both are on this machine's one disk: the test says that they are not.
    real = reading.os.stat

    def stat(path, *args, **kwargs):
        facts = real(path, *args, **kwargs)
        if str(path) == str(settings.DATA_DIR):
            return type("Elsewhere", (), {"st_dev": facts.st_dev + 1})()
        return facts

    monkeypatch.setattr(reading.os, "stat", stat)
    made = Ready(settings.DATA_DIR, folders)
    yield made
    made.lock.close()


def test_ready(ready):
    found = ready.check()
    assert found.problems == found.remarks == []
    assert found.is_ready
    place, named = found.backup
    assert place in ("Stick", "Back office")
    assert named.path.name == ready.backup.path.name
    copies = [copy for one in found.found for copy in one.copies]
    assert {(copy.place, copy.day) for copy in copies} == {
        (place.name, day) for place in ready.places for day in ready.days()
    }
    here = [left for left in found.desks if left.day == ready.world.day]
    desks = {(left.desk, left.on_screen + left.on_paper > 0) for left in here}
    assert desks == {("Desk 1", True), ("Desk 2", True)}


def test_a_change_that_is_not_on_paper_yet(ready):
    booking.book(ready.world.slot("10:00").pk, ready.world.asks(ready.world.ann), ready.world.by)
    assert ready.check(seconds=20).is_ready
    problems = ready.check(seconds=40).problems
    assert any("are out of date" in problem for problem in problems)
    assert any("good papers in 0 places" in problem for problem in problems)


def test_a_change_elsewhere_ages_nothing(ready):
    plans.change_plan(ready.world.by_manager, passwords_lie="in the cash box")
    assert not any("out of date" in problem for problem in ready.check(seconds=40).problems)


@pytest.mark.parametrize("harm", ["cut", "gone", "exchanged"])
def test_a_file_that_is_not_what_it_was(ready, harm):
    path = ready.pdf()
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-10])
    elif harm == "gone":
        path.unlink()
    else:
        shutil.copy(next(path.parent.glob("Contact*.pdf")), path)
    problems = ready.check().problems
    assert any("Stick: " in p and "missing or damaged" in p for p in problems)
    assert any("good papers in 1 place;" in p for p in problems)


def test_a_pdf_that_opens_with_another_password_only(ready):
    """The manifest agrees with the file, but nobody can open it."""
    path = ready.pdf()
    target = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(target, encryption=pikepdf.Encryption(user="other", owner="other", R=6))
    path.write_bytes(target.getvalue())
    files = manifest.read(ready.folder(0))
    entry = files[str(path.relative_to(ready.folder(0)))]
    entry["sha256"] = hashlib.sha256(target.getvalue()).hexdigest()
    manifest.write(ready.folder(0), ready.practice.ods_code, files)
    assert any("a PDF does not open" in problem for problem in ready.check().problems)


def test_a_place_that_is_not_there(ready):
    shutil.rmtree(ready.folder(1))
    problems = ready.check().problems
    assert any(p.startswith("Back office can't be read") for p in problems)
    assert any("good papers in 1 place;" in p for p in problems)


def test_a_manifest_of_nonsense(ready):
    (ready.folder(1) / manifest.NAME).write_text('{"files": {"a.pdf": {}}}')
    assert "Back office has a manifest that can't be read." in ready.check().problems


def test_a_place_that_hangs_costs_the_others_nothing(ready, monkeypatch):
    read = reading._read

    def hangs(place, password):
        if place.name == "Back office":
            reading.threading.Event().wait(5)
        return read(place, password)

    monkeypatch.setattr(reading, "_read", hangs)
    monkeypatch.setattr(reading, "ANSWERS_WITHIN", 1.5)
    found = ready.check()
    assert {one.place.name: one.trouble for one in found.found} == {
        "Stick": "", "Back office": "does not answer"
    }  # fmt: skip


def test_no_places_at_all(ready):
    ready.practice.place_set.update(closed_on=timezone.localdate())
    problems = ready.check().problems
    assert any(p.startswith("No safe copies are kept") for p in problems)
    assert any(p.startswith("No safe copy stands inside Harbour Surgery") for p in problems)
    assert any("no verified backup" in p for p in problems)


def test_everything_on_the_server_s_own_disk(ready, monkeypatch):
    monkeypatch.undo()
    problems = ready.check().problems
    assert any(
        "Every safe copy that can be read is on the server's own disk" in p for p in problems
    )
    assert any("no verified backup off the server's own disk" in p for p in problems)


def test_in_a_demo_that_is_said_and_no_more(ready, monkeypatch):
    monkeypatch.undo()
    Practice.objects.update(is_demo=True)
    ready.practice.refresh_from_db()
    ready.practice.printer_set.update(closed_on=timezone.localdate())
    found = ready.check()
    assert found.is_ready
    assert "Stick is lost together with the server (same disk: demo)." in found.remarks
    assert any(remark.startswith("No printer stands inside") for remark in found.remarks)
    booking.book(ready.world.slot("10:00").pk, ready.world.asks(ready.world.ann), ready.world.by)
    assert not ready.check(minutes=1).is_ready  # but its papers must be as fresh as anybody's


def test_no_printer(ready):
    ready.practice.printer_set.update(closed_on=timezone.localdate())
    assert ready.check().problems == [
        "No printer stands inside Harbour Surgery that prints by itself."
    ]


def test_a_clinical_system_s_extract_ages_every_copy(ready):
    plans.change_plan(ready.world.by_manager, beside_clinical_system=True, stale_after_minutes=60)
    assert any("is missing" in problem for problem in ready.check().problems)
    as_of = timezone.now() - timedelta(minutes=50)
    Practice.objects.update(clinical_as_of=as_of)
    ready.practice.refresh_from_db()
    ready.make()
    ready.deliver()
    found = ready.check()
    assert not any("extract of the clinical system" in problem for problem in found.problems)
    assert {copy.good_at for one in found.found for copy in one.copies} == {as_of}
    found = ready.check(minutes=11)
    assert any("The newest extract of the clinical system is of" in p for p in found.problems)


def test_the_backup_s_age(ready):
    assert not any("backup" in p for p in ready.check(minutes=74).problems)
    assert any("newest verified backup is of" in p for p in ready.check(minutes=76).problems)


def test_a_backup_that_has_not_kept_up(ready):
    booking.book(ready.world.slot("10:00").pk, ready.world.asks(ready.world.ann), ready.world.by)
    assert not any("backup" in p for p in ready.check(minutes=14).problems)
    assert any("is not in it" in p for p in ready.check(minutes=16).problems)


def test_a_damaged_backup_does_not_count(ready):
    for number in (0, 1):
        (path,) = (ready.folder(number) / "backups").glob("*.age")
        path.write_bytes(path.read_bytes()[:-1])
    assert "There is no verified backup in any safe copy." in ready.check().problems


@pytest.mark.parametrize("how", ["no lock", "old report", "ended", "never"])
def test_the_keeper(ready, how):
    if how == "no lock":
        fcntl.flock(ready.lock, fcntl.LOCK_UN)
    elif how == "old report":
        ready.report(at=(timezone.now() - timedelta(minutes=2)).isoformat())
    elif how == "ended":
        ready.report(has_ended=True)
    else:
        (ready.data / "keeper.json").unlink()
    found = ready.check()
    assert not found.is_keeper_running
    assert found.problems == [
        "Nothing keeps the copies up to date: start the keeper ('make run' starts it)."
    ]


def test_slots_that_nobody_shares_out(ready):
    for slot in ready.practice.slot_set.filter(kept_by__isnull=False):
        slot.kept_by, slot.kept_on = None, ""
        slot.save()
    assert any("nobody shares them out" in problem for problem in ready.check().problems)


def test_papers_of_another_life_of_the_book(ready):
    """After a restore numbers are given again: a copy with a higher one is not of this book."""
    for number in (0, 1):
        files = manifest.read(ready.folder(number))
        for entry in files.values():
            entry["journal"] += 1000
        manifest.write(ready.folder(number), ready.practice.ods_code, files)
    assert any("are out of date" in problem for problem in ready.check().problems)


def test_today_s_papers_are_stamped_anew(ready):
    copy = ready.check().found[0].copies[0]
    now = copy.made_at + timedelta(minutes=14)
    assert judging._trouble(copy, now, is_today=True) == ""
    now += timedelta(minutes=2)
    assert "stamped last" in judging._trouble(copy, now, is_today=True)
    assert judging._trouble(copy, now, is_today=False) == ""


def run(*words):
    out = StringIO()
    try:
        call_command("check_continuity", *words, stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_in_words(ready):
    code, said = run()
    assert code == 0
    assert said.endswith("Ready: the practice could lose its server this minute.\n")
    assert "Desk 1, " in said
    assert "opens, as it was written, nothing has changed since" in said
    ready.pdf().unlink()
    code, said = run()
    assert code == 1
    assert "DAMAGED" in said
    assert "NOT READY: Stick: Harbour Surgery" in said


def test_for_machines(ready):
    code, said = run("--json")
    found = json.loads(said)
    assert (code, found["ready"]) == (0, True)
    for copy in found["copies"]:
        assert {"place", "site", "day", "journal", "made_at"} <= copy.keys()
        assert copy["matches"] is copy["opens"] is copy["current"] is True
    assert found["backup"]["journal"] == ready.backup.journal
    ready.pdf().unlink()
    code, said = run("--json")
    assert (code, json.loads(said)["ready"]) == (1, False)
