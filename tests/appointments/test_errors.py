"""What people see when something is wrong: a sentence, and a way on. Never a bare error."""

import pytest
from django.core.exceptions import BadRequest
from django.test import Client

from appointments.views import errors


@pytest.mark.parametrize("who", ["nobody", "priya"])
def test_a_page_that_is_not_there(client, world, as_, who):
    if who == "priya":
        as_(world.priya)
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "there is no such page" in answer.text
    assert world.practice.name in answer.text


def test_a_page_that_is_not_theirs(reception):
    answer = reception.get("/settings/")
    assert answer.status_code == 403
    assert "Your role does not include it." in answer.text


def test_a_request_that_can_not_be_read(rf, world, reception):
    request = reception.get("/your-settings/").wsgi_request
    answer = errors.bad_request(request, BadRequest())
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_scripts_get_the_number_alone(reception):
    answer = reception.get("/settings/", headers={"X-Poll": "1"})
    assert (answer.status_code, answer.content) == (403, b"")


def test_a_bug_shows_a_page_that_can_not_fail(world, reception, monkeypatch):
    monkeypatch.setattr("appointments.settings_pages.pages", lambda: 1 / 0)
    reception.raise_request_exception = False
    world.priya.role = "manager"
    world.priya.save()
    answer = reception.get("/settings/")
    assert answer.status_code == 500
    assert "this page could not be shown" in answer.text


def test_a_token_from_before_the_last_sign_in(world):
    strict = Client(enforce_csrf_checks=True)
    strict.get("/sign-in/")
    answer = strict.post("/sign-in/", {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "Back key" in answer.text
