"""The second look in the browser: one row large, Enter agrees, what differs comes back."""

import uuid

import pytest

from appointments.models import Access
from fallback import rekey, sheets
from fallback.models import Entry, SecondLook
from fallback.rekey import looking
from tests.fallback.rekey.conftest import printed_sheet
from tests.world import build

pytestmark = pytest.mark.django_db


def page_of(sheet):
    return f"/second-look/{sheet.pk}/"


def test_a_row_is_held_against_the_paper(world, sheet, key, as_):
    one, two = key(0, world.ann, said="cough", taken_by="PS"), key(1, world.bob)
    tom = as_(world.tom, world.desk2)
    text = tom.get("/second-look/").text
    assert f'href="{page_of(sheet)}"' in text
    text = tom.get(page_of(sheet)).text
    for words in (one.row.code, "BAKER, Ann", "3 Apr 1971", "999 000 0018", "cough", "by PS"):
        assert words in text
    answer = tom.post(f"/second-look/rows/{one.pk}/agrees/", follow=True)
    assert f"Row {one.row.code} is looked at" in answer.text
    assert "CARTER, Bob" in answer.text
    assert "BAKER, Ann" not in answer.text
    assert SecondLook.objects.get().looked_by == world.tom
    tom.post(f"/second-look/rows/{two.pk}/differs/", {"differs": "Born 1951"})
    assert "Nothing on this sheet waits for you" in tom.get(page_of(sheet)).text


def test_whoever_keyed_it_hears_of_it(world, sheet, key, as_):
    one = key(0, world.ann)
    look = looking.differ(one.pk, "Is Carter <b>", world.by2)
    text = as_(world.priya).get("/second-look/").text
    assert "Came back: 1" in text
    assert "Is Carter &lt;b&gt;" in text
    assert "for you to look at" in text.lower()
    tom = as_(world.tom)
    assert "Priya Shah answers this one" in tom.get("/second-look/").text
    answer = tom.post(f"/second-look/answers/{look.pk}/", {"answer": "no"})
    assert answer.status_code == 409
    priya = as_(world.priya)
    answer = priya.post(f"/second-look/answers/{look.pk}/", {"answer": ""})
    assert answer.status_code == 422
    assert "Say why it stands" in answer.text
    assert priya.post(
        f"/second-look/answers/{look.pk}/", {"answer": "It is Baker"}
    ).status_code == 303  # fmt: skip
    look.refresh_from_db()
    assert look.answer == "It is Baker"
    assert "It is Baker" in as_(world.tom).get(page_of(sheet)).text


def test_keyed_wrongly_is_taken_back(world, sheet, key, as_):
    one = key(0, world.ann)
    look = looking.differ(one.pk, "Is Carter", world.by2)
    answer = as_(world.priya).post(f"/second-look/answers/{look.pk}/back/")
    assert answer["Location"] == f"/rekeying/{sheets.shown(sheet)}/?row={one.row.code}"
    one.refresh_from_db()
    assert one.taken_back_by == world.priya
    assert "Came back" not in as_(world.priya).get("/second-look/").text


def test_blank_rows(world, sheet, as_):
    rekey.leave_rest(sheet.reference, world.by)
    tom = as_(world.tom)
    text = tom.get(page_of(sheet)).text
    count = Entry.objects.count()
    assert f"Nothing written: {count}" in text
    one = Entry.objects.first()
    assert one.row.code in tom.get(page_of(sheet), {"row": one.pk}).text
    tom.post(f"/second-look/rows/{one.pk}/differs/", {"differs": "There is a name"})
    assert tom.post(f"/second-look/{sheet.pk}/blank/").status_code == 303
    assert SecondLook.objects.filter(agrees=True).count() == count - 1
    assert tom.post(f"/second-look/{sheet.pk}/blank/").status_code == 303


def test_what_was_typed_is_kept_when_it_is_refused(world, sheet, key, as_):
    one = key(0, world.ann)
    looking.agree(one.pk, world.by_lead)
    tom = as_(world.tom)
    answer = tom.post(f"/second-look/rows/{one.pk}/differs/", {"differs": "Is Carter"})
    assert answer.status_code == 409
    assert "Lena Ford has looked at row" in answer.text
    assert 'value="Is Carter"' in answer.text
    for words in ("", "x" * 201):
        answer = tom.post(f"/second-look/rows/{one.pk}/differs/", {"differs": words})
        assert answer.status_code == 422


def test_ones_own_rows_are_refused(world, sheet, key, as_):
    one = key(0, world.ann)
    priya = as_(world.priya)
    assert priya.post(f"/second-look/rows/{one.pk}/agrees/").status_code == 409
    assert "BAKER" not in priya.get(page_of(sheet), {"row": one.pk}).text


def test_pages_are_logged_and_name_nobody_in_their_title(world, sheet, key, as_):
    key(0, world.ann)
    tom = as_(world.tom)
    text = tom.get(page_of(sheet)).text
    assert Access.objects.filter(detail=f"Second look at sheet {sheets.shown(sheet)}").exists()
    assert "BAKER" not in text.split("</title>")[0]


@pytest.mark.parametrize("odd", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_odd_addresses(world, sheet, key, as_, odd):
    key(0, world.ann)
    assert as_(world.tom).get(page_of(sheet), {"row": odd, "done": odd}).status_code == 200


def test_walls(world, sheet, key, as_):
    one = key(0, world.ann)
    other = build("G82002", home=False)
    theirs = printed_sheet(other)
    look = looking.differ(one.pk, "x", world.by2)
    posts = [f"/second-look/rows/{one.pk}/agrees/", f"/second-look/rows/{one.pk}/differs/",
             f"/second-look/{sheet.pk}/blank/", f"/second-look/answers/{look.pk}/",
             f"/second-look/answers/{look.pk}/back/"]  # fmt: skip
    doctor = as_(world.doctor)
    assert doctor.get("/second-look/").status_code == 403
    assert doctor.get(page_of(sheet)).status_code == 403
    assert [doctor.post(each).status_code for each in posts] == [403] * 5
    tom = as_(world.tom)
    assert [tom.get(each).status_code for each in posts] == [405] * 5
    assert tom.post("/second-look/").status_code == 405
    assert tom.get(page_of(theirs)).status_code == 404
    assert tom.post(f"/second-look/rows/{uuid.uuid4()}/agrees/").status_code == 404
    theirs_entry = Entry.objects.filter(practice=other.practice).first()
    assert theirs_entry is None
    rekey.leave_rest(theirs.reference, other.by)
    theirs_entry = Entry.objects.filter(practice=other.practice).first()
    assert tom.post(f"/second-look/rows/{theirs_entry.pk}/agrees/").status_code == 404
