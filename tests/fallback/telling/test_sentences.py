import pytest

from appointments.refusals import BadDetail
from fallback.telling import own
from fallback.telling.sentences import CHARACTERS, LINES, lines


def test_sentences_are_taken_one_a_line_without_what_cannot_be_seen():
    typed = "  Flu clinic:\tcome as\u202e usual. \r\n\r\n\nParking is full.\x00\n"
    assert own(typed) == ("Flu clinic: come as usual.", "Parking is full.")
    assert own("") == ()


@pytest.mark.parametrize(
    "typed, says",
    [
        ("x" * 5000, "5,000 characters"),
        ("x" * (CHARACTERS + 1), f"{CHARACTERS} at most"),
        ("\n".join("abcdefg"), f"Keep to {LINES}"),
        ("<b>Closed</b>", "plain words"),
        ("Ring &amp; come", "plain words"),
        ("About 999 000 0018", "NHS number"),
        ("About 9990000018.", "NHS number"),
    ],
)
def test_what_cannot_go_out_is_refused_with_what_to_change(typed, says):
    with pytest.raises(BadDetail) as refused:
        own(typed)
    assert says in refused.value.sentence
    assert refused.value.field == "sentences"


@pytest.mark.parametrize(
    "typed",
    ["x" * CHARACTERS, "Ring 01632 960100.", "Mum & baby clinic: 2 > 1?".replace(">", "to")],
)
def test_what_can_goes_out_as_typed(typed):
    assert own(typed) == (typed,)


def test_what_was_stored_some_other_way_is_still_shown():
    assert lines("<b>Closed</b>") == ("<b>Closed</b>",)
