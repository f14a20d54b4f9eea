import base64
import hashlib
import html as entities
import re

import pytest

from appointments import booking
from fallback.paper import html

from .conftest import at


@pytest.fixture
def page(paper):
    return lambda **options: html.page(paper(**options)).decode()


def text_of(page: str) -> str:
    body = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_it_says_what_it_is_and_how_old(world, page):
    text = text_of(page(clinical=at(world.day, "07:45")))
    when = f"{world.day:%a} {world.day.day} {world.day:%b} {world.day.year}"
    assert f"Up to date at {when}, 08:02" in text
    assert f"clinical system as of {when}, 07:45" in text
    assert "print 1042" in text
    assert f"<title>Day diary, Harbour Surgery, {html_day(world)}</title>" in page()


def html_day(world) -> str:
    return f"{world.day:%A} {world.day.day} {world.day:%B} {world.day.year}"


def test_nothing_in_it_points_outside(world, book, page):
    book(world.ann, "10:10")
    said = page()
    assert re.findall(r"(?:src|href|action)=\"(?!#)[^\"]*\"", said) == []
    assert "url(" not in said
    assert "@import" not in said
    assert "//" not in re.sub(r"// .*", "", said)


def test_its_policy_allows_its_own_style_and_script_and_nothing_else(page):
    said = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', said)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in entities.unescape(policy).split(";"))
    for name, part in (("style-src", "style"), ("script-src", "script")):
        content = re.search(f"<{part}>(.*?)</{part}>", said, flags=re.S)[1]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules.pop(name) == f"'sha256-{digest}'"
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    assert " style=" not in said
    assert " onclick=" not in said


def test_names_are_text(register, book, page):
    book(register("<script>alert(1)</script>", '"><img src=x onerror=x>'), "10:10")
    said = page()
    assert said.count("<script>") == 1
    assert "<img" not in said
    assert "&lt;SCRIPT&gt;ALERT(1)" in said


def test_everybody_is_in_it(full_day, page):
    text = text_of(page())
    london = at(full_day.day, "00:00").tzinfo
    for _, slot, appointment in full_day.extra["rows"]:
        clock = f"{slot.starts_at.astimezone(london):%H:%M}"
        if appointment:
            born = appointment.patient.born_on
            name = f"{appointment.patient.name} {born.day} {born:%b %Y}"
            assert text.count(f"{clock} {name}") == 2  # in the diary and on the contact list


def test_kept_and_extra_rows_say_so(world, book, page):
    booking.keep([world.slot("10:20").pk], world.desk2, "paper", world.by2)
    book(world.ann, "10:10")
    book(world.bob, "10:10", extra=True, because="in pain")
    text = text_of(page())
    assert "10:20 Desk 2's sheet: Routine, 10 min" in text
    assert "CARTER, Bob (Mr) 31 Dec 1950 999 000 0026 extra" in text


def test_visits_have_their_address(register, book, page):
    zoe = register("Abbott", "Zoe", address="4 Epple Road", postcode="CT7 9QZ", access_needs="deaf")
    book(zoe, "10:10", mode="home_visit")
    assert "Dr Lane 4 Epple Road, CT7 9QZ deaf" in text_of(page())


def test_an_empty_day_says_so(world, page):
    assert "None are booked from here on this day." in text_of(page())
