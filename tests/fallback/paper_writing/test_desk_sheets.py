"""Desk sheets read back: every row, room for a pen, six pages at most, nothing cut."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from appointments import journal
from appointments.availability import LONDON
from appointments.models import Clinician, Duty
from appointments.wording import clock, day_words
from fallback import codes, plans
from fallback.models import SheetRow
from fallback.paper import desk_sheets
from fallback.plans import plan_of
from fallback.sheets import ROWS_AT_MOST
from tests.fallback.paper_writing.conftest import squeezed
from tests.world import at

MM = 72 / 25.4  # points
PEN = 9  # mm: a row that a pen has room in
PAGES = 6
BLANK = {"request": 16, "extra": 8, "cancellation": 8, "message": 8}


@pytest.fixture
def pages(world, sheet_of, stamp, pressed):
    """Print the sheet of desk 1."""

    def pages(sheet=None, **values):
        sheet = sheet or sheet_of(world.desk1)
        return pressed(desk_sheets.document(sheet, stamp(**values), plan_of(world.practice)))

    return pages


def rules(page) -> list[tuple[float, float, float]]:
    """The firm and grey lines across a page, as (height from the bottom, left, right) in points."""
    found = set()
    for thing in page.get_objects():
        left, bottom, right, top = thing.get_bounds()
        if right - left > 5 * MM and top - bottom < 2:
            found.add((round((top + bottom) / 2, 1), round(left, 1), round(right, 1)))
    return sorted(found, reverse=True)


def code_places(page, wanted: set[str]) -> list[tuple[str, float]]:
    """Where the rows' codes stand at the left: (code, height from the bottom in points)."""
    text = page.get_textpage()
    found = []
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        word = text.get_text_bounded(left, bottom, right, top).strip()
        if word in wanted and left < 14 * MM:
            found.append((word, (bottom + top) / 2))
    return found


def test_every_row_is_on_paper_once_in_its_order(world, sheet_of, opened, pages):
    opened(world.desk1, "14:00", 12, "Routine", holder=world.lane)
    opened(world.desk1, "14:00", 6, "Telephone", holder=world.webb, mode="telephone")
    sheet = sheet_of(world.desk1)
    made = pages(sheet)
    rows = list(sheet.rows.order_by("place"))
    assert Counter(row.kind for row in rows) == {"slot": 18, **BLANK}
    wanted = {row.code for row in rows}
    shown = [code for page in made.pdf for code, _ in code_places(page, wanted)]
    assert shown == [row.code for row in rows]
    text = squeezed(made.text())
    for row in rows[:18]:
        whom = row.slot.session.holders.get().short_name
        assert squeezed(f"{row.code}{clock(row.slot.starts_at)}{whom}") in text


def test_by_type_and_mode_then_time(world, opened, sheet_of, stamp):
    opened(world.desk1, "15:00", 3, "Routine", holder=world.lane)
    opened(world.desk1, "14:00", 3, "Duty", holder=world.webb, mode="telephone")
    opened(world.desk1, "14:00", 3, "Routine", holder=world.webb)
    sheet = sheet_of(world.desk1)
    document = desk_sheets.document(sheet, stamp(), plan_of(world.practice))
    [day] = document.data["days"]
    assert [
        (section["heading"], [row["time"] for row in section["rows"]])
        for section in day["sections"]
    ] == [
        ("Duty, telephone", ["14:00", "14:10", "14:20"]),
        ("Routine, face to face", ["14:00", "14:10", "14:20", "15:00", "15:10", "15:20"]),
    ]


def test_each_row_has_room_for_a_pen(world, opened, pages, sheet_of):
    """The lines above and below each row's code are at least 9 mm apart, all across the page."""
    opened(world.desk1, "14:00", 20, "Routine", holder=world.lane)
    sheet = sheet_of(world.desk1)
    made = pages(sheet)
    wanted = {row.code for row in sheet.rows.all()}
    measured = 0
    for page in made.pdf:
        heights = sorted({height for height, _, _ in rules(page)})
        for code, middle in code_places(page, wanted):
            below = max(h for h in heights if h < middle)
            above = min(h for h in heights if h > middle)
            assert above - below >= PEN * MM, code
            measured += 1
    assert measured == 20 + sum(BLANK.values())


