"""Every prompt of every policy as the person who is prompted sees it."""

import csv
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.facts.points import prompt
from bot.meetings.card import HOUSEKEEPING
from bot.meetings.card_times import CARDS
from bot.policy import PACK_NAMES, clauses, load_pack
from bot.policy.cited import Item, Text
from bot.policy.filling import Words
from bot.policy.model import Prompts
from bot.prompts import board, views
from bot.prompts.board import Board, Box, Group
from db.models import Meeting, MeetingState, Moment

START = datetime(2037, 11, 26, 16, tzinfo=UTC)
with (Path(__file__).parent / "seen_in_cards.csv").open(encoding="utf-8", newline="") as file:
    SEEN = list(csv.DictReader(file))


def cases(rows: list[dict[str, str]]) -> list[Any]:
    """A case for each row, marked with the clause that it shows."""
    return [
        pytest.param(one, id=f"{one['clause']}-{one['moment']}-{one['id']}", marks=pytest.mark.clause(one["clause"]))
        for one in rows
    ]


def meeting(state: MeetingState = MeetingState.READY) -> Meeting:
    """M-12, whose title holds a name."""
    return Meeting(
        id=uuid.UUID(int=1), number=12, title="Cooking with Rhys", starts_at=START, state=state, breakout_rooms=True
    )


def whole_form(policy: str) -> dict[str, Any]:
    """The form with every box of a policy."""
    groups = board.groups_of(load_pack(policy), meeting(), tuple(Moment), {}, Words())
    said = board.read_out(load_pack(policy), Words())
    return views.form(Board(meeting(), "Policy", "Europe/London", groups, 0, said))


def texts(blocks: list[dict[str, Any]], name: str, kind: str) -> str:
    """The words of the blocks of a group of that kind."""
    found = [block for block in blocks if block["block_id"].startswith(f"{name}.") and block["type"] == kind]
    inside = [block.get("text") or block["elements"][0] for block in found]
    return "\n".join(one["text"] for one in inside)


def clauses_of(number: str, small_print: str) -> list[str]:
    """The clauses that stand under a number in small print."""
    parts = [part for line in small_print.splitlines() for part in line.split(" · ")]
    return next(part.partition(" ")[2].split(", ") for part in parts if part.startswith(f"{number} "))


def how_hard(number: str, small_print: str) -> str:
    """How hard the thing of a number is, by the small print."""
    found = re.findall(r"_([a-z ]+)_: ([\d, ]+)", small_print)
    return next(str(word) for word, numbers in found if number in numbers.strip().split(", "))


@pytest.mark.parametrize("seen", cases([one for one in SEEN if not one["id"]]))
def test_what_is_read_out_stands_in_the_form_and_names_the_clause(seen: dict[str, str]) -> None:
    blocks = whole_form(seen["policy"])["blocks"]
    lines = texts(blocks, "said", "section")
    found = re.search(rf"(\d+)\. {re.escape(seen['seen'])}$", lines, re.MULTILINE)
    assert found, lines
    assert seen["clause"] in clauses_of(found[1], texts(blocks, "said", "context"))


@pytest.mark.parametrize("seen", cases([one for one in SEEN if one["id"]]))
def test_the_form_has_a_box_for_it_and_names_the_clause(seen: dict[str, str]) -> None:
    blocks = whole_form(seen["policy"])["blocks"]
    options = [option for block in blocks for option in block.get("element", {}).get("options", [])]
    labels = {
        one["value"]: f"{one['text']['text']} {one.get('description', {}).get('text', '')}".strip() for one in options
    }
    number, _, text = labels[
        "gate:lock" if seen["id"] == "lock" else f"prompt:{seen['moment']}:{seen['id']}"
    ].partition(". ")
    assert text == seen["seen"]
    notes = texts(blocks, seen["moment"], "context")
    assert seen["clause"] in clauses_of(number, notes)
    assert how_hard(number, notes) == (seen["how"] or "reminder")


@pytest.mark.parametrize(
    "clause", [pytest.param(one["clause"], marks=pytest.mark.clause(one["clause"])) for one in SEEN if not one["id"]]
)
def test_the_housekeeping_that_was_read_out_is_ticked_with_its_clauses(clause: str) -> None:
    policy = clauses()[clause].document
    note = texts(whole_form(policy)["blocks"], HOUSEKEEPING, "context")
    assert clause in clauses_of("1", note)


def test_the_list_of_prompts_is_whole() -> None:
    written = {(one["policy"], one["clause"], one["moment"], one["id"]) for one in SEEN}
    there = set()
    for policy in PACK_NAMES:
        pack = load_pack(policy)
        for moment in Prompts.model_fields:
            items: tuple[Item, ...] = getattr(pack.prompts, moment)
            assert HOUSEKEEPING not in [item.id for item in items]
            there |= {(policy, clause, moment, item.id) for item in items for clause in item.clauses}
        there |= {(policy, clause, HOUSEKEEPING, "") for text in pack.housekeeping for clause in text.clauses}
    assert written == there


def test_every_moment_of_a_pack_is_on_exactly_one_card() -> None:
    assert sorted(moment for card in CARDS for moment in card) == sorted(Prompts.model_fields)


def test_how_hard_a_prompt_is_stands_beside_it() -> None:
    notes = texts(whole_form("working4u")["blocks"], "start", "context")
    assert "🔴 _must_: " in notes
    assert "⚪ _if you like_: 3" in texts(whole_form("working4u")["blocks"], "hour_before", "context")
    assert "🟠 _when possible_: " in texts(whole_form("james")["blocks"], "afterwards", "context")


def test_words_in_braces_and_the_organisations_own_text() -> None:
    words = Words({"host": "Farah"}, {"contract": "Be kind."})
    text = Text(text="Ask {host} for {platform}.", slot="contract", default=True)
    assert words.filled(text) == "Ask Farah for [platform]. Be kind."
    assert words.filled(Text(text="Plain.", slot="rules", default=True)) == "Plain."


def test_a_text_too_long_for_a_box_stands_whole_above_it() -> None:
    long = "Look after everybody who joins. " * 10
    box = Box(prompt("start", "care"), "care", long.strip(), (), "reminder")
    form = views.form(Board(meeting(), "Policy", "Europe/London", (Group("start", (box,)),), 0))
    assert long.strip() in texts(form["blocks"], "start", "section")
    assert "the bot’s own" in texts(form["blocks"], "start", "context")


def test_a_form_without_boxes_says_so() -> None:
    form = views.form(Board(meeting(), "Policy", "Europe/London", (), 0))
    assert "nothing to tick" in str(form)
    assert "submit" not in form


def test_what_is_not_planned_is_not_spoken_of() -> None:
    plain = meeting()
    plain.breakout_rooms = False
    for one, said in ((meeting(), True), (plain, False)):
        groups = board.groups_of(load_pack("working4u"), one, tuple(Moment), {}, Words())
        assert any("Breakout rooms" in box.text for group in groups for box in group.boxes) is said
