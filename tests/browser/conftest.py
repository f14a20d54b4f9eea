"""A real Chromium in front of a real server: fixtures for tests that go through the browser.

`live_server` (pytest-django) answers in threads over a SQLite file, as in production. `desk` opens
a separate browser profile per desk and fails the test for whatever went wrong unseen: an error in a
script, something that the Content-Security-Policy refused, a request to anywhere else, a broken
answer.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools import chromium

HERE = Path(__file__).parent
AXE = (HERE.parent / "vendor/axe-core/axe.min.js").read_text()
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 10_000  # ms: two cores may be shared with another test's server and browser
DESKTOP = {"width": 1440, "height": 900}  # a reception PC
# The browser's and htmx's notes of answers of 400 and above, which `response` judges, and of
# answers that never came, which happens when a test takes the server away.
SAID_TWICE = (
    "Failed to load resource",
    "Response Status Error Code",
    "htmx:afterRequest",
    "htmx:sendError",
)
FLAGS = [
    # Nothing of the browser's own may ask the network for anything.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-gpu",
]


def pytest_collection_modifyitems(items):
    """Mark what lies in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = chromium.find()
    assert path, chromium.MISSING
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # Chromium's sandbox does not start for root, whom continuous integration runs as.
        alone = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS + alone)
        yield browser
        browser.close()


@pytest.fixture
def desk(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open a page of a new browser profile: `page = desk()`, a second desk: `desk()` again.

    Options go to Playwright's `new_context` (`java_script_enabled=False`, `viewport=…`). A test
    that provokes a refusal on purpose names the answers it expects: `desk(expected={409})`.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_desk(*, expected: set[int] = frozenset(), **options) -> Page:
        context = browser.new_context(
            **{"base_url": live_server.url, "viewport": DESKTOP, "locale": "en-GB"} | options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        _watch(page, live_server.url, expected, wrong)
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert wrong == []


def _watch(page: Page, home: str, expected: set[int], wrong: list[str]) -> None:
    """Note what goes wrong in a page where no assertion looks."""

    def console(message):
        if message.type in ("error", "warning") and not message.text.startswith(SAID_TWICE):
            wrong.append(f"console: {message.text}")

    def request(request):
        if urlsplit(request.url).netloc != urlsplit(home).netloc:
            wrong.append(f"asked elsewhere: {request.url}")

    def response(response):
        if response.status >= 400 and response.status not in expected:
            wrong.append(f"{response.status} for {response.request.method} {response.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("request", request)
    page.on("response", response)


@pytest.fixture
def sign_in(desk) -> Callable[..., Page]:
    """Open a page where somebody is signed in: `sign_in("reception1", world.desk_1)`."""

    def signed_in(username: str, at=None, *, password: str, **options) -> Page:
        page = desk(**options)
        page.goto("/sign-in/")
        asked = page.context.request
        token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token}
        if at is not None:
            form["desk"] = str(at.pk)
        answer = asked.post("/sign-in/", form=form, headers={"Referer": page.url})
        assert answer.ok, answer.status
        return page

    return signed_in


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Refuse anything that axe-core finds serious or critical at WCAG 2.2 AA: `axe(page)`."""

    def check(page: Page) -> None:
        page.evaluate(AXE)
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_RULES
        )
        serious = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
            + "\n".join(f"    {node['html'][:200]}" for node in violation["nodes"])
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        assert not serious, "\n".join(serious)

    return check
