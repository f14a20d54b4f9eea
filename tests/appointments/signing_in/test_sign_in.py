"""Signing in and out: who, at which desk, and where to next."""

import logging

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session as SignIn
from django.test import Client

from appointments import practices, staff
from appointments.forms.signing_in import NOT_TOGETHER
from appointments.passwords import DEMO_PASSWORD
from tests.world import PASSWORD, build

OPEN = "/your-settings/"  # an ordinary page
DIARY = "/diary/"


def test_a_page_asks_for_sign_in_first(client, world):
    answer = client.get(OPEN)
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/?next=%2Fyour-settings%2F")


@pytest.mark.parametrize("headers", [{"X-Poll": "1"}, {"HX-Request": "true"}])
def test_a_script_is_told_that_nobody_is_signed_in(client, world, headers):
    answer = client.get("/still-here/", headers=headers)
    assert answer.status_code == 401
    assert answer["X-Signed-Out"] == "1"


def test_the_form_offers_the_desks(client, world):
    answer = client.get("/sign-in/")
    assert answer.status_code == 200
    assert "Desk 2, Harbour Surgery" in answer.text
    assert 'autocomplete="current-password"' in answer.text


def test_the_form_remembers_the_desk_of_this_pc(client, world, desk_cookie):
    desk_cookie(world.desk2)
    assert f'value="{world.desk2.pk}" selected' in client.get("/sign-in/").text


@pytest.mark.parametrize("said", ["id", "2", "desk 2", " Desk 2 "])
def test_a_desk_may_be_said_by_id_number_or_name(client, world, enter, said):
    answer = enter(desk=str(world.desk2.pk) if said == "id" else said)
    assert (answer.status_code, answer["Location"]) == (303, DIARY)
    assert client.get(OPEN).wsgi_request.desk == world.desk2


@pytest.mark.parametrize("said", ["", "9", "nowhere", "99999999999999999999"])
def test_without_a_desk_it_goes_no_further(client, world, enter, said):
    assert enter(desk=said)["Location"] == "/desk/"
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (303, "/desk/")
    assert client.get("/still-here/", headers={"X-Poll": "1"}).status_code == 200


def test_user_names_are_the_same_in_small_and_capital_letters(client, world, enter):
    assert enter(" PriYa ").status_code == 303


@pytest.mark.parametrize(
    "username,password", [("priya", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)]
)
def test_one_sentence_whatever_was_wrong(client, world, enter, username, password):
    world.tom.username, world.tom.is_active = "gone", False
    world.tom.save()
    answer = enter(username, password)
    assert answer.status_code == 422
    assert NOT_TOGETHER.replace("'", "&#39;") in answer.text
    assert f'value="{username}"' in answer.text  # what was typed stays
    assert password not in answer.text


def test_an_unknown_user_costs_as_much_as_a_wrong_password(client, world, enter, monkeypatch):
    worked = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: worked.append(1) or encode(*args)
    )
    enter("priya", "wrong")
    known = len(worked)
    enter("nobody", "wrong")
    assert len(worked) == 2 * known > 0


def test_goes_on_to_where_one_was_going(enter, world):
    assert enter(next="/your-settings/")["Location"] == "/your-settings/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil"],
)
def test_goes_nowhere_but_to_this_server(client, enter, world, elsewhere):
    assert enter(next=elsewhere)["Location"] == DIARY
    assert elsewhere not in Client().get("/sign-in/", {"next": elsewhere}).text


def test_signed_in_already(client, world, enter):
    enter()
    assert client.get("/sign-in/")["Location"] == DIARY


def test_wrong_method(client, world):
    assert client.put("/sign-in/").status_code == 405
    assert client.get("/sign-out/").status_code == 405


def test_the_key_of_the_sign_in_is_new(client, world, enter):
    enter()
    first = client.session.session_key
    client.get(OPEN)
    enter("tom")
    assert client.session.session_key != first
    assert not SignIn.objects.filter(session_key=first).exists()


def test_a_key_planted_before_does_not_become_the_sign_in(client, world, enter):
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    enter()
    assert client.session.session_key != planted.session_key
    stranger = Client()
    stranger.cookies["sessionid"] = planted.session_key
    assert stranger.get(OPEN).status_code == 303


def test_signing_out_ends_it_on_the_server_and_leaves_the_desk(client, world, enter):
    enter(desk="2")
    key = client.session.session_key
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/")
    assert not SignIn.objects.filter(session_key=key).exists()
    assert enter(desk="")["Location"] == DIARY
    assert client.get(OPEN).wsgi_request.desk == world.desk2


def test_two_browsers_are_two_desks(world, enter):
    one, two = Client(), Client()
    enter("priya", browser=one, desk="1")
    enter("priya", browser=two, desk="2")
    assert one.get(OPEN).wsgi_request.desk == world.desk1
    assert two.get(OPEN).wsgi_request.desk == world.desk2


def test_a_leaver_is_out_at_the_next_request(client, world, enter):
    enter()
    assert client.get(OPEN).status_code == 200
    world.priya.is_active = False  # even if the sign-in itself were still there
    world.priya.save()
    assert client.get(OPEN)["Location"].startswith("/sign-in/")


def test_a_desk_that_was_closed_is_asked_for_again(client, world, enter):
    enter()
    practices.close_desk(world.desk1.pk, world.by_manager)
    assert client.get("/")["Location"] == "/desk/"


