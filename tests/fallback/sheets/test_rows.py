"""Which rows a desk's sheet has, and in which order."""

import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from fallback.codes import ROW_CODES
from fallback.sheets.rows import ROWS_AT_MOST, ROWS_ENOUGH, PaperSlot, blank_rows, slot_rows

HERE, THERE = uuid.uuid4(), uuid.uuid4()
MONDAY = date(2026, 11, 23)
DAWN = datetime(2026, 11, 23, 6, tzinfo=UTC)


def slots(count, *, days=0, kind="Routine", mode="face_to_face", site=HERE, first=9):
    day = MONDAY + timedelta(days=days)
    starts = datetime(day.year, day.month, day.day, first, tzinfo=UTC)
    return [
        PaperSlot(
            uuid.uuid4(), uuid.uuid4(), day, starts + timedelta(minutes=n), 10, kind, mode, site,
            "Hill Branch",
        )
        for n in range(count)
    ]  # fmt: skip


def test_rows_stand_by_type_and_mode_then_time():
    review, late = slots(2, kind="Review"), slots(1, first=15)
    calls, early = slots(1, mode="telephone"), slots(1, first=8)
    rows = slot_rows(late + calls + early + review, HERE, DAWN)
    assert [row.slot_id for row in rows] == [s.id for s in review + early + late + calls]
    assert [row.section for row in rows] == [
        "Review, face to face", "Review, face to face",
        "Routine, face to face", "Routine, face to face", "Routine, telephone",
    ]  # fmt: skip


def test_the_next_days_come_after_until_there_is_enough_for_eight_hours():
    days = [slots(20, days=n) for n in range(5)]
    rows = slot_rows([slot for day in reversed(days) for slot in day], HERE, DAWN)
    assert len(rows) == 40 >= ROWS_ENOUGH
    assert [row.slot_id for row in rows] == [s.id for day in days[:2] for s in day]


def test_a_full_day_is_enough():
    assert len(slot_rows(slots(ROWS_ENOUGH) + slots(1, days=1), HERE, DAWN)) == ROWS_ENOUGH


def test_six_pages_are_never_passed_and_the_earliest_stay():
    day = slots(ROWS_AT_MOST + 30, kind="B") + slots(3, kind="A", first=14)
    rows = slot_rows(day, HERE, DAWN)
    assert [row.slot_id for row in rows] == [slot.id for slot in day[:ROWS_AT_MOST]]
    rows = slot_rows(slots(10) + slots(200, days=1), HERE, DAWN)
    assert len(rows) == ROWS_AT_MOST


def test_what_is_over_is_left_out():
    early, late = slots(1, first=9), slots(1, first=11)
    rows = slot_rows(early + late, HERE, DAWN.replace(hour=10))
    assert [row.slot_id for row in rows] == [late[0].id]


def test_a_slot_of_another_site_says_so_and_no_heading_is_too_long():
    assert slot_rows(slots(1, site=THERE), HERE, DAWN)[0].section == (
        "Routine, face to face, Hill Branch"
    )
    long = slot_rows(slots(1, kind="R" * 80, site=THERE), HERE, DAWN)[0].section
    assert len(long) == 80
    assert long.endswith(", face to face, Hill Branch")


def test_forty_rows_for_what_has_no_slot():
    assert Counter(row.kind for row in blank_rows()) == {
        "request": 16, "extra": 8, "cancellation": 8, "message": 8
    }  # fmt: skip
    assert ROWS_AT_MOST + len(blank_rows()) <= ROW_CODES


@pytest.mark.parametrize("mode", ["face_to_face", "telephone", "video", "home_visit", "written"])
def test_every_mode_has_a_heading(mode):
    assert slot_rows(slots(1, mode=mode), HERE, DAWN)[0].section.startswith("Routine, ")
