"""Files as they come: names, encodings, quotes, layouts, dirt. Every row is accounted for."""

import csv
from collections import Counter
from datetime import timedelta

import pytest

from appointments.imports import emis
from appointments.models import Appointment, Patient, Practice, Session, Slot
from tests.appointments.imports.extract import STAMP, Extract, bare, guid
from tests.world import at

pytestmark = pytest.mark.django_db


def path_of(folder, table):
    (path,) = folder.glob(f"*_{table}_*.csv")
    return path


def test_layouts_spellings_and_line_ends_give_the_same_book(small, tmp_path):
    def book(ods_code, change=lambda text: text, **how):
        folder = Extract(small.day, ods_code=ods_code).book(1, 1).write(tmp_path / ods_code, **how)
        for path in folder.iterdir():
            path.write_bytes(change(path.read_bytes()))
        emis.load(folder)
        practice = Practice.objects.get(ods_code=ods_code)
        return (
            list(practice.patient_set.values_list("family_name", "postcode").order_by("number")),
            list(practice.slot_set.values_list("starts_at", "minutes")),
            list(practice.appointment_set.values_list("status", "patient__family_name")),
        )

    plain = book("G82001")
    assert plain == book("G82002", bom=True)
    assert plain == book("G82003", headers="upper")
    assert plain == book("G82004", headers="lower", old_layout=True)
    assert plain == book("G82005", lambda text: text.replace(b"\r\n", b"\n"))
    assert plain == book("G82006", lambda text: text.replace(b'"', b""))
    assert plain == book("G82007", lambda text: text.replace(b"\r\n", b',"new"\r\n'))
    assert plain == book("G82008", lambda text: text + b"\r\n\r\n")


@pytest.mark.parametrize(
    "table, row, reason",
    [
        ("patient", {"PatientGuid": ""}, "PatientGuid is empty"),
        ("patient", {"PatientGuid": "{12}"}, "PatientGuid '{12}' is not a GUID"),
        ("patient", {"Surname": "", "GivenName": " "}, "it has no name"),
        ("patient", {"IsConfidential": "maybe"}, "is neither true nor false"),
        ("patient", {"Deleted": "2"}, "Deleted '2' is neither true nor false"),
        ("patient", {"PatientTypeDescription": "Dummy"}, "it is a test patient"),
        ("user", {"Surname": "", "GivenName": ""}, "it has no name"),
        ("location", {"LocationGuid": ""}, "LocationGuid is empty"),
        ("session", {"StartDate": "2026-02-30"}, "StartDate '2026-02-30' is not a date"),
        ("session", {"StartTime": "25:00:00"}, "StartTime '25:00:00' is not a time of day"),
        ("session", {"EndTime": "07:00:00"}, "it ends before it begins"),
        ("session", {"LocationGuid": guid("location", 9)}, "is neither in the extract nor"),
        ("session_user", {"UserInRoleGuid": guid("user", 9)}, "its holder is neither in"),
        ("session_user", {"SessionGuid": guid("session", 9)}, "its session is neither in"),
        ("slot", {"AppointmentDate": "2026-11-31"}, "AppointmentDate '2026-11-31' is not a date"),
        ("slot", {"AppointmentDate": "9999-12-31"}, "is not a date"),
        ("slot", {"AppointmentDate": "22/11/2026"}, "is not a date"),
        ("slot", {"AppointmentDate": "2020-01-01"}, "so one of the two is wrong"),
        ("slot", {"AppointmentStartTime": ""}, "AppointmentStartTime is empty"),
        ("slot", {"AppointmentStartTime": "9.30"}, "is not a time of day"),
        ("slot", {"PlannedDurationInMinutes": "0"}, "its length is 0 minutes"),
        ("slot", {"PlannedDurationInMinutes": "-5"}, "is not a number of minutes"),
        ("slot", {"PlannedDurationInMinutes": "99999"}, "is not a number of minutes"),
        ("slot", {"SessionGuid": guid("session", 9)}, "its session is neither in the extract"),
        ("slot", {"SessionGuid": ""}, "SessionGuid is empty"),
        ("slot", {"DidNotAttend": "perhaps"}, "is neither true nor false"),
        ("slot", {"OrganisationGuid": guid("other")}, "it belongs to another organisation"),
    ],
)
def test_a_row_that_is_not_taken_is_told(small, load, table, row, reason):
    small.rows[table][0].update(row)
    report = load(small)
    (reject,) = [r for r in report.rejects if r.table == table and r.line == 2]
    assert reason in reject.reason
    assert reject.file.startswith(f"{291 + list(small.rows).index(table)}_")
    for name, rows in small.rows.items():
        assert sum(report.counts[name].values()) == len(rows), name


