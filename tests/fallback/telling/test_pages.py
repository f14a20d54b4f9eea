import re
from datetime import timedelta
from unittest.mock import patch

import freezegun
import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from appointments import booking, practices
from fallback import outages
from fallback.telling import pages
from tests.world import build

STATUS, SCREEN = reverse("public-status"), reverse("public-screen")
both = pytest.mark.parametrize("address", [STATUS, SCREEN])


def declared(world, *affected, sentences="", **values):
    ago = timezone.now() - timedelta(minutes=30)
    template = values.pop("template", affected[0])
    return outages.declare(
        world.by, affected, ago, template=template, sentences=sentences, **values
    )


def text_of(answer):
    body = answer.content.decode().partition("<body")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


@both
def test_anybody_may_look_and_nothing_is_left_in_their_browser(client, world, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert world.practice.name in text_of(answer)


@both
def test_looking_is_all_that_can_be_done(client, world, address):
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


@both
def test_before_there_is_a_practice_there_is_no_page(client, db, address):
    assert client.get(address).status_code == 404


@both
def test_it_is_the_home_practice_that_speaks(client, world, address):
    other = build("G82002", home=False)
    declared(other, "power")
    answer = text_of(client.get(address))
    assert "electricity" not in answer
    assert "G82002" not in answer


@both
def test_nobody_is_named(client, world, address):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    declared(world, "internet")
    answer = text_of(client.get(address))
    for name in ("Baker", "BAKER", "Priya", "Lane", "Webb"):
        assert name not in answer


@both
def test_what_was_declared_is_said_at_once(client, world, address):
    assert "electricity" not in text_of(client.get(address))
    one = declared(world, "power", sentences="Bring a torch.")
    answer = text_of(client.get(address))
    assert "We have no electricity" in answer
    assert "Bring a torch." in answer
    outages.update(world.by, one, sentences="The lifts are out.")
    assert "The lifts are out." in text_of(client.get(address))
    outages.end(world.by, one)
    assert "electricity" not in text_of(client.get(address))


def test_the_number_and_111_can_be_pressed(client, world):
    with freezegun.freeze_time(f"{world.day} 12:00"):
        body = client.get(STATUS).content.decode()
    assert 'href="tel:01632960100"' in body
    assert 'href="https://111.nhs.uk/"' in body


def test_hours_of_each_site_and_the_days_that_differ_are_shown(client, world):
    practices.set_opening_times(
        world.branch.pk, world.by_manager, [(n, *practices.CORE_HOURS[0][1:]) for n in range(7)]
    )
    practices.add_closure(world.by_manager, world.day + timedelta(days=1), "Secret reason")
    with freezegun.freeze_time(f"{world.day} 12:00"):
        answer = text_of(client.get(STATUS))
    assert "Today at Hill Branch 8am to 6:30pm" in answer
    assert "closed" in answer
    assert "Secret reason" not in answer


@both
def test_text_goes_out_as_text(client, world, address):
    one = declared(world, "internet")
    one.sentences = "<script>alert(1)</script> & {{ 7 * 7 }}"
    one.save()  # past the checks, as an older version might have left it
    body = client.get(address).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}" in body


@both
def test_asking_again_costs_one_question(client, world, address, django_assert_num_queries):
    with freezegun.freeze_time(f"{world.day} 12:00"):
        client.get(address)
        with django_assert_num_queries(1):
            client.get(address)


def test_doors_close_on_time_though_nothing_was_written(client, world):
    with freezegun.freeze_time(f"{world.day} 12:00"):
        assert "We are open as usual" in text_of(client.get(STATUS))
    with freezegun.freeze_time(f"{world.day} 23:00"):
        assert "We are closed now" in text_of(client.get(STATUS))


def test_times_of_day_stand_beside_what_they_are_of(client, world):
    with freezegun.freeze_time(f"{world.day} 12:00:59"):
        assert "This page was up to date at midday" in text_of(client.get(STATUS))
        outages.declare(world.by, ["internet"], timezone.now(), template="internet")
        answer = text_of(client.get(STATUS))
    assert "Last updated at midday on" in answer
    assert "We will update this by 1pm." in answer


@both
def test_without_the_database_it_says_what_is_right_in_any_case(client, world, address):
    unreadable = patch.object(pages, "page", side_effect=OperationalError)
    with freezegun.freeze_time(f"{world.day} 12:00"), unreadable:
        answer = client.get(address)
    assert answer.status_code == 503
    if address == SCREEN:  # its age is told once the server is gone altogether
        assert 'data-as-of="midday"' in answer.content.decode()
    words = text_of(answer)
    assert "We may be having problems with our systems" in words
    assert "Come, or ring, as usual." in words
    assert "call 999" in words


@pytest.mark.parametrize("count, size", [(0, "large"), (300, "small"), (600, "smallest")])
def test_much_is_set_smaller_on_the_wall(client, world, count, size):
    if count:
        declared(world, "telephones", sentences="word " * (count // 5))
    with freezegun.freeze_time(f"{world.day} 12:00"):
        assert f"screen__words--{size}" in client.get(SCREEN).content.decode()
