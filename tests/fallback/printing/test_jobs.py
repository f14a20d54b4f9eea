"""Papers on paper: what is sent, registered, followed and given up."""

import time
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from PIL import ImageChops, ImageFilter, ImageStat

from appointments import booking
from fallback import allotments, codes, printers, printing
from fallback.models import PrintJob, Sheet
from fallback.paper import changes, making
from fallback.paper.press import press
from fallback.printing import cups as queue
from fallback.printing import jobs
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)
State = PrintJob.State


@pytest.fixture
def world():
    made = worlds.build()
    allotments.share_out(made.practice, made.site, made.day)
    return made


@pytest.fixture
def printer(world):
    return printers.add_printer(world.by_manager, queue="front-office", site=world.site)


@pytest.fixture
def made(world):
    return making.make(world.practice, world.site, world.day)


def follow_to_the_end(world):
    until = time.monotonic() + 60
    while world.practice.printjob_set.filter(state=State.WAITING).exists():
        assert time.monotonic() < until
        jobs.follow(world.practice, timezone.now())
        time.sleep(0.2)


def pictures(pdf):
    """Each page in greys, 100 dpi: PostScript on the way to the printer loses the text."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=100 / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()


def assert_looks_like(came_out, pdf):
    """Every page is there, in the same place and size; printing moves edges by a fraction."""
    ours, theirs = pictures(pdf), pictures(came_out)
    assert len(ours) == len(theirs)
    for page, printed in zip(ours, theirs, strict=True):
        if (page.width > page.height) != (printed.width > printed.height):
            turned = [printed.rotate(angle, expand=True) for angle in (90, 270)]
            printed = min(turned, key=lambda picture: difference(page, picture))
        assert abs(page.width - printed.width) <= 2
        assert abs(page.height - printed.height) <= 2
        assert ImageStat.Stat(page).stddev[0] > 10  # there is something on it
        assert difference(page, printed) < 3  # of 255


def difference(page, printed):
    soft = ImageFilter.BoxBlur(3)
    printed = printed.resize(page.size).filter(soft)
    return ImageStat.Stat(ImageChops.difference(page.filter(soft), printed)).mean[0]


def test_a_sheet_comes_out_and_can_be_read_back(cups, world, printer, made):
    (job,) = printing.send(made, printer, world.by, f"sheet:{world.desk1.pk}")
    follow_to_the_end(world)
    job.refresh_from_db()
    sheet = Sheet.objects.get(desk=world.desk1, kind="desk", ended_at=None)
    assert job.state == State.PRINTED
    assert job.papers == f"Sheet of Desk 1 {codes.shown(sheet.reference)}"
    assert (job.asked_by, job.desk, job.print) == (world.priya, world.desk1, made.print)
    (came_out,) = cups.printed()
    ours = next(one for one in made.rendered if one.document.sheet_ids == (sheet.pk,))
    assert job.pages == ours.pages
    assert_looks_like(came_out, ours.pdf)
    code = zxingcpp.read_barcode(pictures(came_out)[0])
    assert sheet.reference in code.text.replace("-", "")
    assert sheet.printed_at is not None
    assert sheet.printed_by == world.priya


def test_all_papers_of_a_day(cups, world, printer, made):
    sent = printing.send(made, printer, world.by)
    follow_to_the_end(world)
    assert len(cups.printed()) == len(sent) == len(made.rendered)
    kinds = [one.document.kind for one in made.rendered]
    assert [job.document.partition(":")[0] for job in sent] == kinds
    assert set(world.practice.printjob_set.values_list("state", flat=True)) == {State.PRINTED}


def test_a_pen_needs_the_back_left_alone(monkeypatch, world, printer, made):
    sides = {}
    monkeypatch.setattr(
        queue,
        "submit",
        lambda pdf, to, title, two_sided: (sides.setdefault(pdf, two_sided) and "q-1") or "q-1",
    )
    printing.send(made, printer, world.by)
    by_kind = {one.document.kind: sides[one.pdf] for one in made.rendered}
    assert by_kind["diary"] is True
    assert by_kind["sheet"] is by_kind["running"] is False


def test_the_rows_belong_to_paper_before_the_paper_can_exist(monkeypatch, world, printer, made):
    seen = []

    def submit(*args, **kwargs):
        out = Sheet.objects.filter(kind="desk", printed_at=None, ended_at=None)
        seen.append((out.count(), PrintJob.objects.filter(queue_job=jobs.ASKING).count()))
        return "front-office-1"

    monkeypatch.setattr(queue, "submit", submit)
    printing.send(made, printer, world.by, "sheet")
    assert set(seen) == {(0, 1)}


def test_a_slot_sold_since_the_making_makes_new_papers(monkeypatch, world, printer, made):
    monkeypatch.setattr(queue, "submit", lambda *args, **kwargs: "front-office-1")
    sheet = Sheet.objects.get(desk=world.desk1, kind="desk", ended_at=None)
    slot = sheet.rows.filter(is_live=True).first().slot
    allotments.take(slot.pk, world.by)
    booking.book(slot.pk, world.asks(world.ann), world.by)
    (job, *_) = printing.send(made, printer, world.by, f"sheet:{world.desk1.pk}")
    assert job.print.number > made.print.number
    printed = Sheet.objects.get(desk=world.desk1, kind="desk", printed_at__isnull=False)
    assert not printed.rows.filter(slot=slot, is_live=True).exists()


def test_not_printed_in_five_minutes_is_cancelled_and_said(cups, world, printer, made):
    cups.stop()
    (job,) = printing.send(made, printer, world.by, "diary")
    printing.follow(world.practice, job.asked_at + timedelta(minutes=4, seconds=59))
    job.refresh_from_db()
    assert job.state == State.WAITING
    later = job.asked_at + timedelta(minutes=5)
    printing.follow(world.practice, later)
    job.refresh_from_db()
    assert (job.state, job.ended_at) == (State.CANCELLED, later)
    cups.start()
    time.sleep(1)
    assert cups.printed() == []
    (said,) = printing.troubles(world.practice, later)
    assert said.startswith("Day diary (")
    assert "did not print it in 5 minutes" in said


def test_a_print_that_came_out_ends_the_complaint(cups, world, printer, made):
    cups.stop()
    (job,) = printing.send(made, printer, world.by, "diary")
    printing.follow(world.practice, job.asked_at + timedelta(minutes=5))
    cups.start()
    printing.send(made, printer, world.by, "diary")
    follow_to_the_end(world)
    PrintJob.objects.filter(state=State.PRINTED).update(
        ended_at=timezone.now() + timedelta(hours=1)
    )
    assert printing.troubles(world.practice, timezone.now()) == []


def test_without_a_print_service_the_job_has_failed(monkeypatch, tmp_path, world, printer, made):
    monkeypatch.setenv("PATH", str(tmp_path))
    (job,) = printing.send(made, printer, world.by, "diary")
    assert (job.state, job.queue_job) == (State.FAILED, "")
    assert "install CUPS" in job.trouble


def test_cancelled_at_the_printer(cups, world, printer, made):
    cups.stop()
    (job,) = printing.send(made, printer, world.by, "diary")
    cups.run("cancel", job.queue_job)
    printing.follow(world.practice, timezone.now())
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert "cancelled at front-office" in job.trouble


def test_a_kill_while_lp_ran_is_said(world, printer, made):
    job = PrintJob.objects.create(
        practice=world.practice, print=made.print, papers="Day diary", printer=printer,
        asked_at=timezone.now(), queue_job=jobs.ASKING,
    )  # fmt: skip
    printing.follow(world.practice, job.asked_at + timedelta(minutes=6))
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "See at front-office whether it came out" in job.trouble


def test_a_paper_that_is_not_there(world, printer, made):
    with pytest.raises(jobs.NoSuchPaper):
        printing.send(made, printer, world.by, "sheet:nobody")
    assert not PrintJob.objects.exists()


def test_printed_from_the_browser_is_registered(world, made):
    given = printing.printed_by_hand(made, world.by, "sheets")
    assert {one.document.kind for one in given} == {"sheet", "running"}
    states = set(PrintJob.objects.values_list("state", "asked_by", "printer"))
    assert states == {(State.BY_HAND, world.priya.pk, None)}
    assert not Sheet.objects.filter(kind="desk", printed_at=None, ended_at=None).exists()


def test_a_change_slip(cups, world, printer, made):
    assert printing.send_changes(made, made.print.number, printer, world.by) is None
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    again = making.make(world.practice, world.site, world.day)
    slip = press([changes.document(world.practice, made.print.number, again.stamp)])[0].pdf
    job = printing.send_changes(again, made.print.number, printer, world.by)
    follow_to_the_end(world)
    job.refresh_from_db()
    assert job.state == State.PRINTED
    (came_out,) = cups.printed()
    assert_looks_like(came_out, slip)


def test_nothing_of_patients_reaches_the_print_service(cups, world, printer):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    printing.send(making.make(world.practice, world.site, world.day), printer, world.by)
    follow_to_the_end(world)
    logs = "".join(path.read_text() for path in (cups.root / "log").iterdir())
    names = " ".join(path.name for path in cups.printed())
    for secret in ("Baker", "BAKER", "07700", "9990000018", "CT7"):
        assert secret not in logs + names
