"""The pages of an outage: declared with what patients read, worked, ended, brought home."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments.availability import LONDON
from appointments.wording import clock
from fallback import outages
from fallback.models import Outage
from fallback.outages import kit, status
from fallback.paper.document import Rendered
from tests import paper

pytestmark = pytest.mark.django_db


def said(**more) -> dict:
    """What the form sends when the internet has been down for 20 minutes."""
    at = timezone.localtime(timezone.now() - timedelta(minutes=20), LONDON)
    return {
        "affected": ["internet"], "worded_for": "internet", "site": "", "template": "internet",
        "day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}", "sentences": "",
        "reference": str(uuid.uuid4()), "declare": "1",
    } | more  # fmt: skip


def at(made: Outage, name: str = "outage") -> str:
    return reverse(name, args=[made.pk])


def test_declaring_asks_first_what_is_down(world, as_):
    page = as_(world.priya).get("/outages/declare/")
    assert page.status_code == 200
    assert "Tick what is down" in page.text
    assert 'name="declare"' not in page.text


def test_what_patients_will_read_comes_before_it_goes_out(world, as_):
    form = {"affected": ["power"]}
    page = as_(world.priya).post("/outages/declare/", form)
    assert page.status_code == 200
    assert "We have no electricity" in page.text
    assert 'name="declare"' in page.text
    assert not Outage.objects.exists()


def test_the_button_of_a_failing_check_fills_everything_in(world, as_):
    since = timezone.now() - timedelta(minutes=17)
    page = as_(world.priya).get(
        "/outages/declare/", {"affected": "internet", "since": since.isoformat()}
    )
    assert 'value="internet" checked' in " ".join(page.text.split())
    assert f'value="{clock(since)}"' in page.text
    assert "Declare the outage" in page.text


@pytest.mark.parametrize("query", ["affected=coffee&since=yesterday", "since=2026-13-45T99:99"])
def test_an_odd_address_is_as_if_it_asked_for_nothing(world, as_, query):
    page = as_(world.priya).get(f"/outages/declare/?{query}")
    assert page.status_code == 200
    assert "Tick what is down" in page.text


@pytest.mark.parametrize("who", ["priya", "lead", "doctor"])
def test_whoever_is_first_declares(world, as_, who):
    answer = as_(getattr(world, who)).post(
        "/outages/declare/", said(sentences="Flu clinic goes on.")
    )
    made = Outage.objects.get()
    assert answer.status_code == 303
    assert answer.url == at(made)
    assert (made.template, made.sentences) == ("internet", "Flu clinic goes on.")
    assert made.declared_by == getattr(world, who)
    assert made.began_at.second == 0


def test_a_double_click_declares_once(world, as_):
    client, form = as_(world.priya), said()
    assert {client.post("/outages/declare/", form).url for _ in range(2)} == {
        at(Outage.objects.get())
    }


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"affected": []}, "Choose what is down"),
        ({"affected": ["coffee"]}, "Choose what is down"),
        ({"time": "25:00"}, "Enter a time"),
        ({"day": ""}, "Enter the day"),
        ({"day": "2020-01-01"}, "more than a month ago"),
        ({"day": "2099-01-01"}, "has not come yet"),
        ({"sentences": "x" * 5_000}, "5,000 characters"),
        ({"sentences": "<b>Ring 111</b>"}, "plain words"),
        ({"template": "telephones"}, "Choose a text that says what is down"),
        ({"worded_for": "telephones"}, "look at what patients read now"),
        ({"site": str(uuid.uuid4())}, "valid choice"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(world, as_, wrong, words):
    form = said(**({"sentences": "Flu clinic goes on."} | wrong))
    page = as_(world.priya).post("/outages/declare/", form)
    assert page.status_code == 422
    assert words in page.text
    assert form["sentences"].replace("<", "&lt;").replace(">", "&gt;") in page.text
    assert "There is a problem" in page.text
    assert not Outage.objects.exists()


def test_a_script_asks_for_what_patients_read_by_what_is_ticked_now(world, as_):
    form = said(affected=["internet", "telephones"])
    del form["declare"]
    page = as_(world.priya).post("/outages/declare/", form, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "Our internet and telephones are not working" in page.text
    assert 'value="internet,telephones"' in page.text


def test_the_page_of_an_outage_has_what_to_do_now(world, declared, as_):
    made = declared("telephones", template="telephones")
    page = as_(world.priya).get(at(made))
    for words in (
        "Divert the calls",
        "Whom to ring",
        "On the telephone",
        "Still so",
        "Door poster",
    ):
        assert words.casefold() in page.text.casefold(), words
    assert "Booking goes on here in full" in page.text
    assert "Baker" not in page.text


def test_still_so_is_one_button(world, declared, as_):
    made = declared()
    Outage.objects.update(still_so_at=timezone.now() - timedelta(hours=2))
    client = as_(world.tom)
    assert "<b>Still so?</b>" in client.get(at(made)).text
    assert client.post(at(made, "outage-still-so")).status_code == 303
    assert "<b>Still so?</b>" not in client.get(at(made)).text


def test_anybody_adds_a_line_to_the_log(world, declared, as_):
    made, client = declared(), as_(world.doctor)
    now = timezone.localtime(timezone.now(), LONDON)
    form = {"words": "Supplier says 11:00", "day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}"}
    assert client.post(at(made, "outage-log"), form).status_code == 303
    page = client.get(at(made), headers={"HX-Request": "true"})
    assert "Supplier says 11:00" in page.text
    assert "<html" not in page.text
    line = made.log.get(kind="said")
    assert line.by == world.doctor
    assert line.at == line.written_at


@pytest.mark.parametrize("words", ["", "x" * 600, "<script>alert(1)</script>" * 30])
def test_a_refused_line_is_kept_in_the_form(world, declared, as_, words):
    made = declared()
    now = timezone.localtime(timezone.now(), LONDON)
    form = {"words": words, "day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}"}
    page = as_(world.priya).post(at(made, "outage-log"), form)
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert "There is a problem" in page.text


def test_hostile_words_in_the_log_are_text(world, declared, as_):
    made = declared()
    outages.say(world.by, made, "<img src=x onerror=alert(1)>")
    page = as_(world.priya).get(at(made))
    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text


def test_over_leads_to_what_has_to_come_home(world, declared, as_):
    made, client = declared(ago=30), as_(world.priya)
    then = timezone.localtime(timezone.now() - timedelta(minutes=5), LONDON)
    assert "It is over" in client.get(at(made, "end-outage")).text
    answer = client.post(
        at(made, "end-outage"), {"day": f"{then:%Y-%m-%d}", "time": f"{then:%H:%M}"}
    )
    assert (answer.status_code, answer.url) == (303, at(made, "outage-home"))
    page = client.get(answer.url)
    assert "Everything is home." in page.text
    assert "Sign the outage off" not in page.text
    assert "It was over at" in client.get(at(made, "end-outage")).text


def test_the_button_of_a_check_that_is_well_again_says_since_when(world, declared, as_):
    made, then = declared(ago=30), timezone.now() - timedelta(minutes=12)
    page = as_(world.priya).get(at(made, "end-outage"), {"since": then.isoformat()})
    assert f'value="{clock(then)}"' in page.text


def test_before_it_began_is_a_sentence(world, declared, as_):
    made = declared(ago=30)
    then = timezone.localtime(timezone.now() - timedelta(minutes=60), LONDON)
    page = as_(world.priya).post(
        at(made, "end-outage"), {"day": f"{then:%Y-%m-%d}", "time": f"{then:%H:%M}"}
    )
    assert page.status_code == 422
    assert "be over at" not in page.text
    assert "have been over at" in page.text


def test_the_lead_signs_off_at_zero(world, declared, as_):
    made, client = declared("power"), as_(world.lead)
    sheet = paper.printed_sheet(world, day=timezone.localdate(timezone=LONDON))
    outages.end(world.by, made)
    page = client.post(at(made, "sign-off-outage"))
    assert page.status_code == 409
    assert "things are not done yet" in page.text
    sheet.ended_at, sheet.ended_as = timezone.now(), "done"
    sheet.save()
    answer = client.post(at(made, "sign-off-outage"))
    assert (answer.status_code, answer.url) == (303, at(made, "outage-report"))
    assert Outage.objects.get().signed_off_by == world.lead
    assert "Signed off" in client.get("/outages/").text


def test_changing_what_patients_read(world, declared, as_):
    made, client = declared("internet", template="internet"), as_(world.tom)
    page = client.get(at(made, "change-outage"))
    assert "Save" in page.text
    answer = client.post(at(made, "change-outage"), said(template="", site=str(world.branch.pk)))
    assert answer.status_code == 303
    made.refresh_from_db()
    assert (made.template, made.site) == ("", world.branch)
    outages.end(world.by, made)
    page = client.post(at(made, "change-outage"), said())
    assert page.status_code == 422
    assert "declare it anew" in page.text


def test_the_kit_comes_as_pdf_with_the_poster(world, declared, as_, monkeypatch):
    asked = []

    def pressed(documents):
        asked.extend(documents)
        return [Rendered(one, paper.blank_pdf(), 1, is_tagged=True) for one in documents]

    monkeypatch.setattr(kit, "press", pressed)
    made = declared("power", template="power")
    answer = as_(world.priya).get(at(made, "outage-kit"))
    assert answer["Content-Type"] == "application/pdf"
    assert [one.stem for one in asked] == ["Outage kit", "Door poster"]
    assert asked[1].data["heading"] == "We have no electricity"


@pytest.mark.parametrize("query", ["", "?outside=1"])
def test_the_report_is_the_leads(world, declared, as_, query):
    made = declared()
    outages.say(world.by, made, "Rang the supplier")
    client = as_(world.lead)
    page = client.get(at(made, "outage-report") + query)
    assert page.status_code == 200
    assert ("Rang the supplier" in page.text) == (not query)
    assert ("Priya Shah" in page.text) == (not query)


PAGES = ("outage", "change-outage", "end-outage", "outage-home", "outage-report", "outage-kit",
         "outage-report-file")  # fmt: skip
DEEDS = ("outage-still-so", "outage-log", "sign-off-outage", "end-outage", "change-outage")


@pytest.mark.parametrize("name", PAGES)
def test_another_practices_outage_is_not_there(world, other, as_, name):
    theirs = outages.declare(other.by, ["power"], timezone.now() - timedelta(hours=1))
    client = as_(world.manager)
    assert client.get(at(theirs, name)).status_code == 404
    assert client.get(reverse(name, args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_is_done_to_another_practices_outage(world, other, as_, name):
    theirs = outages.declare(other.by, ["power"], timezone.now() - timedelta(hours=1))
    assert as_(world.manager).post(at(theirs, name), said(words="x")).status_code == 404
    assert theirs.log.count() == 2


@pytest.mark.parametrize("name", ["outage-still-so", "outage-log", "sign-off-outage"])
def test_looking_does_nothing(world, declared, as_, name):
    assert as_(world.lead).get(at(declared(), name)).status_code == 405


@pytest.mark.parametrize(
    "who, name",
    [("priya", "outage-report"), ("priya", "outage-report-file"), ("doctor", "outage-home")],
)
def test_some_pages_are_not_for_everybody(world, declared, as_, who, name):
    assert as_(getattr(world, who)).get(at(declared(), name)).status_code == 403


def test_signing_off_is_not_for_everybody(world, declared, as_):
    assert as_(world.priya).post(at(declared(), "sign-off-outage")).status_code == 403


def test_every_page_says_what_stands(world, declared, as_):
    made, client = declared("internet"), as_(world.priya)
    page = client.get("/patients/").text
    assert f"Outage: the internet, since {status._since(made)}" in page
    assert at(made) in page
    Outage.objects.update(still_so_at=timezone.now() - timedelta(hours=2))
    assert "Still so?" in client.get("/patients/").text
    outages.end(world.by, made)
    assert "Outage 1 is over, not home yet" in client.get("/patients/").text
    outages.sign_off(world.by_lead, made, left=0)
    assert "Outage 1" not in client.get("/patients/").text
