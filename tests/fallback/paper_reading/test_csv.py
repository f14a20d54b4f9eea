import csv as reader
import io

import pytest

from fallback.paper import csv

from .conftest import at


def read(content: bytes) -> list[dict]:
    return list(reader.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_excel_knows_it_by_its_mark(paper):
    assert csv.rows(paper()).startswith(b"\xef\xbb\xbfday,site,time,")


def test_a_row_has_who_when_and_how_to_reach(world, book, paper):
    book(world.cat, "10:10", reason="cough, fever", urgency="urgent", mode="telephone")
    [row] = [row for row in read(csv.rows(paper())) if row["patient"]]
    assert row == {
        "day": world.day.isoformat(), "site": "Harbour Surgery", "time": "10:10", "minutes": "10",
        "with": "Dr Lane", "slot type": "Routine", "state": "booked", "patient": "HUGHES, Catrin",
        "same name": "", "born": "28 Feb 2019", "NHS number": "999 000 0034", "how": "telephone",
        "urgent": "urgent", "reason": "cough, fever", "telephone": "mobile 07700 900456",
        "comment": "mobile is mother's", "print": "1042",
        "up to date at": f"{world.day:%a} {world.day.day} {world.day:%b} {world.day.year}, 08:02",
    }  # fmt: skip


def test_every_slot_and_everybody_is_in_it(full_day, paper):
    rows = read(csv.rows(paper()))
    assert len(rows) == 1080 + 20
    said = {(row["with"], row["time"], row["patient"].removeprefix("'")) for row in rows}
    london = at(full_day.day, "00:00").tzinfo
    for clinician, slot, appointment in full_day.extra["rows"]:
        clock = f"{slot.starts_at.astimezone(london):%H:%M}"
        name = appointment.patient.name if appointment else ""
        assert (clinician.short_name, clock, name) in said


@pytest.mark.parametrize("cell", ["=1+1", "+44 1632", "-2", "@SUM(A1)", "\tx", "＝1+1"])
def test_what_looks_like_a_formula_is_made_text(cell):
    assert csv.defused(cell) == f"'{cell}"


def test_other_text_is_left_alone():
    assert csv.defused("O'Brien = 1") == "O'Brien = 1"
    assert csv.defused("") == ""


def test_no_cell_of_it_is_a_formula(register, book, paper):
    calculated = '=HYPERLINK("http://example.org")'
    patient = register(calculated, "@Zoe", contact_comment="+44", mobile_telephone="=1")
    book(patient, "10:10", reason="-1")
    rows = read(csv.rows(paper()))
    assert [cell for row in rows for cell in row.values() if cell.startswith(csv.FORMULA)] == []
    [row] = [row for row in rows if row["reason"]]
    assert row["patient"] == f"'{calculated.upper()}, @Zoe"
    assert (row["reason"], row["comment"]) == ("'-1", "'+44")
