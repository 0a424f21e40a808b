"""Registers in one line, as they are typed."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Ask, Outcome, Refused, Understood
from bot.reading.roll_call.presence import Presence, read
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


ABSENT, CAME, LATE = ("absent", "away", "off ill", "didn’t come", "❌"), ("present", "came", "was there"), ("late",)
HEADS = {"absent": ("Absent", "missing"), "present": ("Present", "here"), "late": ("Late",)}


def listed(draw: st.DrawFn, places: list[int]) -> str:
    names = [REGISTERED[one] if draw(st.booleans()) else REGISTERED[one].split()[0] for one in places]
    if len(names) > 1 and draw(st.booleans()):
        names = [*names[:-2], f"{names[-2]} and {names[-1]}"]
    return ", ".join(names)


@st.composite
def registers(draw: st.DrawFn) -> tuple[str, dict[str, list[int]]]:
    """A register in one of the styles in which they are written, and what it says."""
    said: dict[str, list[int]] = {"absent": [], "present": [], "late": []}
    for place in draw(st.permutations(range(5))):
        said[draw(st.sampled_from(sorted(said)))].append(place)
    words = {"absent": ABSENT, "present": CAME, "late": LATE}
    style = draw(st.sampled_from(("all", "headings", "each", "behind", "brackets")))
    if style == "all":
        text = draw(st.sampled_from(("all", "everyone", "all here", "Everybody came")))
        if said["absent"]:
            text += draw(st.sampled_from((" but ", " except ", ", not ", " minus "))) + listed(draw, said["absent"])
        parts = [text] + ([f"{listed(draw, said['late'])} late"] if said["late"] else [])
        return draw(st.sampled_from((", ", ". ", "\n"))).join(parts), said
    if style == "each":
        between = draw(st.sampled_from((" ", ": ", " - ", " = ")))
        parts = [
            f"{REGISTERED[one]}{between}{draw(st.sampled_from(words[kind]))}" for kind in said for one in said[kind]
        ]
        return draw(st.sampled_from((", ", "\n", "; "))).join(draw(st.permutations(parts))), said
    if style == "brackets":
        parts = [f"{REGISTERED[one]} ({draw(st.sampled_from(words[kind]))})" for kind in said for one in said[kind]]
        return ", ".join(draw(st.permutations(parts))), said
    parts = []
    for kind in draw(st.permutations(sorted(said))):
        names = listed(draw, said[kind])
        if names and style == "headings":
            parts.append(f"{draw(st.sampled_from(HEADS[kind]))}: {names}")
        elif names:
            parts.append(f"{names} {draw(st.sampled_from(words[kind]))}")
        elif style == "headings" and kind != "present":
            parts.append(f"{kind}: {draw(st.sampled_from(('none', 'nobody', '-', '0')))}")
    return draw(st.sampled_from(("\n", ", ", "; ", ". "))).join(parts), said


@given(registers())
def test_what_is_written_is_read_as_that_or_asked_about(register: tuple[str, dict[str, list[int]]]) -> None:
    text, said = register
    outcome = read(text, REGISTERED)
    if isinstance(outcome, Understood):
        assert sorted(outcome.value.absent) == sorted(said["absent"]), text
        assert sorted(outcome.value.late) == sorted(said["late"]), text
        assert sorted(outcome.value.present) == sorted(said["present"] + said["late"]), text


STATE_WORDS = ("here", "absent", "late", "left")
WORDS = "all none only but plus not Ava Ben Sam Zed late absent , and 2 ? : here left"


@given(st.lists(st.sampled_from(WORDS.split())))
def test_nobody_is_both_present_and_absent_and_all_is_never_a_doubt(words: list[str]) -> None:
    outcome = read(" ".join(words), REGISTERED)
    if isinstance(outcome, Understood):
        value = outcome.value
        assert not {*value.present} & {*value.absent}
        assert sorted((*value.present, *value.absent, *value.unmarked)) == [0, 1, 2, 3, 4]
        assert "?" not in words
        pairs = [*pairwise(words)]
        # In `left none 2 here Ava Ben` the two are counted by what stands behind the number.
        counts = [one for one, behind in zip(pairs, [*words[2:], ""], strict=False) if behind not in STATE_WORDS]
        assert not {("all", "2"), ("none", "2"), ("but", "2")} & {*counts}, "a wrong count is asked about"
        assert ("only", "2") not in pairs or len(value.present) == 2, "and so is one that the names do not bear out"


@pytest.mark.parametrize(
    "word", ["a/b", "Ann, ", "Ann Lee\n", "all but ", "not ", "[a](b)", "1. Ann ", "she/", "(", "plus Z "]
)
def test_the_worst_text_costs_little(word: str) -> None:
    names = [f"{letter}nna {letter}ell" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] * 7
    start = process_time()
    read((word * 3000)[:3000], names)
    assert process_time() - start < 0.2