def test_a_rejected_slot_says_that_somebody_was_booked(small, load):
    small.book(1, 1, PlannedDurationInMinutes="0")
    (reject,) = [r for r in load(small).rejects if r.table == "slot"]
    assert reject.reason == "its length is 0 minutes; a patient was booked in it"
    assert reject.guid == bare("slot", 1)


def test_the_same_guid_twice(small, load):
    small.rows["patient"].append(small.patient(1) | {"Surname": "Baker-Jones"})
    report = load(small)
    assert Patient.objects.filter(given_name="Ann").get().family_name == "Baker-Jones"
    (reject,) = [r for r in report.rejects if r.table == "patient"]
    assert (reject.line, reject.guid) == (2, bare("patient", 1))
    assert "line 6, and that row counts" in reject.reason


def test_overlapping_sessions_and_slots_are_taken_as_they_are(small, load):
    small.session(2).update(StartTime="10:00:00", LocationGuid=guid("location", 1))
    small.rows["slot"].append(small.a_slot(1, SlotGuid=guid("slot", 70)))
    small.slot(2)["PlannedDurationInMinutes"] = "45"
    small.slot(3)["AppointmentStartTime"] = "06:00:00"  # before its session begins
    load(small)
    assert Slot.objects.count() == 7


def test_a_session_without_length_gets_five_minutes(small, load):
    small.session(3)["EndTime"] = small.session(3)["StartTime"]
    load(small)
    session = Session.objects.get(name="Cancellation list")
    assert (session.ends_at - session.starts_at).total_seconds() == 300


@pytest.mark.parametrize(
    "bad, rejected, taken",
    [
        (b'"Ann "Annie" B"', [], 'Ann Annie" B"'),
        (b'"Flat "A", High St"', [2], None),
        (b'"Ann"""', [], 'Ann"'),
        (b'"Ann', [2], None),
        (b'Ann"', [], 'Ann"'),
        (b'"Ann\r\nMary"', [], "Ann Mary"),
        (b'"Ann\xff"', [2], None),
        (b'"Ann\x00"', [], "Ann"),
        ('"Zoë Łucja"'.encode(), [], "Zoë Łucja"),
        (b'"' + b"A" * 200_000 + b'"', [2], None),
    ],
)
def test_quotes_and_bytes_cost_their_own_row_only(small, tmp_path, bad, rejected, taken):
    folder = small.write(tmp_path / "x")
    path = path_of(folder, "Patient")
    path.write_bytes(path.read_bytes().replace(b'"Ann"', bad, 1))
    report = emis.load(folder)
    assert [r.line for r in report.rejects if r.table == "patient"] == rejected
    assert Patient.objects.count() == 4 - len(rejected)
    first = Patient.objects.filter(external_id=bare("patient", 1)).first()
    assert (first and first.given_name) == taken


def test_line_numbers_are_those_of_the_file(small, tmp_path):
    small.patient(1)["ContactComments"] = "first\r\nsecond\r\nthird"
    small.patient(2)["Surname"] = small.patient(2)["GivenName"] = ""
    report = emis.load(small.write(tmp_path / "x"))
    (reject,) = [r for r in report.rejects if r.table == "patient"]
    assert reject.line == 5
    lines = path_of(tmp_path / "x", "Patient").read_text().splitlines()
    assert bare("patient", 2) in lines[reject.line - 1]


@pytest.mark.parametrize(
    "day, clock, hour",
    [
        ("2027-03-28", "01:30:00", "01:30"),  # does not exist: an hour later by the clock, 02:30
        ("2027-10-31", "01:30:00", "00:30"),  # comes twice: the first, in summer time
        ("2027-06-15", "10:00:00", "09:00"),
        ("2027-01-15", "10:00:00", "10:00"),
    ],
)
def test_local_times_become_utc(small, load, day, clock, hour):
    session = {"StartDate": day, "EndDate": day, "StartTime": "00:00:00", "EndTime": "12:00:00"}
    small.session(1).update(session)
    small.rows["slot"] = [small.a_slot(1, AppointmentDate=day, AppointmentStartTime=clock)]
    load(small)
    assert f"{Slot.objects.get().starts_at:%H:%M}" == hour


