"""Every page at WCAG 2.2 AA (axe-core), in a desktop's width and in a telephone's."""

import pytest

from tests.addresses import every, furnish, rows
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)

# Pages that only answer to a POST, or to scripts, have nothing to look at.
NOT_PAGES = {"sign-out", "lock", "unlock", "still-here", "first-run", "opened", "rekeying-others"}
NARROW = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10: no scrolling both ways
WIDE_BY_NATURE = {"home", "diary", "day", "week"}  # a day side by side is two-dimensional


def pages(world, page, but_not=None):
    """Go to everything that answers a GET with a page: gives each one's name and its status.

    What is refused looks the same everywhere: once is enough. `but_not` asks as somebody else: what
    they may see is left out.
    """
    furnished, refused = furnish(world), set()
    for address in every():
        if address.name in NOT_PAGES:
            continue
        row = {"row_id": rows(world, address.name)} if "row_id" in address.takes else {}
        where = address.filled(furnished | row)
        answer = page.context.request.get(where, max_redirects=0)
        is_page = "text/html" in answer.headers.get("content-type", "")
        # A redirect leads to another of them.
        if answer.status in {302, 303, 405, *refused} or not is_page:
            continue
        if but_not and but_not.get(where, max_redirects=0).ok:
            continue
        if answer.status >= 400:
            refused.add(answer.status)
        page.goto(where)
        yield address.name, answer.status


@pytest.mark.parametrize(
    "who, but_not",
    # What reception sees is looked at once, as reception sees it.
    [("priya", None), ("manager", "priya"), ("doctor", None)],
)
def test_axe_finds_nothing_serious_on_any_page(sign_in, axe, who, but_not):
    world = build()

    def signed_in(name):
        username = getattr(world, name).username
        return sign_in(username, world.desk1, password=PASSWORD, expected={403, 404})

    other = signed_in(but_not).context.request if but_not else None
    page = signed_in(who)
    wrong, seen = [], 0
    for name, _ in pages(world, page, but_not=other):
        seen += 1
        try:
            axe(page)
        except AssertionError as found:
            wrong.append(f"{name}: {found}")
    assert not wrong, "\n\n".join(wrong)
    assert seen > 20


def test_no_page_needs_scrolling_both_ways_on_a_narrow_screen(sign_in):
    world = build()
    page = sign_in("maud", world.desk1, password=PASSWORD, viewport=NARROW, expected={404})
    wide = []
    for name, status in pages(world, page):
        if status == 200 and name not in WIDE_BY_NATURE:
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide.append(f"{name}: {over} px too wide")
    assert not wide, "\n".join(wide)


def test_axe_finds_nothing_serious_before_signing_in(desk, axe):
    page = desk()
    page.goto("/")  # no practice yet: the first-run page
    axe(page)
    build()
    page.goto("/sign-in/")
    axe(page)


def test_axe_finds_nothing_serious_with_the_panel_open(sign_in, axe):
    world = build()
    furnish(world)
    page = sign_in("priya", world.desk1, password=PASSWORD)
    page.goto(f"/diary/{world.day}/")
    page.locator(f'[data-slot="{world.slot("10:40").pk}"] > a').click()
    page.locator("#q").press_sequentially("baker")
    page.locator("#pick [data-patient]").wait_for()
    axe(page)
    page.locator(f'[data-slot="{world.slot("10:00").pk}"] > a').first.click()
    page.locator(".panel__marks").wait_for()
    axe(page)
    page.goto(f"/diary/{world.day}/?view=overview")
    axe(page)
