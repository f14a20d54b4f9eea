"""Contact list, visit list, the managers' sealed list; and what stands on every page of all."""

import datetime
import resource

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from appointments import booking, sessions
from fallback.paper import contacts, csv, diary, html, sealed, visits
from fallback.paper.press import press

from .conftest import at, pages_of, printed, stamp_of

SECRETS = ("Secret", "CT7 1AA", "900999", "960999", "900998", "red pot", "neighbour")


@pytest.fixture
def hidden(register, book):
    patient = register(
        "Abbott", "Zoe", is_confidential=True, address="4 Secret Road", postcode="CT7 1AA",
        mobile_telephone="07700 900999", home_telephone="01632 960999", nhs_number="9990000042",
        contact_comment="sister 07700 900998", access_needs="key under the red pot",
    )  # fmt: skip
    book(patient, "10:10", mode="home_visit", access_needs="ring the neighbour")
    return patient


def test_contacts_by_time_with_telephone_and_comment_and_no_reason(world, book, paper):
    book(world.cat, "11:00", reason="verruca")
    book(world.ann, "10:30", reason="cough")
    text = printed(contacts.document(paper()))
    assert "10:30 BAKER, Ann (Mrs) 3 Apr 1971 Dr Lane mobile 07700 900123" in text
    assert "11:00 HUGHES, Catrin 28 Feb 2019 Dr Lane mobile 07700 900456 mobile is mother's" in text
    assert text.index("10:30") < text.index("11:00")
    assert "cough" not in text
    assert "verruca" not in text


def test_contacts_say_when_there_is_no_number(world, book, paper):
    book(world.bob, "10:30")
    assert "CARTER, Bob (Mr) 31 Dec 1950 Dr Lane no telephone in the book" in printed(
        contacts.document(paper())
    )


def test_nobody_booked_is_said(paper):
    assert "Nobody is booked here on" in printed(contacts.document(paper()))
    assert "No home visits are booked" in printed(visits.document(paper()))


def test_contacts_of_a_full_day_have_everybody(full_day, paper):
    text = printed(contacts.document(paper())).replace(" ", "")
    people = [a.patient for _, _, a in full_day.extra["rows"] if a]
    assert len(people) == 990
    assert [p.name for p in people if p.name.replace(" ", "") not in text] == []
    assert text.count("mobile07700900123home01632960123") == 990


def test_visits_have_address_access_and_reason(world, register, book, paper):
    zoe = register(
        "Abbott", "Zoe", address="4 Epple Road", postcode="CT7 9QZ", access_needs="deaf",
        home_telephone="01632 960111",
    )  # fmt: skip
    book(zoe, "10:10", mode="home_visit", reason="fall", access_needs="key safe by the door")
    book(world.ann, "10:30", reason="cough")
    text = printed(visits.document(paper()))
    assert "10:10 ABBOTT, Zoe Dr Lane" in text
    assert "4 Epple Road, CT7 9QZ" in text
    assert "deaf; key safe by the door" in text
    assert "home 01632 960111" in text
    assert "fall" in text
    assert "BAKER" not in text


def test_confidential_details_stand_nowhere_but_on_the_sealed_list(hidden, paper):
    day = paper()
    made = press([diary.document(day), contacts.document(day), visits.document(day)])
    texts = [" ".join(pages_of(one.pdf)) for one in made]
    texts += [html.page(day).decode(), csv.rows(day).decode()]
    for text in texts:
        assert "ABBOTT, Zoe" in text
        assert [secret for secret in SECRETS if secret in text] == []
    assert "see the managers' sealed list" in texts[1]
    assert "see the managers' sealed list" in texts[2]


def test_the_sealed_list_has_all_of_it(world, hidden):
    days = [world.day + datetime.timedelta(days=n) for n in range(8)]
    stamp = stamp_of(world)
    text = printed(sealed.document(world.practice, world.site, days, stamp))
    assert [secret for secret in SECRETS if secret not in text] == []
    assert "10:10 ABBOTT, Zoe" in text
    assert "999 000 0042" in text
    assert "Keep in a sealed envelope" in text


def test_the_sealed_list_has_nobody_else(world, book, hidden):
    book(world.ann, "10:30")
    stamp = stamp_of(world)
    elsewhere = sealed.document(world.practice, world.branch, [world.day], stamp)
    other_day = world.day + datetime.timedelta(days=1)
    later = sealed.document(world.practice, world.site, [other_day], stamp)
    assert elsewhere.data == later.data == {"rows": []}
    assert "Nobody confidential is booked" in printed(elsewhere)
    here = sealed.document(world.practice, world.site, [world.day], stamp)
    assert [row["name"] for row in here.data["rows"]] == ["ABBOTT, Zoe"]


