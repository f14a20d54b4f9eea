"""The locked screen: when it comes, who may open it, and what becomes of what was typed."""

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session as SignIn

from appointments import staff
from appointments.models import Staff
from tests.world import PASSWORD, build

OPEN = "/your-settings/"
SCRIPT = {"Accept": "application/json"}
AN_ID = "5cec450a-be24-4c5b-a833-d69d7046aa97"
POLL = {"X-Poll": "1"}


def minutes(number: float) -> float:
    return number * 60


def test_a_screen_left_alone_locks_itself(client, world, enter, freezer):
    enter()
    freezer.tick(minutes(9.9))
    assert client.get(OPEN).status_code == 200
    freezer.tick(minutes(10))
    answer = client.get(OPEN)
    assert (answer.status_code, answer["Location"]) == (303, "/locked/?next=%2Fyour-settings%2F")


def test_after_as_many_minutes_as_the_practice_says(client, world, enter, freezer):
    world.practice.idle_lock_minutes = 2
    world.practice.save()
    enter()
    freezer.tick(minutes(2))
    assert client.get(OPEN).status_code == 303


def test_polling_keeps_no_screen_open(client, world, enter, freezer):
    enter()
    for _ in range(10):
        assert client.get("/still-here/", headers=POLL).status_code == 200
        freezer.tick(minutes(1))
    answer = client.get("/still-here/", headers=POLL)
    assert (answer.status_code, answer["X-Locked"]) == (401, "1")


def test_typing_keeps_it_open(client, world, enter, freezer):
    enter()
    for _ in range(20):
        freezer.tick(minutes(1))
        assert client.post("/still-here/", headers=SCRIPT).status_code == 200


def test_use_is_noted_at_most_every_half_minute(
    client, world, enter, freezer, django_assert_num_queries
):
    enter()
    freezer.tick(29)
    with django_assert_num_queries(4):
        client.post("/still-here/", headers=SCRIPT)
    freezer.tick(2)
    with django_assert_num_queries(7):  # and a savepoint around the write
        client.post("/still-here/", headers=SCRIPT)


def test_the_lock_button(client, world, enter):
    enter()
    assert client.get("/lock/").status_code == 405
    answer = client.post("/lock/", headers={"Referer": f"http://testserver{OPEN}"})
    assert (answer.status_code, answer["Location"]) == (303, "/locked/?next=%2Fyour-settings%2F")
    assert client.get(OPEN).status_code == 303
    page = client.get("/locked/")
    assert "Priya Shah" in page.text
    assert page.status_code == 200


@pytest.mark.parametrize("headers", [SCRIPT, POLL, {"HX-Request": "true"}])
def test_a_script_is_told(client, world, enter, headers):
    enter()
    assert client.post("/lock/", headers=SCRIPT).json() == {"go_to": "locked"}
    answer = client.get("/still-here/", headers=headers)
    assert (answer.status_code, answer["X-Locked"]) == (401, "1")
    assert "Priya" not in answer.text


def test_the_password_opens_it_where_one_was(client, world, enter):
    enter()
    client.post("/lock/")
    answer = client.post("/unlock/", {"password": PASSWORD, "next": OPEN})
    assert (answer.status_code, answer["Location"]) == (303, OPEN)
    assert client.get(OPEN).status_code == 200


def test_a_wrong_password_does_not(client, world, enter):
    enter()
    client.post("/lock/")
    answer = client.post("/unlock/", {"password": "wrong", "next": OPEN})
    assert answer.status_code == 422
    assert f'value="{OPEN}"' in answer.text
    assert client.get(OPEN).status_code == 303
    assert client.post("/unlock/", {"password": ""}).status_code == 422
    assert client.get("/unlock/").status_code == 405


def test_wrong_passwords_lock_out_here_too(client, world, enter):
    enter()
    client.post("/lock/")
    for _ in range(4):
        client.post("/unlock/", {"password": "wrong"})
    said = {"password": "wrong", "kept": "typed", "next": OPEN}
    answer = client.post("/unlock/", said)
    assert answer.status_code == 429
    assert 'value="typed"' in answer.text
    assert client.post("/unlock/", said, headers=SCRIPT).status_code == 429
    assert "quarter of an hour" in client.post("/unlock/", said, headers=SCRIPT).json()["sentence"]
    assert client.post("/sign-in/", {"username": "priya", "password": PASSWORD}).status_code == 429
    assert "typed" not in AccessAttempt.objects.get().post_data


