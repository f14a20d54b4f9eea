"""The ground that browser tests stand on."""

import pytest


def test_two_desks_are_two_profiles(desk):
    first, second = desk(), desk()
    first.goto("/healthz")
    second.goto("/healthz")
    assert '"status": "ok"' in first.text_content("body")
    first.context.add_cookies([{"name": "x", "value": "1", "url": first.url}])
    assert second.context.cookies() == []


def test_axe_sees_what_is_wrong(desk, axe):
    page = desk()
    page.goto("/healthz")
    page.evaluate("document.body.append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
