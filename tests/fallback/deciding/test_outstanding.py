"""What is left to do: every number comes down to zero, and each outage has its own."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments import booking, calls, journal, patients
from appointments.models import Appointment, Clash
from appointments.patients import Details
from fallback import codes, outages, rekey
from fallback.outstanding import by_outage, outstanding, waiting_entries
from fallback.rekey import Line
from tests.paper import printed_sheet
from tests.waiting import request

pytestmark = pytest.mark.django_db


def said(answer):
    return " ".join(answer.content.decode().split())


def numbers(left):
    return {one.words: one.number for one in left.counts if one.number}


def declare(world, affected=("ours",), **values):
    began_at = values.pop("began_at", timezone.now() - timedelta(hours=2))
    return outages.declare(
        world.by_lead, affected=list(affected), began_at=began_at, template="", sentences="",
        reference=uuid.uuid4(), **values,
    )  # fmt: skip


def test_a_quiet_day_leaves_nothing(world):
    printed_sheet(world)  # standing by, as every morning
    left = outstanding(world.practice)
    assert (left.left, left.sheets, left.longest) == (0, (), ())


def test_every_kind_counts_and_comes_down_to_zero(world, loose, asked):
    request(world, loose, 2, what="message", patient=None, typed="", said="Sick note")
    line = Line("booked", uuid.uuid4(), timezone.now(), typed="smth jn")
    aside = rekey.set_aside(
        loose.reference, loose.rows.get(place=3).code, line, world.by, why="Can't be read",
        owner=world.tom, due_at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    new = patients.register(Details(family_name="Ng", kind="temporary"), world.by)
    booking.book(world.slot("10:00").pk, world.asks(world.bob), world.by)
    request(world, loose, 4, what="booked", patient=new.pk, slot=world.slot("10:00").pk)
    left = outstanding(world.practice)
    assert numbers(left) == {
        "Requests to fill": 1, "Clashes to decide": 1, "Sheets to sign off": 1, "Rows to key": 1,
        "Set aside": 1, "Messages": 1, "Temporary patients to match": 1,
    }  # fmt: skip
    assert {p.staff: (p.lines, p.overdue) for p in left.people} == {
        world.tom: (1, 1), world.priya: (2, 1),
    }  # fmt: skip
    assert [one.name for one in left.longest] == ["BAKER, Ann (Mrs)"]
    rekey.leave_rest(loose.reference, world.by)
    booking.settle_clash(
        Clash.objects.get().pk, "first", world.by_lead, "Was first", decided_by=world.lane.pk
    )
    left = outstanding(world.practice)
    assert (left.calls, left.rows) == (1, 0)
    assert left.sheets[0].is_ready
    call = world.practice.call_set.get()
    calls.record(world.by, call.pk, "no_answer", tries=0)
    assert outstanding(world.practice).for_duty == 1
    calls.record(world.by, call.pk, "reached", tries=1)
    for entry in waiting_entries(world.practice):
        rekey.close(entry.pk, "Done", world.by)
    patients.match(new.pk, world.cat.pk, world.by)
    rekey.sign_off(loose.reference, world.by)
    assert outstanding(world.practice).left == 0
    assert aside.pk


def test_printed_sheets_count_once_an_outage_is_declared(world):
    sheet = printed_sheet(world, day=timezone.localdate(), printed_at=timezone.now())
    assert outstanding(world.practice).sheets == ()
    outage = declare(world)
    left = outstanding(world.practice, outage)
    assert [(one.sheet, one.to_do) for one in left.sheets] == [(sheet, 1)]
    assert outstanding(world.practice).sheets == left.sheets
    assert [(each, own.rows) for each, own in by_outage(world.practice)] == [(outage, 1)]


def test_an_outage_counts_what_is_its_own(world, loose, asked):
    with journal.writing(world.by, "load") as entry:
        first = entry.add(
            Appointment(
                practice=world.practice, slot=world.slot("11:00"), patient=world.bob,
                reference=uuid.uuid4(),
            )
        )  # fmt: skip
        entry.add(
            Clash(
                practice=world.practice, first=first, second=first, source="clinical system",
                came_at=entry.at - timedelta(days=3),
            )
        )  # fmt: skip
    outage = declare(world)
    assert outstanding(world.practice).clashes == 1
    left = outstanding(world.practice, outage)
    assert (left.clashes, left.requests) == (0, 0)  # the request was written before it began


def test_a_lost_sheet_is_named_until_its_slots_are_let_go_of(world):
    sheet = printed_sheet(world)
    rekey.declare_lost(sheet.reference, world.by_lead, "Left on the bus")
    assert [(one.sheet, one.doubtful) for one in outstanding(world.practice).lost] == [(sheet, 1)]
    rekey.give_up_lost(sheet.reference, world.by_lead)
    assert outstanding(world.practice).lost == ()


def test_signing_an_outage_off_lets_go_of_its_lost_sheets(world):
    sheet = printed_sheet(world, day=timezone.localdate(), printed_at=timezone.now())
    outage = declare(world)
    rekey.declare_lost(sheet.reference, world.by_lead, "Left on the bus")
    outages.end(world.by, outage, timezone.now())
    slot = world.slot("10:10")
    assert slot.kept_on == "lost"
    outages.sign_off(world.by_lead, outage, left=outstanding(world.practice, outage).left)
    slot.refresh_from_db()
    assert slot.kept_on == ""


# --- The page -----------------------------------------------------------------------------------


def test_the_page_says_all_of_it(as_, world, asked):
    declare(world)
    lost = printed_sheet(world)
    rekey.declare_lost(lost.reference, world.by_lead, "Left on the bus")
    text = said(as_(world.lead).get("/outstanding/"))
    for words in (
        "Left to do: 6", "Outage 1", "Who has waited longest to be told", "BAKER, Ann",
        "page without a reference", "By person", "Priya Shah", "Lost sheets", "Left on the bus",
        "1 slot doubtful", "Let go of its slots",
    ):  # fmt: skip
        assert words in text
    assert "Let go of its slots" not in said(as_(world.priya).get("/outstanding/"))


def test_a_lost_sheet_turns_up_or_its_slots_are_let_go_of(as_, world):
    one, two = printed_sheet(world), printed_sheet(world, "10:20")
    for sheet in (one, two):
        rekey.declare_lost(sheet.reference, world.by_lead, "Left on the bus")
    clerk = as_(world.priya)
    shown = codes.shown(one.reference)
    assert "It turned up: key it" in said(clerk.get(f"/rekeying/{shown}/"))
    assert clerk.post(f"/outstanding/lost/{one.pk}/found/").url == f"/rekeying/{shown}/"
    assert "It turned up" not in said(clerk.get(f"/rekeying/{shown}/"))
    answer = clerk.post(f"/outstanding/lost/{two.pk}/letting-go/")
    assert (answer.status_code, "outage lead" in said(answer)) == (409, True)
    assert as_(world.lead).post(f"/outstanding/lost/{two.pk}/letting-go/").status_code == 303
    assert [world.slot(at).kept_on for at in ("10:10", "10:20")] == ["paper", ""]


def test_it_is_receptions_and_of_one_practice(as_, world, other, asked):
    lost = printed_sheet(world)
    rekey.declare_lost(lost.reference, world.by_lead, "Left on the bus")
    deeds = [f"/outstanding/lost/{lost.pk}/{deed}/" for deed in ("found", "letting-go")]
    doctor = as_(world.doctor)
    assert doctor.get("/outstanding/").status_code == 403
    assert all(doctor.post(deed).status_code == 403 for deed in deeds)
    stranger = as_(other.lead)
    assert "Nothing is left to do" in said(stranger.get("/outstanding/"))
    assert all(stranger.post(deed).status_code == 404 for deed in deeds)
    clerk = as_(world.priya)
    assert clerk.post("/outstanding/").status_code == 405
    assert all(clerk.get(deed).status_code == 405 for deed in deeds)
    assert clerk.post(f"/outstanding/lost/{uuid.uuid4()}/found/").status_code == 404


def test_the_questions_do_not_grow_with_the_lines(reception, world, loose, asked):
    def asking():
        with CaptureQueriesContext(connection) as queries:
            assert reception.get("/outstanding/").status_code == 200
        return len(queries)

    reception.get("/outstanding/")
    few = asking()
    for place in (2, 3, 4):
        request(world, loose, place, said="Cough")
    reception.get("/outstanding/")
    assert asking() == few
