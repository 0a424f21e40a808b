"""Names and titles hold what can be seen, and nothing else."""

import pytest

from bot.errors import BadInput
from bot.meetings.forms import check_title
from bot.participants.forms import split_names
from bot.reading import clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Robin", "Robin"),
        ("  Robin\u00a0 Hood\n", "Robin Hood"),
        ("Ro\u200bbin\ufeff", "Robin"),
        ("\u202eniboR\u202c", "niboR"),
        ("\u2066Robin\u2069\u200e", "Robin"),
        ("\u3164", ""),
        ("\x00\x1b[31mRobin", "[31mRobin"),
        ("e\u0301lan", "\u00e9lan"),
        ("\U0001f469\u200d\U0001f467 club", "\U0001f469\u200d\U0001f467 club"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\u05d3\u05df", "\u05d3\u05df"),
    ],
)
def test_what_is_left(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize("nothing", ["\u3164", "\u200b\u200b", "\u202e", "\u2800 \u115f", "\x00"])
def test_a_name_or_a_title_of_nothing_is_none(nothing: str) -> None:
    with pytest.raises(BadInput):
        split_names(nothing)
    with pytest.raises(BadInput):
        check_title(nothing)
