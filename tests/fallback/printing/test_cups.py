"""CUPS's own commands, against a real CUPS."""

import time

import pikepdf
import pytest

from fallback.models import PrintJob
from fallback.printing import NoPrintService, queues
from fallback.printing import cups as ours

State = PrintJob.State


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "two.pdf"
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.add_blank_page(page_size=(595, 842))
        document.save(path)
    return path.read_bytes()


def until_it_ends(name):
    until = time.monotonic() + 30
    while (queued := ours.follow(name)) is None or queued.state == State.WAITING:
        assert time.monotonic() < until, queued
        time.sleep(0.2)
    return queued


def test_the_queues_are_named(cups):
    assert queues() == ["front-office"]


def test_how_a_queue_stands(cups):
    wrong, address = ours.standing("front-office")
    assert wrong == ""
    assert address.startswith("cups-pdf:/")
    cups.run("cupsdisable", "-r", "Paper jam", "front-office")
    wrong, _ = ours.standing("front-office")
    assert wrong.startswith("has been stopped")
    assert "Paper jam" in wrong
    cups.start()
    assert ours.standing("front-office")[0] == ""
    assert ours.standing("nowhere")[0] == "is not known to the print service any more"


def test_a_document_comes_out_whole(cups, pdf):
    name = ours.submit(pdf, "front-office", "Print 12", two_sided=False)
    assert until_it_ends(name).state == State.PRINTED
    (came_out,) = cups.printed()
    with pikepdf.open(came_out) as document:
        assert len(document.pages) == 2
        assert [round(float(edge)) for edge in document.pages[0].mediabox] == [0, 0, 595, 842]


def test_the_title_says_no_more_than_the_number(cups, pdf):
    ours.submit(pdf, "front-office", "Print 12", two_sided=True)
    assert "Print_12" in wait_for(cups).name


def wait_for(cups):
    until = time.monotonic() + 30
    while not cups.printed():
        assert time.monotonic() < until
        time.sleep(0.2)
    return cups.printed()[0]


def test_a_printer_that_is_off_keeps_it_waiting(cups, pdf):
    cups.stop()
    name = ours.submit(pdf, "front-office", "Print 13", two_sided=False)
    assert ours.follow(name).state == State.WAITING


def test_cancelled_is_not_printed(cups, pdf):
    cups.stop()
    name = ours.submit(pdf, "front-office", "Print 13", two_sided=False)
    ours.cancel(name)
    assert until_it_ends(name).state == State.CANCELLED
    assert cups.printed() == []


def test_what_is_no_document_fails(cups):
    name = ours.submit(b"%PDF-1.4\nno more than this", "front-office", "Print 14", two_sided=False)
    until = time.monotonic() + 30
    while not (queued := ours.follow(name)).says and queued.state == State.WAITING:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert queued.state != State.PRINTED


def test_a_printer_that_is_not_there(cups, pdf):
    with pytest.raises(NoPrintService) as refused:
        ours.submit(pdf, "nowhere", "Print 15", two_sided=False)
    assert "nowhere did not take it" in refused.value.sentence


def test_a_job_that_cups_does_not_know(cups):
    assert ours.follow("front-office-9999") is None
    assert ours.follow("nowhere-1") is None


def test_no_service(monkeypatch, tmp_path):
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "socket"))
    with pytest.raises(NoPrintService) as refused:
        queues()
    assert "not running" in refused.value.sentence


def test_no_cups_at_all(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPrintService) as refused:
        queues()
    assert "install CUPS" in refused.value.sentence


def test_a_service_that_hangs(monkeypatch, tmp_path):
    slow = tmp_path / "lpstat"
    slow.write_text("#!/bin/sh\nexec /bin/sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(ours, "WITHIN", 0.3)
    with pytest.raises(NoPrintService) as refused:
        queues()
    assert "did not answer" in refused.value.sentence
