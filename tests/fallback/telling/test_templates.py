from itertools import combinations

import pytest

from appointments.refusals import BadDetail
from fallback.models import Outage
from fallback.telling import checked, templates
from fallback.telling.templates import TEMPLATES, of_outage

EVERY = [
    frozenset(some)
    for count in range(1, len(Outage.Affected) + 1)
    for some in combinations(Outage.Affected.values, count)
]


@pytest.mark.parametrize(
    "affected, fittest",
    [
        (["internet"], "internet"),
        (["clinical_system"], "clinical_system"),
        (["telephones"], "telephones"),
        (["ours"], "ours"),
        (["power"], "power"),
        (["building"], "building"),
        (["internet", "telephones"], "internet_and_telephones"),
        (["clinical_system", "telephones"], "computers_and_telephones"),
        (["internet", "clinical_system"], "computers"),
        (["power", "telephones", "ours"], "power"),
        (["power", "building"], "building"),
    ],
)
def test_the_fittest_comes_first(affected, fittest):
    assert templates(affected)[0].key == fittest


@pytest.mark.parametrize("affected", EVERY, ids=lambda each: "+".join(sorted(each)))
def test_whatever_is_affected_something_true_can_be_said(affected):
    offered = templates(affected)
    assert offered
    for each in offered:
        assert each.says <= affected
        assert ("computers" in each.title) <= bool(affected - {"telephones", "building"})


def test_nothing_affected_nothing_offered():
    assert templates([]) == []


def test_keys_are_told_apart_and_fit_their_column():
    keys = [each.key for each in TEMPLATES]
    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) <= Outage._meta.get_field("template").max_length


def test_only_what_is_true_may_be_chosen():
    assert checked("telephones", ["telephones"]) == "telephones"
    assert checked("", ["telephones"]) == ""
    for key in ("telephones", "nonsense"):
        with pytest.raises(BadDetail) as refused:
            checked(key, ["internet"])
        assert refused.value.field == "template"


def test_what_is_not_true_any_more_gives_way_to_the_fittest():
    assert of_outage("telephones", ["telephones"]).key == "telephones"
    assert of_outage("telephones", ["internet"]).key == "internet"
    assert of_outage("gone since", ["power"]).key == "power"
    assert of_outage("", ["power"]) is None
