import io
import os
import re
import time
import traceback
from datetime import UTC, date, datetime
from pathlib import Path

import pikepdf
import pytest

from fallback.paper import press as press_module
from fallback.paper import press_child
from fallback.paper.document import Document, Stamp
from fallback.paper.press import PressError, press

from .conftest import pages_of, text_of

STAMP = Stamp(
    "Partnership", "Harbour Surgery", date(2026, 11, 23), "Monday 23 November 2026",
    datetime(2026, 11, 23, 8, 2, tzinfo=UTC), None, 1042, 7,
)  # fmt: skip
HOSTILE = [
    "#panic()", "*bold*", "_it_", "$x$", "`raw`", "#include \"/etc/passwd\"", "\\", "]", "<a>",
    "@b",     "= heading", "- list", "/ term: x", "//comment", "/*", "'; DROP TABLE", "{{ x }}",
    "\"", "~", "#",
]  # fmt: skip


def rows(names, **more) -> list[dict]:
    usual = {"at": "08:30", "same": False, "born": "", "with": "", "telephones": [], "comment": ""}
    return [usual | {"mark": "", "name": name} | more for name in names]


def contacts(names, stamp=STAMP, template="contacts.typ") -> Document:
    return Document("contacts", "Contact list", template, {"rows": rows(names)}, stamp)


def child(monkeypatch, tmp_path: Path, script: str) -> None:
    """Put another child into the press."""
    path = tmp_path / "child.py"
    path.write_text(script)
    monkeypatch.setattr(press_module, "CHILD", path)


def test_a_document_becomes_a_tagged_pdf_that_says_what_it_is():
    [rendered] = press([contacts(["BAKER, Ann (Mrs)"])])
    assert rendered.is_tagged
    assert rendered.pages == 1
    pdf = pikepdf.open(io.BytesIO(rendered.pdf))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en-GB"
    assert str(pdf.docinfo.Title) == "Contact list, Harbour Surgery, Monday 23 November 2026"


def test_several_documents_come_back_in_their_order():
    made = press([contacts(["One"]), contacts(["Two"] * 80), contacts(["Three"])])
    assert ["One" in text_of(made[0].pdf), "Three" in text_of(made[2].pdf)] == [True, True]
    assert made[1].pages > 1
    assert made[1].pages == len(pages_of(made[1].pdf))


def test_nothing_to_print_starts_nothing(monkeypatch, tmp_path):
    child(monkeypatch, tmp_path, "raise SystemExit(9)")
    assert press([]) == []


def test_the_same_data_give_the_same_bytes():
    assert press([contacts(["Ann"])])[0].pdf == press([contacts(["Ann"])])[0].pdf


@pytest.mark.parametrize("name", HOSTILE)
def test_text_is_text_and_never_markup(name):
    said = text_of(press([contacts([f"A {name} Z"])])[0].pdf)
    assert f"A{name}Z".replace(" ", "") in said.replace(" ", "")  # it may wrap anywhere


def test_controls_and_writing_turned_round_are_left_out():
    assert "abcd" in text_of(press([contacts(["a\u202eb\x00c\u2067d\x1b"])])[0].pdf)


def test_a_character_that_no_font_has_is_no_box_and_no_reason_to_do_without_tags():
    [rendered] = press([contacts(["Ann 😀 Baker"])])
    assert "Ann ? Baker" in text_of(rendered.pdf)
    assert rendered.is_tagged


def test_other_scripts_are_printed_in_their_own_letters():
    names = ["王小明", "አበበ", "გიორგი", "Олександр", "Nguyễn Thị Hoa", "Þórdís Ægisdóttir"]
    said = text_of(press([contacts(names)])[0].pdf)
    assert [name for name in names if name not in said] == []


def test_only_the_vendored_fonts_are_in_it():
    [rendered] = press([contacts(["Ann", "محمد", "王", "አ", "שרה"])])
    pdf = pikepdf.open(io.BytesIO(rendered.pdf))
    fonts = {str(o.BaseFont) for o in pdf.objects if isinstance(o, pikepdf.Dictionary)
             and o.get("/Type") == "/Font"}  # fmt: skip
    families = {re.sub(r"^/\w+\+|-.*$", "", font) for font in fonts}
    assert families >= {"NotoSans", "NotoSansArabic", "NotoSansEthiopic", "NotoSansHebrew"}
    assert {f for f in families if not f.startswith("NotoSans")} == {"DroidSansFallback"}


def test_templates_ask_for_no_packages():
    for template in press_child.TEMPLATES.glob("*.typ"):
        assert "@" not in re.sub(r"//.*|\"[^\"]*\"", "", template.read_text()), template.name
        assert "@preview" not in template.read_text()


