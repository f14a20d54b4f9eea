"""Running lists read back: every slot of the session, who is booked, whose row it is."""

import re
from collections import Counter

import pytest

from appointments import booking, journal, sessions
from appointments.models import Clinician, Patient
from appointments.wording import clock
from fallback.paper import running_lists
from fallback.paper.reading import day_paper
from tests.fallback.paper_writing.conftest import squeezed
from tests.fallback.paper_writing.test_desk_sheets import MM, PEN, code_places, rules


@pytest.fixture
def listed(world, dealt, stamp):
    """Write a session's running list."""

    def listed(session=None, **values):
        session = session or world.morning
        sheet = next(one for one in dealt() if one.session_id == session.pk)
        paper = day_paper(world.practice, world.site, world.day, stamp(**values))
        (document,) = running_lists.documents([sheet], paper)
        return document

    return listed


def rows_of(document):
    """Give the rows of a document's only list."""
    (only,) = document.data["lists"]
    return only["rows"]


def patient(world, **columns) -> Patient:
    with journal.writing(world.by, "register") as entry:
        row = entry.add(Patient(practice=world.practice, **columns))
        entry.touch_everything()
    return row


def test_every_slot_is_listed_by_time_with_its_code(world, dealt, listed, pressed):
    made = pressed(document := listed())
    sheet = next(one for one in dealt() if one.session_id == world.morning.pk)
    codes = {row.slot_id: row.code for row in sheet.rows.all()}
    slots = world.morning.slots.order_by("starts_at")
    assert [(row["code"], row["time"]) for row in rows_of(document)] == [
        (codes[slot.pk], clock(slot.starts_at)) for slot in slots
    ]
    assert document.desk_id == sheet.desk_id
    assert document.sheet_ids == (sheet.pk,)
    text = squeezed(made.text())
    for slot in slots:
        assert f"{codes[slot.pk]}{clock(slot.starts_at)}" in text
    assert squeezed(f"{sheet.desk.name} keeps this list") in text
    assert "DrLane" in text


def test_who_is_booked_born_when_and_whom_they_are_taken_for(world, listed, pressed):
    double = patient(world, given_name="Anne", family_name="Baker", born_on=world.bob.born_on)
    booking.book(world.slot("10:00").pk, world.asks(world.ann, reason="Sore throat"), world.by)
    booking.book(
        world.slot("10:10").pk, world.asks(double, urgency="urgent", mode="telephone"), world.by
    )
    booking.book(world.slot("10:20").pk, world.asks(world.cat, double=True), world.by)
    extra = world.asks(world.bob, extra=True, because="Must be seen")
    booking.book(world.slot("10:20").pk, extra, world.by)
    document = listed()
    first, second, third, fourth, *_ = rows_of(document)
    assert [row["people"][0]["same_name"] for row in (first, second, third)] == [True, True, False]
    assert [one["name"] for one in third["people"]] == ["HUGHES, Catrin", "CARTER, Bob (Mr)"]
    assert "second half" in fourth["people"][0]["how"]
    text = pressed(document).text().replace("\xa0", " ")
    for part in (
        "BAKER, Ann (Mrs)", "3 Apr 1971", "SAME NAME", "999 000 0018", "URGENT", "telephone",
        "Sore throat", "extra", "HUGHES, Catrin", "28 Feb 2019",
    ):  # fmt: skip
        assert squeezed(part) in squeezed(text)


def test_whose_kept_row_it_is_and_what_is_blocked(world, listed, pressed):
    booking.keep([world.slot("11:00").pk], world.desk2, "paper", world.by)
    booking.keep([world.slot("11:10").pk], world.desk1, "screen", world.by)
    sessions.block(world.by, [world.slot("11:20").pk], "Coffee")
    document = listed()
    rows = {row["time"]: row for row in rows_of(document)}
    assert rows["11:00"]["nobody"].startswith("Desk 2's sheet")
    assert rows["11:10"]["nobody"].startswith("Desk 1's screen")
    assert rows["11:20"]["nobody"] == "Coffee"
    assert [time for time, row in rows.items() if row["is_kept"]] == ["11:00", "11:10"]
    assert [time for time, row in rows.items() if row["is_blocked"]] == ["11:20"]
    assert "Desk2'ssheet" in squeezed(pressed(document).text()).replace("’", "'")


