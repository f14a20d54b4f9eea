"""The day as one HTML file, opened by double-click: no server, no network, no help."""

import datetime
import re

import pytest

from appointments import booking
from appointments.wording import day_words
from fallback.paper import html, reading
from fallback.paper.document import Stamp
from tests.browser.conftest import AXE, AXE_RULES
from tests.world import at, build


@pytest.fixture
def world(db):
    return build()


@pytest.fixture
def file(world, tmp_path):
    """The day of the world as a file: Ann and Bob are booked with Dr Lane, Catrin is visited."""
    booking.book(world.slot("10:10").pk, world.asks(world.ann, reason="cough"), world.by)
    booking.book(world.slot("10:20").pk, world.asks(world.bob), world.by)
    visit = world.asks(world.cat, mode="home_visit", urgency="urgent")
    booking.book(world.slot("10:30").pk, visit, world.by)
    stamp = Stamp(
        world.practice.name, world.site.name, world.day, day_words(world.day),
        at(world.day, "08:02"), None, 1042, 1,
    )  # fmt: skip
    paper = reading.day_paper(world.practice, world.site, world.day, stamp)
    path = tmp_path / "Day diary.html"
    path.write_bytes(html.page(paper))
    return path


@pytest.fixture
def opened(browser, file):
    """Open the file in a browser that has no network; whatever goes wrong unseen fails the test."""
    contexts, wrong = [], []

    def open_file(**options):
        context = browser.new_context(offline=True, locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith("file:") or wrong.append(asked.url))
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert wrong == []


def shown(page) -> list[str]:
    return [row.inner_text() for row in page.locator("tbody tr").all() if row.is_visible()]


def test_it_is_searched_as_one_types(opened, file):
    page = opened()
    page.goto(file.as_uri())
    assert len(shown(page)) > 20
    page.get_by_label("Find a name").fill("BAKER ann")
    rows = shown(page)
    assert len(rows) == 2  # in the diary and on the contact list
    assert all("BAKER, Ann (Mrs)" in row for row in rows)
    assert page.locator("#found").inner_text() == "2 rows"
    page.get_by_label("Find a name").fill("9990000018")
    assert len(shown(page)) == 1
    page.get_by_label("Find a name").fill("nobody")
    assert shown(page) == []
    page.get_by_label("Find a name").fill("")
    assert len(shown(page)) > 20


def test_free_ones_of_a_clinician(opened, file):
    page = opened()
    page.goto(file.as_uri())
    page.get_by_label("free only").check()
    page.get_by_label("Find a name").fill("webb")
    assert len(shown(page)) == 8
    assert all("free:" in row for row in shown(page))


@pytest.mark.parametrize(
    "minutes, words, is_old",
    [(5, "5 min old", False), (59, "59 min old", False), (61, "1 h 1 min old", True),
     (60 * 50, "2 d 2 h old", True)],
)  # fmt: skip
def test_it_says_how_old_it_is(opened, file, world, minutes, words, is_old):
    page = opened()
    page.clock.set_fixed_time(at(world.day, "08:02") + datetime.timedelta(minutes=minutes))
    page.goto(file.as_uri())
    assert words in page.locator("#age").inner_text()
    assert ("old" in (page.locator("#age").get_attribute("class") or "").split()) is is_old


def test_it_reads_without_javascript(opened, file):
    page = opened(java_script_enabled=False)
    page.goto(file.as_uri())
    assert page.get_by_text("BAKER, Ann (Mrs)").first.is_visible()
    assert not page.locator("#tools").is_visible()


def test_a_print_has_the_whole_day_and_its_date_on_every_page(opened, file, world, tmp_path):
    pypdfium2 = pytest.importorskip("pypdfium2")
    page = opened()
    page.goto(file.as_uri())
    page.get_by_label("Find a name").fill("baker")
    pdf = pypdfium2.PdfDocument(page.pdf(format="A4", print_background=False))
    texts = [" ".join(one.get_textpage().get_text_range().split()) for one in pdf]
    pdf.close()
    assert "CARTER, Bob (Mr)" in " ".join(texts)
    for text in texts:
        assert day_words(world.day) in text
        assert "print 1042" in text
    assert "Find a name" not in " ".join(texts)


def test_the_print_button_prints(opened, file):
    page = opened()
    page.add_init_script("window.print = () => { document.title = 'printed'; };")
    page.goto(file.as_uri())
    page.get_by_role("button", name="Print").click()
    assert page.title() == "printed"


def test_it_is_accessible(opened, file):
    page = opened(bypass_csp=True)  # axe is put into the page
    page.goto(file.as_uri())
    page.add_script_tag(content=AXE)
    rules = {"runOnly": {"type": "tag", "values": AXE_RULES}}
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


def test_it_fits_a_small_screen(opened, file):
    page = opened(viewport={"width": 390, "height": 800})
    page.goto(file.as_uri())
    assert re.match(r"Day diary, ", page.title())
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
