"""Opening sheets: every reference gets a plain answer; the list of those that wait."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments import journal
from fallback import codes, rekey
from fallback.models import Keying, Sheet
from fallback.paper import qr
from fallback.rekey import presence
from tests.fallback.rekey.conftest import printed_sheet
from tests.fallback.rekey_screens.conftest import hand, text
from tests.world import build

pytestmark = pytest.mark.django_db
OPEN = "/rekeying/open/"
PAGES = ["", "others/", "signing-off/", "lost/", "rows/A3/", "rows/A3/finding/", "rows/A3/rest/"]


@pytest.mark.parametrize("typed", ["{0}", " {1} ", "{1}", "{2}"])
def test_a_sheet_is_opened_by_its_reference_or_its_square(reception, sheet, ref, typed):
    square = qr.written(qr.label_of(sheet, sheet.desk, 7))
    said = typed.format(ref, sheet.reference.lower(), square)
    answer = reception.post(OPEN, {"reference": said})
    assert answer.status_code == 303
    assert answer["Location"] == f"/rekeying/{ref}/"


@pytest.mark.parametrize(
    "typed, status, says",
    [
        ("", 422, "Type the reference"),
        ("K7QHM", 409, "this has 5"),
        ("O7QHM4", 409, "O is never used"),
        ("x" * 5000, 422, "six characters"),
        ("S1/K7QHM4", 422, "only part of it was scanned"),
        ("'; DROP TABLE", 409, "never used"),
    ],
)
def test_what_can_be_no_reference_is_said_and_kept(reception, ref, typed, status, says):
    answer = reception.post(OPEN, {"reference": typed})
    assert answer.status_code == status
    assert says in text(answer)


def test_a_wrong_check_character(reception, sheet):
    last = sheet.reference[-1]
    wrong = sheet.reference[:-1] + next(c for c in codes.ALPHABET if c != last)
    answer = reception.post(OPEN, {"reference": wrong})
    assert answer.status_code == 409
    assert "one character is wrong or two are swapped" in text(answer)
    assert f'value="{wrong}"' in text(answer)


def test_an_unknown_one_and_another_practices(reception, world):
    unknown = codes.new_reference()
    answer = reception.post(OPEN, {"reference": unknown})
    assert "There is no sheet" in text(answer)
    other = build("G82002", home=False)
    theirs = printed_sheet(other)
    answer = reception.post(OPEN, {"reference": theirs.reference})
    assert "belongs to another practice, Harbour Surgery G82002" in text(answer)
    assert reception.get(f"/rekeying/{theirs.reference}/").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_another_practices_sheet_is_not_there(as_, world, page):
    theirs = printed_sheet(build("G82002", home=False))
    lead = as_(world.lead)
    for method in (lead.get, lead.post):
        assert method(f"/rekeying/{theirs.reference}/{page}").status_code in (404, 405)


@pytest.mark.parametrize("page", ["", *PAGES])
def test_keying_is_receptions(as_, world, ref, page):
    doctor = as_(world.doctor)
    for method in (doctor.get, doctor.post):
        assert method(f"/rekeying/{ref}/{page}").status_code in (403, 405)
    assert doctor.get("/rekeying/").status_code == 403
    assert doctor.post(OPEN, {"reference": ref}).status_code == 403


def test_wrong_methods(reception, ref):
    assert reception.get(OPEN).status_code == 405
    assert reception.post("/rekeying/").status_code == 405
    assert reception.post(f"/rekeying/{ref}/").status_code == 405
    assert reception.get(f"/rekeying/{ref}/signing-off/").status_code == 405
    assert reception.get(f"/rekeying/{ref}/rows/A3/").status_code == 405


@pytest.mark.parametrize(
    "ended_as, says",
    [("replaced", "replaced by a newer one"), ("binned", "was binned"), ("shredded", "shredded")],
)
def test_a_sheet_that_is_out_of_use_can_be_keyed_all_the_same(
    world, reception, sheet, ref, ended_as, says
):
    with journal.writing(world.by, "test") as entry:
        entry.change(sheet, ended_at=entry.at, ended_as=ended_as, ended_by=world.tom)
    answer = reception.get(f"/rekeying/{ref}/")
    assert says in text(answer)
    assert "nothing is lost" in text(answer)
    assert 'id="hand"' in text(answer)


def test_the_list_says_how_far_each_sheet_is(world, reception, sheet, ref):
    Sheet.objects.update(day=world.day.replace(year=world.day.year - 1))
    page = text(reception.get("/rekeying/"))
    assert ref in page
    assert "not begun" in page
    row = sheet.rows.order_by("place").first()
    rekey.leave_rest(sheet.reference, world.by, from_code=sheet.rows.last().code)
    page = text(reception.get("/rekeying/"))
    assert f"{sheet.rows.count() - 1} of {sheet.rows.count()} to do" in page
    presence.here(world.by2, sheet, row)
    assert "Tom Reid" in text(reception.get("/rekeying/"))


def test_tomorrows_paper_waits_for_nobody_yet(reception, sheet, ref):
    assert ref not in text(reception.get("/rekeying/"))


def test_the_list_asks_as_much_for_many_sheets_as_for_one(world, reception, sheet):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            reception.get("/rekeying/")
        return len(queries)

    running = Sheet.objects.filter(kind="running").first()
    pair = Sheet.objects.filter(pk__in=[sheet.pk, running.pk])
    pair.update(day=timezone.localdate(), printed_at=timezone.now())
    asked()  # the first request warms up what is kept in memory
    few = asked()
    assert Sheet.objects.update(day=timezone.localdate(), printed_at=timezone.now()) > 2
    assert asked() == few


def test_two_clerks_see_each_other_and_walk_past_each_others_row(world, as_, reception, sheet, ref):
    first = reception.get(f"/rekeying/{ref}/")
    tom = as_(world.tom, world.desk2, Client())
    second = tom.get(f"/rekeying/{ref}/")
    assert hand(second) != hand(first)
    page = text(second)
    assert "Priya Shah (Desk 1) is on this sheet too" in page
    assert "in hand: Priya Shah, Desk 1" in page
    # Asked for by its code, it is shown, and said.
    assert "has this row in hand" in text(tom.get(f"/rekeying/{ref}/?row={hand(first)}"))
    assert "Tom Reid (Desk 2)" in text(reception.get(f"/rekeying/{ref}/"))
    reception.get("/rekeying/")
    assert "Priya Shah" not in text(tom.get(f"/rekeying/{ref}/")).partition("<main")[2]


def test_what_others_key_shows_without_asking(world, as_, reception, sheet, ref):
    one = hand(reception.get(f"/rekeying/{ref}/"))
    page = text(reception.get(f"/rekeying/{ref}/others/?row={one}"))
    seen = page.partition("seen=")[2].partition("&")[0]
    address = f"/rekeying/{ref}/others/?row={one}&seen={seen}"
    assert reception.get(address).status_code == 204
    rekey.leave_rest(sheet.reference, world.by2, from_code=sheet.rows.last().code)
    page = text(reception.get(address))
    assert "nothing written <b>1</b>" in page
    assert f'id="row-{sheet.rows.last().code}" hx-swap-oob="true"' in page
    assert f'id="row-{one}"' not in page
    rekey.leave_rest(sheet.reference, world.by2)
    assert "has been keyed meanwhile" in text(reception.get(address))


def test_the_rest_leaves_alone_what_another_has_in_hand(world, reception, as_, sheet, ref):
    rows = list(sheet.rows.order_by("place"))
    presence.here(world.by2, sheet, rows[5])
    reception.post(f"/rekeying/{ref}/rows/{rows[0].code}/rest/")
    assert rekey.sums(sheet).to_do == 1
    page = text(reception.get(f"/rekeying/{ref}/"))
    assert "in somebody else’s hand" in page


def test_a_row_that_another_keyed_is_said_with_what_was_typed(world, reception, sheet, ref):
    row = sheet.rows.order_by("place").first()
    rekey.leave_rest(sheet.reference, world.by2)
    said = {"what": "booked", "reference": row.pk, "written": "1/1 0914", "q": "baker ann 3/4/71"}
    answer = reception.post(f"/rekeying/{ref}/rows/{row.code}/", said)
    page = text(answer)
    assert answer.status_code == 409
    assert f"Row {row.code} was keyed by Tom Reid" in page
    assert "You had typed: <b>baker ann 3/4/71</b>" in page


def test_a_clerk_at_a_desk_keys_one_sheet_and_writes_little(world, sheet):
    row = sheet.rows.first()
    presence.here(world.by, sheet, row)
    with CaptureQueriesContext(connection) as queries:
        presence.here(world.by, sheet, row)
    assert not [q for q in queries if "UPDATE" in q["sql"] or "INSERT" in q["sql"]]
    presence.here(world.by, sheet, None)
    assert Keying.objects.count() == 1


def test_a_sheet_is_read_with_few_questions(world, reception, sheet, ref):
    reception.get(f"/rekeying/{ref}/")
    with CaptureQueriesContext(connection) as queries:
        reception.get(f"/rekeying/{ref}/")
    assert len(queries) < 40
