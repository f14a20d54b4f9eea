"""One try at real sockets of this machine."""

import time

import pytest

from fallback.probes.looking import Look, look

SHORT = 0.3  # s


def timed(kind, target, within=SHORT):
    began = time.monotonic()
    return look(kind, target, within), time.monotonic() - began


def test_a_name():
    assert look("names", "localhost", 5) == Look(True)


def test_a_name_that_is_none():
    assert look("names", "no-such-name.invalid", 5) == Look(False, "is not found by its name")


@pytest.mark.parametrize("kind", ["router", "outside", "clinical_system", "telephones"])
def test_whatever_listens_is_there(kind, silent):
    assert look(kind, silent, 5) == Look(True)


def test_a_named_port_that_refuses_is_down(refusing):
    assert look("telephones", refusing, 5) == Look(False, "refuses connections")


def test_without_a_port_a_refusal_is_an_answer_too():
    assert look("router", "127.0.0.1", 5) == Look(True)
    assert look("telephones", "::1", 5).is_well in (True, False)  # a machine may lack IPv6


def test_what_takes_no_connection_is_given_up_in_time(black_hole):
    found, took = timed("router", black_hole)
    assert found == Look(False, "does not answer within 0.3 seconds")
    assert took < SHORT + 0.5


def test_a_page(web):
    assert look("outside", f"http://{web}/200", 5) == Look(True)
    assert look("outside", f"http://{web}/404", 5) == Look(True)  # it answers: it is there


def test_a_page_that_is_not_well(web):
    found = look("outside", f"http://{web}/503", 5)
    assert found == Look(False, "answers with error 503")


def test_a_network_s_sign_in_page_is_not_the_internet(web):
    found = look("outside", f"http://{web}/moved", 5)
    assert not found.is_well
    assert "sign-in.example" in found.words


@pytest.mark.parametrize("path", ["/late"])
def test_slow_is_down_too(web, path):
    found, took = timed("outside", f"http://{web}{path}")
    assert found == Look(False, "does not answer within 0.3 seconds")
    assert took < SHORT + 0.5


def test_a_line_that_says_nothing(silent):
    found, took = timed("clinical_system", f"http://{silent}/")
    assert not found.is_well
    assert took < SHORT + 0.5


def test_https_where_there_is_none(web):
    found = look("outside", f"https://{web}/", 2)
    assert not found.is_well
    assert found.words.startswith("can't be reached")
