"""A start that the policy refuses: what is said, what holds it up in each policy, and what does not."""

import re
from pathlib import Path
from typing import Any

import pytest

from db.models import MeetingState
from tests.support.clearing import choose_moment, clear, everything
from tests.support.meetings import begin, only, say, schedule
from tests.support.world import World, open_world

HOLDS_UP = {
    "working4u": (("waiting room is always on", "W4U-026"), ("has a password", "W4U-144")),
    "sendiass": (("The host decides when users can join", "SEN-023"), ("Attendees cannot share", "SEN-037")),
    "voluntary_sector": (("There is a clear remit", "VOL-011"), ("Add a meeting password", "VOL-015")),
    "james": (("Every group session has a purpose", "JAM-064"), ("Use the waiting room", "JAM-076")),
    "st_josephs": (("Say what this meeting is for", "STJ-025"), ("nothing of the kind", "STJ-021")),
}


def labels(world: World, text: str) -> set[str]:
    """The labels of the buttons that an answer to `/meeting …` has."""
    answer = world.person("U0FAC").command("/meeting", text, channel="C0YOUTH")
    parts = [part for block in answer.blocks if block["type"] == "actions" for part in block["elements"]]
    items = [one for part in parts for one in (part, *part.get("options", ()))]
    return {one["text"]["text"] for one in items if "text" in one}


def _by_policy() -> list[Any]:
    return [
        pytest.param(policy, rows, marks=pytest.mark.clause(*(clause for _, clause in rows)), id=policy)
        for policy, rows in HOLDS_UP.items()
    ]


@pytest.mark.parametrize(("policy", "rows"), _by_policy())
def test_an_open_gate_refuses_the_start_with_its_sentence_and_clauses(
    database_url: str, tmp_path: Path, policy: str, rows: tuple[tuple[str, str], ...]
) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        schedule(world)
        said = say(world, "start M-1")
        assert "M-1 can't start yet." in said
        assert said.count("🔴") + said.count("🟠") == 2, "one thing is next, in the text and in its block"
        assert "things come first." in said
        assert re.search(r"Next: .+\([A-Z0-9]{3}-\d{3}", said), "with its clauses"
        every = world.person("U0FAC").click("command.again.0").text
        for sentence, clause in rows:
            assert sentence in every
            assert clause in every
        assert "still in set-up" not in said, "set-up alone never keeps a session from running"
        assert only(world).state is MeetingState.SCHEDULED
        assert only(world).started_at is None
        assert world.sandbox.violations == []


def test_the_button_is_refused_like_the_command_and_leads_to_the_start(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    assert "Start" not in labels(world, "show M-1"), "no start is offered days ahead"
    world.clock_forward(only(world).starts_at.timestamp() - world.now() - 3600)
    say(world, "show M-1")
    assert "can't start yet" in farah.click("Start").text
    farah.click("What your policy asks for")
    farah.close(all_views=True)
    clear(farah, "M-1", "ready")
    assert only(world).state is MeetingState.READY
    refused = say(world, "start M-1")
    assert "One worker leads the session and the other supports" in refused
    assert "(JAM-066)" in refused
    farah.command("/meeting", "tick M-1", channel="C0YOUTH")
    choose_moment(farah, "start")
    farah.submit(everything(farah.view))
    farah.click("Start M-1")
    farah.click("Start it now")
    assert only(world).state is MeetingState.STARTED
    assert "Started" in farah.seen()
    farah.close(all_views=True)
    farah.command("/attendance")
    assert farah.view is not None
    assert farah.view["title"]["text"] == "Register of M-1", "an hour early it has begun all the same"


@pytest.mark.clause("JAM-055")
def test_advice_and_reminders_hold_nothing_up(world: World) -> None:
    schedule(world, names="")
    farah = world.person("U0FAC")
    farah.command("/meeting", "tick M-1", channel="C0YOUTH")
    choose_moment(farah, "start")
    values = {key: value for key, value in everything(farah.view).items() if key != "why.checklist"}
    farah.submit(values)
    farah.close(all_views=True)
    assert "🔵 _advice_ A risk assessment before each session is good practice" in say(world, "gates M-1")
    assert only(world).state is MeetingState.READY
    assert "Started" in begin(world)


def test_a_second_start_changes_nothing_and_shows_how_it_stands(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "start")
    begin(world)
    began = only(world).started_at
    assert "running now" in say(world, "start M-1")
    assert only(world).started_at == began
