"""References and row codes: no slip and no swap goes unseen, whatever is typed gets an answer."""

import contextlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fallback import codes
from fallback.codes import ALPHABET, BadCode

FIVES = st.text(ALPHABET, min_size=5, max_size=5)
PLACES = st.integers(0, codes.LENGTH - 1)


def test_the_alphabet_has_a_prime_number_of_characters_that_look_like_nothing_else():
    assert len(set(ALPHABET)) == len(ALPHABET) == 23
    assert not set("0O1IL5S8B2ZUV") & set(ALPHABET)


@given(FIVES)
def test_a_reference_reads_back(five):
    reference = codes.with_check(five)
    assert codes.is_right(reference)
    assert codes.read_reference(codes.shown(reference)) == reference


@given(FIVES, PLACES, st.sampled_from(ALPHABET))
def test_every_single_slip_is_found(five, place, other):
    reference = codes.with_check(five)
    assume(reference[place] != other)
    assert not codes.is_right(reference[:place] + other + reference[place + 1 :])


@given(FIVES, PLACES, PLACES)
def test_every_swap_is_found_however_far_apart(five, one, two):
    characters = list(codes.with_check(five))
    assume(characters[one] != characters[two])
    characters[one], characters[two] = characters[two], characters[one]
    assert not codes.is_right("".join(characters))


def test_new_references_are_right_and_differ():
    made = {codes.new_reference() for _ in range(200)}
    assert len(made) > 190
    assert all(codes.is_right(reference) for reference in made)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{} ", "{}\t"])
@pytest.mark.parametrize("hyphen", ["-", "", " ", " - ", "–"])
def test_case_spaces_and_hyphens_do_not_matter(typed, hyphen):
    reference = codes.with_check("K7QHM")
    written = typed.format(f"{reference[:5]}{hyphen}{reference[5]}")
    assert codes.read_reference(written) == reference
    assert codes.read_reference(written.lower()) == reference


def test_a_character_that_is_never_used_is_named_with_what_it_may_be():
    with pytest.raises(BadCode) as refused:
        codes.read_reference("K7OHM-4")
    assert refused.value.sentence == (
        "O is never used in a reference. Look again: it may be D or Q."
    )
    with pytest.raises(BadCode) as refused:
        codes.read_row_code("A1")
    assert refused.value.sentence == "1 is never used in a row code. Look again: it may be 7 or J."


@pytest.mark.parametrize("typed", ["", "K7QHM", "K7QHM-44", "-"])
def test_a_reference_of_another_length_says_how_many_there_are(typed):
    with pytest.raises(BadCode, match="bad_code") as refused:
        codes.read_reference(typed)
    assert "six characters" in refused.value.sentence


def test_a_wrong_check_character_says_so():
    wrong = next(c for c in ALPHABET if not codes.is_right(f"K7QHM{c}"))
    with pytest.raises(BadCode) as refused:
        codes.read_reference(f"K7QHM{wrong}")
    assert f"K7QHM-{wrong} can't be right" in refused.value.sentence


@given(st.text(max_size=12))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(typed):
    for read in (codes.read_reference, codes.read_row_code):
        with contextlib.suppress(BadCode):
            assert set(read(typed)) <= set(ALPHABET)


def test_row_codes_differ_read_back_and_fit_the_column():
    made = [codes.row_code(number) for number in range(1, codes.ROW_CODES + 1)]
    assert made[:6] == ["A3", "A4", "A6", "A7", "A9", "C3"]
    assert made[90:93] == ["A33", "A34", "A36"]
    assert len(set(made)) == codes.ROW_CODES == 540
    assert all(codes.read_row_code(code.lower()) == code for code in made)
    assert max(map(len, made)) <= 4


@pytest.mark.parametrize("number", [0, 541])
def test_a_row_beyond_the_codes_is_a_mistake_of_ours(number):
    with pytest.raises(ValueError, match="1 to 540"):
        codes.row_code(number)


@pytest.mark.parametrize("typed", ["", "A", "3A", "AA", "A333", "33"])
def test_what_is_no_row_code_is_refused(typed):
    with pytest.raises(BadCode):
        codes.read_row_code(typed)
