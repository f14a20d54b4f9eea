"""The script of the practice's website, on a page that is served elsewhere, in a real browser."""

import json
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect

from fallback.publish import embed, keys
from fallback.publish.courier.signing import status_file
from tests.browser.conftest import AXE
from tests.browser.website import Website

OWN_WORDS = "We may be having problems with our systems"
HEADING = "Our internet connection is not working"
SENTENCE = "Ring <b>01632 960100</b> & come as “usual”: Nguyễn Thị Hoa's clinic is on."
LASTS = timedelta(minutes=10)
POLL = 60_000  # ms
SETTLED, PATIENCE = 100, 2000  # ms
ELSEWHERE = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Date"}


class Surgery:
    """Writes what the keeper would."""

    def __init__(self, site):
        self.site, self.key, self.sequence = site, Ed25519PrivateKey.generate(), 1
        for name in embed.names():
            shutil.copy(embed.PATH, site.folder / name)
        target = SimpleNamespace(web_address=site.files)
        site.line = embed.line(target, keys.public_of(self.key))

    def file(self, *sentences, open_=True, lasts=LASTS, key=None):
        """A signed file: what was declared, or that all is well."""
        self.sequence += 1
        now = self.site.now()
        hours = [[utc(now - timedelta(hours=3)), utc(now + timedelta(hours=3))]] if open_ else []
        said = {
            "state": "outage" if sentences else "well", "template": "internet" if sentences else "",
            "sentences": list(sentences), "sequence": self.sequence, "hours": hours,
        }  # fmt: skip
        return status_file(said, key or self.key, now, lasts)

    def says(self, *sentences, **more):
        (self.site.folder / "status.json").write_bytes(self.file(*sentences, **more))


def utc(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


@pytest.fixture
def website(tmp_path):
    """Open a website: `website()`, with its files elsewhere: `website(apart=True)`."""
    sites = []

    def opened(**more):
        site = Website(tmp_path / f"www{len(sites)}", **more)
        sites.append(site)
        return site, Surgery(site)

    yield opened
    for site in sites:
        site.stop()


@pytest.fixture
def visit(browser):
    """Visit a page with a clock that is years wrong; what a script complains of fails the test."""
    contexts, wrong = [], []

    def visited(site, script=None):
        context = browser.new_context(locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.clock.install(time=datetime(2031, 5, 5, 3, 0, tzinfo=UTC))
        if script:
            page.add_init_script(script)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text))
        with asked(page):
            page.goto(site.url)
        return page

    yield visited
    for context in contexts:
        context.close()
    assert [said for said in wrong if not said.startswith("Failed to load resource")] == []


def poll(page):
    """Let a minute of the page's time go by."""
    with asked(page):
        page.clock.fast_forward(POLL)


def shown(page):
    """What stands where the line is."""
    return page.locator(".surgery-status").inner_text()


@contextmanager
def asked(page):
    """Wait until the script has asked and made up its mind: only then may its clock be moved on."""
    ended = []

    def note(request):
        if request.url.endswith("/status.json"):
            ended.append(request)

    page.on("requestfinished", note)
    page.on("requestfailed", note)
    with page.expect_response("**/status.json"):
        yield
    for _ in range(PATIENCE // SETTLED):  # one that is broken off half way never says so
        page.wait_for_timeout(SETTLED)
        if ended:
            break
    page.wait_for_timeout(SETTLED)


@pytest.mark.parametrize("apart", [False, True])
def test_nothing_then_what_was_declared_then_nothing(website, visit, apart):
    site, surgery = website(apart=apart, headers=ELSEWHERE if apart else None)
    surgery.says()
    page = visit(site)
    assert shown(page) == ""
    surgery.says(HEADING, SENTENCE)
    poll(page)
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    expect(page.get_by_text(SENTENCE)).to_be_visible()  # as text, whatever it looks like
    assert page.locator(".surgery-status b").count() == 0
    surgery.says()
    poll(page)
    assert shown(page) == ""


def test_it_stands_where_the_line_stands_and_axe_finds_nothing_at_all(website, visit):
    site, surgery = website()
    surgery.says(HEADING, SENTENCE)
    site_policy = site.policy
    site.policy = lambda: site_policy() + " 'unsafe-eval' 'unsafe-inline'"
    page = visit(site)
    expect(page.get_by_role("region", name="Message from the surgery")).to_be_visible()
    assert page.locator("h1 + script + .surgery-status[role=status]").count() == 1
    page.evaluate(AXE)
    for words in (HEADING, OWN_WORDS):
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        assert page.evaluate("axe.run().then(found => found.violations.map(v => v.id))") == []
        site.ahead = LASTS
        poll(page)


def test_it_is_not_said_again_each_minute(website, visit):
    site, surgery = website()
    surgery.says(HEADING, SENTENCE)
    page = visit(site)
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    page.evaluate("document.querySelector('.surgery-status section').id = 'same'")
    for _ in range(3):
        surgery.says(HEADING, SENTENCE)
        poll(page)
    assert page.locator("#same").count() == 1


def test_in_the_head_it_stands_at_the_top(website, visit):
    site, surgery = website()
    surgery.says(HEADING, SENTENCE)
    site.line, site.head = "", site.line
    page = visit(site)
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    assert page.locator("body > .surgery-status:first-child").count() == 1


def test_own_words_by_the_hosts_clock_and_back(website, visit):
    site, surgery = website()
    surgery.says()
    page = visit(site)
    site.ahead = LASTS - timedelta(seconds=30)
    poll(page)
    assert shown(page) == ""
    site.ahead = LASTS
    poll(page)
    expect(page.get_by_role("heading", name=OWN_WORDS)).to_be_visible()
    assert "999" in shown(page)
    surgery.says()
    poll(page)
    assert shown(page) == ""


def test_a_late_file_is_said_to_whoever_comes_then(website, visit):
    site, surgery = website()
    surgery.says(HEADING, SENTENCE)
    site.ahead = timedelta(hours=1)
    page = visit(site)
    expect(page.get_by_role("heading", name=OWN_WORDS)).to_be_visible()
    assert HEADING not in page.content()


def test_nothing_outside_opening_hours(website, visit):
    site, surgery = website()
    surgery.says(open_=False)
    site.ahead = timedelta(hours=1)
    page = visit(site)
    poll(page)
    assert shown(page) == ""


def test_nothing_when_the_visitor_is_offline(website, visit):
    site, surgery = website()
    surgery.says()
    page = visit(site)
    site.ahead = timedelta(hours=1)
    poll(page)
    expect(page.get_by_role("heading", name=OWN_WORDS)).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_role("heading")).to_have_count(1)
    page.clock.fast_forward(POLL)
    page.wait_for_timeout(200)
    assert shown(page) == ""
    with page.expect_response("**/status.json"):
        page.context.set_offline(False)
    expect(page.get_by_role("heading", name=OWN_WORDS)).to_be_visible()