def test_no_text_smaller_than_eleven_points_but_head_and_foot(world, opened, pages):
    opened(world.desk1, "14:00", 20, "Routine", holder=world.lane)
    for page in pages().pdf:
        for thing in page.get_objects(filter=[1]):  # texts
            _, bottom, _, top = thing.get_bounds()
            if bottom > 17 * MM and top < (210 - 27) * MM:
                assert thing.get_font_size() >= 10.99 or _effective(thing) >= 10.99


def _effective(thing) -> float:
    matrix = thing.get_matrix()
    return thing.get_font_size() * abs(matrix.d)


def test_embargoed_rows_say_from_when(world, opened, sheet_of, stamp):
    embargo = {"release": "at_time", "release_time": "08:00"}
    opened(world.desk1, "14:00", 2, "On the day", holder=world.lane, **embargo)
    before = {**embargo, "release_days": 1}
    opened(world.desk1, "15:00", 2, "Day before", holder=world.webb, **before)
    early = at(world.day, "07:30") - timedelta(days=2)
    sheet = sheet_of(world.desk1, now=early)

    def notes(now):
        document = desk_sheets.document(sheet, stamp(up_to_date_at=now), plan_of(world.practice))
        [day] = document.data["days"]
        return [row["from"] for section in day["sections"] for row in section["rows"]]

    day_before, on_the_day = notes(early)[0], notes(early)[2]
    assert on_the_day == "from 08:00"
    assert day_before.startswith("from ")
    assert day_before.endswith(" 08:00")
    assert len(day_before) > len(on_the_day)
    assert notes(at(world.day, "08:00")) == ["", "", "", ""]


def test_the_next_days_rows_come_after_under_their_day(world, opened, sheet_of, pages, stamp):
    later = world.day + timedelta(days=1)
    opened(world.desk1, "14:00", 3, "Routine", holder=world.lane)
    opened(world.desk1, "09:00", 3, "Routine", day=later, holder=world.lane)
    document = desk_sheets.document(sheet_of(world.desk1), stamp(), plan_of(world.practice))
    today, next_day = document.data["days"]
    assert (today["is_later"], next_day["is_later"]) == (False, True)
    assert next_day["words"] == day_words(later)
    assert all(row["day"] for section in next_day["sections"] for row in section["rows"])
    text = pages().text()
    assert text.index("14:20") < text.index(f"NEXT DAYS: {day_words(later)}") < text.index("09:00")


def test_what_is_over_or_struck_out_is_left_out(world, opened, sheet_of, stamp):
    opened(world.desk1, "14:00", 4, "Routine", holder=world.lane)
    sheet = sheet_of(world.desk1)
    struck = sheet.rows.get(slot__starts_at=at(world.day, "14:20"))
    SheetRow.objects.filter(pk=struck.pk).update(struck_at=timezone.now(), is_live=False)
    sheet = type(sheet).objects.get(pk=sheet.pk)
    now = stamp(up_to_date_at=at(world.day, "14:10"))
    [day] = desk_sheets.document(sheet, now, plan_of(world.practice)).data["days"]
    assert [row["time"] for row in day["sections"][0]["rows"]] == ["14:10", "14:30"]


def test_heads_come_again_on_every_page_with_reference_and_number(world, opened, sheet_of, pages):
    opened(world.desk1, "14:00", 30, "Routine", holder=world.lane)
    sheet = sheet_of(world.desk1)
    made = pages(sheet)
    for number in range(len(made)):
        text = made.text(number)
        for part in ("name", "born", "telephone", "initials", "Desk 1", day_words(world.day)):
            assert part in text
        assert codes.shown(sheet.reference) in text
        assert f"page {number + 1} of {len(made)}" in text
        assert "Up to date at" in text
        assert "print 1042" in text


def test_no_row_is_split_between_pages(world, opened, sheet_of, pages):
    """As often as a page has a row's code, it has the whole of the name that takes five lines."""
    name = "Featherstonehaugh-Cholmondeley Smythe"
    longest = Clinician.objects.create(practice=world.practice, title="Sister", family_name=name)
    opened(world.desk1, "08:00", 40, "Routine", holder=longest)
    sheet = sheet_of(world.desk1)
    made = pages(sheet)
    wanted = {row.code for row in sheet.rows.filter(kind="slot")}
    counts = [len(code_places(page, wanted)) for page in made.pdf]
    assert sum(counts) == 40
    assert [squeezed(made.text(n)).count(squeezed(name)) for n in range(len(made))] == counts


