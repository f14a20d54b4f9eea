"""Reading any sensible CSV, and what is no CSV at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.imports.report import Report
from appointments.imports.screen import lines, reading
from appointments.imports.screen.columns import WORDS, guess, lacking
from appointments.imports.screen.lines import Says
from appointments.imports.screen.reading import NotAnExport
from tests.world import working_day

DAY = working_day()
HEAD = "Date,Time,Clinician,Patient,DOB,NHS No"
ROW = f'{DAY:%d/%m/%Y},10:40,Dr Lane,"BAKER, Ann (Mrs)",03/04/1971,999 000 0018'


def read(text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return reading.read(data, [], WORDS)


def rows_of(text, **how):
    sheet = read(text)
    report = Report()
    listed = lines.read(sheet, guess(sheet), report, file="list.csv", **how)
    return listed, report


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(encoding, separator, ending):
    text = f"{HEAD}\n{ROW.replace('Ann', 'Zoë')}\n".replace('"BAKER, Zoë (Mrs)"', "BAKER Zoë")
    sheet = read(text.replace(",", separator).replace("\n", ending), encoding)
    assert sheet.key == ("date", "time", "clinician", "patient", "dob", "nhs no")
    assert [cells[3] for _, cells in sheet.rows] == ["BAKER Zoë"]


def test_headings_stand_anywhere_in_the_first_ten_lines():
    sheet = read("Harbour Surgery\n\nAppointments,for,you\n,,\n" + HEAD + "\n" + ROW + "\n")
    assert [line for line, _ in sheet.rows] == [6]
    assert (1, "Harbour Surgery") in sheet.around
    with pytest.raises(NotAnExport, match="None of the first 10 lines"):
        read("x\n" * 10 + HEAD + "\n" + ROW)


def test_a_row_of_somebodys_is_never_taken_for_headings():
    with pytest.raises(NotAnExport, match="with its column headings"):
        read(f"{ROW}\n{ROW}\n")


def test_pages_totals_and_notes_in_quotes():
    text = f'{HEAD}\n{ROW[:-13]},"a note\nof two lines, and ""more"""\n{ROW}\nPage 1 of 2\n'
    text += f"{HEAD}\n{ROW}\nTotal,3,,,,\n"
    listed, report = rows_of(text)
    assert [line.at.line for line in listed.lines] == [2, 4, 7]
    assert report.rejects == []
    assert report.notes["lines around the list were left out (totals, page footers)"] == 1


def test_a_row_without_a_time_is_rejected_and_not_taken_for_a_footer():
    listed, report = rows_of(f'{HEAD}\n{ROW}\n{DAY:%d/%m/%Y},,,"BAKER, Ann",,\n')
    assert [(r.line, r.reason) for r in report.rejects] == [
        (3, "its time is missing or can't be read")
    ]
    assert listed.doubtful == {DAY}


def test_a_lone_quote_costs_its_own_line_only():
    listed, _ = rows_of(f'{HEAD}\n{ROW}\n{DAY:%d/%m/%Y},10:50,"Dr Lane,,,\n{ROW}\n{ROW}\n')
    assert [line.at.line for line in listed.lines] == [2, 3, 4, 5]


def test_the_day_may_stand_above_the_rows():
    head = "Time,Clinician,Patient,NHS Number"
    rows = "10:40,Dr Lane,BAKER Ann,9990000018\n10:50,Dr Lane,,\n"
    first, second = date(DAY.year, DAY.month, DAY.day), DAY.replace(year=DAY.year)
    text = f"Appointments for {first:%A %d %B %Y}\n{head}\n{rows}"
    listed, _ = rows_of(text)
    assert {line.day for line in listed.lines} == {second}
    assert [line.says for line in listed.lines] == [Says.BOOKED, Says.FREE]
    listed, report = rows_of(f"{head}\n{rows}")
    assert listed.lines == []
    assert {r.reason for r in report.rejects} == {"its date is missing or can't be read"}
    listed, _ = rows_of(f"{head}\n{rows}", day=DAY)
    assert len(listed.lines) == 2


