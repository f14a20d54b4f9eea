"""The people who sign in: how a manager adds, changes and lets go of them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from appointments import journal, staff
from appointments.refusals import AlreadyThere, NotFound, NotYours, StillNeeded
from tests.world import PASSWORD

Staff = get_user_model()
NEW = {"name": "Nia Ann Howell", "username": "Nia", "role": "receptionist"}


def shown_password(answer) -> str:
    assert answer.status_code == 200
    return re.search(r"<code>(\w{4}-\w{4}-\w{4})</code>", answer.text)[1]


def signs_in(username, password, browser=None):
    said = {"username": username, "password": password, "desk": "1"}
    return (browser or Client()).post("/sign-in/", said).status_code == 303


def test_the_list(manager, world):
    text = manager.get("/settings/staff/").text
    for person in (world.priya, world.tom, world.lead, world.manager, world.doctor):
        assert person.name in text
    assert "Outage lead" in text


def test_somebody_new_gets_a_password_that_is_shown_once(manager, world):
    temporary = shown_password(manager.post("/settings/staff/new/", NEW))
    nia = Staff.objects.get(username="nia")
    assert (nia.name, nia.initials, nia.practice) == ("Nia Ann Howell", "NAH", world.practice)
    assert nia.must_change_password
    assert temporary not in manager.get(f"/settings/staff/{nia.pk}/").text
    browser = Client()
    assert signs_in("nia", temporary, browser)
    assert browser.get("/diary/")["Location"].startswith("/your-settings/password/")


@pytest.mark.parametrize(
    "typed,sentence",
    [
        ({"name": ""}, "Enter the name."),
        ({"username": ""}, "Enter the user name."),
        ({"username": "PRIYA"}, "The user name priya is taken"),
        ({"username": "nia howell"}, "Use letters, digits, dots and hyphens only."),
        ({"role": ""}, "Choose one of these."),
        ({"role": "clinician"}, "Choose whose lists"),
        ({"role": "director"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(manager, world, typed, sentence):
    answer = manager.post("/settings/staff/new/", NEW | {"initials": "XYZ"} | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="XYZ"' in answer.text
    assert Staff.objects.count() == 5


def test_a_clinicians_sign_in_is_for_their_lists(manager, world):
    said = NEW | {"role": "clinician", "clinician": world.webb.pk}
    manager.post("/settings/staff/new/", said)
    assert Staff.objects.get(username="nia").clinician == world.webb
    again = manager.post("/settings/staff/new/", said | {"username": "other"})
    assert again.status_code == 422
    assert "Sister Webb has a sign-in already" in again.text
    assert Staff.objects.count() == 6


def test_a_clinician_of_another_practice_is_no_choice(manager, world, other):
    said = NEW | {"role": "clinician", "clinician": other.webb.pk}
    assert manager.post("/settings/staff/new/", said).status_code == 422


def test_changing_name_and_role(manager, world):
    address = f"/settings/staff/{world.priya.pk}/"
    assert 'value="Priya Shah"' in manager.get(address).text
    said = {"name": "Priya Shah-Rowe", "initials": "", "role": "outage_lead"}
    assert manager.post(address, said).status_code == 303
    world.priya.refresh_from_db()
    assert (world.priya.name, world.priya.initials) == ("Priya Shah-Rowe", "PSR")
    assert world.priya.may_lead
    said |= {"role": "receptionist", "clinician": world.webb.pk}
    manager.post(address, said)
    world.priya.refresh_from_db()
    assert world.priya.clinician is None  # only clinicians have lists


def test_the_same_clinician_stays_when_the_name_changes(manager, world):
    said = {"name": "Dr R Lane", "role": "clinician", "clinician": world.lane.pk}
    assert manager.post(f"/settings/staff/{world.doctor.pk}/", said).status_code == 303
    world.doctor.refresh_from_db()
    assert (world.doctor.name, world.doctor.clinician) == ("Dr R Lane", world.lane)


def test_there_is_always_a_manager(manager, world):
    address = f"/settings/staff/{world.manager.pk}/"
    answer = manager.post(address, {"name": "Maud Price", "role": "receptionist"})
    assert answer.status_code == 422
    assert "the only manager" in answer.text
    answer = manager.post(f"{address}leaving/")
    assert answer.status_code == 409
    assert "end your own access" in answer.text.replace("&#39;", "'")
    staff.amend(world.lead.pk, world.by_manager, role="manager")
    assert manager.post(f"{address}leaving/").status_code == 409  # still not oneself
    with_two = journal.Actor(world.practice, Staff.objects.get(pk=world.lead.pk), world.desk1)
    staff.leave(world.manager.pk, with_two)
    with pytest.raises(StillNeeded):
        staff.leave(world.lead.pk, journal.Actor(world.practice))


def test_a_new_password_ends_the_old_one_and_its_sign_ins(manager, world):
    browser = Client()
    assert signs_in("priya", PASSWORD, browser)
    temporary = shown_password(manager.post(f"/settings/staff/{world.priya.pk}/password/"))
    assert browser.get("/your-settings/").status_code == 303
    assert not signs_in("priya", PASSWORD)
    assert signs_in("priya", temporary)


def test_who_leaves_is_out_at_once_and_may_come_back(manager, world):
    browser, second = Client(), Client()
    assert signs_in("priya", PASSWORD, browser)
    assert signs_in("priya", PASSWORD, second)
    assert manager.post(f"/settings/staff/{world.priya.pk}/leaving/").status_code == 303
    for gone in (browser, second):
        assert gone.get("/your-settings/")["Location"].startswith("/sign-in/")
        assert not gone.session.items()
    assert not signs_in("priya", PASSWORD)
    assert "Left " in manager.get("/settings/staff/").text
    temporary = shown_password(manager.post(f"/settings/staff/{world.priya.pk}/return/"))
    world.priya.refresh_from_db()
    assert (world.priya.is_active, world.priya.left_at) == (True, None)
    assert signs_in("priya", temporary)
    assert manager.get("/settings/staff/").status_code == 200  # the manager's own is untouched


def test_the_journal_says_who_may_sign_in_and_no_passwords(world):
    person = staff.add(
        world.by_manager, username="nia", name="Nia Howell", role="receptionist", password="x y z"
    )
    temporary = staff.reset_password(person.pk, world.by_manager)
    staff.change_own_password(journal.Actor(world.practice, person, world.desk1), "odd teapots")
    person.refresh_from_db()
    said = "".join(world.practice.journal.values_list("changes", flat=True))
    for secret in ("x y z", temporary, "odd teapots", person.password, "Howell"):
        assert secret not in said
    book = journal.rebuild(world.practice)
    assert book["staff"][str(person.pk)] == journal.quoted(person)
    assert journal.first_fault(world.practice) is None


@pytest.mark.parametrize(
    "command",
    [
        lambda by, w: staff.add(by, username="x", name="x", role="manager", password="x"),
        lambda by, w: staff.amend(w.tom.pk, by, role="manager"),
        lambda by, w: staff.reset_password(w.manager.pk, by),
        lambda by, w: staff.leave(w.manager.pk, by),
        lambda by, w: staff.come_back(w.tom.pk, by),
    ],
)
def test_only_managers_do_this_whatever_the_door(world, command):
    for by in (world.by, world.by_lead, world.by_doctor):
        with pytest.raises(NotYours):
            command(by, world)


def test_another_practices_staff_are_not_found(world, other):
    with pytest.raises(NotFound):
        staff.leave(other.tom.pk, world.by_manager)


def test_user_names_are_unique_whatever_the_letters(world, other):
    with pytest.raises(AlreadyThere):
        staff.add(other.by_manager, username=" PRIYA ", name="P", role="manager", password="x")


def test_a_temporary_password_can_be_read_out(world):
    made = {staff.temporary_password() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("01ilo")
