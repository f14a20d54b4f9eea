"""When something is down and when it is well again, whatever comes in whatever order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fallback.probes.judging import Judge

WELL, BAD = True, False


def after(*tries, bad=2, of=3, every=30):
    judge = Judge(bad, of)
    for number, is_well in enumerate(tries):
        judge.hear(is_well, number * every)
    return judge


@pytest.mark.parametrize(
    "tries, state, bad_since, well_since",
    [
        ((), "unknown", None, None),
        ((WELL,), "well", None, 0),
        ((WELL, WELL), "well", None, 0),
        ((BAD,), "doubtful", 0, None),
        ((WELL, BAD), "doubtful", 30, None),
        ((WELL, BAD, WELL), "doubtful", 30, 60),
        ((WELL, BAD, WELL, WELL, WELL), "well", None, 60),
        ((WELL, BAD, BAD), "down", 30, None),
        ((BAD, WELL, BAD), "down", 0, None),
        ((BAD, WELL, WELL, BAD), "doubtful", 0, None),
        ((BAD, BAD, WELL, WELL), "down", 0, 60),
        ((BAD, BAD, WELL, WELL, WELL), "well", None, 60),
        ((BAD, BAD, WELL, WELL, BAD, WELL, WELL), "down", 0, 150),
    ],
)
def test_two_of_three(tries, state, bad_since, well_since):
    judge = after(*tries)
    assert (judge.state, judge.bad_since, judge.well_since) == (state, bad_since, well_since)


def test_only_the_first_failure_of_a_trouble_is_the_first():
    judge = Judge(2, 3)
    tries = [WELL, BAD, WELL, BAD, BAD, WELL, WELL, WELL, BAD]
    firsts = [judge.hear(is_well, at) for at, is_well in enumerate(tries)]
    assert [at for at, is_first in enumerate(firsts) if is_first] == [1, 8]


settings_of = st.integers(2, 10).flatmap(lambda of: st.tuples(st.integers(2, of), st.just(of)))


@given(settings_of, st.lists(st.booleans(), max_size=60))
def test_n_of_m_with_hysteresis(setting, tries):
    bad, of = setting
    judge, was_down, heard = Judge(bad, of), False, []
    for at, is_well in enumerate(tries):
        is_first = judge.hear(is_well, at)
        heard.append(is_well)
        window = heard[-of:]
        if was_down:
            # Well again only after a whole window of good tries, however it flaps meanwhile.
            assert judge.is_down == (not (all(window) and len(window) == of))
        else:
            assert judge.is_down == (window.count(BAD) >= bad)
        assert judge.bad_since is None or judge.bad_since <= at
        assert not (is_first and (is_well or was_down))
        assert (judge.state == "well") == (judge.bad_since is None)
        if judge.state == "well":
            run = next((n for n, w in enumerate(reversed(heard)) if not w), len(heard))
            assert judge.well_since == at - run + 1
        was_down = judge.is_down


@given(st.sampled_from(["doubtful", "down", "well", "unknown"]), st.floats(-1e6, 1e6))
def test_going_on_after_a_restart(state, for_seconds):
    judge = Judge(2, 3)
    judge.resume(state, for_seconds, 5000.0)
    assert judge.state == state
    since = judge.well_since if state == "well" else judge.bad_since
    assert since is None or since <= 5000


def test_flapping_for_a_day_is_one_trouble():
    judge = after(*[BAD, BAD, WELL, WELL] * 720)
    assert judge.state == "down"
    assert judge.bad_since == 0
