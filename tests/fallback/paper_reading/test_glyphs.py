import pytest
from fontTools.ttLib import TTFont

from fallback.paper import glyphs


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Hoa", "Łukasz Wójcik", "Þórdís Ægisdóttir", "محمد علي", "王小明",
        "たなか さくら", "አበበ በቀለ", "שרה כהן", "आरव शर्मा", "আরিফ", "ਗੁਰਪ੍ਰੀਤ", "પટેલ", "தமிழ்", "สมชาย",
        "გიორგი", "Արմեն", "Αλέξανδρος", "Олександр", "D’Arcy-O'Neill",
    ],
)  # fmt: skip
def test_names_that_people_have_are_printed_whole(name):
    assert glyphs.has(name)
    assert glyphs.name(name, "9990000018") == name


@pytest.mark.parametrize("name", ["Ann 😀", "𓀀𓁐", "김민준", "Ann \ue000", "", "\0", "  "])
def test_a_name_that_no_font_has_is_replaced_by_the_nhs_number(name):
    assert glyphs.name(name, "9990000018") == "NHS number 999 000 0018, name on screen"


def test_without_an_nhs_number_another_way_to_find_them_stands_there():
    assert glyphs.name("😀", "", "101") == "Patient number 101, name on screen"
    assert glyphs.name("😀", "") == "Name on screen"


def test_accents_written_apart_are_the_same_name():
    assert glyphs.name("Nguye\u0302\u0303n", "") == "Nguyễn"


def test_what_turns_writing_round_or_cant_be_seen_is_left_out():
    assert glyphs.name("a\u202eb\u2066c\x00d\u200fe\ufeff", "") == "abcde"
    assert glyphs.name("  Ann \n Marie\t", "") == "Ann Marie"


def test_notes_are_whole_or_on_screen():
    assert glyphs.words("cough\nsince May") == "cough since May"
    assert glyphs.words("cough 🤒") == "on screen"


def test_nothing_visible_is_an_empty_box():
    assert glyphs.visible("cough 🤒\nsince\x07 May\t\u202e!") == "cough ?\nsince May !"


def test_bold_has_what_regular_has():
    for bold in glyphs.FONTS.glob("*-Bold.ttf"):
        regular = bold.with_name(bold.name.replace("-Bold", "-Regular"))
        assert TTFont(regular).getBestCmap().keys() <= TTFont(bold).getBestCmap().keys()


def test_fonts_are_told_of_with_their_licences():
    told = (glyphs.FONTS / "README.md").read_text()
    for font in glyphs.FONTS.glob("*.ttf"):
        script = font.stem.removesuffix("-Regular").removesuffix("-Bold").removeprefix("NotoSans")
        assert script in told
    assert (glyphs.FONTS / "LICENSE-OFL-1.1.txt").exists()
    assert (glyphs.FONTS / "LICENSE-Apache-2.0.txt").exists()