def test_another_practices_desk_is_none(client, world, enter, desk_cookie):
    other = build("G82002", home=False)
    desk_cookie(other.desk1)
    assert enter(desk="")["Location"] == "/desk/"
    answer = client.post("/desk/", {"desk": str(other.desk1.pk)})
    assert answer.status_code == 422
    assert "no such desk" in answer.text


def test_a_desk_cookie_can_not_be_made_up(client, world, enter):
    enter(desk="")
    client.cookies["desk"] = str(world.desk1.pk)
    assert client.get("/")["Location"] == "/desk/"


def test_staff_of_another_practice_come_into_their_own(client, world, enter):
    other = build("G82002", home=False)
    enter(other.priya.username, desk=str(world.desk1.pk))
    request = client.get(OPEN).wsgi_request
    assert request.practice == other.practice
    assert request.desk is None


def test_choosing_a_desk(client, world, enter):
    enter(desk="")
    assert "Desk 1, Harbour Surgery" in client.get("/desk/").text
    assert client.post("/desk/", {}).status_code == 422
    answer = client.post("/desk/", {"desk": str(world.desk1.pk), "next": OPEN})
    assert (answer.status_code, answer["Location"]) == (303, OPEN)
    cookie = answer.cookies["desk"]
    assert (cookie["max-age"], cookie["httponly"]) == (400 * 24 * 3600, True)


def test_the_demo_password_opens_only_the_demo(client, world, enter):
    world.priya.set_password(DEMO_PASSWORD)
    world.priya.save()
    assert enter(password=DEMO_PASSWORD).status_code == 422
    world.practice.is_demo = True
    world.practice.save()
    assert enter(password=DEMO_PASSWORD).status_code == 303


def test_five_wrong_tries_lock_out_the_pair_of_user_and_address(client, world, enter):
    for username in ("priya", "Priya", "PRIYA", "priya"):
        assert enter(username, "wrong").status_code == 422
    answer = enter("priya", "wrong")
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.text
    assert 'value="priya"' in answer.text
    assert enter().status_code == 429  # the right password does not help now
    assert enter("tom").status_code == 303  # nobody else is locked out
    other_pc = Client(REMOTE_ADDR="10.0.0.7")
    assert enter(browser=other_pc).status_code == 303


def test_the_lock_out_ends_after_a_quarter_of_an_hour_or_with_a_new_password(
    client, world, enter, freezer
):
    for _ in range(5):
        enter(password="wrong")
    freezer.tick(14 * 60)
    assert enter().status_code == 429
    freezer.tick(2 * 60)
    assert enter().status_code == 303
    for _ in range(5):
        enter("tom", "wrong")
    temporary = staff.reset_password(world.tom.pk, world.by_manager)
    assert enter("tom", temporary).status_code == 303


def test_neither_names_nor_passwords_are_noted(client, world, enter, caplog):
    with caplog.at_level(logging.DEBUG):
        for _ in range(6):
            enter("priya", "not this one")
    assert caplog.text
    assert "priya" not in caplog.text
    assert "not this one" not in caplog.text
    attempt = AccessAttempt.objects.get()
    assert "not this one" not in attempt.post_data


def test_how_many_questions_a_page_asks(client, world, enter, django_assert_num_queries):
    enter()
    client.get(OPEN)
    with django_assert_num_queries(4):  # sign-in, person with practice, desk, any outage
        client.get("/still-here/", headers={"X-Poll": "1"})


def test_a_new_password_has_to_be_chosen_first(client, world, enter):
    temporary = staff.reset_password(world.priya.pk, world.by_manager)
    enter(password=temporary)
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (303, "/your-settings/password/")
    said = {"old": temporary, "new": "three odd teapots", "again": "three odd teapots"}
    assert client.post("/your-settings/password/", said)["Location"] == DIARY
    assert client.get(OPEN).status_code == 200  # still signed in
    client.post("/sign-out/")
    assert enter(password="three odd teapots").status_code == 303


@pytest.mark.parametrize(
    "field,typed,sentence",
    [
        ("old", "wrong", "not the password you have now"),
        ("again", "three odd teapotz", "not the same"),
        ("new", "short", "too short"),
        ("new", "password123", "too common"),
        ("new", "priya shah", "too similar"),
        ("new", DEMO_PASSWORD, "demo practice only"),
        ("new", PASSWORD, "another password"),
    ],
)
def test_a_new_password_that_will_not_do(client, world, enter, field, typed, sentence):
    enter()
    said = {"old": PASSWORD, "new": "three odd teapots", "again": "three odd teapots"}
    said |= {field: typed} | ({"again": typed} if field == "new" else {})
    answer = client.post("/your-settings/password/", said)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_new_password_ends_other_sign_ins(client, world, enter):
    other = Client()
    enter()
    enter(browser=other)
    said = {"old": PASSWORD, "new": "three odd teapots", "again": "three odd teapots"}
    client.post("/your-settings/password/", said)
    assert client.get(OPEN).status_code == 200
    assert other.get(OPEN).status_code == 303


def test_single_keys_can_be_switched_off(client, world, enter):
    enter()
    client.post(OPEN, {"shortcuts": "off"})
    assert 'data-shortcuts="off"' in client.get(OPEN).text
    client.post(OPEN, {"shortcuts": "on"})
    assert 'data-shortcuts="on"' in client.get(OPEN).text


def test_a_form_without_its_token_is_refused_in_plain_words(world):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"username": "priya", "password": PASSWORD})
    assert answer.status_code == 403
    assert "nothing was changed" in answer.text
