"""The pages: everything that is watched, and what managers change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fallback import probes
from fallback.keeper import report
from fallback.keeper.report import PlaceState, PracticeState, ProbeState, Report
from fallback.models import Probe
from tests.world import build

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Router", "kind": "router", "target": "192.168.1.1", "period_seconds": "30",
    "within_seconds": "5", "bad": "2", "of": "3",
}  # fmt: skip


def ago(**past):
    return (timezone.now() - timedelta(**past)).isoformat()


def state(kind="outside", state="well", words="", name="www.nhs.uk", **more):
    since = more.pop("since", ago(minutes=5))
    facts = {"key": name, "target": name, "tried_at": ago(seconds=4), "took": 0.0123} | more
    return ProbeState(kind=kind, name=name, state=state, since=since, words=words, **facts)


@pytest.fixture
def tell(world):
    """Say something as the keeper: `tell(state(...), ...)`."""

    def tell(*states, at=None, **more):
        places = (PlaceState("p", "Back office", "/mnt/x", seen_at=ago(seconds=9)),)
        said = PracticeState(
            "G82001", False, "2026-11-23", probes=states, **({"places": places} | more)
        )
        practices = {str(world.practice.pk): said}
        report.write(Report(at or timezone.now().isoformat(), 1, practices=practices))

    return tell


# --- The page --------------------------------------------------------------------------------


def test_who_may_see_it(world, as_, client):
    assert client.get("/checks/").status_code == 303
    assert as_(world.priya).get("/checks/").status_code == 200
    assert client.post("/checks/").status_code == 405
    assert as_(world.doctor).get("/checks/").status_code == 403


def test_how_everything_is(world, as_, tell):
    tell(
        state(),
        state("router", "down", "refuses connections", "Router", took=None),
        state("clocks", "well", "Desk 3's is 12 min ahead of the server's", "The clocks"),
        state("telephones", "unknown", name="Switchboard", since=None, tried_at=None),
        prepared_at=ago(minutes=1),
    )
    text = as_(world.priya).get("/checks/").text
    for words in (
        "Well", "Down", "Not tried yet", "refuses connections", "in 12 ms", "Back office",
        "What still works:", "Desk 3&#39;s is 12 min ahead", "Papers were made anew at",
    ):  # fmt: skip
        assert words in text
    assert "<title>Checks</title>" in text


def test_a_script_gets_the_list_alone(world, as_, tell):
    tell(state())
    text = as_(world.priya).get("/checks/", headers={"HX-Request": "true"}).text
    assert text.lstrip().startswith('<div id="checks"')


def test_no_keeper_and_nothing_named_are_said(world, as_):
    text = as_(world.priya).get("/checks/").text
    assert "the keeper has stopped" in text
    assert "No address is named yet" in text


def test_another_practice_s_are_not_shown(world, as_):
    other = build("G82002", home=False)
    probes.add_probe(other.by_manager, kind="router", name="Theirs", target="10.9.9.9")
    text = as_(world.manager).get("/settings/checks/").text
    assert "Theirs" not in text
    one = Probe.objects.get()
    for address in ("", "end/", "return/"):
        assert as_(world.manager).post(f"/settings/checks/{one.pk}/{address}").status_code == 404


# --- Settings ----------------------------------------------------------------------------------


def test_managers_only(world, as_):
    one = probes.add_probe(world.by_manager, kind="router", name="R", target="10.0.0.1")
    for page in ("", "new/", f"{one.pk}/"):
        assert as_(world.manager).get(f"/settings/checks/{page}").status_code == 200
        for person in (world.priya, world.lead, world.doctor):
            assert as_(person).get(f"/settings/checks/{page}").status_code == 403


def test_added_changed_closed_and_used_again(world, as_, tell):
    manager = as_(world.manager)
    assert manager.post("/settings/checks/new/", NEW).status_code == 303
    one = Probe.objects.get()
    assert (one.kind, one.target, one.period_seconds, one.prints) == (
        "router", "192.168.1.1", 30, False,
    )  # fmt: skip
    tell(state("router", "down", "does not answer within 5 seconds", "Router", key=str(one.pk)))
    text = manager.get("/settings/checks/").text
    assert "Down since" in text
    assert "2 of 3 failed" in text
    page = f"/settings/checks/{one.pk}/"
    assert manager.post(page, NEW | {"prints": "on", "period_seconds": "60"}).status_code == 303
    assert manager.post(f"{page}end/").status_code == 303
    one.refresh_from_db()
    assert (one.prints, one.period_seconds, one.closed_on) == (True, 60, timezone.localdate())
    assert manager.post(f"{page}return/").status_code == 303
    one.refresh_from_db()
    assert one.closed_on is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "router one"}, {"target": ""}, {"target": "192.168.1.300"},
        {"target": "<script>alert(1)</script>"}, {"target": "x" * 5000}, {"kind": "names"},
        {"kind": "printer"}, {"kind": ""}, {"name": ""}, {"name": "x" * 61},
        {"period_seconds": "9"}, {"period_seconds": "9" * 20}, {"within_seconds": "0"},
        {"within_seconds": "30"}, {"bad": "1"}, {"bad": "4"}, {"of": "11"}, {"of": "x"},
        {"name": "a\0b"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_kept_on_the_form(world, as_, wrong):
    before = world.practice.journal.count()
    answer = as_(world.manager).post("/settings/checks/new/", NEW | wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "<script>alert" not in answer.text
    assert world.practice.journal.count() == before
    if "name" not in wrong:
        assert 'value="Router"' in answer.text


def test_the_same_address_twice(world, as_):
    manager = as_(world.manager)
    manager.post("/settings/checks/new/", NEW)
    answer = manager.post("/settings/checks/new/", NEW)
    assert answer.status_code == 422
    assert "is in the list already" in answer.text
    assert manager.post("/settings/checks/new/", NEW | {"kind": "outside"}).status_code == 303


def test_there_is_an_end_to_them(world, as_, monkeypatch):
    monkeypatch.setattr("fallback.probes.commands.AT_MOST", 1)
    manager = as_(world.manager)
    manager.post("/settings/checks/new/", NEW)
    answer = manager.post("/settings/checks/new/", NEW | {"target": "10.0.0.1"})
    assert "There are 1 checks already" in answer.text
