"""Lists of people, as they are typed and pasted."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Ask, Outcome, Refused, Understood, numbering
from bot.reading.persons.borrowed import Borrowed, out_of, to_add
from bot.reading.persons.names import folded, near
from bot.reading.persons.people import People, read, without_courtesy
from tests.reading.rows import params


def rendered(outcome: Outcome[People], where: str) -> str:
    """An outcome in the form of the cases."""
    if isinstance(outcome, Refused):
        number = re.search(r"\d+", outcome.why)
        who = re.match(r"@(\S+)", outcome.why)
        return f"refuse {outcome.what}: {who[1] if who else number[0] if number else ''}"
    if isinstance(outcome, Understood):
        names = [f"{one.name}<{one.email}>" if one.email else one.name for one in outcome.value.people]
        kind = [f" | kind: {outcome.value.kind.replace('_', ' ')}"] if outcome.value.kind else []
        return "".join([";".join(names), *kind])
    assert outcome.what == "who" or outcome.kept
    found = []
    for one in outcome.kept.doubts if outcome.kept else ():
        line = f"line {one.number} " if where == "form" else ""
        same = f"same person? {one.about} = {one.other}" if outcome.kept and one.about != one.other else ""
        other = f"same person? {one.other} = {one.about}"
        shown = {"line": f"{line}“{one.about}”", "same": same, "twice": f"two people called {one.about}?"}[one.kind]
        found.append(shown if one.kind != "same" or outcome.kept is None else f"{shown}|{other}")
    return f"ask: {'; '.join(found)}"


def said(outcome: Outcome[People]) -> set[str]:
    """What was said, as one word for each thing."""
    words = set()
    for one in () if isinstance(outcome, Refused) else outcome.said:
        words |= {"named": {"named"}, "already": {"registered already"}, "left out": {one.value}}.get(
            one.kind, {one.kind}
        )
    return words


def wanted(words: str) -> set[str]:
    """What has to be said."""
    if words.startswith("named"):
        return {"named"}
    plural = {"ages": "age", "times": "time", "titles": "title"}
    return {plural.get(one, one) for one in words.removesuffix(" left out").split(" and ")}


@pytest.mark.parametrize("row", params("people_lists"))
def test_a_list_is_read_or_asked_about(row: dict[str, str]) -> None:
    text = numbering.split(without_courtesy(row["text"]), bare=False)[1] if row["where"] == "command" else row["text"]
    known = [one for one in row["registered"].split(";") if one]
    outcome = read(text, known, form=row["where"] == "form")
    expect, _, words = row["expect"].partition(" | said: ")
    shown = rendered(outcome, row["where"])
    if expect.startswith("ask: line") and row["where"] == "command":
        expect = re.sub(r"line \d+ ", "", expect)
    if re.fullmatch(r"ask: line \d+", expect):
        assert shown.startswith(expect)
        return
    if "same person?" in expect:
        assert expect.removeprefix("ask: ") in shown.removeprefix("ask: ").split("|")
    else:
        assert shown == expect
    assert wanted(words) <= said(outcome) if words else True


NAMES = (
    "Robin Ashdown",
    "Tia Bell",
    "Aoife O'Brien",
    "Seán Ó Briain",
    "Ann-Marie Poole",
    "Zoë",
    "Omar Marsh",
    "李小龍",
)
SEPARATORS = ("\n", "\r\n", ", ", ";", "; ", "\t", " / ", " | ", " & ", " and ", " + ", " - ", " – ")
DRESSES = (
    *("{}", "  {} ", "*{}*", "“{}”", "{} (12)", "{} aged 9", "{} 😀", "{} (she/her)"),
    *("{} <c@example.org>", "{} 07700 900123"),
)
LEADS = ("", "- ", "• ", "{n}. ", "({n}) ", "☐ ", "[x] ")


@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True),
    separator=st.sampled_from(SEPARATORS),
    dresses=st.lists(st.sampled_from(DRESSES), min_size=8, max_size=8),
    lead=st.sampled_from(LEADS),
)
def test_a_list_of_names_comes_back_whole_however_it_is_written(
    names: list[str], separator: str, dresses: list[str], lead: str
) -> None:
    lead = lead if "\n" in separator else ""
    text = separator.join(lead.format(n=n) + dresses[n].format(name) for n, name in enumerate(names))
    outcome = read(text)
    assert isinstance(outcome, Understood), text
    assert [one.name for one in outcome.value.people] == names


@given(st.text(max_size=200), st.booleans())
def test_whatever_is_pasted_every_person_has_letters_and_nobody_is_named_twice(text: str, form: bool) -> None:
    outcome = read(text, ["Robin Ashdown"], form=form)
    value = outcome.value if isinstance(outcome, Understood) else None if isinstance(outcome, Refused) else outcome.kept
    names = [one.name for one in value.people] if value else []
    assert all(any(letter.isalpha() for letter in name) and len(name) <= 80 and "\n" not in name for name in names)
    assert len({folded(name) for name in names}) == len(names)


CLOSERS = (
    *("(9)", "9", "9 years old", "aged 9", "Year 5", "5B", "she/her", "(they/them)", "07700 900301", "(07700 900301)"),
    *(
        "a@example.org",
        "<a@example.org>",
        "12/03/2014",
        "10:05",
        "😀",
        "❌",
        ":ok:",
        "(new)",
        "(allergy: nuts)",
        "(Bo)",
    ),
    *(
        "*",
        "#",
        "!",
        "?",
        "…",
        ".",
        ":",
        "=",
        "->",
        "•",
        "·",
        "~",
        ">",
        "“",
        "”",
        "' '",
        "--",
        "\\",
        "w/",
        "c/o",
        "n/a",
    ),
    *(
        "https://example.org",
        "~Tia~",
        "[x]",
        "(one person)",
        "(another person)",
        "except",
        "with",
        "then",
        "mum",
        "no.",
    ),
)


@pytest.mark.parametrize("closer", CLOSERS)
@pytest.mark.parametrize("shape", ["Zyx Qwert {} Wvut Plok", "Tia Bell {} Omar Marsh {}", "Nia {} Iwan"])
def test_two_names_are_never_one_person(closer: str, shape: str) -> None:
    outcome = read(shape.replace("{}", closer))
    assert not isinstance(outcome, Understood) or len(outcome.value.people) == 2


BITS = (
    *("Nia", "Iwan Bowen", "mum", "the", "except", "and", "plus", "13", "(9)", "Year 5", "she/her", "07700 900301"),
    *(
        "a@example.org",
        "<b@example.org>",
        "~Tia~",
        "~",
        "❌",
        "😀",
        ":ok:",
        "(new)",
        "(one person)",
        "(another person)",
    ),
    *(".", ",", ";", ":", "-", "–", "·", "/", "&", "+", "“", "”", '"', "(", ")", "[", "<", "\t", "\n", "1.", "@", "李"),
)


@given(st.lists(st.sampled_from(BITS), min_size=1, max_size=14), st.booleans())
def test_whatever_is_pasted_is_read_and_no_answer_asks_the_same_again(bits: list[str], form: bool) -> None:
    outcome = read(" ".join(bits), ["Nia Pryce"], form=form)
    kept = outcome.kept if isinstance(outcome, Ask) else None
    for doubt in kept.doubts if kept else ():
        for choice in doubt.choices:
            again = read(choice.value, form=True) if choice.value else None
            assert not isinstance(again, Refused)
            left = again.kept.doubts if isinstance(again, Ask) and again.kept else ()
            assert doubt.question not in [one.question for one in left]


@pytest.mark.parametrize("answer", range(2))
def test_an_answered_question_leaves_a_list_that_is_read_without_one(answer: int) -> None:
    outcome = read("Zoe Marsh\nTia Bell", ["Zoë Marsh"])
    assert isinstance(outcome, Ask)
    assert outcome.kept
    assert [one.label for one in outcome.kept.doubts[0].choices] == ["The same person", "Another person"]
    again = read(outcome.kept.text(outcome.kept.doubts[0], outcome.kept.doubts[0].choices[answer].value), ["Zoë Marsh"])
    assert isinstance(again, Understood)
    assert [one.name for one in again.value.people] == [("Zoë Marsh", "Zoe Marsh")[answer], "Tia Bell"]
    assert again.value.already == (("Zoë Marsh",), ())[answer]


@pytest.mark.parametrize(
    "text",
    [
        "a/b" * 1000,
        ", " * 1500,
        " " * 3000,
        '"a","b",' * 370,
        "(" * 3000,
        "a@" * 1500,
        "07700 " * 500,
        "mum " * 750,
        "~a" * 1500,
        "plus Z " * 430,
        "Z and * & " * 300,
        "Ann ❌ " * 500,
        "(9) Ann " * 375,
        "Ann Lee\n" * 375,
        "Name\tEmail\n" + "Ned Ames\ta@example.org\n" * 120,
    ],
)
def test_the_worst_text_costs_little(text: str) -> None:
    start = process_time()
    read(text[:3000], ["Ava Ames"] * 30)
    numbering.split(without_courtesy(text[:3000]), bare=False)
    # A tenth of a second is usual; the promise of 200 ms is measured elsewhere, on a machine without other work.
    assert process_time() - start < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aoife O'Brien", "aoife  O’BRIEN"),
        ("Ann-Marie", "Ann\u2011Marie"),
        ("Sea\u0301n", "Seán"),
        ("Robin\u200b Ashdown", "\u202eRobin Ashdown\u202c"),
        ("Straße", "STRASSE"),
    ],
)
def test_what_makes_no_second_person(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other", "maybe"),
    [
        ("Sean Byrne", "Seán Byrne", True),
        ("Robin", "Robin Ashdown", True),
        ("Robin A", "Robin Ashdown", True),
        ("Ashdown Robin", "Robin Ashdown", True),
        ("Jon Fry", "John Fry", True),
        ("Sam K", "Sam P", False),
        ("Ola Bright", "Ola Brown", False),
        ("Bo", "Jo", False),
    ],
)
def test_who_may_be_the_same_person(one: str, other: str, maybe: bool) -> None:
    assert near(one, other) is near(other, one) is maybe


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("same people as last week", "last week", ""),
        ("same as last time to youth club", "last time", "youth club"),
        ("everyone from cooking to youth club", "cooking", "youth club"),
        ("all the kids from M-1 to M-2", "M-1", "M-2"),
        ("M-2 everyone from cooking", "cooking", "M-2"),
        ("everybody who came to M-1", "M-1", ""),
        ("the same lot", "", ""),
    ],
)
def test_people_are_named_by_another_meeting_of_theirs(text: str, source: str, target: str) -> None:
    assert to_add(text) == Borrowed(source, target)


@pytest.mark.parametrize("text", ["Aled, Bo to M-1", "Ali from Cooking", "kids: Aled, Bo", "Sam E to M-2"])
def test_names_are_no_other_meeting(text: str) -> None:
    assert to_add(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("youth club same people as last week fri half 6", "youth club fri half 6"),
        ("cooking thurs 4 with the same kids", "cooking thurs 4"),
        ("art fri 5 everyone from cooking", "art fri 5"),
        ("All of us fri 5", None),
        ("Same sky club fri 5", None),
    ],
)
def test_who_comes_is_no_part_of_a_title(text: str, rest: str | None) -> None:
    found = out_of(text)
    assert (found and found[0]) == rest


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("tia 12 (mum jo 07700 900456)", ["tia aged 12 mum jo 07700 900456"]),
        ("Tia Bell (mum Ann)", ["Tia Bell (mum Ann)"]),
        ("Tia Bell 9, gran: Jo Bell tel: 07700 900456", ["Tia Bell aged 9 gran Jo Bell 07700 900456"]),
        ("Name\tMum\nTia Bell\tAnn Bell\nOmar Reid\tSue Reid", ["Tia Bell (mum Ann Bell)", "Omar Reid (mum Sue Reid)"]),
    ],
)
def test_a_carer_beside_a_name_is_kept_and_read_again(text: str, lines: list[str]) -> None:
    for typed in (text, "\n".join(lines)):
        found = read(typed)
        assert isinstance(found, Understood)
        assert [one.line for one in found.value.people] == lines


@pytest.mark.parametrize("text", ["robin 12 (mum jo 07700 900456)", "Ashdown, Robin – 12 – mum: Jo jo@example.org"])
def test_no_button_loses_the_age_or_the_carer(text: str) -> None:
    found = read(f"Tia Bell\n{text}", ["Robin Ashdown"])
    assert isinstance(found, Ask)
    assert found.kept is not None
    for choice in found.kept.doubts[0].choices:
        assert "aged 12 mum " in choice.value
