import datetime
import re

import pytest

from appointments import booking, journal, sessions
from appointments.models import Duty, Hold
from fallback.paper import diary
from fallback.paper.press import press
from fallback.paper.reading import kept

from .conftest import at, pages_of, printed, stamp_of


def rows(document) -> list[dict]:
    return [
        row
        for holder in document.data["holders"]
        for part in holder["parts"]
        for row in part
        if holder["heading"] == "Dr Lane"
    ]


def row_at(document, clock: str) -> dict:
    return next(row for row in rows(document) if row["at"] == clock)


def test_every_holder_in_the_order_of_the_screen(world, paper):
    document = diary.document(paper())
    assert [holder["heading"] for holder in document.data["holders"]] == ["Dr Lane", "Sister Webb"]
    assert [row["at"] for row in rows(document)] == [
        f"{h}:{m}0" for h in (10, 11) for m in range(6)
    ]


def test_who_is_booked_and_how(world, book, paper):
    book(world.ann, "10:10", reason="cough", mode="telephone", urgency="urgent")
    assert row_at(diary.document(paper()), "10:10") == {
        "at": "10:10", "state": "booked", "name": "BAKER, Ann (Mrs)", "same": False,
        "born": "3 Apr 1971", "urgent": True, "how": "telephone", "reason": "cough", "mark": "",
    }  # fmt: skip
    assert "10:10 BAKER, Ann (Mrs) 3 Apr 1971 URGENT telephone cough" in printed(
        diary.document(paper())
    )


def test_marks_stand_in_words(world, book, paper):
    booking.arrive(book(world.ann, "10:10").pk, world.by)
    booking.arrive(book(world.bob, "10:20").pk, world.by)
    booking.send_in(world.bob.appointments.get().pk, world.by_doctor)
    document = diary.document(paper())
    assert [row_at(document, at)["mark"] for at in ("10:10", "10:20")] == ["arrived", "in"]


def test_the_second_half_of_a_double_says_so(world, book, paper):
    book(world.ann, "10:10", double=True, reason="joints")
    document = diary.document(paper())
    assert [row_at(document, at)["reason"] for at in ("10:10", "10:20")] == ["joints", "continued"]
    assert document.data["holders"][0]["booked"] == 1


def test_an_extra_stands_under_its_slot_whether_that_is_taken_or_not(world, book, paper):
    book(world.ann, "10:10")
    book(world.bob, "10:10", extra=True, because="in pain")
    book(world.cat, "10:20", extra=True, because="fits in")
    found = [(row["at"], row["state"], row.get("name"), row.get("how"))
             for row in rows(diary.document(paper()))]  # fmt: skip
    assert found[1:5] == [
        ("10:10", "booked", "BAKER, Ann (Mrs)", ""),
        ("", "booked", "CARTER, Bob (Mr)", "extra"),
        ("10:20", "free", None, None),
        ("", "booked", "HUGHES, Catrin", "extra"),
    ]


def test_kept_rows_are_named_for_their_desk(world, paper):
    booking.keep([world.slot("10:10").pk], world.desk2, "paper", world.by2)
    booking.keep([world.slot("10:20").pk], world.desk2, "screen", world.by2)
    document = diary.document(paper())
    assert row_at(document, "10:10")["words"] == "Desk 2's sheet: Routine, 10 min"
    assert row_at(document, "10:20")["words"] == "Desk 2's screen: Routine, 10 min"


def test_a_slot_in_hand_says_so_and_that_it_was_then(world, paper):
    slot = world.slot("10:10")
    Hold.objects.create(
        practice=world.practice, slot=slot, desk=world.desk1, staff=world.priya,
        until=at(world.day, "08:02") + datetime.timedelta(minutes=5),
    )  # fmt: skip
    row = row_at(diary.document(paper()), "10:10")
    assert row["words"] == "open at Desk 1 when this was made: Routine, 10 min"


def test_blocked_and_free(world, paper):
    sessions.block(world.by, [world.slot("10:10").pk], "Catch-up")
    document = diary.document(paper())
    assert row_at(document, "10:10") == {"at": "10:10", "state": "blocked", "words": "Catch-up"}
    assert row_at(document, "10:20")["words"] == "free: Routine, 10 min"
    assert document.data["holders"][0]["free"] == 11


def test_a_desk_whose_name_has_an_on_in_it(paper, world):
    line = paper().day.columns[0].slots[0]
    assert kept(line._replace(kept="Desk on wheels on paper")) == "Desk on wheels's sheet"
    assert kept(line) == ""


