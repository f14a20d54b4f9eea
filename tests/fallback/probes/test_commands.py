"""Commands on probes: what they refuse, and what they leave in the journal."""

import pytest

from appointments.refusals import AlreadyThere, BadDetail, NotYours
from fallback import demo, probes
from fallback.models import Probe

ROUTER = {"kind": "router", "name": "Router", "target": " 192.168.1.1 "}


def test_added_with_its_address_in_plain_form(world):
    one = probes.add_probe(world.by_manager, **ROUTER)
    one.refresh_from_db()
    assert one.target == "192.168.1.1"
    entry = world.practice.journal.get(command="add_probe")
    assert "Router" not in str(entry.changes if hasattr(entry, "changes") else entry.__dict__)


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "no address"}, {"period_seconds": 5}, {"period_seconds": 5000},
        {"within_seconds": 0}, {"within_seconds": 30}, {"bad": 1}, {"bad": 4}, {"of": 11},
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_nothing_changed(world, wrong):
    one = probes.add_probe(world.by_manager, **ROUTER)
    before = world.practice.journal.count()
    with pytest.raises(BadDetail):
        probes.add_probe(world.by_manager, **(ROUTER | {"target": "10.0.0.1"} | wrong))
    with pytest.raises(BadDetail):
        probes.amend_probe(one.pk, world.by_manager, **wrong)
    assert world.practice.journal.count() == before
    assert Probe.objects.count() == 1


def test_only_managers(world):
    with pytest.raises(NotYours):
        probes.add_probe(world.by_lead, **ROUTER)


def test_an_address_that_was_taken_meanwhile_is_not_brought_back(world):
    one = probes.add_probe(world.by_manager, **ROUTER)
    probes.close_probe(one.pk, world.by_manager)
    probes.add_probe(world.by_manager, **ROUTER)
    with pytest.raises(AlreadyThere):
        probes.reopen_probe(one.pk, world.by_manager)


def test_nothing_changed_is_no_entry(world):
    one = probes.add_probe(world.by_manager, **ROUTER)
    before = world.practice.journal.count()
    probes.amend_probe(one.pk, world.by_manager, **ROUTER)
    assert world.practice.journal.count() == before


def test_papers_do_not_grow_stale_by_it(world):
    probes.add_probe(world.by_manager, **ROUTER)
    assert not world.practice.journal.get(command="add_probe").touches.exists()


def test_the_demo_s_checks_need_no_network(world):
    world.practice.is_demo = True
    world.practice.save()
    world.practice.place_set.all().delete()
    demo.furnish()
    demo.furnish()
    targets = set(Probe.objects.values_list("target", flat=True))
    assert targets == {"localhost", "127.0.0.1"}
    assert Probe.objects.count() == len(demo.CHECKS)
