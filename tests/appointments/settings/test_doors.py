"""Every address of the settings: it answers, to managers only, and only about their practice."""

import uuid

import pytest
from django.urls import reverse

from appointments import practices

LISTS = ["sites", "desks", "slot-types", "clinicians"]
PAGES = [
    "settings",
    "settings-practice",
    "closures",
    "access-log",
    "staff",
    "staff-new",
    *(f"settings-{name}" for name in LISTS),
    *(f"settings-{name}-new" for name in LISTS),
]
POSTS = ["bank-holidays"]


def row_of(world, name):
    """Something of a practice that stands at an address: (address, its id)."""
    return {
        "settings-sites-one": world.site,
        "settings-desks-one": world.desk1,
        "settings-slot-types-one": world.routine,
        "settings-clinicians-one": world.lane,
        "opening-hours": world.site,
        "staff-one": world.priya,
    }[name].pk


ROWS = [
    "settings-sites-one",
    "settings-desks-one",
    "settings-slot-types-one",
    "settings-clinicians-one",
    "opening-hours",
    "staff-one",
]
ROW_POSTS = {
    **{f"settings-{name}-end": f"settings-{name}-one" for name in LISTS},
    **{f"settings-{name}-back": f"settings-{name}-one" for name in LISTS},
    "staff-password": "staff-one",
    "staff-leave": "staff-one",
    "staff-return": "staff-one",
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_managers_only(world, as_, name):
    assert as_(world.manager).get(reverse(name)).status_code == 200
    for person in (world.priya, world.lead, world.doctor):
        answer = as_(person).get(reverse(name))
        assert answer.status_code == 403
        assert "Your role does not include it" in answer.text


@pytest.mark.parametrize("name", ROWS)
def test_rows_open_in_their_practice_only(world, other, as_, name):
    manager = as_(world.manager)
    assert manager.get(reverse(name, args=[row_of(world, name)])).status_code == 200
    assert manager.get(reverse(name, args=[row_of(other, name)])).status_code == 404
    assert manager.post(reverse(name, args=[row_of(other, name)])).status_code == 404
    assert manager.get(reverse(name, args=[uuid.uuid4()])).status_code == 404
    assert as_(world.lead).get(reverse(name, args=[row_of(world, name)])).status_code == 403


@pytest.mark.parametrize("name,of", ROW_POSTS.items())
def test_deeds_are_posted_by_managers_in_their_practice(world, other, as_, name, of):
    manager = as_(world.manager)
    assert manager.get(reverse(name, args=[row_of(world, of)])).status_code == 405
    assert manager.post(reverse(name, args=[row_of(other, of)])).status_code == 404
    before = world.practice.journal.count()
    assert as_(world.lead).post(reverse(name, args=[row_of(world, of)])).status_code == 403
    assert world.practice.journal.count() == before


@pytest.mark.parametrize("name", POSTS)
def test_buttons_are_posted_by_managers(world, as_, name):
    assert as_(world.manager).get(reverse(name)).status_code == 405
    assert as_(world.lead).post(reverse(name)).status_code == 403


def test_a_closure_is_removed_in_its_practice_only(world, other, as_):
    closure = practices.add_closure(other.by_manager, other.day, "Training")
    address = reverse("remove-closure", args=[closure.pk])
    assert as_(world.manager).get(address).status_code == 405
    assert as_(world.manager).post(address).status_code == 404
    assert as_(world.lead).post(address).status_code == 403
    assert as_(other.manager).post(address).status_code == 303


@pytest.mark.parametrize("name", ["settings", "settings-practice", "staff"])
def test_wrong_method(manager, name):
    assert manager.put(reverse(name)).status_code == 405


def test_nobody_else_gets_in(client, world):
    assert client.get("/settings/")["Location"] == "/sign-in/?next=%2Fsettings%2F"


def test_the_list_names_every_page_once(manager):
    text = manager.get("/settings/").text
    for words in ("Practice", "Sites", "Closures", "Desks", "Slot types", "Staff", "Access log"):
        assert f">{words}</a>" in text
