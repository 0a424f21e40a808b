"""Reading names, kinds and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.participants import forms
from db.models import ParticipantKind


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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Aled", None),
        ("children Aled", ParticipantKind.CHILD),
        ("young people: Aled", ParticipantKind.YOUNG_PERSON),
        ("Young person: Aled", ParticipantKind.YOUNG_PERSON),
        ("Adults Aled", ParticipantKind.ADULT),
    ],
)
def test_a_kind_may_stand_before_the_names(text: str, kind: ParticipantKind | None) -> None:
    entry = forms.from_text(text)[0]
    assert (entry.name, entry.kind) == ("Aled", kind)


@pytest.mark.parametrize("name", ["Child A", "Adult Learner", "Young Person", "Adultson Aled", "Childrenson"])
def test_a_name_is_not_taken_for_a_kind(name: str) -> None:
    entry = forms.from_text(name)[0]
    assert (entry.name, entry.kind) == (name, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("adults", "Who?"),
        ("Aled to Cooking club", "which meeting"),
        ("Aled and <@U0COW|col>", "not in Slack"),
    ],
)
def test_what_is_typed_and_cannot_be_meant(text: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        forms.from_text(text)
    assert words in refused.value.words


@pytest.mark.parametrize("address", ["x", "x@y", "a b@example.org", "<x@example.org>", f"{'x' * 250}@example.org"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadInput):
        forms.check_email(address)


@given(st.lists(st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=20), min_size=1, max_size=10))
def test_as_many_names_come_out_as_went_in(names: list[str]) -> None:
    found = forms.split_names(", ".join(names))
    assert len(found) == len([name for name in names if name.strip()])
