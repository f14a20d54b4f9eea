"""The square on a sheet: written, read back, read from a picture with hostile texts around it."""

from datetime import date

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from appointments.refusals import BadDetail
from fallback import codes
from fallback.paper import desk_sheets, qr, running_lists
from fallback.paper.reading import day_paper
from fallback.plans import plan_of

LABEL = qr.Label("K7QHM4", date(2026, 11, 23), 2, 1042, 1)
FIVE = st.text(codes.ALPHABET, min_size=5, max_size=5)
NUMBERS = st.integers(0, 10**7)


def test_the_text():
    assert qr.written(LABEL) == "S1/K7QHM4/2026-11-23/2/1042/1"


@given(FIVE, st.dates(), NUMBERS, NUMBERS, NUMBERS)
def test_whatever_is_written_is_read_back(five, day, desk, number, layout):
    label = qr.Label(codes.with_check(five), day, desk, number, layout)
    assert qr.read(f" {qr.written(label).lower()}\r\n") == label


@pytest.mark.parametrize(
    "text",
    [
        "", "K7QHM-4", "S1", "S1/K7QHM4", "S1/K7QHM4/2026-11-23/2/1042", "https://nhs.uk/a/b/c/d/e",
        "S1/K7QHM4/2026-11-23/2/1042/", "S1/K7QHM4/23-11-2026/2/1042/1",
        "S1/K7QHM4/2026-11-23/2/1042/1/9", "S1/K7QHM4/2026-11-23/٢/1042/1",
        "S1/K7QHM4/2026-11-23/+2/1042/1", "S1/K7QHM4/2026-11-23/2/1_042/1",
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(BadDetail) as refused:
        qr.read(text)
    assert "Type the reference" in refused.value.sentence


def test_a_later_format_says_so():
    with pytest.raises(BadDetail) as refused:
        qr.read("S2/K7QHM4/2026-11-23/2/1042/1")
    assert "not known here" in refused.value.sentence


HOSTILE = [
    'Desk "2" #panic()', "W" * 40, "]]]}}}$*_`#[", "<script>alert(1)</script>", "مكتب الاستقبال",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("dpi", [150, 300])
def test_it_is_read_from_every_page_with_long_names_around(
    world, sheet_of, stamp, pressed, name, dpi
):
    world.desk1.name = name
    world.desk1.save()
    sheet = sheet_of(world.desk1)
    long = "W" * 60 + " " + "Long practice name " * 3
    pages = pressed(
        desk_sheets.document(sheet, stamp(practice=long, site=long), plan_of(world.practice))
    )
    for number in range(len(pages)):
        [found] = zxingcpp.read_barcodes(pages.picture(number, dpi))
        label = qr.read(found.text)
        assert label == (sheet.reference, world.day, 1, 1042, 1)


def test_nothing_is_printed_in_its_quiet_zone(world, sheet_of, stamp, pressed):
    """Around the dark modules there are at least four modules of white on every side."""
    long = "W" * 110
    document = desk_sheets.document(
        sheet_of(world.desk1), stamp(practice=long, site=long), plan_of(world.practice)
    )
    picture = pressed(document).picture(0, 300)
    [found] = zxingcpp.read_barcodes(picture)
    corners = found.position
    left, right = corners.top_left.x, corners.top_right.x
    top, bottom = corners.top_left.y, corners.bottom_left.y
    module = (right - left) / 29
    quiet = int(3.5 * module)  # less than four, for the rounding of pixels
    zone = picture.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
    for y in range(zone.height):
        for x in range(zone.width):
            inside = quiet - 2 <= x <= zone.width - quiet + 2 and (
                quiet - 2 <= y <= zone.height - quiet + 2
            )
            assert inside or zone.getpixel((x, y)) > 200


def test_a_running_lists_square(world, dealt, stamp, pressed):
    lists = [sheet for sheet in dealt() if sheet.kind == "running"]
    paper = day_paper(world.practice, world.site, world.day, stamp())
    for sheet in lists:
        pages = pressed(*running_lists.documents([sheet], paper))
        for number in range(len(pages)):
            [found] = zxingcpp.read_barcodes(pages.picture(number))
            assert qr.read(found.text).reference == sheet.reference
    assert len(lists) == 2
