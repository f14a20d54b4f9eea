"""The report in the browser and on paper: with names for inside, with counts only for outside."""

import io

import pypdfium2
import pytest

from appointments.models import Access
from fallback import outages, reconciliation
from fallback.paper.press import press
from fallback.reconciliation import paper
from tests.world import build

pytestmark = pytest.mark.django_db
NAMES = ("BAKER", "CARTER", "HUGHES", "smth", "cough", "ears", "Priya", "Lena", "Tom Reid", "Lane",
         "can't be read", "bus")  # fmt: skip


def text_of(pdf):
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as opened:
        return "\n".join(page.get_textpage().get_text_bounded() for page in opened)


@pytest.fixture
def lead(world, as_):
    return as_(world.lead)


@pytest.fixture
def day(world):
    return {"first": world.day.isoformat(), "last": world.day.isoformat()}


def test_the_page_says_every_row(world, sheet, keyed, lost, lead, day):
    text = lead.get("/reconciliation/", day).text
    said = (
        "BAKER, Ann (Mrs)",
        "cough",
        "All sums agree. Left to do: rows still open: ",
        "Lost with the sheet",
    )
    for words in (*said, "Clash settled", "Dr Lane said so", "smth jn"):
        assert words in text
    for code in sheet.rows.values_list("code", flat=True):
        assert code in text
    assert "BAKER" not in text.split("</title>")[0]
    assert Access.objects.filter(detail__startswith="Reconciliation of ").exists()


def test_outside_gets_counts_and_codes(world, sheet, keyed, lost, lead, day):
    text = lead.get("/reconciliation/", day | {"outside": "on"}).text
    main = text.split("<main")[1].split("</main>")[0]
    for name in NAMES:
        assert name.lower() not in main.lower()
    for code in sheet.rows.values_list("code", flat=True):
        assert code in main
    assert not Access.objects.filter(detail__startswith="Reconciliation").exists()


def test_the_pdf_for_outside_names_nobody(world, sheet, keyed, lost):
    found = reconciliation.of_days(world.practice, world.day, world.day)
    (rendered,) = press([paper.document(found, is_outside=True)])
    text = text_of(rendered.pdf)
    for name in NAMES:
        assert name.lower() not in text.lower()
    for one in found.accounts:
        assert paper.name_of(one.sheet) in text
        for code in one.sheet.rows.values_list("code", flat=True):
            assert code in text
    assert rendered.is_tagged


def test_the_pdf_for_inside_has_every_row(world, sheet, keyed, lost):
    found = reconciliation.of_days(world.practice, world.day, world.day)
    (rendered,) = press([paper.document(found)])
    text = text_of(rendered.pdf)
    words = " ".join(text.split())
    for name in (
        "BAKER, Ann",
        "HUGHES, Catrin",
        "smth jn",
        "Clash settled",
        "Nothing written here",
    ):
        assert name in words
    for code in sheet.rows.values_list("code", flat=True):
        assert code in words
    assert rendered.is_tagged


def test_hostile_text_is_only_text(world, key, kinds):
    evil = "#panic() <script>alert(1)</script> \\u{1F600} $x^2$ *b*"
    key(kinds["message"][0], "message", typed=evil, said=evil * 8)
    found = reconciliation.of_days(world.practice, world.day, world.day)
    (rendered,) = press([paper.document(found)])
    assert "#panic()" in text_of(rendered.pdf)


def test_the_pdf_is_logged_when_it_names_people(world, keyed, lead, day):
    answer = lead.get("/reconciliation/pdf/", day | {"outside": "on"})
    assert answer["Content-Type"] == "application/pdf"
    assert not Access.objects.filter(what=Access.What.TOOK_AWAY).exists()
    assert lead.get("/reconciliation/pdf/", day).status_code == 200
    assert Access.objects.filter(what=Access.What.TOOK_AWAY).count() == 1


def test_it_begins_with_the_outage_on_its_way_home(world, keyed, lead):
    assert "No sheet came back in this time" in lead.get("/reconciliation/").text
    began = keyed["booked"].written_at
    outage = outages.declare(world.by_lead, ["ours"], began_at=began)
    text = lead.get("/reconciliation/").text
    assert "Outage 1: This " in text
    assert "BAKER, Ann" in text
    assert lead.get("/reconciliation/", {"outage": outage.number}).status_code == 200


@pytest.mark.parametrize(
    "said, sentence",
    [
        ({"first": "2026-11-23", "last": "2026-11-22"}, "The last day is before the first."),
        ({"first": "2026-01-01", "last": "2026-12-31"}, "Choose three months or less"),
        ({"first": "yesterday"}, "Enter a day."),
        ({"outage": "99"}, "Choose an outage from the list."),
        ({"outage": "'; --"}, "Choose an outage from the list."),
    ],
)
def test_odd_spans(world, lead, said, sentence):
    for address in ("/reconciliation/", "/reconciliation/pdf/"):
        answer = lead.get(address, said)
        assert answer.status_code == 422
        assert sentence in answer.text


def test_walls(world, keyed, as_, day):
    for person in (world.priya, world.doctor):
        for address in ("/reconciliation/", "/reconciliation/pdf/"):
            assert as_(person).get(address, day).status_code == 403
    lead = as_(world.lead)
    assert lead.post("/reconciliation/").status_code == 405
    other = build("G82002", home=False)
    theirs = outages.declare(other.by_lead, ["ours"], began_at=keyed["booked"].written_at)
    assert lead.get("/reconciliation/", {"outage": theirs.number}).status_code == 422