def test_a_refusal_names_the_template_and_no_patient():
    data = {"rows": [{"name": "BAKER, Ann"}]}
    document = Document("contacts", "Contact list", "contacts.typ", data, STAMP)
    with pytest.raises(PressError, match=r"contacts\.typ: ") as refused:
        press([contacts(["Bob"]), document])
    assert "BAKER" not in str(refused.value)
    assert [text_of(one.pdf).count("Bob") for one in refused.value.made] == [1]


def test_a_missing_template_is_said():
    with pytest.raises(PressError, match=r"^nothing\.typ: "):
        press([contacts(["Ann"], template="nothing.typ")])


def test_a_template_outside_the_folder_is_refused(tmp_path):
    (tmp_path / "other.typ").write_text("outside")
    with pytest.raises(PressError):
        press([contacts(["Ann"], template=str(tmp_path / "other.typ"))])


def test_a_child_that_hangs_is_ended_and_its_text_goes_nowhere(monkeypatch, tmp_path):
    pid = tmp_path / "pid"
    child(
        monkeypatch,
        tmp_path,
        f"""
import os, sys, time
open({str(pid)!r}, "w").write(str(os.getpid()))
print("BAKER, Ann", flush=True)
time.sleep(60)
""",
    )
    begun = time.monotonic()
    with pytest.raises(PressError, match="longer than") as refused:
        press([contacts(["Ann"])], patience=1)
    assert time.monotonic() - begun < 10
    assert "BAKER" not in "".join(traceback.format_exception(refused.value))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


@pytest.mark.parametrize(
    "script", ["raise SystemExit(3)", "", "import os; os.kill(os.getpid(), 9)"]
)
def test_a_child_that_dies_is_said(monkeypatch, tmp_path, script):
    child(monkeypatch, tmp_path, script)
    with pytest.raises(PressError, match="the press ended with"):
        press([contacts(["Ann"])])


def test_one_that_kills_the_child_does_not_keep_the_others_back(monkeypatch, tmp_path):
    real = str(press_module.CHILD)
    child(
        monkeypatch,
        tmp_path,
        f"""
import io, os, runpy, sys
asked = sys.stdin.buffer.read()
if b"deadly" in asked:
    os._exit(7)
sys.stdin = io.TextIOWrapper(io.BytesIO(asked))
runpy.run_path({real!r}, run_name="__main__")
""",
    )
    with pytest.raises(PressError, match=r"^contacts\.typ: the press ended with 7$") as refused:
        press([contacts(["Ann"]), contacts(["deadly"]), contacts(["Bob"])])
    assert ["Ann" in text_of(one.pdf) for one in refused.value.made] == [True, False]


def test_the_child_gets_no_environment_and_cant_see_this_package(monkeypatch, tmp_path):
    monkeypatch.setenv("SURGERY_SOMETHING", "secret")
    child(
        monkeypatch,
        tmp_path,
        """
import json, os, sys
said = {"env": [k for k in os.environ if k.startswith("SURGERY")]}
said["path"] = "fallback" in str(sys.path)
print(json.dumps([{"fault": json.dumps(said)}]))
""",
    )
    with pytest.raises(PressError, match=r'\{"env": \[\], "path": false\}'):
        press([contacts(["Ann"])])


class Panic(BaseException):
    """What the compiler's panics are to Python."""


class FakeTypst:
    """A compiler that refuses as many times as it is told to."""

    def __init__(self, *refusals):
        self.refusals, self.tried = list(refusals), []

    def Compiler(self, **_options):
        return self

    def compile(self, **way):
        self.tried.append((way.get("pdf_standards"), way["pdf_tags"]))
        if self.refusals:
            raise self.refusals.pop(0)
        return b"%PDF"


ASKED = {"template": "contacts.typ", "document": "{}", "at": 0}


def test_it_does_without_the_standard_first_and_then_without_tags():
    typst = FakeTypst(RuntimeError("PDF/UA-1 error"))
    assert press_child.compiled(typst, None, ASKED) == (b"%PDF", True)
    typst = FakeTypst(RuntimeError("PDF/UA-1 error"), Panic("tags"))
    assert press_child.compiled(typst, None, ASKED) == (b"%PDF", False)
    assert typst.tried == [("ua-1", True), (None, True), (None, False)]


def test_what_can_be_made_in_no_way_is_refused():
    with pytest.raises(Panic):
        press_child.compiled(FakeTypst(*[Panic()] * 3), None, ASKED)
    with pytest.raises(MemoryError):
        press_child.compiled(FakeTypst(MemoryError()), None, ASKED)
