"""Passcodes fit what an account asks for, and are not guessable."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.providers.passcodes import LONGEST, PasscodeRules, generate, longest_run
from bot.sandbox.zoom_world import passcode_fits

REQUIREMENTS = st.fixed_dictionaries(
    {
        "length": st.integers(0, LONGEST),
        "have_letter": st.booleans(),
        "have_number": st.booleans(),
        "have_special_character": st.booleans(),
        "have_upper_and_lower_characters": st.booleans(),
        "only_allow_numeric": st.booleans(),
        "consecutive_characters_length": st.sampled_from([0, 4, 5, 6, 7, 8]),
    }
)


@settings(deadline=None)
@given(REQUIREMENTS)
def test_a_generated_passcode_meets_every_requirement(requirement: dict[str, int | bool]) -> None:
    rules = PasscodeRules.from_zoom(requirement)
    passcode = generate(rules)
    assert rules.allow(passcode)
    assert passcode_fits(passcode, requirement)
    assert longest_run(passcode) < 3


@settings(deadline=None)
@given(REQUIREMENTS, st.text("abcdABCD1234@_é", max_size=12))
def test_a_passcode_is_allowed_exactly_when_zoom_takes_it(requirement: dict[str, int | bool], passcode: str) -> None:
    assert PasscodeRules.from_zoom(requirement).allow(passcode) == passcode_fits(passcode, requirement)


@pytest.mark.parametrize("_", range(50))
def test_the_usual_passcode_can_be_read_out(_: int) -> None:
    passcode = generate()
    assert len(passcode) == LONGEST
    assert not set(passcode) & set("0O1lIiaeouAEU5S2Z8B") - set("258")
    assert passcode == passcode.lower()
    assert any(c.isdigit() for c in passcode)
    assert any(c.isalpha() for c in passcode)


def test_passcodes_differ() -> None:
    assert len({generate() for _ in range(500)}) == 500


def test_an_impossible_length_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 10"):
        generate(PasscodeRules(length=11))


@pytest.mark.parametrize(
    ("text", "run"), [("", 0), ("a", 1), ("ac", 1), ("abcd", 4), ("4321", 4), ("aaa", 3), ("xab9", 2), ("abcba", 3)]
)
def test_longest_run(text: str, run: int) -> None:
    assert longest_run(text) == run
