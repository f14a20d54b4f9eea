"""One document that can't be made keeps no other back, and is complained about."""

import pytest

from appointments import booking
from fallback.keeper.papers import Papers
from fallback.paper import contacts, diary, making
from fallback.paper.press import PressError

from .conftest import at, text_of


@pytest.fixture
def broken(monkeypatch):
    """Make a document such that its template refuses it: break(contacts)."""

    def broken_module(module):
        usual = module.document
        monkeypatch.setattr(
            module,
            "document",
            lambda paper: usual(paper)._replace(data={"rows": [{}], "holders": [{}]}),
        )

    return broken_module


def test_the_others_are_made(world, book, broken, caplog):
    book(world.ann, "10:10")
    broken(contacts)
    made = making.make(world.practice, world.site, world.day, now=at(world.day, "08:02"))
    assert made.missing == ("Contact list",)
    kinds = [one.document.kind for one in made.rendered]
    assert "contacts" not in kinds
    assert kinds[:2] == ["diary", "visits"]
    assert "BAKER, Ann" in text_of(made.rendered[0].pdf)
    assert "contacts.typ" in caplog.text
    assert "BAKER" not in caplog.text


def test_without_a_diary_there_is_nothing(world, broken):
    broken(diary)
    with pytest.raises(PressError, match=r"diary\.typ"):
        making.make(world.practice, world.site, world.day, now=at(world.day, "08:02"))


def test_the_keeper_complains_until_it_can_be_made(world, broken, monkeypatch):
    now = at(world.day, "08:02")
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    papers = Papers(world.practice)
    with monkeypatch.context() as patch:
        usual = contacts.document
        patch.setattr(
            contacts, "document", lambda paper: usual(paper)._replace(data={"rows": [{}]})
        )
        papers.wished(str(world.site.pk), world.day.isoformat())
        papers.look(world.practice, now)
        while (made := papers.make_next()) is None or made.stamp.day != world.day:
            papers.look(world.practice, now)
    assert made.missing == ("Contact list",)
    papers.look(world.practice, now)
    words = f"Contact list for {world.day:%a} {world.day.day} {world.day:%b} could not be made"
    assert papers.trouble == words
    papers.wished(str(world.site.pk), world.day.isoformat())
    papers.look(world.practice, now)
    while (made := papers.make_next()) is None or made.stamp.day != world.day:
        papers.look(world.practice, now)
    papers.look(world.practice, now)
    assert made.missing == ()
    assert papers.trouble == ""
