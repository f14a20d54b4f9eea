"""What other apps add to the book's own pages: links, and offers beside a slot or to a desk."""

import pytest
from django import forms

from appointments import booking, menu, offers
from appointments.menu import MenuLink
from appointments.offers import Offer


class CodeForm(forms.Form):
    code = forms.CharField(max_length=4, label="Code of the row")


@pytest.fixture(autouse=True)
def _own_sources(monkeypatch):
    monkeypatch.setattr(offers, "_for_kept", [])
    monkeypatch.setattr(offers, "_for_desks", [])
    monkeypatch.setattr(menu, "_links", list(menu._links))


@pytest.fixture
def kept(world):
    booking.keep([world.slot("10:00").pk], world.desk1, "paper", world.by)
    return world.slot("10:00")


def panel_of(client, slot):
    return client.get(f"/slots/{slot.pk}/").text


def test_an_offer_stands_beside_a_kept_slot_in_place_of_our_own(world, as_, kept):
    lead = as_(world.lead)
    assert "Let go of it" in panel_of(lead, kept)
    offers.beside_kept(lambda slot, by: [Offer("Strike it out.", "/there/", "Done", CodeForm())])
    text = panel_of(lead, kept)
    assert 'action="/there/"' in text
    assert "Strike it out." in text
    assert 'name="code" maxlength="4"' in text
    assert "Let go of it" not in text


def test_a_source_is_asked_about_kept_slots_only_and_may_offer_nothing(world, as_, kept):
    asked = []
    offers.beside_kept(lambda slot, by: asked.append(slot.pk) or [])
    lead = as_(world.lead)
    assert "Let go of it" in panel_of(lead, kept)
    panel_of(lead, world.slot("10:10"))
    assert asked == [kept.pk]


def test_a_desk_is_offered_something_above_its_diary_but_not_by_polls(world, reception):
    asked = []
    offers.to_desks(lambda by: asked.append(by.desk) or [Offer("New paper.", "/there/", "Got it")])
    assert "New paper." in reception.get(f"/diary/{world.day}/").text
    poll = reception.get(f"/diary/{world.day}/", HTTP_X_POLL="1")
    assert "New paper." not in poll.text
    assert asked == [world.desk1]


def test_a_link_is_for_those_who_have_the_right(world, as_):
    menu.add_link(MenuLink("duty", "Duty list", "may_lead"))
    assert "Duty list" in as_(world.lead).get("/your-settings/").text
    text = as_(world.manager).get("/your-settings/").text
    assert text.index("Duty list") < text.index(">Settings<")
    for person in (world.priya, world.doctor):
        assert "Duty list" not in as_(person).get("/your-settings/").text


def test_clinicians_see_only_the_diary_of_the_book(world):
    doctors = [link.words for link in menu.links_for(world.doctor)]
    assert doctors[0] == "Diary"
    assert not {"Find a slot", "Patients", "Calls", "Sessions", "Settings"} & set(doctors)
    own = [link.words for link in menu.links_for(world.priya)]
    assert own[:5] == ["Diary", "Find a slot", "Patients", "Calls", "Sessions"]
