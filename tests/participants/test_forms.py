"""Reading names, kinds and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.participants import forms


def test_names_keep_their_order_and_their_accents() -> None:
    composed, decomposed = "Siân", "Sia\u0302n"
    assert forms.split_names(f" {decomposed} ap Rhys,Mair;\nAled  Jones and Bo 🎸") == [
        f"{composed} ap Rhys",
        "Mair",
        "Aled Jones",
        "Bo 🎸",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" , ", "Who?"),
        ("Aled, 🎸", "no letters"),
        ("a" * 10_000, "too long"),
        (", ".join(f"Child {number}" for number in range(41)), "41 names"),
    ],
)
def test_what_is_no_list_of_names(text: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        forms.split_names(text)
    assert words in refused.value.words


def test_which_meeting_is_meant_has_to_be_plain() -> None:
    with pytest.raises(BadInput) as refused:
        forms.from_words("Aled to Cooking club", None)
    assert "which meeting" in refused.value.words
    assert forms.from_words("Fiona To, Aled", None).text == "Fiona To, Aled"


@pytest.mark.parametrize("address", ["x", "x@y", "a b@example.org", "<x@example.org>", f"{'x' * 250}@example.org"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadInput):
        forms.check_email(address)


@given(st.lists(st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=20), min_size=1, max_size=10))
def test_as_many_names_come_out_as_went_in(names: list[str]) -> None:
    found = forms.split_names(", ".join(names))
    assert len(found) == len([name for name in names if name.strip()])
