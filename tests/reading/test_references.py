"""Which meeting is meant, and what stops a command: every row of the tables that the readers alone can answer.

What was done already, and what other rooms say, is asked through the commands (`tests/meetings/test_typed.py`).
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy import load_pack
from bot.reading import leading, numbering, references, ticking
from bot.reading.outcome import Ask, Outcome, Refused, Understood
from bot.reading.references import Known
from tests.reading.rows import rows

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
ACTS = ("start", "end", "cancel")
_MEETING = re.compile(r"(\d+) ([^(;]+?)\s*(?:\(([^)]*)\))?(?:;|$)")
IDS = ("lock", "waiting-room", "carer-permission", "consent-at-entry", "carer-talk", "ground-rules", "rules-agreed")
ITEMS = [ticking.Item(one) for one in (*IDS, "staff-first", "clothing", "boundaries", "names-shown")]


def known(row: dict[str, str]) -> list[Known]:
    return [Known(int(number), title, STARTS) for number, title, _ in _MEETING.findall(row["meetings"])]


def said(outcome: Outcome[int], word: str) -> str:
    """An outcome as the tables write it."""
    match outcome:
        case Understood():
            return f"M-{outcome.value} {word}"
        case Ask():
            return f"ask {outcome.what}: {' | '.join(f'M-{one.value}' for one in outcome.choices)}"
        case Refused():
            return f"stop: {outcome.what}" if outcome.what.startswith(("M-", "I-")) else f"stop: “{outcome.what}”"


def of_numbers(found: Sequence[int], meetings: Sequence[Known]) -> Outcome[int]:
    """The meeting of a command with words of its own, whose numbers `split` found; with none the only one."""
    return references.which(" ".join(f"M-{one}" for one in found), meetings, acts=False, now=NOW)


def read(row: dict[str, str]) -> str:
    meetings = known(row)
    command, _, text = row["text"].partition(" ")
    if command == "/checklist":
        return said(references.which(text, meetings, acts=True, now=NOW), "checklist")
    first, _, rest = text.partition(" ")
    if first in ("tick", "untick"):
        return ticked(rest, meetings, first)
    if first == "urgent":
        found, _ = numbering.split(rest.partition("because")[0])
        return said(of_numbers(found, meetings), first)
    return said(references.which(rest, meetings, acts=first in ACTS, now=NOW), first)


def ticked(text: str, meetings: list[Known], word: str) -> str:
    found, rest = numbering.split(text)
    meeting = of_numbers(found, meetings)
    assert isinstance(meeting, Understood)
    outcome = ticking.read(rest, ITEMS)
    match outcome:
        case Understood():
            return f"M-{meeting.value} {word} {outcome.value}"
        case Ask(what="no tick"):
            return f"no tick: {outcome.choices[0].value}"
        case Ask():
            return f"ask which: {' | '.join(one.value for one in outcome.choices)}"
        case Refused():
            return f"stop: “{outcome.what}”"


WORDS = "|".join(("show", "start", "end", "cancel", "urgent", "tick", "untick"))


def pure(*folders: str) -> list[dict[str, str]]:
    """The rows that the readers alone can answer."""
    return [
        row
        for row in rows("references", *folders)
        if re.match(rf"/meeting ({WORDS})\b|/checklist", row["text"])
        and not row["expect"].startswith(("done already", "ask sure: untick"))
        and row["expect"] != "stop: ended"
    ]


def expected(row: dict[str, str]) -> str:
    """What the readers say: cancelling asks once more in any case."""
    cancels = " cancel " in row["text"]
    return re.sub(r"ask sure: (.*)", r"\1 cancel", row["expect"]) if cancels else row["expect"]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in pure()])
def test_every_row(row: dict[str, str]) -> None:
    if "the one on Friday" in row["expect"]:
        assert read(row).startswith("stop: ")
    else:
        assert read(row) == expected(row)


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("the one on Thursday", "M-1 show"),
        ("thursday's", "M-1 show"),
        ("tomorrow", "M-1 show"),
        ("Friday", "stop: “Friday”"),
    ],
)
def test_a_day_names_the_meeting_on_it(text: str, expect: str) -> None:
    meetings = [Known(1, "Cooking club", STARTS), Known(2, "Film club", STARTS.replace(day=21))]
    assert said(references.which(text, meetings, acts=False, now=NOW), "show") == expect
    if expect == "M-1 show" and text != "tomorrow":
        assert said(references.which(text, meetings, acts=True, now=NOW), "start") == "ask sure: M-1"


@given(st.text(alphabet=st.sampled_from("mM-–—#  1203abfilmclubno.,:?!’or&\u200b\xa0"), max_size=30))
def test_no_text_makes_two_commands_act_on_different_meetings(text: str) -> None:
    """Whatever is typed: what shows a meeting, what acts on one and what has words of its own mean the same one."""
    meetings = [Known(number, title, STARTS) for number, title in ((1, "Film club"), (2, "Cooking"), (12, "Film"))]
    looks = references.which(text, meetings, acts=False, now=NOW)
    acts = references.which(text, meetings, acts=True, now=NOW)
    with_words = of_numbers(numbering.split(text)[0], meetings)
    meant = {one.value for one in (looks, acts) if isinstance(one, Understood)}
    if numbering.split(text)[0] and isinstance(with_words, Understood):
        meant.add(with_words.value)
    for how in ({}, {"names": True}, {"first_only": True}):
        cut = leading.cut(text, meetings, NOW, **how)
        if cut is not None and len(cut.found) == 1 and cut.sure and not cut.near and not cut.rest:
            meant.add(cut.found[0].number)
    assert len(meant) <= 1


def test_every_id_of_every_policy_is_ticked_by_itself_and_by_nothing_with_not() -> None:
    for policy in ("working4u", "james", "st_josephs"):
        items = [ticking.Item(item.id) for item in load_pack(policy).prompts.start]
        for item in items:
            assert ticking.read(item.words, items) == Understood(item.id)
            for text in (f"not {item.words}", f"{item.words}?", f"{item.words} still to do", f"haven't {item.words}"):
                assert not isinstance(ticking.read(text, items), Understood)


CROSSED_OUT = ("~lock~", "[ ] lock", "☐ lock", "❌ lock", "lock ❌", "lock 👎", "lock\uff1f", "✗ lock", "lock?")


@pytest.mark.parametrize("text", CROSSED_OUT)
def test_what_is_crossed_out_or_left_open_ticks_nothing(text: str) -> None:
    found = ticking.read(text, ITEMS)
    assert isinstance(found, Ask)
    assert found.what == "no tick"


@pytest.mark.parametrize("text", ["lock", "✅ lock", "*lock*", "“Lock”", "- lock", "lock!"])
def test_marks_around_an_id_do_no_harm(text: str) -> None:
    assert ticking.read(text, ITEMS) == Understood("lock")
