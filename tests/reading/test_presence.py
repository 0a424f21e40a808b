"""Registers in one line, as they are typed."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Ask, Outcome, Refused, Understood
from bot.reading.presence import Presence, read
from tests.reading.rows import params


def rendered(outcome: Outcome[Presence], names: list[str]) -> dict[str, str]:
    """An outcome in the form of the cases."""
    if isinstance(outcome, Refused):
        return {"": f"refuse {outcome.what}: {outcome.why.split(' ')[0].removeprefix('@')}"}
    if isinstance(outcome, Ask):
        return {"": f"ask {outcome.what}: {outcome.about}"}
    value = outcome.value
    parts = {
        "present": ";".join(names[one] for one in value.present) or "-",
        "absent": ";".join(names[one] for one in value.absent),
        "late": ";".join(names[one] for one in value.late),
        "left early": ";".join(names[one] for one in value.left_early),
        "unmarked": ";".join(names[one] for one in value.unmarked),
        "walk-in": ";".join(value.walk_ins),
    }
    return {key: words for key, words in parts.items() if words}


SAID = {
    "the others present": ("others", "present"),
    "the others absent": ("others", "absent"),
    "nobody came": ("nobody", ""),
    "nobody is registered": ("empty", ""),
}


@pytest.mark.parametrize("row", params("attendance"))
def test_a_register_is_read_or_asked_about(row: dict[str, str]) -> None:
    names = [one for one in row["registered"].split(";") if one]
    outcome = read(row["text"], names, welsh="wales" in row["note"])
    if row["expect"].startswith(("ask", "refuse")):
        assert rendered(outcome, names) == {"": row["expect"]}
        return
    expect = dict(part.split("=", 1) for part in row["expect"].split(" | "))
    told = expect.pop("said", "")
    assert rendered(outcome, names) == expect
    assert not isinstance(outcome, Refused)
    said = {(one.kind, one.value) for one in outcome.said}
    if told:
        name = told.removesuffix(" is registered")
        assert SAID.get(told, ("registered", name) if name != told else ("name", told)) in said


REGISTERED = ["Ava Ames", "Ben Bell", "Cai Cox", "Siân Rees", "Sam Kay"]


@given(
    absent=st.sets(st.sampled_from(range(5)), min_size=1, max_size=4),
    form=st.sampled_from(
        ["all but {}", "everyone except {}", "{} absent", "absent: {}", "all, not {}", "{} didn’t come"]
    ),
    whole=st.booleans(),
    capitals=st.booleans(),
)
def test_who_is_named_as_absent_is_absent_and_nobody_else(
    absent: set[int], form: str, whole: bool, capitals: bool
) -> None:
    names = [REGISTERED[one] if whole else REGISTERED[one].split()[0] for one in sorted(absent)]
    text = form.format(" and ".join(names))
    outcome = read(text.upper() if capitals else text, REGISTERED)
    assert isinstance(outcome, Understood), text
    assert outcome.value.absent == tuple(sorted(absent))
    assert outcome.value.present == tuple(sorted({*range(5)} - absent))


WORDS = "all none only but plus not Ava Ben Sam Zed late absent , and 2 ? : here left"


@given(st.lists(st.sampled_from(WORDS.split())))
def test_nobody_is_both_present_and_absent_and_all_is_never_a_doubt(words: list[str]) -> None:
    outcome = read(" ".join(words), REGISTERED)
    if isinstance(outcome, Understood):
        value = outcome.value
        assert not {*value.present} & {*value.absent}
        assert sorted((*value.present, *value.absent, *value.unmarked)) == [0, 1, 2, 3, 4]
        assert "?" not in words
        assert "2" not in words


@pytest.mark.parametrize("word", ["a/b", "Ann, ", "Ann Lee\n", "all but ", "not ", "[a](b)", "1. Ann ", "she/"])
def test_the_worst_text_costs_little(word: str) -> None:
    names = [f"{letter}nna {letter}ell" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] * 7
    start = process_time()
    read((word * 3000)[:3000], names)
    assert process_time() - start < 1
