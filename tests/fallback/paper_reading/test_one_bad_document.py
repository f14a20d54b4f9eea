"""One document that can't be made keeps no other back, and is complained about."""

import pytest

from fallback.keeper.papers import Papers
from fallback.paper import contacts, diary, making
from fallback.paper.press import PressError

from .conftest import at, text_of


def broken_in(patch, module) -> None:
    """Have a document say what its template refuses."""
    usual = module.document
    refused = {"rows": [{}], "holders": [{}]}
    patch.setattr(module, "document", lambda paper: usual(paper)._replace(data=refused))


def test_the_others_are_made(world, book, monkeypatch, caplog):
    book(world.ann, "10:10")
    broken_in(monkeypatch, contacts)
    made = making.make(world.practice, world.site, world.day, now=at(world.day, "08:02"))
    assert made.missing == ("Contact list",)
    kinds = [one.document.kind for one in made.rendered]
    assert "contacts" not in kinds
    assert kinds[:2] == ["diary", "visits"]
    assert "BAKER, Ann" in text_of(made.rendered[0].pdf)
    assert "contacts.typ" in caplog.text
    assert "BAKER" not in caplog.text


def test_without_a_diary_there_is_nothing(world, monkeypatch):
    broken_in(monkeypatch, diary)
    with pytest.raises(PressError, match=r"diary\.typ"):
        making.make(world.practice, world.site, world.day, now=at(world.day, "08:02"))


def made_next(papers, world):
    """Let the keeper make what is most urgent until it comes to the world's day."""
    papers.wished(str(world.site.pk), world.day.isoformat())
    for _ in range(40):
        papers.look(world.practice, at(world.day, "08:02"))
        made = papers.make_next()
        if made and made.stamp.day == world.day and made.stamp.site == world.site.name:
            papers.look(world.practice, at(world.day, "08:02"))
            return made
    raise AssertionError("it never came to that day")


def test_the_keeper_complains_until_it_can_be_made(world, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(world.day, "08:02"))
    papers = Papers(world.practice)
    with monkeypatch.context() as patch:
        broken_in(patch, contacts)
        assert made_next(papers, world).missing == ("Contact list",)
    words = f"Contact list for {world.day:%a} {world.day.day} {world.day:%b} could not be made"
    assert papers.trouble == words
    assert made_next(papers, world).missing == ()
    assert papers.trouble == ""
