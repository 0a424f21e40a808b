"""Reading a typed register."""

from bot.attendance import forms


def test_a_question_is_named_without_the_name() -> None:
    assert forms.key("Zebedee") == forms.key("zebedee") != forms.key("Zebedee Q")
    assert "zebedee" not in forms.key("Zebedee")
