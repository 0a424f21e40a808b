"""Every prompt of every policy as the person who is prompted sees it, and where the policies are silent."""

import csv
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.facts.points import Point, prompt
from bot.meetings.card_times import CARDS
from bot.policy import PACK_NAMES, clauses, load_pack
from bot.policy.cited import Item, Text
from bot.policy.filling import Words
from bot.policy.gates import Tick
from bot.policy.model import Prompts
from bot.prompts import board, views
from bot.prompts.board import HOUSEKEEPING, Board, Box, Card, Group
from bot.slack.call import Say
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


VOICED = {
    "working4u": {"planning", "day_before", "hour_before", "start", "all_present", "afterwards"},
    "sendiass": {"planning", "hour_before", "start", "all_present", "end", "afterwards"},
    "voluntary_sector": {"planning", "start", "all_present", "afterwards"},
    "james": {"planning", "hour_before", "start", "all_present", "end", "afterwards"},
    "st_josephs": {"planning", "day_before", "hour_before", "start", "all_present", "end"},
}
"""The moments at which each policy has something to say; at the others no card is posted."""


def meeting(state: MeetingState = MeetingState.READY) -> Meeting:
    """M-12, whose title holds a name."""
    return Meeting(
        id=uuid.UUID(int=1), number=12, title="Cooking with Rhys", starts_at=START, state=state, breakout_rooms=True
    )


def drawn(policy: str, moment: Moment, ticks: dict[Point, Tick] | None = None, state: str = "ready") -> Card:
    """The card of a moment."""
    about = meeting(MeetingState(state))
    return board.draw_up(load_pack(policy), about, moment, ticks or {}, Words(), "Europe/London", 3)


def moment_of(seen: dict[str, str]) -> Moment:
    """The moment on whose card a prompt stands."""
    wanted = Moment.START if seen["moment"] == HOUSEKEEPING else Moment(seen["moment"])
    return next(one[0] for one in CARDS if wanted in one)


def whole_form(policy: str) -> dict[str, Any]:
    """The form with every box of a policy."""
    groups = board.groups_of(load_pack(policy), meeting(), tuple(Moment), {}, Words())
    return views.form(Board(meeting(), "Policy", "Europe/London", groups, 0))


def texts(blocks: list[dict[str, Any]], name: str, kind: str) -> str:
    """The words of the blocks of a group of that kind."""
    found = [block for block in blocks if block["block_id"].startswith(f"{name}.") and block["type"] == kind]
    inside = [block.get("text") or block["elements"][0] for block in found]
    return "\n".join(one["text"] for one in inside)


def clauses_of(number: str, small_print: str) -> list[str]:
    """The clauses that stand under a number in small print."""
    parts = [part for line in small_print.splitlines() for part in line.split(" · ")]
    return next(part.partition(" ")[2].split(", ") for part in parts if part.startswith(f"{number} "))


@pytest.mark.parametrize("seen", cases(SEEN))
def test_the_card_says_it_and_names_the_clause(seen: dict[str, str]) -> None:
    blocks = views.card(drawn(seen["policy"], moment_of(seen))).blocks
    lines = texts(blocks, seen["moment"], "section")
    found = re.search(rf"(\d+)\. {re.escape(seen['seen'])}(?: \([*_](.+)[*_]\))?$", lines, re.MULTILINE)
    assert found, lines
    assert (found[2] or "") == seen["how"], "how hard it is"
    assert seen["clause"] in clauses_of(found[1], texts(blocks, seen["moment"], "context"))


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
    assert seen["clause"] in clauses_of(number, texts(blocks, seen["moment"], "context"))


@pytest.mark.parametrize(
    "clause", [pytest.param(one["clause"], marks=pytest.mark.clause(one["clause"])) for one in SEEN if not one["id"]]
)
def test_the_housekeeping_that_was_read_out_is_ticked_with_its_clauses(clause: str) -> None:
    policy = clauses()[clause].document
    note = texts(whole_form(policy)["blocks"], HOUSEKEEPING, "context")
    assert clause in clauses_of("1", note)
    tick = Tick("U0COW", START)
    said = views.card(drawn(policy, Moment.START, {prompt("start", "housekeeping"): tick}))
    assert "✅ All of this was said to everybody. · <@U0COW>" in texts(said.blocks, HOUSEKEEPING, "section")


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


@pytest.mark.parametrize("policy", PACK_NAMES)
@pytest.mark.parametrize("moment", [one[0] for one in CARDS])
def test_a_policy_that_is_silent_gives_no_card(policy: str, moment: Moment) -> None:
    assert drawn(policy, moment).silent is (moment.value not in VOICED[policy])


def test_every_moment_of_a_pack_is_on_exactly_one_card() -> None:
    assert sorted(moment for card in CARDS for moment in card) == sorted(Prompts.model_fields)


def words(said: Say) -> str:
    """All the words of a message."""
    return said.text + "\n" + "\n".join(str(block) for block in said.blocks)


@pytest.mark.parametrize(("policy", "moment"), [(policy, one) for policy in VOICED for one in sorted(VOICED[policy])])
def test_a_card_names_nobody_and_offers_what_helps(policy: str, moment: str) -> None:
    said = words(views.card(drawn(policy, Moment(moment))))
    assert "Rhys" not in said
    assert "M-12" in said
    assert re.search(r"These help: `/\w+", said)


def test_a_started_meeting_is_not_told_to_start() -> None:
    assert "/meeting start M-12" in words(views.card(drawn("james", Moment.START)))
    assert "/meeting start M-12" not in words(views.card(drawn("james", Moment.START, state="started")))
    assert "/meeting end M-12" in words(views.card(drawn("james", Moment.END, state="started")))
    assert "/meeting end M-12" not in words(views.card(drawn("james", Moment.END, state="ended")))


def test_how_hard_a_prompt_is_stands_beside_it() -> None:
    lines = texts(views.card(drawn("working4u", Moment.START)).blocks, "start", "section")
    assert "Everybody agrees to it aloud. (*must*)" in lines
    lines = texts(views.card(drawn("working4u", Moment.HOUR_BEFORE)).blocks, "hour_before", "section")
    assert "to hear when somebody arrives. (_if you like_)" in lines
    lines = texts(views.card(drawn("james", Moment.AFTERWARDS)).blocks, "afterwards", "section")
    assert "debrief and evaluate. (_when possible_)" in lines


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


def test_many_long_prompts_are_all_on_the_card() -> None:
    boxes = tuple(
        Box(prompt("end", str(one)), str(one), f"{'Look around. ' * 30}Number {one}", (f"JAM-{one:03}",), "reminder")
        for one in range(1, 13)
    )
    card = Card(meeting(), Moment.END, "Policy", "Europe/London", (Group("end", boxes),))
    blocks = views.card(card).blocks
    lines, small = texts(blocks, "end", "section"), texts(blocks, "end", "context")
    for one in range(1, 13):
        assert f"Number {one}\n" in lines + "\n"
        assert clauses_of(str(one), small) == [f"JAM-{one:03}"]
    assert "…" not in lines


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
