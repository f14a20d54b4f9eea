"""Every row with its end, and the sums that must agree."""

from datetime import timedelta

import pytest

from appointments import journal, patients
from appointments.wording import clock
from fallback import outages, plans, reconciliation, rekey, worklist
from fallback.models import Entry, Sheet
from fallback.reconciliation import tally
from fallback.reconciliation.tally import End
from fallback.rekey import looking
from tests.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def of(world):
    return lambda: reconciliation.of_days(world.practice, world.day, world.day)


def by_code(account, code):
    return next(row for row in account.rows if row.code == code)


def test_every_row_has_one_end(world, sheet, keyed, of):
    found = of()
    (account,) = found.accounts
    assert account.sheet == sheet
    ends = account.tally.ends
    blank = len(keyed["nothing"])
    assert {end: ends[end] for end in End} == {
        End.IN_BOOK: 3, End.SETTLED: 1, End.CLOSED: 1, End.NOTHING: blank, End.CLASH: 1,
        End.ASIDE: 1, End.TO_KEY: sheet.rows.count() - 7 - blank, End.LOST: 0,
    }  # fmt: skip
    assert account.tally.agrees
    assert account.tally.printed == sheet.rows.count()
    assert found.faults == []
    codes = [code for _, codes in account.codes for code in codes]
    assert sorted(codes) == sorted(sheet.rows.values_list("code", flat=True))


def test_what_a_row_says(world, keyed, of):
    account = of().accounts[0]
    plain = by_code(account, keyed["booked"].row.code)
    assert (plain.patient, plain.said, plain.what) == ("BAKER, Ann (Mrs)", "cough", "Booked")
    assert plain.written.endswith("by PS")
    assert (plain.who, plain.end.words) == ("Priya Shah", "In the book")
    settled = by_code(account, keyed["settled"].row.code)
    assert settled.how.startswith("the first stays: Dr Lane said so (Lena Ford, ")
    closed = by_code(account, keyed["closed"].row.code)
    assert closed.how.startswith("Request: Rang back (Tom Reid, ")
    aside = by_code(account, keyed["aside"].row.code)
    assert aside.how.startswith("Can't be read: Tom Reid, due ")
    assert (aside.patient, aside.end.is_open) == ("smth jn", True)
    given = keyed["nothing"][0].slot
    assert clock(given.starts_at) in by_code(account, keyed["filled"].row.code).what
    assert "Extra: 10:00" in by_code(account, keyed["extra"].row.code).what
    (blank,) = account.blank
    assert blank.codes == tuple(entry.row.code for entry in keyed["nothing"])


def test_a_lost_sheet_is_said_plainly(world, keyed, lost, of):
    found = of()
    account = next(one for one in found.accounts if one.sheet == lost)
    assert account.tally.ends == {End.LOST: lost.rows.count()}
    assert found.tally.agrees
    assert found.tally.done[-1] == (End.LOST, lost.rows.count())
    assert account.tally.still_open == 0


def test_sheets_on_which_nobody_wrote_are_named_apart(world, sheet, of):
    with journal.writing(world.by, "test") as entry:
        entry.change(sheet, ended_at=entry.at, ended_as=Sheet.End.SHREDDED)
    found = of()
    assert (found.accounts, found.others) == ([], [sheet])
    with journal.writing(world.by, "test") as entry:
        entry.change(sheet, ended_as=Sheet.End.BINNED)
    rekey.leave_rest(sheet.reference, world.by)  # somebody had written on it after all
    assert of().accounts[0].tally.agrees


def test_files_that_nobody_printed_are_no_paper(world, sheet, of):
    assert Sheet.objects.count() > 1
    assert [one.sheet for one in of().accounts] == [sheet]


def test_signed_off_and_all_done(world, sheet, of):
    rekey.leave_rest(sheet.reference, world.by)
    plans.change_plan(world.by_manager, second_look=10)
    rows = sheet.rows.count()
    assert of().verdict == (
        f"All sums agree. Left to do: rows that wait for a second look: {rows}; sheets not signed "
        "off: 1."
    )
    looking.agree_blank(sheet, world.by2)
    rekey.sign_off(sheet.reference, world.by)
    found = of()
    assert found.tally.still_open == 0
    assert (found.verdict, found.level) == (
        "All sums agree, nothing is open, and every sheet is signed off.", "well"
    )  # fmt: skip
    assert found.accounts[0].ended.startswith("Keyed and signed off, ")
    assert found.accounts[0].ended.endswith("Priya Shah")


def test_other_days_and_practices(world, keyed):
    before = world.day - timedelta(days=1)
    assert reconciliation.of_days(world.practice, before, before).accounts == []
    other = build("G82002", home=False)
    assert reconciliation.of_days(other.practice, before, world.day).accounts == []


def test_taken_back_is_counted_and_the_row_is_open_again(world, sheet, keyed, of):
    rekey.take_back(keyed["booked"].pk, world.by)
    account = of().accounts[0]
    assert account.taken_back == 1
    assert keyed["booked"].row.code in account.to_key
    assert account.tally.agrees


def test_a_patient_merged_since_goes_by_the_name_that_stayed(world, keyed, of):
    patients.merge(
        world.bob.pk, world.ann.pk, world.by_lead, reason="The same", despite_numbers=True
    )
    row = by_code(of().accounts[0], keyed["booked"].row.code)
    assert row.patient == "CARTER, Bob (Mr)"


def test_who_had_the_second_look(world, keyed, of):
    plans.change_plan(world.by_manager, second_look=10)
    looking.agree(keyed["booked"].pk, world.by2)
    assert by_code(of().accounts[0], keyed["booked"].row.code).looked == "Tom Reid"


def test_sums_that_do_not_agree_are_said(world, keyed, of, monkeypatch):
    Entry.objects.filter(pk=keyed["booked"].pk).update(reference=keyed["booked"].pk)
    assert of().faults == ["1 keyed rows have no record of how they came into the book."]
    monkeypatch.setattr(tally.Tally, "agrees", False)
    assert "rows were printed, and" in of().faults[0]


def test_the_worklists_lines_and_their_ends(world, sheet, kinds, key, of):
    plans.change_plan(world.by_manager, beside_clinical_system=True)
    worklist.follow(world.practice)
    key(kinds["slot"][0], patient=world.ann.pk)
    worklist.follow(world.practice)
    (line,) = of().lines
    assert (line.deed, line.end) == ("Book", "To enter")
    worklist.not_possible(world.by, line.shown.line.pk, "Not open there")
    found = of()
    assert found.lines[0].end == "Not possible: Not open there"
    assert found.line_ends == [("Not possible", 1)]


def test_of_an_outage(world, sheet, keyed):
    outage = outages.declare(world.by_lead, ["ours"], began_at=keyed["booked"].written_at)
    found = reconciliation.of_outage(outage)
    assert found.words.startswith("Outage 1: This ")
    assert [one.sheet for one in found.accounts] == [sheet]
