from django.http import HttpResponse
from django.test import RequestFactory

from appointments import turns
from appointments.decorators import takes_its_time
from surgery.middleware import SecurityHeaders, TakesItsTime


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


def test_a_view_that_takes_its_time_lends_its_turn():
    def free_while_it_runs(request, word):
        assert turns._turn.take_if_free()
        turns._turn.give_back()
        return HttpResponse(word)

    seen = []

    def application(environ, start_response):
        middleware = TakesItsTime(lambda request: None)
        request = RequestFactory().get("/")
        assert not turns._turn.take_if_free()
        seen.append(middleware.process_view(request, free_while_it_runs, (), {"word": "well"}))
        slow = takes_its_time(free_while_it_runs)
        seen.append(middleware.process_view(request, slow, (), {"word": "well"}))
        assert not turns._turn.take_if_free()
        return []

    turns.in_turn(application)({}, None)
    assert seen[0] is None
    assert seen[1].content == b"well"