def test_in_the_page_it_answers_with_who_is_there(client, world, enter):
    enter()
    client.post("/lock/")
    answer = client.post("/unlock/", {"password": PASSWORD}, headers=SCRIPT)
    assert answer.json() == {"name": "Priya Shah", "may_manage": False, "shortcuts": "on"}
    wrong = client.post("/unlock/", {"password": "wrong"}, headers=SCRIPT)
    assert wrong.status_code == 422
    assert "go together" in wrong.json()["sentence"]


def test_a_colleague_takes_over_the_desk(client, world, enter):
    enter(desk="2")
    client.post("/lock/")
    key = client.session.session_key
    answer = client.post("/unlock/", {"username": "Maud", "password": PASSWORD}, headers=SCRIPT)
    assert answer.json() == {"name": "Maud Price", "may_manage": True, "shortcuts": "on"}
    request = client.get(OPEN).wsgi_request
    assert (request.user, request.desk) == (world.manager, world.desk2)
    assert client.session.session_key != key
    assert not SignIn.objects.filter(session_key=key).exists()


def test_the_page_gets_a_token_of_the_new_sign_in(client, world, enter):
    enter()
    before = client.get(OPEN).cookies["csrftoken"].value
    answer = client.post("/unlock/", {"username": "tom", "password": PASSWORD}, headers=SCRIPT)
    assert answer.cookies["csrftoken"].value not in ("", before)


def test_nobody_of_another_practice_takes_over(client, world, enter):
    other = build("G82002", home=False)
    enter()
    client.post("/lock/")
    said = {"username": other.priya.username, "password": PASSWORD}
    answer = client.post("/unlock/", said, headers=SCRIPT)
    assert answer.status_code == 422
    assert "another practice" in answer.json()["sentence"]


def test_nor_somebody_with_a_temporary_password(client, world, enter):
    temporary = staff.reset_password(world.tom.pk, world.by_manager)
    enter()
    client.post("/lock/")
    answer = client.post("/unlock/", {"username": "tom", "password": temporary}, headers=SCRIPT)
    assert answer.status_code == 422
    assert "password of your own" in answer.json()["sentence"]


def test_nor_somebody_who_left(client, world, enter):
    staff.leave(world.tom.pk, world.by_manager)
    enter()
    client.post("/lock/")
    said = {"username": "tom", "password": PASSWORD}
    assert client.post("/unlock/", said, headers=SCRIPT).status_code == 422


def test_after_the_sign_in_has_ended_a_name_is_needed(client, world, enter):
    enter()
    client.post("/sign-out/")
    assert client.post("/unlock/", {"password": PASSWORD}, headers=SCRIPT).status_code == 422
    said = {"username": "priya", "password": PASSWORD}
    assert client.post("/unlock/", said, headers=SCRIPT).json()["name"] == "Priya Shah"


def test_signing_out_of_a_locked_screen(client, world, enter):
    enter()
    client.post("/lock/")
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/locked/")["Location"] == "/diary/"


@pytest.fixture
def locked_while_typing(client, world, enter):
    """Post a form to a locked screen; returns the lock page's hidden field."""
    enter()
    client.post("/lock/")
    answer = client.post(
        OPEN + "?from=here", {"shortcuts": "off", "note": "Rings <back> at 3", "id": AN_ID}
    )
    assert answer.status_code == 401
    assert "What you typed has not been sent" in answer.text
    assert "Rings" not in answer.text
    return answer.text.split('name="kept" value="')[1].split('"')[0]


def test_what_was_typed_is_offered_again(client, world, locked_while_typing):
    wrong = client.post("/unlock/", {"password": "wrong", "kept": locked_while_typing})
    assert locked_while_typing in wrong.text
    assert Staff.objects.get(pk=world.priya.pk).shortcuts_on  # nothing was done yet
    page = client.post("/unlock/", {"password": PASSWORD, "kept": locked_while_typing})
    assert page.status_code == 200
    assert 'action="/your-settings/?from=here"' in page.text
    assert '<input type="hidden" name="shortcuts" value="off">' in page.text
    assert "Rings &lt;back&gt; at 3" in page.text
    assert "Continue" in page.text
    assert page.text.count(AN_ID) == 1  # sent, not shown


def test_to_a_colleague_it_is_only_shown(client, world, locked_while_typing):
    said = {"username": "tom", "password": PASSWORD, "kept": locked_while_typing}
    page = client.post("/unlock/", said)
    assert "Rings &lt;back&gt; at 3" in page.text
    assert "Continue" not in page.text
    assert 'type="hidden" name="note"' not in page.text


def test_nothing_made_up_is_offered(client, world, enter):
    enter()
    client.post("/lock/")
    answer = client.post("/unlock/", {"password": PASSWORD, "kept": "made-up:1:2"})
    assert (answer.status_code, answer["Location"]) == (303, "/diary/")