def test_the_duty_clinician_comes_first_and_is_named(world, paper):
    with journal.writing(world.by, "duty") as entry:
        entry.add(Duty(practice=world.practice, day=world.day, clinician=world.webb))
        entry.touch(world.site.pk, world.day)
    document = diary.document(paper())
    assert [(h["heading"], h["is_duty"]) for h in document.data["holders"]] == [
        ("Sister Webb", True), ("Dr Lane", False),
    ]  # fmt: skip
    assert "Sister Webb DUTY" in printed(document)


def test_a_day_without_sessions_says_so(world, paper):
    world.day += datetime.timedelta(days=1)
    text = printed(diary.document(paper()))
    assert "There are no sessions here on" in text


def test_only_reasons_are_shortened(register, book, paper):
    long = register("Featherstonehaugh-" * 5 + "Ng", "Wilhelmina " * 8 + "Z")
    book(long, "10:10", reason="cough " * 30)
    document = diary.document(paper())
    name = row_at(document, "10:10")["name"]
    assert len(name) > 180
    assert row_at(document, "10:10")["reason"].endswith("cough …")
    assert name.replace(" ", "") in printed(document).replace(" ", "")


@pytest.mark.parametrize("name", ["\U00013000", "Ann 😀"])
def test_a_name_that_cant_be_printed_whole(register, book, paper, name):
    book(register("Abbott", name, nhs_number="9990000042"), "10:10")
    text = printed(diary.document(paper()))
    assert "10:10 NHS number 999 000 0042, name on screen" in text


def test_same_names_are_said(world, register, book, paper):
    book(register("Baker", "Anne", born_on=datetime.date(1999, 1, 2)), "10:30")
    book(world.ann, "10:10")
    text = printed(diary.document(paper()))
    assert "BAKER, Ann (Mrs) SAME NAME 3 Apr 1971" in text
    assert "BAKER, Anne SAME NAME 2 Jan 1999" in text


def test_a_full_day_has_every_row_on_at_most_sixty_pages(full_day, paper):
    day = paper()
    [rendered] = press([diary.document(day)])
    assert rendered.pages <= 60
    assert rendered.is_tagged
    pages = [re.sub(r"\s", "", page) for page in pages_of(rendered.pdf)]
    missing = []
    for clinician, slot, appointment in full_day.extra["rows"]:
        clock = f"{slot.starts_at.astimezone(at(full_day.day, '00:00').tzinfo):%H:%M}"
        if appointment is None:
            row = f"{clock}free:Routine,10min"
        else:
            patient = appointment.patient
            name = re.sub(r"\s", "", patient.name)
            born = f"{patient.born_on.day}{patient.born_on:%b%Y}"
            row = f"{clock}{name}{born}"
        if not any(clinician.short_name.replace(" ", "") in p and row in p for p in pages):
            missing.append(row)
    assert missing == []
    assert len(full_day.extra["rows"]) == 1080
    text = "".join(pages)
    assert text.count("free:Routine,10min") == 90 + 12  # and Dr Lane's


def test_a_holders_day_is_parted_at_its_longest_pause_only(full_day, paper):
    holder = next(h for h in diary.document(paper()).data["holders"] if h["heading"] == "Dr Ward07")
    assert [len(part) for part in holder["parts"]] == [18, 18]
    assert len(diary.document(paper()).data["holders"][0]["parts"]) == 1  # no pause


def test_a_holder_who_fits_on_a_page_is_not_split(full_day, paper):
    pages = pages_of(press([diary.document(paper())])[0].pdf)
    for number in range(30):
        last = [n for n, page in enumerate(pages) if f"Dr Ward{number:02}" in page]
        assert len(last) <= 3  # the list of holders, and one page or morning and afternoon


def test_the_front_page_says_where_everybody_is(full_day, paper):
    pages = pages_of(press([diary.document(paper())])[0].pdf)
    places = re.findall(r"(Dr Ward\d\d) All day, 08:30 to 17:00 33 3 (\d+)", pages[0])
    assert len(places) == 30
    for name, page in places:
        assert name in pages[int(page) - 1]
    assert "Who is here" not in "".join(pages[1:])


def test_a_small_day_has_no_front_page(paper):
    assert "Who is here" not in printed(diary.document(paper()))


def test_paper_of_another_day_says_on_which_it_was_made(world, paper):
    eve = at(world.day - datetime.timedelta(days=1), "17:45")
    document = diary.document(paper())
    document = document._replace(stamp=stamp_of(world)._replace(up_to_date_at=eve))
    words = f"{eve:%a} {eve.day} {eve:%b} 17:45"
    assert f"Up to date at {words}" in printed(document)
