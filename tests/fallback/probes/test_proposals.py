"""What staff are told: proposed, never declared or ended; and cheap while all is well."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from fallback import outages
from fallback.keeper import report
from fallback.keeper.report import PracticeState, ProbeState, Recovery, Report
from fallback.models import Outage
from fallback.probes import proposals

NOW = datetime(2026, 11, 23, 8, 9, tzinfo=UTC)
SINCE = "2026-11-23T08:03:20+00:00"


@pytest.fixture
def tell(world, monkeypatch):
    """Say something as the keeper, and give the lines."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    def tell(*states, at=NOW, recoveries=(), has_ended=False):
        state = PracticeState("G82001", False, "2026-11-23", probes=states, recoveries=recoveries)
        practices = {str(world.practice.pk): state}
        report.write(Report(at.isoformat(), 1, has_ended, (), practices))
        return list(proposals.lines(world.practice))

    return tell


def state(kind="outside", state="down", since=SINCE, words="does not answer"):
    return ProbeState(kind, kind, f"The {kind}", "x", state, since, words, SINCE, None)


def test_all_well_says_nothing_and_costs_no_query(tell, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tell(state(state="well"), state("disk", "well")) == []
        assert proposals.word() == "ok"


def test_one_failure_is_nobody_s_business_yet(tell):
    assert tell(state(state="doubtful")) == []
    assert proposals.word() == "ok"


def test_down_is_proposed_with_one_button(tell):
    (line,) = tell(state())
    assert (line.level, line.text) == ("bad", "The internet seems to be down since 08:03.")
    assert line.deed == "Declare an outage?"
    address = urlsplit(line.address)
    assert address.path == "/outages/declare/"
    assert parse_qs(address.query) == {
        "affected": ["internet"],
        "since": ["2026-11-23T08:03:00+00:00"],
    }
    assert proposals.word() == "down"
    assert not Outage.objects.exists()


def test_several_are_one_proposal_since_the_first(tell):
    earlier = "2026-11-23T08:01:00+00:00"
    (line,) = tell(
        state(), state("names", since=earlier), state("telephones"), state("clinical_system")
    )
    assert line.text == (
        "The internet, the clinical system and the telephones seem to be down since 08:01."
    )
    assert parse_qs(urlsplit(line.address).query)["since"] == [earlier]


def test_yesterday_is_said(tell):
    (line,) = tell(state("telephones", since="2026-11-22T18:40:00+00:00"))
    assert line.text == "The telephones seem to be down since Sun 22 Nov 18:40."


def test_what_is_declared_is_not_proposed_again(world, tell):
    outages.declare(world.by, ["internet"], NOW - timedelta(minutes=2))
    assert tell(state()) == []
    (line,) = tell(state(), state("telephones"))
    assert line.text == "The telephones seem to be down since 08:03."


def test_well_again_is_said_and_not_ended(world, tell):
    outage = outages.declare(world.by, ["internet", "power"], NOW - timedelta(minutes=60))
    recovery = Recovery(str(outage.pk), ("internet",), "2026-11-23T07:58:00+00:00")
    (line,) = tell(state(state="well"), recoveries=(recovery,))
    assert line.text == "The internet seems well for 10 minutes and more, since 07:58."
    assert line.deed == "End it?"
    assert line.address.startswith(f"/outages/{outage.pk}/ending/?since=20")
    outage.refresh_from_db()
    assert outage.ended_at is None
    outages.end(world.by, outage)
    assert tell(state(state="well"), recoveries=(recovery,)) == []


def test_own_things_are_told_without_a_proposal(tell):
    lines = tell(
        state("disk", words="is nearly full: 0.4 GB left"),
        state("printer", words="has been stopped"),
    )
    assert [line.text for line in lines] == [
        "The disk is nearly full: 0.4 GB left", "The printer The printer has been stopped",
    ]  # fmt: skip
    assert not any(line.deed for line in lines)


def test_an_old_report_says_nothing(tell):
    assert tell(state(), at=NOW - timedelta(minutes=1)) == []
    assert proposals.word() == "no keeper"
    assert tell(state(), has_ended=True) == []


def test_nothing_named_is_said_to_monitors(tell):
    tell(state("disk", "well"))
    assert proposals.word() == "none"


def test_a_report_from_before_an_upgrade_is_read(world, tell, settings):
    tell()
    path = settings.DATA_DIR / "keeper.json"
    text = path.read_text()
    for gone in ('"probes": [], ', ', "recoveries": []'):
        assert gone in text
        text = text.replace(gone, "")
    path.write_text(text)
    assert report.read().of(world.practice.pk).probes == ()


def test_every_page_carries_it(world, tell, client):
    from tests.world import PASSWORD

    tell(state())
    said = {"username": "priya", "password": PASSWORD, "desk": "1"}
    client.post("/sign-in/", said)
    text = client.get("/your-settings/").text
    assert "The internet seems to be down since 08:03." in text
    assert (
        'href="/outages/declare/?affected=internet&amp;since=2026-11-23T08%3A03%3A00%2B00%3A00"'
        in text
    )