def test_each_row_has_room_for_a_pen_and_none_is_split(world, listed, pressed):
    long = patient(world, given_name="Maximilian Bartholomew", family_name="W" * 100)
    for time in ("10:00", "10:30", "11:10"):
        booking.book(world.slot(time).pk, world.asks(long), world.by)
    made = pressed(document := listed())
    wanted = {row["code"] for row in rows_of(document)}
    measured = 0
    for number, page in enumerate(made.pdf):
        heights = sorted({height for height, _, _ in rules(page)})
        for _, middle in code_places(page, wanted):
            below = max(h for h in heights if h < middle)
            assert min(h for h in heights if h > middle) - below >= PEN * MM
            measured += 1
        text = squeezed(made.text(number))
        assert text.count("W" * 100) == text.count("MaximilianBartholomew")
        for thing in page.get_objects(filter=[1]):
            left, _, right, _ = thing.get_bounds()
            assert left > 9 * MM
            assert right < page.get_width() - 9 * MM
    assert measured == 12
    assert squeezed(made.text()).count("W" * 100) == 3


def test_names_in_any_writing_and_hostile_ones(world, listed, pressed):
    names = [
        ("Thị Hoa", "Nguyễn"), ("Łukasz", "Wójcik"), ("Þórdís", "Ægisdóttir"),
        ("#panic()", "$_*`<b>\\"), ("\U00012000", "\U00012001"),
    ]  # fmt: skip
    for number, (given, family) in enumerate(names):
        somebody = patient(
            world, given_name=given, family_name=family, nhs_number=f"999000010{number}"
        )
        booking.book(world.slot(f"10:{number}0").pk, world.asks(somebody), world.by)
    text = squeezed(pressed(listed()).text())
    for given, family in names[:4]:
        assert squeezed(f"{family.upper()}, {given}") in text
    assert squeezed("NHS number 999 000 0104, name on screen") in text
    assert "\ufffd" not in text


def test_confidential_patients_address_and_telephone_are_not_on_it(world, listed, pressed):
    with journal.writing(world.by, "amend") as entry:
        entry.change(world.ann, is_confidential=True, address="1 Secret Row")
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    document = listed()
    text = pressed(document).text()
    assert "BAKER" in text
    for secret in ("Secret", "CT7", "900123"):
        assert secret not in text
        assert secret not in str(document.data)


def test_a_desk_sheet_is_no_running_list(world, sheet_of, stamp):
    paper = day_paper(world.practice, world.site, world.day, stamp())
    with pytest.raises(ValueError, match="not a running list"):
        running_lists.documents([sheet_of(world.desk1)], paper)


def test_the_lists_of_a_desk_are_one_document_and_each_counts_its_own_pages(
    world, dealt, stamp, opened, pressed
):
    opened(world.desk1, "10:00", 60, "Long", holder=Clinician.objects.get(pk=world.lane.pk))
    paper = day_paper(world.practice, world.site, world.day, stamp())
    sheets = [sheet for sheet in dealt() if sheet.kind == "running"]
    documents = running_lists.documents(sheets, paper)
    assert {document.desk_id for document in documents} == {sheet.desk_id for sheet in sheets}
    assert sum(len(document.sheet_ids) for document in documents) == len(sheets) == 3
    assert len({document.stem for document in documents}) == len(documents)
    foots = []
    for document in documents:
        made = pressed(document)
        references = [one["reference"] for one in document.data["lists"]]
        for number in range(len(made.pdf)):
            page = made.text(number).replace("\xa0", " ")
            (reference,) = [one for one in references if squeezed(one) in squeezed(page)]
            foots.append((reference, re.search(r"page (\d+) of (\d+)", page).groups()))
    pages = Counter(reference for reference, _ in foots)
    assert len(pages) == 3
    assert max(pages.values()) > 1
    for reference, many in pages.items():
        said = [counted for one, counted in foots if one == reference]
        assert said == [(str(number), str(many)) for number in range(1, many + 1)]
