"""One request at a time runs; whoever only waits lends its turn."""

import threading
import time

import pytest

from appointments import turns
from appointments.turns import FairLock, in_turn, waiting

SOON = 5  # s


def test_a_fair_lock_is_handed_on_in_the_order_of_asking():
    lock, order = FairLock(), []
    lock.take()
    threads = []
    for number in range(5):
        thread = threading.Thread(target=lambda n=number: (lock.take(), order.append(n)))
        thread.start()
        threads.append(thread)
        _until(lambda n=number: len(lock._queue) == n + 1)
    last = threading.Thread(target=lambda: (lock.take(first=True), order.append("first")))
    last.start()
    _until(lambda: len(lock._queue) == 6)
    for count in range(6):
        lock.give_back()
        _until(lambda n=count: len(order) == n + 1)
    for thread in [*threads, last]:
        thread.join(SOON)
    assert order == ["first", 0, 1, 2, 3, 4]


def test_it_can_be_taken_only_if_it_is_free():
    lock = FairLock()
    assert lock.take_if_free()
    assert not lock.take_if_free()
    lock.give_back()
    assert lock.take_if_free()


def test_two_requests_do_not_run_at_once():
    running, most = [], []

    def application(environ, start_response):
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        return []

    _all_at_once(in_turn(application))
    assert set(most) == {1}


def test_a_request_that_waits_lets_others_run():
    inside, together = threading.Barrier(4), []

    def application(environ, start_response):
        with waiting():
            together.append(inside.wait(SOON))  # only passed when all four are here
        return []

    _all_at_once(in_turn(application))
    assert len(together) == 4


def test_a_request_that_fails_gives_its_turn_back():
    def application(environ, start_response):
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            in_turn(application)({}, None)
    assert turns._turn.take_if_free()
    turns._turn.give_back()


def test_outside_a_request_nothing_is_lent():
    with waiting():
        assert turns._turn.take_if_free()
        turns._turn.give_back()


def _all_at_once(application, many=4):
    threads = [threading.Thread(target=application, args=({}, None)) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
        assert not thread.is_alive()


def _until(true, within=SOON):
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_wait_within_a_wait_lends_nothing_more():
    running, most = [], []

    def application(environ, start_response):
        with waiting(), waiting():
            pass
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        return []

    _all_at_once(in_turn(application))
    assert set(most) == {1}