def test_the_script_begins_with_what_the_clinical_lead_approved(world, pages):
    text = squeezed(pages().text(0))
    assert squeezed("Not approved yet") in text
    lead = {"script_approved_by": world.doctor, "script_approved_on": date(2026, 11, 3)}
    plans.change_plan(world.by_manager, script="Any chest pain? Then 999.\n\n#set page()")
    text = squeezed(pages().text(0))
    assert squeezed("Not approved yet by the practice's clinical lead.").replace("'", "’") in (
        text.replace("'", "’")
    )
    plans.change_plan(world.by_manager, **lead)
    text = squeezed(pages().text(0))
    assert squeezed("Approved by Dr Rosa Lane, 3 Nov 2026.") in text
    assert "Notapproved" not in text
    assert text.index("Anychestpain?Then999.") < text.index(squeezed("full name, date of birth"))
    assert "#setpage()" in text


def test_the_duty_clinician_is_named(world, pages):
    with journal.writing(world.by, "duty") as entry:
        entry.add(Duty(practice=world.practice, day=world.day, clinician=world.lane))
    assert "duty clinician (Dr Lane)" in " ".join(pages().text(0).split())


def test_a_desk_without_rows_still_has_its_forty(world, pages):
    made = pages()
    assert "No slots are held for this desk" in made.text()
    assert len(made) <= 4


def test_hostile_texts_are_only_texts(world, opened, sheet_of, pages):
    world.desk1.name = '#panic("x") $x$ _a_ *b* `c`'
    world.desk1.save()
    nasty = Clinician.objects.create(
        practice=world.practice, given_name='#read("/etc/passwd")', family_name="</b>\\ {}"
    )
    opened(world.desk1, "14:00", 2, "$[]{}#image()", holder=nasty)
    text = squeezed(pages().text())
    for one in (world.desk1.name, '#read("/etc/passwd")</b>\\{}', "$[]{}#image(),facetoface"):
        assert squeezed(one) in text


def test_no_clinicians_name_is_cut(world, opened, sheet_of, pages):
    names = ["W" * 60, "Nguyễn Thị Hoa", "Ægisdóttir", "عبد الرحمن", "王小明", "አበበ"]
    for minute, name in enumerate(names):
        holder = Clinician.objects.create(
            practice=world.practice, title="Professor Dame", family_name=name
        )
        opened(world.desk1, f"14:{minute}0", 1, "Routine", holder=holder)
    made = pages()
    text = squeezed(made.text())
    for name in [n for n in names if n.isascii() or "ễ" in n or "Æ" in n]:
        assert squeezed(name) in text
    for page in made.pdf:
        width = page.get_width()
        for thing in page.get_objects(filter=[1]):
            left, _, right, _ = thing.get_bounds()
            assert left > 9 * MM
            assert right < width - 9 * MM


@pytest.mark.parametrize("sections", [1, 4, 8])
def test_never_more_than_six_pages(world, opened, sheet_of, pages, sections):
    """As many rows as a sheet may have, over types and days, embargoed, with a long script."""
    holder = Clinician.objects.create(
        practice=world.practice, title="Dr", family_name="Featherstone"
    )
    embargo = {"release": "at_time", "release_time": "08:00"}
    for number in range(sections):
        day = world.day + timedelta(days=number // 4)
        count = -(-ROWS_AT_MOST // sections)
        opened(world.desk1, "08:00", count, f"Type {number}", day=day, holder=holder, **embargo)
    question = "What is to be asked of everybody who rings in an outage, {}?"
    plans.change_plan(
        world.by_manager, script="\n".join(question.format(n) for n in range(6)),
        script_approved_by=world.doctor, script_approved_on=date(2026, 11, 3),
    )  # fmt: skip
    early = datetime.combine(world.day, datetime.min.time(), LONDON) - timedelta(days=3)
    sheet = sheet_of(world.desk1, now=early)
    assert sheet.rows.filter(kind="slot").count() == ROWS_AT_MOST
    made = pages(sheet, up_to_date_at=early)
    assert len(made) <= PAGES
    wanted = {row.code for row in sheet.rows.all()}
    shown = [code for page in made.pdf for code, _ in code_places(page, wanted)]
    assert shown == [row.code for row in sheet.rows.order_by("place")]
