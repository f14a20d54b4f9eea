"""The incident report is right to the minute, in its own version and in the one for outside."""

import uuid
from datetime import date, timedelta

import pytest
from freezegun import freeze_time

from appointments import booking
from fallback import allotments, outages, rekey, sheets
from fallback.models import Outage, Print, PrintJob, Sheet, SheetRow
from fallback.outages import report, writing
from fallback.outages.listing import lasted
from fallback.plans import change_plan
from fallback.rekey import Line
from tests import paper
from tests.world import World, at, build

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def clock(time: str, day: date = MONDAY):
    return freeze_time(at(day, time))


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.DATA_DIR = tmp_path
    with clock("06:00"):
        return build(day=MONDAY)


def printed(world: World, number: int, time: str, *, on_paper: bool = False) -> None:
    made = Print.objects.create(
        practice=world.practice, number=number, site=world.site, day=MONDAY, journal=1,
        made_at=at(MONDAY, time),
    )  # fmt: skip
    if on_paper:
        PrintJob.objects.create(
            practice=world.practice, print=made, papers="Day diary", asked_at=at(MONDAY, time),
            state=PrintJob.State.PRINTED,
        )  # fmt: skip


def write(world: World, sheet: Sheet, code: str, time: str, patient) -> None:
    said = Line(
        what="booked", reference=uuid.uuid4(), written_at=at(MONDAY, time), patient=patient.pk
    )
    rekey.enter(sheet.reference, code, said, world.by)


@pytest.fixture
def outage(world) -> Outage:
    """A morning without power, from its first minute to the signature."""
    with clock("07:45"):
        allotments.share_out_all(world.by_lead, world.site, [MONDAY])
        dealt = sheets.ensure(
            world.practice, world.site, MONDAY, print_number=12, journal=0, now=at(MONDAY, "07:45")
        )
        own = next(s for s in dealt if s.kind == Sheet.Kind.DESK and s.desk == world.desk1)
        sheets.printed([own], world.by)
    first, second, *_ = own.rows.filter(kind="slot").order_by("place").select_related("slot")
    printed(world, 12, "07:45", on_paper=True)
    printed(world, 13, "07:58")
    printed(world, 14, "08:30", on_paper=True)  # while it lasted: no help at its start
    with clock("08:05"):
        sheets.strike_out(own.reference, second.code, world.by)
        booking.book(second.slot_id, world.asks(world.ann), world.by)
    with clock("08:06"):
        made = outages.declare(world.by, ["power"], at(MONDAY, "08:03"), template="power")
    with clock("08:20"):
        outages.say(world.by2, made, "Catrin's mother rang", at=at(MONDAY, "08:15"))
    with clock("09:06"):
        outages.still_so(world.by2, made)
    with clock("11:41"):
        outages.end(world.by_lead, made, at(MONDAY, "11:30"))
    with clock("11:50"):
        write(world, own, first.code, "10:00", world.bob)
    with clock("12:00"):
        write(world, own, second.code, "10:20", world.cat)  # Ann is there: a clash
    with clock("12:05"):
        clash = world.practice.clash_set.get()
        booking.settle_clash(
            clash.pk, "both", world.by_lead, "Dr Lane said so", decided_by=world.lane.pk
        )
    with clock("12:10"):
        rekey.leave_rest(own.reference, world.by)
    with clock("12:20"):
        rekey.sign_off(own.reference, world.by)
    with clock("12:30"):
        outages.sign_off(world.by_lead, made, left=0)
    made.refresh_from_db()
    return made


@pytest.fixture
def said(outage):
    """The report's sections by heading."""

    def said(*, outside: bool = False):
        with clock("13:00"):
            found = writing.sections(report.of(outage), outside=outside)
        return {section.heading: section for section in found}

    return said


def test_when_it_was_and_how_long(said):
    facts = dict(said()["What happened"].facts)
    assert facts == {
        "What was down": "The power",
        "Where": "All sites",
        "Began": "Mon 23 Nov 2026, 08:03",
        "Declared": "Mon 23 Nov 2026, 08:06, Priya Shah, 3 min after it began",
        "Over": "Mon 23 Nov 2026, 11:30",
        "Lasted": "3 h 27 min",
        "Patients were told": "Yes",
        "Signed off": "Mon 23 Nov 2026, 12:30, Lena Ford",
        "All in the book": "1 h after it was over",
    }


def test_how_old_the_paper_was_when_it_began(said):
    assert said()["How old the paper was when it began"].rows == [
        [
            "Harbour Surgery",
            "Mon 23 Nov 2026, 07:58 (5 min old), print 13",
            "Mon 23 Nov 2026, 07:45 (18 min old), print 12",
        ],
        ["Hill Branch", "none of that day", "none of that day"],
    ]


def test_beside_a_clinical_system_the_paper_is_as_old_as_its_load(world, outage, said):
    change_plan(world.by_manager, beside_clinical_system=True)
    outage.clinical_as_of = at(MONDAY, "06:30")
    outage.save()
    newest = said()["How old the paper was when it began"].rows[0][1]
    assert newest == "Mon 23 Nov 2026, 06:30 (1 h 33 min old), print 13"


def test_what_was_done_meanwhile_and_how(said):
    assert dict(said()["What was done meanwhile"].facts) == {
        "At the server": "1 booked",
        "How they were booked": "1 by telephone",
        "On paper": "2 booked",
    }


