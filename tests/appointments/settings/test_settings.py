"""The pages of the settings: what they change, what they refuse, and what they keep."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal, practices
from appointments.models import Access, Closure, Desk, Practice, Site, SlotType
from appointments.refusals import BookingRefused, NotFound, NotYours
from appointments.settings_pages import SettingsPage, add_page, pages


def newest(world):
    return world.practice.journal.order_by("-number").first()


def everything_touched(world):
    return newest(world).touches.filter(site=None, day=None).exists()


# --- The practice -------------------------------------------------------------------------------


def test_the_practice_gets_a_name_and_a_lock(manager, world):
    said = {"name": "Harbour Practice", "main_site": world.branch.pk, "idle_lock_minutes": "5"}
    assert manager.post("/settings/practice/", said).status_code == 303
    practice = Practice.objects.get()
    assert practice.name == "Harbour Practice"
    assert practice.main_site == world.branch
    assert practice.idle_lock_minutes == 5
    assert everything_touched(world)
    assert (newest(world).by, newest(world).desk) == (world.manager, world.desk1)


@pytest.mark.parametrize(
    "field,typed,sentence",
    [
        ("name", "", "Enter the name of the practice."),
        ("idle_lock_minutes", "0", "Enter 1 to 60 minutes."),
        ("idle_lock_minutes", "61", "Enter 1 to 60 minutes."),
        ("idle_lock_minutes", "ten", "whole number"),
        ("main_site", "", "Choose one of these."),
        ("main_site", "other", "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(
    manager, world, other, field, typed, sentence
):
    said = {"name": "Kept name", "main_site": world.site.pk, "idle_lock_minutes": "7"}
    said[field] = other.site.pk if typed == "other" else typed
    answer = manager.post("/settings/practice/", said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept name" in answer.text or field == "name"
    assert Practice.objects.get(is_home=True).name == world.practice.name


# --- Sites, hours, closures ---------------------------------------------------------------------


def test_a_site_is_added_changed_closed_and_opened(manager, world):
    said = {"name": "Quay Branch", "telephone": "01632 960102", "order": "3"}
    assert manager.post("/settings/sites/new/", said)["Location"] == "/settings/sites/"
    site = Site.objects.get(name="Quay Branch")
    assert site.opening_times.count() == 5  # core hours
    address = f"/settings/sites/{site.pk}/"
    assert 'value="Quay Branch"' in manager.get(address).text
    manager.post(address, said | {"name": "Quay Surgery"})
    site.refresh_from_db()
    assert (site.name, site.telephone) == ("Quay Surgery", "01632 960102")
    assert everything_touched(world)
    manager.post(f"{address}end/")
    assert "Closed" in manager.get("/settings/sites/").text
    assert "Use again" in manager.get(address).text
    manager.post(f"{address}return/")
    site.refresh_from_db()
    assert site.closed_on is None


def test_a_site_that_is_needed_stays(manager, world):
    answer = manager.post(f"/settings/sites/{world.site.pk}/end/")
    assert answer.status_code == 409
    assert "is the main site" in answer.text
    practices.add_desk(world.by_manager, world.branch.pk)
    answer = manager.post(f"/settings/sites/{world.branch.pk}/end/")
    assert "still has desks" in answer.text
    practices.amend_practice(world.by_manager, main_site=world.branch)
    Desk.objects.filter(site=world.site).update(site=world.branch)
    with pytest.raises(BookingRefused) as refused:
        practices.close_site(world.site.pk, world.by_manager)
    assert "still has sessions up to" in refused.value.sentence


def test_opening_hours(manager, world):
    address = f"/settings/sites/{world.site.pk}/hours/"
    said = {
        "0_am_opens": "08:00",
        "0_am_closes": "12:30",
        "0_pm_opens": "13:30",
        "0_pm_closes": "18:30",
        "1_am_opens": "8:00",
        "1_am_closes": "18:30",
    }
    assert manager.post(address, said).status_code == 303
    times = list(world.site.opening_times.values_list("weekday", "opens", "closes"))
    assert times == [
        (0, time(8), time(12, 30)),
        (0, time(13, 30), time(18, 30)),
        (1, time(8), time(18, 30)),
    ]
    assert everything_touched(world)
    assert 'value="13:30"' in manager.get(address).text
    number = newest(world).number
    manager.post(address, said)
    assert newest(world).number == number  # nothing new, nothing written


@pytest.mark.parametrize(
    "said,sentence",
    [
        ({"0_am_opens": "8 o'clock"}, "Monday: enter times such as 08:00"),
        ({"0_am_opens": "08:00"}, "Monday: enter both"),
        ({"2_am_opens": "18:00", "2_am_closes": "08:00"}, "Wednesday: it must open before"),
        (
            {
                "6_am_opens": "08:00",
                "6_am_closes": "13:00",
                "6_pm_opens": "12:00",
                "6_pm_closes": "14:00",
            },
            "Sunday: the afternoon must begin",
        ),
    ],
)
def test_opening_hours_that_can_not_be(manager, world, said, sentence):
    answer = manager.post(f"/settings/sites/{world.site.pk}/hours/", said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not world.site.opening_times.exists()


def test_a_closure_is_added_and_removed(manager, world):
    day = world.day + timedelta(days=7)
    said = {"day": day.isoformat(), "reason": "Training", "closes": "12:30"}
    assert manager.post("/settings/closures/", said).status_code == 303
    closure = Closure.objects.get()
    assert (closure.site, closure.day, closure.closes) == (None, day, time(12, 30))
    touched = set(newest(world).touches.values_list("site", "day"))
    assert touched == {(world.site.pk, day), (world.branch.pk, day)}
    assert "from 12:30" in manager.get("/settings/closures/").text
    again = manager.post("/settings/closures/", said)
    assert again.status_code == 422
    assert "Remove it first." in again.text
    manager.post(f"/settings/closures/{closure.pk}/removal/")
    assert not Closure.objects.exists()


def test_a_closure_of_a_day_that_is_over(manager, world):
    said = {"day": (timezone.localdate() - timedelta(days=1)).isoformat(), "reason": "Late"}
    answer = manager.post("/settings/closures/", said)
    assert answer.status_code == 422
    assert "not over" in answer.text


def test_englands_bank_holidays_are_written_once_and_may_be_removed(manager, world):
    manager.post("/settings/closures/bank-holidays/")
    number = Closure.objects.count()
    assert number >= 16
    manager.post("/settings/closures/bank-holidays/")
    assert Closure.objects.count() == number


def test_the_bank_holidays_are_englands(world):
    practices.add_bank_holidays(world.by_manager, [2027])
    found = dict(world.practice.closure_set.values_list("day", "reason"))
    # gov.uk/bank-holidays: Christmas Day and Boxing Day 2027 fall on a weekend.
    assert found[date(2027, 3, 26)] == "Good Friday"
    assert {date(2027, 12, 27), date(2027, 12, 28)} <= found.keys()
    assert date(2027, 3, 17) not in found  # St Patrick's Day is Northern Ireland's


# --- Desks, slot types, clinicians --------------------------------------------------------------


def test_a_desk_gets_the_next_number(manager, world):
    manager.post("/settings/desks/new/", {"name": "Back office", "site": world.branch.pk})
    desk = Desk.objects.get(name="Back office")
    assert (desk.number, desk.site) == (3, world.branch)
    manager.post(f"/settings/desks/{desk.pk}/", {"name": "Upstairs", "site": world.site.pk})
    desk.refresh_from_db()
    assert (desk.number, desk.name, desk.site) == (3, "Upstairs", world.site)
    manager.post(f"/settings/desks/{desk.pk}/end/")
    manager.post(f"/settings/desks/{desk.pk}/return/")
    desk.refresh_from_db()
    assert desk.closed_on is None


def test_a_desk_number_is_used_once(world):
    with pytest.raises(BookingRefused, match="already_there"):
        practices.add_desk(world.by_manager, world.site.pk, number=2)


def test_the_last_desk_stays_and_one_that_holds_slots_may_be_closed(manager, world):
    """Slots are shared out all the time: a desk is never without any for long."""
    booking.keep([world.slot("10:00").pk], world.desk2, "screen", world.by2)
    practices.close_desk(world.desk2.pk, world.by_manager)
    answer = manager.post(f"/settings/desks/{world.desk1.pk}/end/")
    assert answer.status_code == 409
    assert "the only desk" in answer.text


SLOT_TYPE = {
    "name": "Urgent",
    "colour": "orange",
    "mode": "telephone",
    "national_category": "General Consultation Acute",
    "release": "at_time",
    "release_time": "07:30",
    "release_days": "0",
}


def test_a_slot_type(manager, world):
    assert manager.post("/settings/slot-types/new/", SLOT_TYPE).status_code == 303
    urgent = SlotType.objects.get(name="Urgent")
    assert (urgent.colour, urgent.mode, urgent.release_time) == ("orange", "telephone", time(7, 30))
    assert "on the day, from 07:30" in manager.get("/settings/slot-types/").text
    address = f"/settings/slot-types/{urgent.pk}/"
    assert 'value="07:30"' in manager.get(address).text
    manager.post(address, SLOT_TYPE | {"release": "hours_before", "release_hours": "4"})
    urgent.refresh_from_db()
    assert (urgent.release_time, urgent.release_hours) == (None, 4)
    assert everything_touched(world)
    assert "4 hours before" in manager.get("/settings/slot-types/").text
    manager.post(f"{address}end/")
    assert "Retired" in manager.get("/settings/slot-types/").text
    manager.post(f"{address}return/")
    urgent.refresh_from_db()
    assert urgent.retired_on is None


@pytest.mark.parametrize(
    "typed,sentence",
    [
        ({"name": ""}, "Enter the name of the slot type."),
        ({"name": "routine"}, "a slot type called routine already"),
        ({"release_time": ""}, "Enter the time from which"),
        ({"release_time": "early"}, "Enter a valid time"),
        ({"release": "hours_before", "release_hours": "0"}, "1 or more"),
        ({"release": "hours_before", "release_hours": ""}, "1 or more"),
        ({"release_days": "-1"}, "greater than or equal to 0"),
        ({"colour": "mauve"}, "Select a valid choice"),
        ({"national_category": "Made up"}, "Select a valid choice"),
    ],
)
def test_a_slot_type_that_will_not_do(manager, world, typed, sentence):
    answer = manager.post("/settings/slot-types/new/", SLOT_TYPE | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert SlotType.objects.count() == 1


def test_a_category_from_the_clinical_system_is_kept(manager, world):
    practices.amend_slot_type(world.routine.pk, world.by_manager, national_category="Old words")
    said = SLOT_TYPE | {"name": "Routine", "national_category": "Old words"}
    assert manager.post(f"/settings/slot-types/{world.routine.pk}/", said).status_code == 303
    world.routine.refresh_from_db()
    assert world.routine.national_category == "Old words"


def test_a_name_that_is_taken_is_refused_and_ones_own_is_not(manager, world):
    practices.add_slot_type(world.by_manager, name="Urgent")
    address = f"/settings/slot-types/{world.routine.pk}/"
    assert manager.post(address, SLOT_TYPE).status_code == 422
    assert manager.post(address, SLOT_TYPE | {"name": "routine"}).status_code == 303


def test_a_clinician(manager, world):
    said = {"title": "Dr", "given_name": "Ola", "family_name": "Fox", "role": "gp"}
    manager.post("/settings/clinicians/new/", said)
    fox = world.practice.clinician_set.get(family_name="Fox")
    text = manager.get("/settings/clinicians/").text
    assert "Dr Fox" in text
    assert "drlane" in text  # Dr Lane signs in
    address = f"/settings/clinicians/{fox.pk}/"
    assert "Has no sign-in" in manager.get(address).text
    assert "drlane" in manager.get(f"/settings/clinicians/{world.lane.pk}/").text
    manager.post(address, said | {"family_name": "Foxe"})
    assert everything_touched(world)
    manager.post(f"{address}end/")
    fox.refresh_from_db()
    assert (fox.family_name, fox.left_on) == ("Foxe", timezone.localdate())
    manager.post(f"{address}return/")
    fox.refresh_from_db()
    assert fox.left_on is None


def test_the_lists_cost_the_same_however_long(manager, world, django_assert_num_queries):
    def queries():
        for name in ("sites", "desks", "slot-types", "clinicians"):
            manager.get(f"/settings/{name}/")

    queries()
    each = 8  # sign-in, person, desk, outages twice, rows, what is left to do, plan
    with django_assert_num_queries(4 * each):
        queries()
    for number in range(5):
        practices.add_desk(world.by_manager, world.site.pk)
        practices.add_clinician(world.by_manager, family_name=f"Fox {number}")
    with django_assert_num_queries(4 * each):
        queries()


# --- Duty ---------------------------------------------------------------------------------------


def test_reception_says_who_is_on_duty(as_, world):
    client = as_(world.priya)
    day = world.day.isoformat()
    assert client.post("/duty/", {day: str(world.lane.pk)}).status_code == 303
    assert world.practice.duty_set.get(day=world.day).clinician == world.lane
    touched = set(newest(world).touches.values_list("site", "day"))
    assert touched == {(world.site.pk, world.day), (world.branch.pk, world.day)}
    number = newest(world).number
    client.post("/duty/", {day: str(world.lane.pk)})
    assert newest(world).number == number
    client.post("/duty/", {day: str(world.webb.pk)})
    assert world.practice.duty_set.get(day=world.day).clinician == world.webb
    client.post("/duty/", {day: ""})
    assert not world.practice.duty_set.exists()


def test_duty_is_not_said_by_clinicians_nor_from_other_practices(as_, world, other):
    assert as_(world.doctor).get("/duty/").status_code == 403
    answer = as_(world.priya).post("/duty/", {world.day.isoformat(): str(other.lane.pk)})
    assert answer.status_code == 422
    assert "Choose somebody from the list." in answer.text
    with pytest.raises(NotYours):
        practices.set_duty(world.by_doctor, world.day, world.lane.pk)


# --- The access log -----------------------------------------------------------------------------


@pytest.fixture
def looked(world):
    """Priya opened Ann's page an hour ago, Tom opened Bob's three days ago."""

    def note(staff, patient, days):
        at = timezone.now() - timedelta(days=days)
        Access.objects.create(
            practice=world.practice,
            at=at,
            staff=staff,
            desk=world.desk1,
            what="opened",
            patient=patient,
        )

    note(world.priya, world.ann, 0)
    note(world.tom, world.bob, 3)


@pytest.mark.parametrize(
    "said,seen",
    [
        ({}, {"BAKER", "CARTER"}),
        ({"day": "today"}, {"BAKER"}),
        ({"staff": "tom"}, {"CARTER"}),
        ({"patient": "999 000 0018"}, {"BAKER"}),
        ({"patient": " carter "}, {"CARTER"}),
        ({"patient": "nobody"}, set()),
    ],
)
def test_the_log_is_filtered(manager, world, looked, said, seen):
    said = {
        **said,
        **({"day": timezone.localdate().isoformat()} if "day" in said else {}),
        **({"staff": world.tom.pk} if "staff" in said else {}),
    }
    text = manager.post("/settings/access-log/", said).text
    assert {name for name in ("BAKER", "CARTER") if name in text} == seen


def test_a_day_that_is_none(manager, world, looked):
    answer = manager.post("/settings/access-log/", {"day": "yesterday"})
    assert answer.status_code == 422
    assert "Enter a day such as" in answer.text


def test_reading_the_log_is_in_the_log(manager, world):
    manager.get("/settings/access-log/")
    noted = Access.objects.get()
    assert (noted.staff, noted.desk, noted.detail) == (
        world.manager,
        world.desk1,
        "the access log",
    )
    assert "the access log" in manager.get("/settings/access-log/").text


def test_the_log_is_paged(manager, world):
    now = timezone.now()
    Access.objects.bulk_create(
        Access(
            practice=world.practice,
            at=now - timedelta(minutes=number),
            staff=world.tom,
            what="searched",
            detail=f"search {number}.",
        )
        for number in range(120)
    )
    first = manager.get("/settings/access-log/").text
    assert "search 0." in first
    assert "search 60." not in first
    assert "Page 1 of 3" in first
    second = manager.post("/settings/access-log/", {"page": "2"}).text
    assert "search 60." in second
    assert "Newer" in second


def test_the_log_shows_no_other_practice(manager, world, other):
    Access.objects.create(
        practice=other.practice,
        at=timezone.now(),
        staff=other.priya,
        what="opened",
        detail="theirs",
    )
    assert "theirs" not in manager.get("/settings/access-log/").text


# --- Commands -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        lambda by, w: practices.amend_practice(by, name="x"),
        lambda by, w: practices.add_site(by, name="x"),
        lambda by, w: practices.amend_site(w.site.pk, by, name="x"),
        lambda by, w: practices.close_site(w.branch.pk, by),
        lambda by, w: practices.set_opening_times(w.site.pk, by, []),
        lambda by, w: practices.add_closure(by, w.day, "x"),
        lambda by, w: practices.add_bank_holidays(by, [2027]),
        lambda by, w: practices.add_desk(by, w.site.pk),
        lambda by, w: practices.close_desk(w.desk1.pk, by),
        lambda by, w: practices.add_slot_type(by, name="x"),
        lambda by, w: practices.retire_slot_type(w.routine.pk, by),
        lambda by, w: practices.add_clinician(by, family_name="x"),
        lambda by, w: practices.clinician_leaves(w.lane.pk, by),
    ],
)
def test_only_managers_change_settings_whatever_the_door(world, command):
    for by in (world.by, world.by_lead, world.by_doctor):
        with pytest.raises(NotYours):
            command(by, world)


def test_another_practices_rows_are_not_found(world, other):
    with pytest.raises(NotFound):
        practices.amend_site(other.site.pk, world.by_manager, name="Ours now")
    with pytest.raises(NotFound):
        practices.add_desk(world.by_manager, other.site.pk)
    with pytest.raises(NotFound):
        practices.set_duty(world.by_manager, world.day, other.lane.pk)


def test_an_ods_code_is_used_once(world):
    with pytest.raises(BookingRefused, match="already_there"):
        practices.found(ods_code="g82001", name="Twin")
    assert Practice.objects.count() == 1


def test_the_book_can_be_rebuilt_from_what_settings_wrote(manager, world):
    manager.post("/settings/slot-types/new/", SLOT_TYPE)
    manager.post("/settings/closures/bank-holidays/")
    manager.post("/duty/", {world.day.isoformat(): str(world.lane.pk)})
    book = journal.rebuild(world.practice)
    for model in ("slottype", "closure", "duty", "site", "desk"):
        rows = getattr(world.practice, f"{model}_set").all()
        assert book[model] == {str(row.pk): journal.quoted(row) for row in rows}


def test_other_apps_may_add_a_page(manager, monkeypatch):
    monkeypatch.setattr("appointments.settings_pages._pages", pages())
    add_page(SettingsPage("own-settings", "Paper", "Where copies go."))
    assert "Where copies go." in manager.get("/settings/").text