def test_times_past_midnight_are_the_next_morning(small, load):
    small.session(1).update(StartTime="22:00:00", EndTime="02:00:00")
    tomorrow = small.day + timedelta(days=1)
    small.session(1)["EndDate"] = f"{tomorrow}"
    small.rows["slot"] = [
        small.a_slot(1, AppointmentStartTime="23:50:00"),
        small.a_slot(2, AppointmentDate=f"{tomorrow}", AppointmentStartTime="01:00:00"),
    ]
    load(small.book(1, 1, SendInTime="23:55:00", LeftTime="00:05:00"))
    assert Appointment.objects.get().left_at == at(tomorrow, "00:05")
    assert Slot.objects.filter(session__day=small.day).count() == 2


# --- Folders that are no extract -----------------------------------------------------------------


def refusal(folder, **more):
    with pytest.raises(emis.NotAnExtract) as refused:
        emis.load(folder, **more)
    assert not Practice.objects.exists()
    return str(refused.value)


def test_folders_that_are_no_extract(small, tmp_path):
    assert "can't be read (No such file or directory)" in refusal(tmp_path / "nowhere")
    (tmp_path / "a file").write_text("x")
    assert "can't be read (Not a directory)" in refusal(tmp_path / "a file")
    (tmp_path / "empty").mkdir()
    assert "is not an EMIS Web extract" in refusal(tmp_path / "empty")
    (tmp_path / "empty" / "patients.csv").write_text("a,b")
    assert "is not an EMIS Web extract" in refusal(tmp_path / "empty")
    odd = small.write(tmp_path / "odd", stamp="20261341990000")
    assert "a date and time that do not exist" in refusal(odd)


def test_files_that_are_not_their_tables(small, tmp_path):
    folder = small.write(tmp_path / "x")
    path_of(folder, "Slot").write_bytes(b"")
    assert "is empty, without even a header" in refusal(folder)
    path_of(folder, "Slot").write_text('"SlotGuid","PatientGuid"\r\n')
    assert "no column SessionGuid or AppointmentDate" in refusal(folder)
    path_of(folder, "Slot").write_bytes('\ufeff"SlotGuid"'.encode("utf-16"))
    assert "has no column SlotGuid" in refusal(folder)


def test_headers_alone_are_an_extract_in_which_nothing_changed(small, load):
    load(small)
    for rows in small.rows.values():
        rows.clear()
    report = load(small)
    assert not any(report.counts[table].total() for table in report.counts)


def test_nobody_knows_whose_it_is(small, tmp_path):
    folder = small.write(tmp_path / "x", tables=("patient", "slot"))
    assert "does not say whose it is" in refusal(folder)
    small.rows["organisation"][0]["ODSCode"] = ""
    assert "does not say whose it is" in refusal(small.write(tmp_path / "y"))


def test_another_practices_extract_is_refused_when_the_practice_is_named(small, tmp_path):
    folder = small.write(tmp_path / "x")
    assert "is of G82001, not of G82099" in refusal(folder, ods_code="G82099")


def test_rows_of_two_organisations(small, tmp_path):
    other = Extract(small.day, ods_code="G82002")
    small.rows["organisation"] += other.rows["organisation"]
    for number, row in enumerate(other.rows["patient"], 50):
        small.rows["patient"].append(row | {"PatientGuid": guid("patient", number)})
    folder = small.write(tmp_path / "x")
    assert "rows of 2 organisations" in refusal(folder)
    report = emis.load(folder, ods_code="G82001")
    told = Counter(r.table for r in report.rejects if "belongs to another" in r.reason)
    assert told == {"organisation": 1, "patient": 4}


def test_the_same_practice_under_another_guid_is_refused(small, load, tmp_path):
    load(small)
    for rows in small.rows.values():
        for row in rows:
            if "OrganisationGuid" in row:
                row["OrganisationGuid"] = guid("somebody else")
    with pytest.raises(emis.NotAnExtract, match="would double everything"):
        emis.load(small.write(tmp_path / "x", stamp=STAMP))


def test_files_that_are_not_ours_are_left_alone(small, tmp_path):
    folder = small.write(tmp_path / "x")
    name = path_of(folder, "Slot").name.replace("Appointment_Slot", "CareRecord_Observation")
    (folder / name).write_text("nothing for us")
    (folder / "notes.txt").write_text("hello")
    emis.load(folder)
    assert Slot.objects.count() == 6


def test_the_rejects_file_is_a_table(small, tmp_path):
    small.rows["slot"][0]["AppointmentDate"] = "2026-11-31"
    report = emis.load(small.write(tmp_path / "x"))
    with (tmp_path / "rejects.csv").open("w", newline="") as file:
        report.write_rejects(file)
    with (tmp_path / "rejects.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [list(row) for row in rows] == [["file", "line", "table", "guid", "reason"]] * 2
    assert [(row["table"], row["line"]) for row in rows] == [("user", "4"), ("slot", "2")]
