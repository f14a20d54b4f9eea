"""Nothing typed is lost when the sign-in ended, or the page is older than the sign-in."""

import pytest
from django.test import Client

from appointments.models import Staff
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/your-settings/"
TYPED = {"note": "Rings <back> at 3"}
HERE = {"Origin": "http://testserver"}


def kept_in(page):
    return page.text.split('name="kept" value="')[1].split('"')[0]


def test_after_the_sign_in_ended_it_is_offered_to_whoever_signs_in(client, world, enter):
    enter()
    client.post("/sign-out/")
    answer = client.post(PAGE + "?from=here", TYPED)
    assert answer.status_code == 401
    assert "What you typed has not been sent" in answer.text
    assert "Rings" not in answer.text
    wrong = enter(password="wrong", kept=kept_in(answer))
    assert kept_in(wrong) == kept_in(answer)
    page = enter("tom", kept=kept_in(answer))
    assert page.status_code == 200
    assert f'action="{PAGE}?from=here"' in page.text
    assert "Rings &lt;back&gt; at 3" in page.text
    assert "it will be sent as yours" in page.text
    assert client.get("/diary/").status_code == 200  # signed in, and at the desk


def test_a_form_with_nothing_in_it_is_not_kept(client, world, enter):
    enter()
    client.post("/sign-out/")
    assert client.post("/lock/").status_code == 303


def test_a_script_is_only_told(client, world):
    answer = client.post(PAGE, TYPED, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "kept" not in answer.text


@pytest.fixture
def strict(world):
    """A browser with a page that is older than its sign-in."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.priya, backend="appointments.signing_in.StaffBackend")
    return browser


def test_a_page_older_than_the_sign_in_can_be_sent_again(strict, world):
    answer = strict.post(PAGE, TYPED, headers=HERE)
    assert answer.status_code == 403
    assert "Rings &lt;back&gt; at 3" in answer.text
    assert "Continue" in answer.text
    assert Staff.objects.get(pk=world.priya.pk).shortcuts_on  # nothing was done


@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", "http://testserver.evil"])
def test_what_another_site_sent_is_not_offered(strict, origin):
    answer = strict.post(PAGE, TYPED, headers={"Origin": origin} if origin else {})
    assert answer.status_code == 403
    assert "Rings" not in answer.text


def test_nor_is_it_shown_to_nobody(world):
    answer = Client(enforce_csrf_checks=True).post(PAGE, TYPED, headers=HERE)
    assert "Rings" not in answer.text


def test_a_locked_screen_asks_first(strict):
    session = strict.session
    session["locked"] = True
    session.save()
    answer = strict.post(PAGE, TYPED, headers=HERE)
    assert answer.status_code == 401
    assert "Rings" not in answer.text
    page = strict.post(
        "/unlock/",
        {"password": PASSWORD, "kept": kept_in(answer), "csrfmiddlewaretoken": _token(answer)},
    )
    assert "Rings &lt;back&gt; at 3" in page.text


def _token(page):
    return page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