def test_a_cancelled_appointment_leaves_the_sealed_list(world, hidden):
    booking.cancel(hidden.appointments.get().pk, world.by, reason="better")
    document = sealed.document(world.practice, world.site, [world.day], stamp_of(world))
    assert document.data == {"rows": []}


def test_every_page_of_everything_bears_its_stamp(full_day, paper):
    day = paper(clinical=at(full_day.day, "07:45"))
    secret = sealed.document(full_day.practice, full_day.site, [full_day.day], day.stamp)
    made = press([*(m.document(day) for m in (diary, contacts, visits)), secret])
    assert max(one.pages for one in made) > 20
    for one in made:
        pages = pages_of(one.pdf)
        assert len(pages) == one.pages
        for number, page in enumerate(pages, start=1):
            for words in (
                one.document.stem, day.stamp.day_words, "Harbour Surgery", "Minnis Bay Partnership",
                "Up to date at 08:02", "clinical system as of 07:45", "print 1042",
                f"page {number} of {one.pages}", "Ask for a new print first", "confidential waste",
            ):  # fmt: skip
                assert words in page, (one.document.kind, number, words)


def test_names_and_times_are_large_and_within_the_page(full_day, paper):
    day = paper()
    for one in press([diary.document(day), contacts.document(day)]):
        pdf = pypdfium2.PdfDocument(one.pdf)
        sizes = set()
        for page in pdf:
            width, height = page.get_size()
            text = page.get_textpage()
            said = text.get_text_range()
            for n in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(n)
                assert min(left, bottom) >= 0
                assert right <= width
                assert top <= height
            start = said.find("(Mx)")
            while start != -1:
                sizes.add(round(pdfium.FPDFText_GetFontSize(text, start), 1))
                start = said.find("(Mx)", start + 1)
        assert sizes == {11.0}
        pdf.close()


def test_a_name_without_a_place_to_break_stays_in_its_column(register, book, paper):
    book(register("Wolfeschlegelsteinhausenbergerdorff", "Wilhelmina"), "10:10")
    day = paper()
    for one in press([diary.document(day), contacts.document(day)]):
        pdf = pypdfium2.PdfDocument(one.pdf)
        text = pdf[0].get_textpage()
        said = text.get_text_range()
        starts, ends = said.index("10:10"), said.rindex("Wilhelmina")
        born = text.get_charbox(said.index("born"))[0]
        assert max(text.get_charbox(n)[2] for n in range(starts, ends)) < born
        assert "WOLFESCHLEGELSTEINHAUSENBERGERDORFF,Wilhelmina" in "".join(said.split()).replace(
            "\u200b", ""
        )
        pdf.close()


def test_there_is_no_colour_in_it(world, book, paper):
    booking.keep([world.slot("10:40").pk], world.desk2, "paper", world.by2)
    book(world.ann, "10:10", urgency="urgent", mode="home_visit")
    day = paper()
    for one in press([diary.document(day), contacts.document(day), visits.document(day)]):
        pdf = pypdfium2.PdfDocument(one.pdf)
        for page in pdf:
            picture = page.render(scale=1).to_pil().convert("RGB")
            assert all(r == g == b for _, (r, g, b) in picture.getcolors(1 << 24))
        pdf.close()


def test_free_booked_kept_and_blocked_differ_without_colour(world, book, paper):
    """As a picture: the background of a row says something even to somebody who can't read it."""
    book(world.ann, "10:00")
    booking.keep([world.slot("10:20").pk], world.desk2, "paper", world.by2)
    sessions.block(world.by, [world.slot("10:30").pk], "Catch-up")
    pdf = pypdfium2.PdfDocument(press([diary.document(paper())])[0].pdf)
    page, scale = pdf[0], 4
    picture = page.render(scale=scale).to_pil().convert("L")
    text = page.get_textpage()
    backgrounds = {}
    for clock in ("10:00", "10:10", "10:20", "10:30"):
        search = text.search(clock)
        found = [search.get_next() for _ in range(2)]
        index = found[0][0] if clock != "10:00" else found[1][0]  # 10:00 is in the head as well
        _, bottom, _, top = text.get_charbox(index)
        y = int((page.get_height() - (top + bottom) / 2) * scale)
        backgrounds[clock] = picture.getpixel((int((page.get_width() - 40) * scale), y))
    pdf.close()
    assert backgrounds["10:00"] == backgrounds["10:10"] == 255
    assert 255 > backgrounds["10:20"] > backgrounds["10:30"] > 200


def test_a_full_day_is_quick(full_day, paper):
    """The diary of 1,080 slots takes at most 3 s of the processor, reading it included."""
    used = sum(resource.getrusage(who).ru_utime for who in (0, -1))
    press([diary.document(paper())])
    assert sum(resource.getrusage(who).ru_utime for who in (0, -1)) - used < 3
