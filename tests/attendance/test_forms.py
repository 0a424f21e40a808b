"""Reading a typed register."""

import pytest

from bot.attendance import forms
from bot.errors import BadInput


@pytest.mark.parametrize(
    ("text", "everybody", "exceptions", "plus"),
    [
        ("all", True, (), ()),
        ("Everyone present", True, (), ()),
        ("none", False, (), ()),
        ("all except Aled, Mair plus Bo", True, ("Aled", "Mair"), ("Bo",)),
        ("everybody but Aled and Mair", True, ("Aled", "Mair"), ()),
        ("all plus Bo plus Cai", True, (), ("Bo", "Cai")),
        ("all + Bo", True, (), ("Bo",)),
        ("none except for Aled", False, ("Aled",), ()),
        ("only Aled, Mair plus Bo", False, ("Aled", "Mair"), ("Bo",)),
        ("all except Aled, aled", True, ("Aled",), ()),
        ("all except D&amp;D", True, ("D&D",), ()),
    ],
)
def test_ways_to_say_it(text: str, everybody: bool, exceptions: tuple[str, ...], plus: tuple[str, ...]) -> None:
    said = forms.from_text(text)
    assert (said.everybody, said.exceptions, said.plus) == (everybody, exceptions, plus)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Aled and Mair", "Say who was there"),
        ("allan", "Say who was there"),
        ("all Aled", "I can't read “Aled”"),
        ("all except", "Except whom?"),
        ("only", "Who?"),
        ("all plus", "Who?"),
        ("all except <@U0COW|col>", "not in Slack"),
        (
            "all except " + ", ".join(f"A{number}x" for number in range(30)) + " plus " + ",".join("abcdefghijkl"),
            "form",
        ),
    ],
)
def test_what_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        forms.from_text(text)
    assert words in refused.value.words


def test_a_question_is_named_without_the_name() -> None:
    assert forms.key("Zebedee") == forms.key("zebedee") != forms.key("Zebedee Q")
    assert "zebedee" not in forms.key("Zebedee")
