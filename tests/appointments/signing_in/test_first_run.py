"""The first page of a new server."""

import pytest

from appointments import journal, practices
from appointments.models import Practice

ASKED = {
    "practice": "Minnis Bay Medical Centre",
    "ods_code": "g82999",
    "site": "Minnis Bay",
    "desks": "3",
    "name": "Moira Keane",
    "username": "Moira",
    "password": "three odd teapots",
    "again": "three odd teapots",
}

pytestmark = pytest.mark.django_db


def test_every_page_leads_there(client):
    answer = client.get("/your-settings/")
    assert (answer.status_code, answer["Location"]) == (303, "/first-run/")


def test_asks_for_practice_and_manager(client):
    answer = client.get("/first-run/")
    assert answer.status_code == 200
    assert "Name of the practice" in answer.text


def test_makes_a_practice_that_can_be_used(client):
    answer = client.post("/first-run/", ASKED)
    assert answer.status_code == 303, answer.text
    practice = Practice.objects.get()
    assert (practice.ods_code, practice.is_home, practice.is_demo) == ("G82999", True, False)
    assert practice.main_site.name == "Minnis Bay"
    assert [desk.name for desk in practice.desk_set.all()] == ["Desk 1", "Desk 2", "Desk 3"]
    assert practice.slottype_set.count() == len(practices.USUAL_SLOT_TYPES)
    manager = practice.staff.get()
    assert (manager.username, manager.initials, manager.role) == ("moira", "MK", "manager")
    assert journal.first_fault(practice) is None


def test_signs_the_manager_in_at_the_first_desk(client):
    client.post("/first-run/", ASKED)
    page = client.get("/your-settings/")
    assert page.status_code == 200
    assert page.wsgi_request.user.name == "Moira Keane"
    assert page.wsgi_request.desk.name == "Desk 1"


@pytest.mark.parametrize(
    "field,typed,sentence",
    [
        ("practice", "", "Enter the practice"),
        ("ods_code", "G8!", "3 to 10 letters and digits"),
        ("desks", "0", "from 1 to 30"),
        ("desks", "many", "from 1 to 30"),
        ("again", "three odd teapotz", "not the same"),
        ("password", "short", "too short"),
        ("password", "demo-practice", "for the demo practice only"),
    ],
)
def test_says_what_is_wrong_and_keeps_the_rest(client, field, typed, sentence):
    said = ASKED | {field: typed} | ({"again": typed} if field == "password" else {})
    answer = client.post("/first-run/", said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Minnis Bay" in answer.text
    assert not Practice.objects.exists()


def test_is_closed_once_there_is_a_practice(client):
    practices.found(ods_code="G82111", name="Another")
    answer = client.post("/first-run/", ASKED)
    assert answer.status_code == 422
    assert "has a practice already" in answer.text
    practices.found(ods_code="G82112", name="Home", is_home=True)
    answer = client.post("/first-run/", ASKED)
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/")
