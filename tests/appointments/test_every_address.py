"""Rules that hold at every address: walls between practices, who comes in, no 500 for anything."""

import uuid

import pytest

from tests.addresses import every, furnish, rows
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db

ADDRESSES = every()
WITH_ROWS = [a for a in ADDRESSES if set(a.takes) - {"day", "reference"}]
OPEN = {  # to people who are not signed in
    "website-example",
    "sign-in",
    "sign-out",
    "first-run",
    "unlock",
    "public-status",
    "public-screen",
}
HERE = {"sign-out", "lock"}  # end the test's own sign-in
HOSTILE = {
    "q": "' OR 1=1 -- <script>alert(1)</script>\u202e",
    "name": "x" * 5000,
    "patient": "not-a-uuid",
    "slot": "☃",
    "reference": "0",
    "day": "2026-02-31",
    "starts": "25:99",
    "because": "\u0000",
    "page": "-1",
    "site": "{{7*7}}",
    "clinician": "../../etc/passwd",
    "from": "9999-12-31",
    "keep": uuid.uuid4().hex,
    "slots": "nowhere",
    "next": "//evil.example/",
}


def ids(address):
    return address.name or "home"


def come_in(client, world, staff):
    fields = {"username": staff.username, "password": PASSWORD, "desk": str(world.desk1.pk)}
    assert client.post("/sign-in/", fields).status_code == 303


def values(world, address, furnished):
    return furnished | ({"row_id": rows(world, address.name)} if "row_id" in address.takes else {})


@pytest.mark.parametrize("address", WITH_ROWS, ids=ids)
def test_one_practice_never_sees_anothers_rows(client, address):
    own, other = build(), build("G82002", home=False)
    theirs = values(other, address, furnish(other))
    come_in(client, own, own.manager)
    where = address.filled(theirs)
    for method in (client.get, client.post):
        answer = method(where)
        assert answer.status_code in (404, 405, 409), answer.status_code
        if answer.status_code != 405:
            text = answer.content.decode()
            for name in ("BAKER", "Baker", "Hill Branch", "Dr Lane", "Tom Reid"):
                assert name not in text.replace(own.practice.name, "")


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.name not in OPEN], ids=ids)
def test_nobody_comes_in_without_signing_in(client, address):
    world = build()
    where = address.filled(values(world, address, furnish(world)))
    for method in (client.get, client.post):
        answer = method(where)
        assert answer.status_code in (303, 401, 403, 405)
        assert "Baker" not in answer.content.decode()


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.name not in HERE], ids=ids)
def test_hostile_input_is_answered_not_with_a_500(client, address):
    world = build()
    where = address.filled(values(world, address, furnish(world)))
    come_in(client, world, world.manager)
    for answer in (
        client.get(where, HOSTILE),
        client.post(where, HOSTILE),
        client.post(where, HOSTILE, HTTP_HX_REQUEST="true"),
        client.post(where, data=b"\xff\xfe%%%", content_type="application/x-www-form-urlencoded"),
    ):
        assert answer.status_code < 500
        assert "<script>alert" not in answer.content.decode(errors="replace")


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.name not in HERE], ids=ids)
def test_titles_carry_no_names_and_nothing_is_stored(client, address):
    world = build()
    where = address.filled(values(world, address, furnish(world)))
    come_in(client, world, world.manager)
    answer = client.get(where)
    if answer.status_code == 200 and b"<html" in answer.content:
        title = answer.content.decode().partition("<title>")[2].partition("</title>")[0]
        assert title
        for name in ("Baker", "BAKER", "Ann"):
            assert name not in title
        assert "no-store" in answer["Cache-Control"]
        assert "style=" not in answer.content.decode()
        assert "onclick" not in answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
