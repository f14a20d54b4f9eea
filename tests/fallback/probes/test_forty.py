"""40 addresses, half of which hang: a round stays under its period, and the keeper goes on."""

import time
from contextlib import ExitStack

import pytest

from fallback.probes import watching
from fallback.probes.watching import Watched, Watching

MANY, PERIOD, WITHIN = 40, 10, 1.0


def test_a_round_of_forty(world, silent, black_hole, web, monkeypatch):
    addresses = [f"http://{silent}/", black_hole, f"http://{web}/200", web]
    wanted = [
        Watched(str(n), "outside", f"{n}", f"{addresses[n % 4]}", period=PERIOD, within=WITHIN)
        for n in range(MANY)
    ]
    monkeypatch.setattr(watching, "_wanted", lambda practice: wanted)
    one = Watching()
    began, longest = time.monotonic(), 0.0
    eyes = {}
    while len(eyes) < MANY or any(eye.tried_at is None for eye in eyes.values()):
        at = time.monotonic()
        assert at < began + PERIOD, "the round took longer than its period"
        one.turn(at)
        longest = max(longest, time.monotonic() - at)
        eyes = one.eyes[world.practice.pk]
        time.sleep(0.05)
    states = [state.state for state in one.states[world.practice.pk]]
    assert [state == "well" for state in states] == [n % 4 > 1 for n in range(MANY)]
    assert longest < 2  # a turn waits for none of them


@pytest.mark.parametrize("many", [1, 8])
def test_names_that_hang_in_the_system_cost_only_themselves(world, monkeypatch, many):
    """A look-up can't be told to stop: it is judged in time all the same."""

    def hangs(*_, **__):
        time.sleep(3)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", hangs)
    monkeypatch.setattr(
        watching, "_wanted",
        lambda practice: [
            Watched(str(n), "names", f"{n}", "a.example", period=60, within=0.2)
            for n in range(many)
        ],
    )  # fmt: skip
    one, began = Watching(), time.monotonic()
    one.turn(began)
    with ExitStack() as stack:
        for eye in one.eyes[world.practice.pk].values():
            stack.callback(eye.attempt.join, 10)
        while any(eye.tried_at is None for eye in one.eyes[world.practice.pk].values()):
            assert time.monotonic() < began + 2.5
            one.turn(time.monotonic())
            time.sleep(0.05)
        assert {eye.words for eye in one.eyes[world.practice.pk].values()} == {
            "does not answer within 0.2 seconds"
        }
