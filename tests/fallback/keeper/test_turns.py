"""The keeper's turns, taken one by one."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from appointments import booking
from appointments.imports.screen import waiting
from fallback import allotments, places, plans
from fallback.hand import mark
from fallback.keeper import report, wishes
from fallback.keeper.staleness import days
from fallback.models import WorklistLine
from fallback.places import first, hands
from tests.world import build


@pytest.fixture
def place(world, tmp_path):
    return places.add_place(
        world.by_manager, name="Back office", folder=str(tmp_path / "back"), has_html=True
    )


def manifest(place):
    with open(os.path.join(place.folder, "manifest.json")) as file:
        return json.load(file)["files"]


def test_from_nothing_to_a_place_that_has_everything(world, place, keeper, press):
    keeper.settle()
    assert len(press) == 6  # two sites, three days, each once
    assert press[0][0].stamp.day == days(timezone.now())[0]
    files = manifest(place)
    assert {entry["day"] for entry in files.values()} == {str(d) for d in days(timezone.now())}
    assert {entry["site_name"] for entry in files.values()} == {"Harbour Surgery", "Hill Branch"}
    assert any(path.endswith(".html") for path in files)
    assert not any(path.endswith(".csv") for path in files)
    state = report.read().of(world.practice.pk)
    assert (len(state.copies), state.waiting, state.stale_since) == (6, 0, None)
    (at,) = state.places
    assert (at.name, at.trouble, at.same_disk, len(at.copies)) == ("Back office", "", True, 6)


def test_a_change_is_on_paper_everywhere_and_nothing_else_is_made(world, place, keeper, press):
    keeper.settle()
    press.clear()
    booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by)
    keeper.settle()
    assert {documents[0].stamp.day for documents in press} >= {world.day}
    newest = max(entry["journal"] for entry in manifest(place).values())
    html = [p for p in manifest(place) if p.endswith(".html") and str(world.day) in p]
    text = "".join(Path(place.folder, p).read_text() for p in html)
    assert "BAKER" in text
    assert newest > 0
    press.clear()
    keeper.settle()
    assert press == []


def test_held_slots_are_shared_out_before_the_making(world, keeper, press):
    keeper.settle()
    kept = world.practice.slot_set.exclude(kept_by=None)
    assert set(kept.values_list("kept_on", flat=True)) == {"screen", "paper"}
    sheets = [d for documents in press for d in documents if d.kind == "sheet"]
    assert sheets


def test_a_sharing_out_that_fails_does_not_stop_the_paper(world, keeper, press, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("no")

    monkeypatch.setattr(allotments, "share_out", fails)
    keeper.settle()
    assert len(press) == 6


def test_papers_that_cannot_be_made_hold_up_no_others(world, keeper, press, monkeypatch):
    from fallback.paper import making

    make = making.make

    def fails(practice, site, day, **more):
        if (site, day) == (world.branch, world.day):
            raise RuntimeError("a fault in the press")
        return make(practice, site, day, **more)

    monkeypatch.setattr(making, "make", fails)
    keeper.settle()
    assert len(press) == 5
    (trouble,) = report.read().of(world.practice.pk).troubles
    assert trouble.words.startswith("The papers of Hill Branch for ")
    monkeypatch.setattr(making, "make", make)
    monkeypatch.setattr("fallback.keeper.papers.AGAIN_AFTER", 0)
    keeper.kept[world.practice.pk].papers.failed.clear()
    keeper.settle()
    assert len(press) == 6
    keeper.settle()


def test_a_place_that_hangs_costs_the_others_nothing(
    world, place, keeper, press, tmp_path, monkeypatch
):
    stuck = places.add_place(world.by_manager, name="Stuck", folder=str(tmp_path / "stuck"))
    os.mkfifo(tmp_path / "stuck" / "manifest.json")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        keeper.turn()
        state = report.read().of(world.practice.pk)
        by_name = {one.name: one for one in state.places}
        if len(by_name["Back office"].copies) == 6:
            break
    assert keeper.kept[world.practice.pk].delivery.at[stuck.pk].hand.is_busy
    assert by_name["Stuck"].copies == ()
    monkeypatch.setattr(hands, "SILENT_FOR", 0)
    keeper.turn()
    keeper.turn()
    state = report.read().of(world.practice.pk)
    assert {one.name: one.trouble for one in state.places}["Stuck"] == "does not answer"


def test_a_place_that_is_gone_is_complained_about_and_catches_up(
    world, place, keeper, press, tmp_path, monkeypatch
):
    monkeypatch.setattr(hands, "PAUSES", (0.01,))
    keeper.settle()
    (tmp_path / "back").rename(tmp_path / "out")
    booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by)
    keeper.turn()
    until = time.monotonic() + 10
    while not (state := report.read().of(world.practice.pk)).places[0].trouble:
        assert time.monotonic() < until
        keeper.turn()
    assert state.places[0].trouble.startswith("is not there")
    assert state.places[0].trouble_since
    while press and keeper.turn():
        pass
    (tmp_path / "out").rename(tmp_path / "back")
    keeper.settle()
    newest = {(c.site, c.day): c.print for c in report.read().of(world.practice.pk).copies}
    (at,) = report.read().of(world.practice.pk).places
    assert at.trouble == ""
    assert {(c.site, c.day): c.print for c in at.copies} == newest


def test_a_place_that_is_closed_is_emptied(world, place, keeper, tmp_path):
    keeper.settle()
    places.close_place(place.pk, world.by_manager)
    until = time.monotonic() + 10
    while (tmp_path / "back" / mark.MARK).exists():
        assert time.monotonic() < until
        keeper.turn()
    keeper.settle()
    assert list((tmp_path / "back").iterdir()) == []
    assert report.read().of(world.practice.pk).places == ()
    places.reopen_place(place.pk, world.by_manager)
    keeper.settle()
    assert len(manifest(place)) > 6


def test_wishes_are_granted_once_and_first(world, keeper, press):
    keeper.settle()
    press.clear()
    day = days(timezone.now())[2]
    number = wishes.wish(world.practice, world.branch, day)
    assert wishes.is_waiting(number)
    keeper.settle()
    assert not wishes.is_waiting(number)
    assert [documents[0].stamp.day for documents in press] == [day]


def test_a_wish_to_print_goes_to_the_printers_thread(world, keeper, press):
    from fallback import printers

    printer = printers.add_printer(world.by_manager, queue="front", site=world.site)
    keeper.settle()
    wishes.wish(world.practice, world.site, world.day, printer=printer, papers="diaries",
                by=world.by_lead)  # fmt: skip
    wishes.wish(world.practice, world.site, world.day, printer=printer, papers="sheets")
    keeper.settle()
    (made, one), (again, other) = (
        keeper.printing.wished.get_nowait(),
        keeper.printing.wished.get_nowait(),
    )
    assert made is again
    assert (one.papers, other.papers) == ("diaries", "sheets")
    assert one.staff == str(world.lead.pk)
    assert keeper.printing.wished.empty()


def test_a_wish_from_before_a_long_standstill_prints_nothing(world, data):
    number = wishes.wish(world.practice, world.site, world.day)
    path = data / "wishes" / f"{number}.json"
    said = json.loads(path.read_text())
    said["asked_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    path.write_text(json.dumps(said))
    (data / "wishes" / "garbage.json").write_text("{")
    assert wishes.waiting() == []
    assert not wishes.is_waiting(number)


def test_the_papers_of_yesterday_stay_and_older_ones_go(world, place, keeper, press, monkeypatch):
    keeper.settle()
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    keeper.settle()
    held = {entry["day"] for entry in manifest(place).values()}
    assert min(held) == str(days(tomorrow)[0] - timedelta(days=1))
    assert len(held) == 4
    later = tomorrow + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    keeper.settle()
    held = {entry["day"] for entry in manifest(place).values()}
    assert min(held) == str(days(later)[0] - timedelta(days=1))


def test_every_practice_has_its_own(world, keeper, press):
    other = build("G82002", home=False)
    keeper.settle()
    assert len(press) == 12
    assert len(first.kept(other.practice)) == 6
    assert set(report.read().practices) == {str(world.practice.pk), str(other.practice.pk)}


def test_a_duty_that_fails_stops_no_other(world, place, keeper, press, monkeypatch):
    def fails(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(keeper, "_hear_wishes", fails)
    keeper.settle()
    assert len(manifest(place)) > 6
    said = report.read()
    assert [trouble.duty for trouble in said.troubles] == ["wishes"]
    assert "could not be read" in said.of(world.practice.pk).troubles[0].words


def test_the_worklist_follows_though_nobody_looks(world, keeper):
    plans.change_plan(world.by_manager, beside_clinical_system=True)
    keeper.settle()
    booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by)
    keeper.settle()
    assert WorklistLine.objects.get().patient == world.ann


def test_a_file_left_between_two_steps_is_removed(world, keeper):
    reference = waiting.keep(world.by, b"a list")
    (left,) = (settings.DATA_DIR / waiting.FOLDER).iterdir()
    keeper.turn()
    assert waiting.fetch(world.by, reference) == b"a list"
    os.utime(left, (0, 0))
    keeper.turn()
    assert not left.exists()
