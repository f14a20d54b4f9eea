"""Patients' pages: they work, and for whom; what they show, and what they keep to themselves."""

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from appointments import booking, patients
from appointments.models import Access, Patient
from appointments.patients import details_of

HTMX = {"HX-Request": "true"}
SECRET = {
    "address": "1 Secret Street",
    "postcode": "CT7 9XX",
    "mobile_telephone": "07700 900999",
    "home_telephone": "01632 960999",
    "contact_comment": "at her sister's",
    "email": "hidden@example.org",
}


def url(name, *args):
    return reverse(name, args=args)


def ids(answer):
    return re.findall(r'data-patient="([0-9a-f-]{36})"', answer.text)


def heading_of(answer):
    return re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)[1]


def filled(**said):
    """A new patient's form, filled in."""
    return {
        "family_name": "Winter",
        "given_name": "Eve",
        "born_on": "17/5/90",
        "kind": "regular",
        "reference": str(uuid.uuid4()),
    } | said


def amended(patient, **said):
    """A form to amend, as the page gives it."""
    details = details_of(patient)
    return {
        "family_name": details.family_name,
        "given_name": details.given_name,
        "title": details.title,
        "born_on": f"{details.born_on:%d/%m/%Y}",
        "nhs_number": details.nhs_number,
        "postcode": details.postcode,
        "mobile_telephone": details.mobile_telephone,
        "kind": details.kind,
        "seen": details.fingerprint(),
    } | said


# --- Every address ------------------------------------------------------------------------------

ONE = ["patient", "amend-patient", "merge-patient"]


@pytest.mark.parametrize("name", ONE)
def test_pages_open_within_their_practice_only(reception, world, other, name):
    assert reception.get(url(name, world.ann.pk)).status_code == 200
    assert reception.get(url(name, other.ann.pk)).status_code == 404
    assert reception.get(url(name, uuid.uuid4())).status_code == 404


@pytest.mark.parametrize("name", ["patient-contact", "amend-patient", "merge-patient"])
def test_posts_reach_their_practice_only(reception, other, name):
    for patient in (other.ann.pk, uuid.uuid4()):
        assert reception.post(url(name, patient), {"merge": "true"}).status_code == 404


@pytest.mark.parametrize("name", ["patients", "new-patient"])
def test_pages_without_a_patient_open(reception, name):
    assert reception.get(url(name)).status_code == 200


@pytest.mark.parametrize(
    "name,method",
    [
        ("patients", "put"),
        ("patients", "delete"),
        ("new-patient", "delete"),
        ("patient", "post"),
        ("patient", "delete"),
        ("patient-contact", "get"),
        ("amend-patient", "put"),
        ("merge-patient", "delete"),
    ],
)
def test_wrong_methods_are_refused(reception, world, name, method):
    address = url(name) if name in ("patients", "new-patient") else url(name, world.ann.pk)
    assert getattr(reception, method)(address).status_code == 405