def test_when_each_line_was_back_in_the_book(said):
    section = said()["Back in the book"]
    facts = dict(section.facts)
    assert facts["Lines written on paper"] == "2"
    assert facts["First back in the book"] == "Mon 23 Nov 2026, 11:50"
    assert facts["Last back in the book"] == "Mon 23 Nov 2026, 12:00"
    assert facts["Only on paper, as a rule"] == "1 h 45 min (the longest: 1 h 50 min)"
    lines = [row[1:] for row in said()["Line by line"].rows]
    day = "Mon 23 Nov 2026, "
    assert lines == [
        ["Booked", f"{day}10:00", f"{day}11:50", "1 h 50 min", "Priya Shah", "In the book"],
        ["Booked", f"{day}10:20", f"{day}12:00", "1 h 40 min", "Priya Shah", "Clash, settled"],
    ]


def test_the_sums_of_its_sheets_agree(outage, said):
    (own, together) = said()["Back in the book"].rows
    rows, in_book, clash, set_aside, nothing, to_do = map(int, own[1:7])
    assert (in_book, clash, set_aside, to_do) == (1, 1, 0, 0)
    assert rows == in_book + clash + set_aside + nothing + to_do
    assert together[1:7] == own[1:7]
    assert own[7] == "Keyed and signed off"


@pytest.mark.parametrize("ended_as, nothing, to_do", [("shredded", 3, 0), ("lost", 0, 3)])
def test_of_a_lost_sheet_nothing_is_known_and_a_shredded_one_was_empty(
    world, ended_as, nothing, to_do
):
    with clock("07:45"):
        sheet = paper.printed_sheet(world, ended_at=at(MONDAY, "13:00"), ended_as=ended_as)
    for place in (2, 3):
        SheetRow.objects.create(
            practice=world.practice, sheet=sheet, place=place, code=f"C{place}", kind="message"
        )
    with clock("12:00"):
        made = outages.declare(world.by, ["power"], at(MONDAY, "08:00"))
        sections = {one.heading: one for one in writing.sections(report.of(made))}
    row = sections["Back in the book"].rows[0]
    assert row[1:7] == ["3", "0", "0", "0", str(nothing), str(to_do)]


def test_clashes_and_their_ends(said):
    (clash,) = said()["Clashes and their ends"].rows
    assert clash[0] == "Mon 23 Nov 2026, 12:00"
    assert clash[2:] == ["Both seen, one as an extra", "Mon 23 Nov 2026, 12:05, Lena Ford"]


def test_the_timeline_minute_by_minute(said):
    day = "Mon 23 Nov 2026, "
    rows = said()["Minute by minute"].rows
    assert [row[0].removeprefix(day) for row in rows] == [
        "08:03", "08:06", "08:06", "08:15", "09:06", "11:41", "12:30",
    ]  # fmt: skip
    assert rows[3] == [
        f"{day}08:15", "In the log: Catrin's mother rang (written down at 08:20)", "Tom Reid",
    ]  # fmt: skip
    assert rows[5][1] == "Said to be over: Over since Mon 23 Nov 2026, 11:30"


def test_outside_there_are_times_and_counts_only(said):
    sections = said(outside=True)
    text = repr(list(sections.values()))
    for name in ("Shah", "Reid", "Ford", "Catrin", "Baker", "Carter", "Hughes", "written down"):
        assert name not in text, name
    assert "Line by line" not in sections
    assert [row[0] for row in sections["Back in the book"].rows] == ["All 1"]
    assert dict(sections["What happened"].facts)["Declared"] == (
        "Mon 23 Nov 2026, 08:06, 3 min after it began"
    )
    assert ["Mon 23 Nov 2026, 08:06", "What patients are told: We have no electricity."] in (
        sections["Minute by minute"].rows
    )


def test_times_are_londons_across_the_change_of_the_clocks(world):
    night = date(2026, 10, 25)  # 02:00 becomes 01:00: the night has 25 hours
    with clock("09:00", night):
        made = outages.declare(world.by, ["power"], at(date(2026, 10, 24), "23:30"))
        ended = outages.end(world.by, made, at(night, "08:00"))
        facts = dict(writing.sections(report.of(ended))[0].facts)
    assert facts["Began"] == "Sat 24 Oct 2026, 23:30"
    assert facts["Over"] == "Sun 25 Oct 2026, 08:00"
    assert facts["Lasted"] == "9 h 30 min"


def test_one_that_still_stands_says_so(world):
    with clock("09:00"):
        made = outages.declare(world.by, ["internet"], at(MONDAY, "08:00"))
        facts = dict(writing.sections(report.of(made))[0].facts)
    assert (facts["Lasted"], facts["Over"], facts["Signed off"]) == (
        "1 h so far", "Not yet", "Not yet",
    )  # fmt: skip
    assert facts["Patients were told"] == "Nothing"


def test_it_can_be_printed(world, outage):
    outages.say(world.by, outage, "#panic() \u202e $x$ " + "long " * 90)
    for outside in (False, True):
        assert writing.printed(report.of(outage), outside=outside).startswith(b"%PDF")


@pytest.mark.parametrize(
    "minutes, words",
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (1440, "1 day 0 h"),
     (3 * 1440 + 125, "3 days 2 h")],
)  # fmt: skip
def test_lengths_of_time_in_words(minutes, words):
    assert lasted(timedelta(minutes=minutes)) == words