def test_what_a_row_says():
    head = "Date,Time,Clinician,Patient,DOB,NHS No,Slot Status"
    day = f"{DAY:%d-%b-%y}"
    cells = {
        f"{day},10:00,Dr Lane,,,,Slot Available": Says.FREE,
        f"{day},10:00,Dr Lane,,,,": Says.FREE,
        f"{day},10:00,Dr Lane,** BLOCKED **,,,Blocked": Says.BLOCKED,
        f"{day},10:00,Dr Lane,lunch,,,": Says.BLOCKED,
        f"{day},10:00,Dr Lane,Ann Baker,,9990000018,": Says.BOOKED,
        f"{day},10:00,Dr Lane,Somebody odd,,,": Says.BOOKED,
        f"{day},10:00,Dr Lane,Ann Baker,,9990000018,Cancelled by patient": Says.CANCELLED,
    }
    listed, _ = rows_of("\n".join([head, *cells]))
    assert [line.says for line in listed.lines] == list(cells.values())


def test_columns_are_guessed_by_headings_and_by_what_stands_in_them():
    text = f"Appt Date,Start,With whom we are,Who,Born,Their number\n{ROW}\n{ROW}\n"
    sheet = read(text.replace("With whom we are", "Session Holder"))
    assert guess(sheet) == ["day", "time", "clinician", "patient", "born", "nhs_number"]
    assert lacking(guess(sheet)) == []


@pytest.mark.parametrize(
    "meanings,sentence",
    [
        (["clinician", "nhs_number"], "start time"),
        (["day", "time", "nhs_number"], "the clinician, or the session"),
        (["day", "time", "clinician", "patient"], "a name alone is never enough"),
        (["day", "time", "time", "clinician", "number"], "chosen for two columns"),
    ],
)
def test_what_columns_lack_is_said(meanings, sentence):
    assert sentence in " ".join(lacking(meanings))


@pytest.mark.parametrize(
    "data,sentence",
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n  \r\n", "empty"),
        (b"PK\x03\x04rest", "Excel workbook or a zip file"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"  <html><body>", "a web page"),
        (b"\xff\xfe", "empty"),
        (b"\x00" * 50, "empty"),
        (b'"' * 5000, "headings"),
        (b"a,b,c\n1,2,3\n", "headings"),
        (b"," * 300_000, "headings"),
        (b"x" * (reading.LARGEST + 1), "5.0 MB; at most 5 MB"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(NotAnExport, match=sentence):
        read(data)


def test_a_field_beyond_all_measure():
    listed, _ = rows_of(f'{HEAD}\n{ROW}\n"{"x" * 200_000}\n{ROW}\n')
    assert [line.at.line for line in listed.lines] == [2, 4]


WILD = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
CELLS = st.one_of(
    WILD,
    st.sampled_from(
        ["", '"', ",", ";", "10:40", "25:99", "31/02/2026", "٣/٤/٢٠٢٦", "²", "9990000018", "\0",
         f"{DAY:%d/%m/%Y}", "1e400", "-1", "=1+1", "Total", "\u202e", "\ud7ff", "００:００"]
    ),
)  # fmt: skip


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    for prefix in (b"", HEAD.encode() + b"\n"):
        try:
            sheet = read(prefix + data)
        except NotAnExport:
            continue
        lines.read(sheet, guess(sheet), Report(), file="x")
        lines.as_of(sheet)


@given(
    st.lists(st.lists(CELLS, max_size=8), max_size=12),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_cells_are_read_or_rejected(rows, separator, ending):
    text = [HEAD.replace(",", separator), *(separator.join(row) for row in rows)]
    sheet = read(ending.join(text))
    report = Report()
    listed = lines.read(sheet, guess(sheet), report, file="x")
    left_out = report.notes["lines around the list were left out (totals, page footers)"]
    assert len(listed.lines) + len(report.rejects) + left_out == len(sheet.rows)
