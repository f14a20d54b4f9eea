"""The access log: who looked at what, each search one line however it was typed."""

import uuid

import pytest
from freezegun import freeze_time

from appointments import access
from appointments.models import Access

pytestmark = pytest.mark.django_db


def lines(world):
    rows = Access.objects.filter(practice=world.practice).order_by("at", "pk")
    return [(row.what, row.detail) for row in rows]


def test_each_kind_of_looking(world):
    access.opened(world.by, world.ann, "to amend")
    access.printed(world.by, world.ann, "appointment slip")
    access.took_away(world.by, "safe copy")
    access.searched(world.by, "baker")
    assert sorted(lines(world)) == [
        ("opened", "to amend"),
        ("printed", "appointment slip"),
        ("searched", "baker"),
        ("took_away", "safe copy"),
    ]
    opened = Access.objects.get(what="opened")
    assert (opened.staff, opened.desk, opened.patient) == (world.priya, world.desk1, world.ann)


def test_a_search_typed_letter_by_letter_is_one_line(world):
    for typed in ("b", "ba", "bak", "baker", "baker a"):
        access.searched(world.by, typed)
    assert lines(world) == [("searched", "baker a")]


def test_letters_taken_back_do_not_shorten_the_line(world):
    for typed in ("baker ann", "baker", "bak", "baker bob"):
        access.searched(world.by, typed)
    assert [detail for _, detail in lines(world)] == ["baker ann", "baker bob"]


def test_another_search_is_another_line(world):
    with freeze_time("2026-11-23 09:00") as clock:
        for typed in ("baker", "carter", "carter b"):
            access.searched(world.by, typed)
            clock.tick(5)
        clock.tick(60)
        access.searched(world.by, "carter bob")
    assert [detail for _, detail in lines(world)] == ["baker", "carter b", "carter bob"]


def test_each_person_and_desk_has_lines_of_their_own(world):
    for by in (world.by, world.by2, world.by):
        access.searched(by, "baker")
    assert len(lines(world)) == 2


def test_a_line_that_is_gone_is_written_anew(world):
    access.searched(world.by, "baker")
    Access.objects.all().delete()
    access.searched(world.by, "baker ann")
    assert lines(world) == [("searched", "baker ann")]


@pytest.mark.parametrize("nothing", ["", "  ", "\n", "\0"])
def test_nothing_searched_for_is_no_line(world, nothing):
    access.searched(world.by, nothing)
    assert lines(world) == []


def test_a_long_search_is_cut(world):
    access.searched(world.by, "x" * 5000)
    assert lines(world) == [("searched", "x" * 200)]


def test_a_line_is_one_statement(world, django_assert_num_queries):
    with django_assert_num_queries(3):  # with the savepoint that a test's own transaction makes
        access.searched(world.by, f"{uuid.uuid4()}")
    access.searched(world.by, "baker")
    with django_assert_num_queries(1):
        access.searched(world.by, "baker a")
    with django_assert_num_queries(0):
        access.searched(world.by, "baker")