def spoilt(surgery):
    good = surgery.file("EVIL", SENTENCE)
    said = json.loads(good)
    said["payload"]["sentences"].append("EVIL")
    foreign = surgery.file("EVIL", key=Ed25519PrivateKey.generate())
    return {
        "tampered": json.dumps(said).encode(),
        "truncated": good[:-30],
        "foreign": foreign,
        "oversized": good + b" " * 20_000,
        "not a file": b"<script>document.title = 'EVIL'</script>EVIL",
        "not utf-8": b"\xff\xfe" + good,
        "wrong signature": good.replace(b'"signature": "', b'"signature": "AAAA'),
        "no signature": json.dumps({"payload": json.loads(good)["payload"]}).encode(),
    }


def test_what_is_not_ours_is_never_shown(website, visit):
    site, surgery = website()
    surgery.says()
    pages = [visit(site)]
    path = site.folder / "status.json"
    for name, content in spoilt(surgery).items():
        path.write_bytes(content)
        poll(pages[0])
        pages.append(visit(site))  # somebody who never saw a good one
        for page in pages:
            assert shown(page) == "", name
            assert "EVIL" not in page.content(), name


def test_an_older_file_is_not_taken_again(website, visit):
    site, surgery = website()
    surgery.says(HEADING, SENTENCE)
    older = (site.folder / "status.json").read_bytes()
    surgery.says()
    page = visit(site)
    (site.folder / "status.json").write_bytes(older)
    poll(page)
    assert shown(page) == ""
    # Who comes later reads it only for as long as it lasts.
    site.ahead = LASTS
    late = visit(site)
    expect(late.get_by_role("heading", name=OWN_WORDS)).to_be_visible()
    assert HEADING not in late.content()


def test_a_host_that_loses_the_file_for_a_while(website, visit):
    site, surgery = website()
    surgery.says()
    page = visit(site)
    (site.folder / "status.json").unlink()
    poll(page)
    assert shown(page) == ""
    site.ahead = LASTS
    poll(page)
    expect(page.get_by_role("heading", name=OWN_WORDS)).to_be_visible()


NO_ED25519 = """
const importKey = crypto.subtle.importKey;
crypto.subtle.importKey = (form, key, algorithm, ...more) => algorithm === "Ed25519"
  ? Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"))
  : importKey.call(crypto.subtle, form, key, algorithm, ...more);
"""


@pytest.mark.parametrize("without", ["ed25519", "date"])
def test_only_its_own_words_where_it_can_not_check(website, visit, without):
    apart = without == "date"
    headers = {"Access-Control-Allow-Origin": "*"} if apart else None
    site, surgery = website(apart=apart, headers=headers)
    surgery.says()
    page = visit(site, None if apart else NO_ED25519)
    assert shown(page) == ""
    surgery.says(HEADING, SENTENCE)
    poll(page)
    expect(page.get_by_role("heading", name=OWN_WORDS)).to_be_visible()
    assert HEADING not in page.content()


def test_another_script_under_its_name_does_not_run(website, browser):
    site, surgery = website()
    surgery.says(HEADING, SENTENCE)
    for name in embed.names():
        (site.folder / name).write_text("document.title = 'EVIL'")
    page = browser.new_page()
    page.goto(site.url)
    page.wait_for_timeout(300)
    assert page.title() == "A surgery"
    page.close()
