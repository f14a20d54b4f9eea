from django.http import HttpResponse
from django.test import RequestFactory

from surgery.middleware import SecurityHeaders


def answer_through(response):
    return SecurityHeaders(lambda request: response)(RequestFactory().get("/"))


def test_nothing_is_stored_or_let_in():
    headers = answer_through(HttpResponse()).headers
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_view_may_say_otherwise():
    said = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert answer_through(said).headers["Cache-Control"] == "max-age=60"