@pytest.mark.parametrize("name", ["patients", "new-patient", "amend-patient", "merge-patient"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_clinicians_neither_search_nor_change(as_, world, name, method):
    booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    address = url(name) if name in ("patients", "new-patient") else url(name, world.ann.pk)
    assert getattr(as_(world.doctor), method)(address).status_code == 403


def test_clinicians_open_the_patients_on_their_own_lists(as_, world):
    booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    booking.book(world.slot("10:00", world.clinic).pk, world.asks(world.bob), world.by)
    doctor = as_(world.doctor)
    assert doctor.get(url("patient", world.ann.pk)).status_code == 200
    assert doctor.get(url("patient", world.bob.pk)).status_code == 404
    assert doctor.post(url("patient-contact", world.bob.pk)).status_code == 404
    page = doctor.get(url("patient", world.ann.pk)).text
    assert url("amend-patient", world.ann.pk) not in page


@pytest.mark.parametrize("name", ["patients", "new-patient", *ONE])
def test_nobody_sees_a_page_without_signing_in(client, world, name):
    address = url(name) if name in ("patients", "new-patient") else url(name, world.ann.pk)
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", ["patients", "new-patient", *ONE])
def test_pages_are_not_stored_and_their_titles_name_nobody(reception, world, name):
    address = url(name) if name in ("patients", "new-patient") else url(name, world.ann.pk)
    answer = reception.get(address, {"q": "baker"} if name == "patients" else None)
    assert "no-store" in answer["Cache-Control"]
    assert "Baker" not in heading_of(answer).title()
    assert 'autocomplete="off"' in answer.text or name == "patient"


# --- Search -------------------------------------------------------------------------------------


def test_a_machine_searches_by_address(reception, world):
    answer = reception.get(url("patients"), {"q": "baker ann"})
    assert ids(answer) == [str(world.ann.pk)]
    assert answer["Cache-Control"] == "no-store"
    assert Access.objects.get(what="searched").detail == "baker ann"


def test_the_page_posts_and_htmx_gets_the_fragment(reception, world):
    page = reception.post(url("patients"), {"q": "baker"})
    fragment = reception.post(url("patients"), {"q": "baker"}, headers=HTMX)
    assert ids(page) == ids(fragment) == [str(world.ann.pk)]
    assert "<html" in page.text
    assert "<html" not in fragment.text


def test_ten_are_shown_and_ten_more_are_a_click_away(reception, add):
    for number in range(25):
        add(family_name="Hill", given_name="Al", number=str(number))
    answer = reception.get(url("patients"), {"q": "hill"})
    assert len(ids(answer)) == len(set(ids(answer))) == 20
    shown, hidden = answer.text.split("<details", 1)
    assert shown.count("data-patient=") == 10
    assert "10 more" in hidden


@pytest.mark.parametrize(
    "q", ["", " ", "x" * 5000, "'; DROP TABLE", "<script>alert(1)</script>", "%00", "🙂", "\x00"]
)
def test_any_search_is_answered(reception, q):
    for method in (reception.get, reception.post):
        answer = method(url("patients"), {"q": q})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_what_tells_people_apart_is_on_every_line(reception, world, add):
    add(
        family_name="Baker",
        given_name="Ann",
        born_on=date(1980, 1, 1),
        departed_on=date(2020, 1, 2),
    )
    booking.book(world.slot("10:40").pk, world.asks(world.cat), world.by)
    page = reception.get(url("patients"), {"q": "baker ann"}).text
    for words in (
        "BAKER, Ann (Mrs)", "3 Apr 1971", "999 000 0018", "CT7 9QZ", "07700 900123",
        "Same name as 1 other", "Left the practice 2 Jan 2020",
    ):  # fmt: skip
        assert words in page
    page = reception.get(url("patients"), {"q": "hughes"}).text
    assert "mobile is mother&#39;s" in page
    assert "10:40, Dr Lane" in page


def test_pages_take_as_many_queries_for_many_as_for_one(
    reception, world, add, django_assert_max_num_queries
):
    for number in range(30):
        add(family_name="Hill", given_name="Al", number=str(number))
    reception.get(url("patients"), {"q": "baker"})
    with django_assert_max_num_queries(12):
        assert len(ids(reception.get(url("patients"), {"q": "hill"}))) == 20


# --- Confidential -------------------------------------------------------------------------------


@pytest.fixture
def hidden(add):
    return add(family_name="Quill", given_name="Al", is_confidential=True, **SECRET)


def test_lists_and_the_page_cover_what_is_confidential(reception, world, hidden, add):
    booking.book(world.slot("10:40").pk, world.asks(hidden), world.by)
    double = add(family_name="Quill", given_name="Al")
    answers = [
        reception.get(url("patients"), {"q": "quill"}),
        reception.post(url("patients"), {"q": "quill"}, headers=HTMX),
        reception.get(url("patient", hidden.pk)),
        reception.post(
            url("new-patient"), filled(family_name="Quill", given_name="Al", born_on="")
        ),
        reception.post(url("merge-patient", world.ann.pk), {"q": "quill", "find": "true"}),
        reception.post(url("merge-patient", double.pk), {"other": str(hidden.pk)}),
        reception.get(url("slip", hidden.appointments.get().pk)),
    ]
    for answer in answers:
        assert "QUILL, Al" in answer.text
        for said in SECRET.values():
            assert said not in answer.text
            assert said.replace("'", "&#39;") not in answer.text


def test_a_confidential_address_is_not_searched(reception, hidden):
    for q in ("ct7 9xx", "07700900999", "01632 960999"):
        assert ids(reception.get(url("patients"), {"q": q})) == []


def test_showing_it_is_noted(reception, hidden):
    for headers in ({}, HTMX):
        answer = reception.post(url("patient-contact", hidden.pk), headers=headers)
        assert "1 Secret Street" in answer.text
        assert "07700 900999" in answer.text
        assert ("<html" in answer.text) == (not headers)
    noted = Access.objects.filter(patient=hidden, detail="confidential address and telephone")
    assert noted.count() == 2


# --- A patient's page ---------------------------------------------------------------------------


def test_the_page_tells_what_was_and_what_is_coming(reception, world):
    booking.book(world.slot("10:40").pk, world.asks(world.ann, reason="Cough"), world.by)
    gone = booking.book(world.slot("10:00", world.clinic).pk, world.asks(world.ann), world.by)
    booking.cancel(gone.pk, world.by2, cancelled_for="patient", reason="")
    page = reception.get(url("patient", world.ann.pk)).text
    coming, _, past = page.partition("Past and cancelled appointments")
    assert "Dr Lane" in coming
    assert "Cough" in coming
    assert "Sister Webb" in past
    for words in ("Booked", "Appointment cancelled", "Priya Shah", "Tom Reid", "Desk 2"):
        assert words in past
    assert Access.objects.filter(what="opened", patient=world.ann).count() == 1


def test_the_page_counts_who_did_not_come(reception, world, monkeypatch):
    row = booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    with monkeypatch.context():
        type(row).objects.filter(pk=row.pk).update(
            status="did_not_attend", did_not_attend_at=row.booked_at
        )
    assert reception.get(url("patient", world.ann.pk)).text.count("DNA") == 1


def test_changes_are_told_in_words(reception, world):
    form = amended(world.ann, mobile_telephone="07700 900111", family_name="Baxter")
    assert reception.post(url("amend-patient", world.ann.pk), form).status_code == 303
    page = reception.get(url("patient", world.ann.pk)).text
    assert "Details amended: surname, mobile telephone" in page


def test_a_merged_record_leads_to_the_kept_one(reception, world, add):
    double = add(family_name="Baker", given_name="Ann")
    patients.merge(world.ann.pk, double.pk, world.by, reason="known")
    answer = reception.get(url("patient", double.pk))
    assert answer.status_code == 303
    assert answer["Location"] == url("patient", world.ann.pk)
    assert "Merged with another record" in reception.get(url("patient", world.ann.pk)).text


def test_the_page_takes_as_many_queries_for_a_long_history(
    reception, world, django_assert_max_num_queries
):
    for clock in ("10:00", "10:10", "10:20", "10:30", "10:40", "10:50"):
        booking.book(world.slot(clock).pk, world.asks(world.ann), world.by)
    reception.get(url("patient", world.bob.pk))
    with django_assert_max_num_queries(20):
        reception.get(url("patient", world.ann.pk))


# --- New ----------------------------------------------------------------------------------------


def test_a_new_patient(reception, world):
    form = filled(nhs_number="999 000 0042", mobile_telephone="07700900999", postcode="ct79ab")
    answer = reception.post(url("new-patient"), form)
    eve = Patient.objects.get(family_name="Winter")
    assert (answer.status_code, answer["Location"]) == (303, url("patient", eve.pk))
    assert (eve.born_on, eve.nhs_number) == (date(1990, 5, 17), "9990000042")
    again = reception.post(url("new-patient"), form)
    assert again["Location"] == answer["Location"]
    assert Patient.objects.filter(family_name="Winter").count() == 1


@pytest.mark.parametrize(
    "said,sentence",
    [
        ({"family_name": ""}, "Enter the surname."),
        ({"nhs_number": "9990000043"}, "This is not an NHS number."),
        ({"nhs_number": "9990000018"}, "BAKER, Ann (Mrs) has this NHS number."),
        ({"born_on": "31/2/90"}, "Enter a day that has been"),
        ({"born_on": "1/1/2999"}, "Enter a day that has been"),
        ({"born_on": "17/5/24"}, "Write the year with four figures."),
        ({"mobile_telephone": "none"}, "This is not a telephone number."),
        ({"postcode": "nowhere"}, "This is not a UK postcode"),
        ({"email": "eve"}, "This is not an email address"),
        ({"kind": "dummy"}, "Select a valid choice."),
        ({"kind": "other"}, "Select a valid choice."),
        ({"reference": "x"}, "This form is incomplete."),
        ({"reference": ""}, "This form is incomplete."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(reception, said, sentence):
    answer = reception.post(url("new-patient"), filled(access_needs="wheelchair", **said))
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert 'value="wheelchair"' in answer.text
    assert 'value="Eve"' in answer.text
    assert not Patient.objects.filter(given_name="Eve").exists()


def test_a_likely_duplicate_is_looked_at_first(reception, world):
    form = filled(family_name="Baker", given_name="Anne", born_on="3/4/71")
    answer = reception.post(url("new-patient"), form)
    assert answer.status_code == 409
    assert ids(answer) == [str(world.ann.pk)]
    assert 'value="Anne"' in answer.text
    assert reception.post(url("new-patient"), form).status_code == 409
    saved = reception.post(url("new-patient"), form | {"despite_alike": "true"})
    assert saved.status_code == 303
    assert Patient.objects.filter(given_name="Anne").count() == 1


def test_enter_in_the_form_never_means_save_all_the_same(reception, world):
    page = reception.post(url("new-patient"), filled(family_name="Baker", born_on="3/4/71")).text
    form = page[page.index('action="/patients/new/"') :]
    first = re.search(r"<button[^>]*>", form)[0]
    assert "despite_alike" not in first
    assert "despite_alike" in form


def test_a_search_in_vain_begins_the_form(reception):
    answer = reception.post(url("new-patient"), {"q": "o'brien pat 3/4/1971"})
    assert answer.status_code == 200
    for begun in ('value="Obrien"', 'value="Pat"', 'value="3 Apr 1971"'):
        assert begun in answer.text


# --- Amend --------------------------------------------------------------------------------------


def test_amend(reception, world):
    page = reception.get(url("amend-patient", world.ann.pk)).text
    assert f'value="{details_of(world.ann).fingerprint()}"' in page
    form = amended(world.ann, given_name="Anna", died_on="1/2/2024")
    answer = reception.post(url("amend-patient", world.ann.pk), form)
    assert answer["Location"] == url("patient", world.ann.pk)
    world.ann.refresh_from_db()
    assert (world.ann.given_name, world.ann.died_on) == ("Anna", date(2024, 2, 1))


def test_what_the_page_gives_back_unchanged_changes_nothing(reception, world, add):
    loaded = add(
        family_name="Reed",
        born_on=date(1924, 4, 3),
        nhs_number="123",
        home_telephone="ex-directory",
        kind="other",
        sex="I",
        usual_clinician=world.lane,
        address="1 Sea View, Birchington",
    )
    page = reception.get(url("amend-patient", loaded.pk)).text
    form = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]
        for name in ("family_name", "born_on", "nhs_number", "home_telephone", "seen")
    }
    form |= {"kind": "other", "sex": "I", "usual_clinician": str(world.lane.pk)}
    form |= {"address": loaded.address}
    before = details_of(loaded)
    assert reception.post(url("amend-patient", loaded.pk), form).status_code == 303
    loaded.refresh_from_db()
    assert details_of(loaded) == before


def test_somebody_elses_change_is_shown_before_it_is_overwritten(reception, world):
    mine = amended(world.ann, mobile_telephone="07700 900222")
    theirs = details_of(world.ann).__class__(
        **{**details_of(world.ann).__dict__, "given_name": "Anna"}
    )
    patients.amend(world.ann.pk, theirs, world.by2)
    answer = reception.post(url("amend-patient", world.ann.pk), mine)
    assert answer.status_code == 409
    assert "Somebody else has changed" in answer.text
    assert 'value="07700 900222"' in answer.text
    assert "<td>Anna</td><td>Ann</td>" in answer.text
    seen = re.search(r'name="seen" value="([^"]+)"', answer.text)[1]
    again = reception.post(url("amend-patient", world.ann.pk), mine | {"seen": seen})
    assert again.status_code == 303


@pytest.mark.parametrize("said", [{"family_name": ""}, {"nhs_number": "1"}, {"born_on": "x"}])
def test_amend_keeps_what_was_typed(reception, world, said):
    form = amended(world.ann, given_name="Anna", **said)
    answer = reception.post(url("amend-patient", world.ann.pk), form)
    assert answer.status_code == 422
    assert 'value="Anna"' in answer.text


# --- Merge --------------------------------------------------------------------------------------


@pytest.fixture
def double(add):
    return add(family_name="Baker", given_name="Ann", nhs_number="9990000042")


def test_merge_step_by_step(reception, world, double):
    address = url("merge-patient", world.ann.pk)
    found = reception.post(address, {"q": "baker ann", "find": "true"})
    assert ids(found) == [str(double.pk)]
    assert "checked" not in found.text
    compared = reception.post(address, {"other": str(double.pk)})
    assert compared.text.count("999 000 0042") == 2
    assert "checked" not in compared.text
    said = {"merge": "true", "other": str(double.pk), "keep": str(double.pk), "reason": "known"}
    refused = reception.post(address, said)
    assert refused.status_code == 409
    assert "Tick the box" in refused.text
    assert 'value="known"' in refused.text
    done = reception.post(address, said | {"despite_numbers": "on"})
    assert (done.status_code, done["Location"]) == (303, url("patient", double.pk))
    world.ann.refresh_from_db()
    assert world.ann.merged_into == double


@pytest.mark.parametrize(
    "said,sentence",
    [
        ({"keep": ""}, "Choose which record is kept."),
        ({"keep": "x"}, "Choose which record is kept."),
        ({"reason": ""}, "Say how you know"),
    ],
)
def test_a_merge_says_what_is_missing(reception, world, double, said, sentence):
    form = {"merge": "true", "other": str(double.pk), "keep": str(world.ann.pk), "reason": "known"}
    answer = reception.post(url("merge-patient", world.ann.pk), form | said)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_record_of_another_practice_is_never_merged(reception, world, other):
    said = {"merge": "true", "other": str(other.ann.pk), "reason": "known"}
    for keep in (world.ann.pk, other.ann.pk, uuid.uuid4()):
        answer = reception.post(url("merge-patient", world.ann.pk), said | {"keep": str(keep)})
        assert answer.status_code in (409, 422)
    assert not Patient.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("junk", ["x", "", "0e6b0d52-6f2a-4c3e-9d57-1f0f1c4b7a11"])
def test_an_other_that_is_none_shows_the_search_again(reception, world, junk):
    answer = reception.post(url("merge-patient", world.ann.pk), {"other": junk})
    assert answer.status_code == 200
    assert 'name="q"' in answer.text


# --- The slip -----------------------------------------------------------------------------------


@pytest.fixture
def booked(world):
    return booking.book(world.slot("10:40").pk, world.asks(world.ann, reason="Cough"), world.by)


def test_the_slip_says_when_with_whom_and_where(reception, world, booked):
    answer = reception.get(url("slip", booked.pk))
    for words in ("BAKER, Ann (Mrs)", "10:40", "Dr Lane", "Harbour Surgery", "01632 960100"):
        assert words in answer.text
    assert "Cough" not in answer.text
    assert "Baker" not in heading_of(answer)
    noted = Access.objects.get(what="printed")
    assert (noted.patient, noted.detail) == (world.ann, "appointment slip")


def test_the_slip_is_for_those_who_may_see_the_appointment(as_, world, other, booked):
    nurses = booking.book(world.slot("10:00", world.clinic).pk, world.asks(world.bob), world.by)
    others = booking.book(other.slot("10:40").pk, other.asks(other.ann), other.by)
    reception = as_(world.priya)
    assert reception.get(url("slip", others.pk)).status_code == 404
    assert reception.get(url("slip", uuid.uuid4())).status_code == 404
    assert reception.post(url("slip", booked.pk)).status_code == 405
    doctor = as_(world.doctor)
    assert doctor.get(url("slip", booked.pk)).status_code == 200
    assert doctor.get(url("slip", nurses.pk)).status_code == 404
