"""The one card of a meeting: small at every moment, and with one thing next."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.policy import PACK_NAMES
from db.models import Meeting
from tests.prompts.conftest import reminders
from tests.support.clearing import clear
from tests.support.world import World, open_world

LINK = "https://zoom.us/j/12345678901"
LONG = "Cooking, baking and eating together with everybody who comes on Thursdays after school and at home"
PEOPLE = ", ".join(
    [
        "Aled",
        "Bronwen",
        "Cai",
        "Dilys",
        "Emrys",
        "Ffion",
        "Gwen",
        "Huw",
        "Ianto",
        "Jac",
        "Kit",
        "Lowri",
        "Mali",
        "Non",
        "Owain",
        "Pedr",
        "Rhys",
        "Siwan",
        "Tegid",
        "Una",
        "Wyn",
        "Yestin",
        "Zena",
        "Anwen",
        "Bleddyn",
        "Carys",
        "Dafydd",
        "Elen",
        "Gethin",
        "Heledd",
    ]
)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def size(blocks: list[dict[str, Any]]) -> tuple[int, int]:
    """How many blocks a card has and how many characters one reads on it; a person's name counts as twelve."""
    words: list[str] = []

    def read(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                read(one)
        elif isinstance(part, dict) and part.get("type") != "overflow":
            if isinstance(part.get("text"), str):
                words.append(part["text"])
            for one in part.values():
                read(one)

    read(blocks)
    seen = re.sub(r"<!date\^[^|]*\|([^>]*)>", r"\1", "\n".join(words))
    return len(blocks), len(re.sub(r"<@\w+>", "@" + "x" * 11, seen))


def shown(world: World, intro: int = 0) -> str:
    """The card of M-1 as Farah sees it, held against one screen of a phone; what it says."""
    answer = world.person("U0FAC").command("/meeting", "show M-1", channel="C0YOUTH")
    blocks, characters = size(answer.blocks)
    assert blocks <= 12 + intro, answer.text
    assert characters <= 900, (characters, answer.text)
    primary = [one for block in answer.blocks for one in block.get("elements", []) if one.get("style") == "primary"]
    assert len(primary) <= 1, answer.text
    assert not re.search(r"\b(gate|tick id|provider)s?\b", answer.text, re.IGNORECASE)
    return answer.text


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_it_fits_on_a_phone_at_every_moment_under_every_policy(database_url: str, tmp_path: Path, policy: str) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        farah = world.person("U0FAC")
        farah.command("/meeting", f"new “{LONG}” in Cooking on Thursday at 16:00 for 60 min with @Col.Co-worker")
        assert "paste its link" in shown(world)
        farah.command("/meeting", f"edit M-1 link {LINK}")
        assert "Nobody is registered yet" in shown(world)
        farah.command("/participant", f"add {PEOPLE} to M-1")
        said = shown(world)
        assert "30 registered" in said
        assert "Start" not in said
        clear(farah, "M-1", "ready", manager=world.person("U0MAN"))
        shown(world)
        clear(farah, "M-1", "invite")
        shown(world)
        (starts,) = world.read(lambda session: session.execute(select(Meeting.starts_at)).one())
        for before in (25 * HOUR, 23 * HOUR, 59 * MINUTE, 20 * MINUTE):
            _to(world, starts - before)
            shown(world)
        farah.command("/meeting", "urgent M-1 because of a call")
        farah.submit()
        farah.close(all_views=True)
        assert "*Next:*" in shown(world)
        assert "Started" in farah.command("/meeting", "start M-1").text
        shown(world)
        _to(world, starts + 10 * MINUTE)
        shown(world)
        _to(world, starts + HOUR + MINUTE)
        assert "Close the room" in shown(world)
        farah.command("/meeting", "end M-1")
        assert "Then take the register" in shown(world)
        farah.command("/attendance", "M-1 all except Aled")
        assert "29 of 30 came" in shown(world)
        assert world.sandbox.violations == []


def _to(world: World, moment: datetime) -> None:
    world.clock_forward((moment.astimezone(UTC)).timestamp() - world.now())


def offers(world: World, reference: str = "M-1") -> str:
    """The one thing next on a card: what it says and the button to it."""
    card = world.person("U0FAC").command("/meeting", f"show {reference}", channel="C0YOUTH")
    text = next(one["text"]["text"] for one in card.blocks if one["block_id"] == "next")
    buttons = [each for one in card.blocks if one["block_id"] == "next_button" for each in one["elements"]]
    return f"{text} [{'/'.join(one['text']['text'] for one in buttons)}]"


def test_what_is_next_is_what_is_still_to_be_done(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking on Thursday at 16:00 for 60 min with @Col.Co-worker", channel="C0YOUTH")
    farah.command("/meeting", f"edit M-1 link {LINK}", channel="C0YOUTH")
    farah.command("/participant", "add Rhys Roberts, Mia Moss to M-1", channel="C0YOUTH")
    card = farah.command("/meeting", "show M-1", channel="C0YOUTH").text
    assert "2 registered. The link can go to nobody yet: 2 without" in card
    for moment in ("ready", "invite", "start"):
        clear(farah, "M-1", moment, manager=world.person("U0MAN"))
    (starts,) = world.read(lambda session: session.execute(select(Meeting.starts_at)).one())
    _to(world, starts - 20 * MINUTE)
    # What stands before a start is the link that nobody has.
    assert "Send the link to everybody" in offers(world)
    farah.command("/invitation", "M-1", channel="C0YOUTH")
    assert offers(world).endswith("[Start]")
    # Who had it and may have it no more makes up for nobody else.
    farah.command("/participant", "show Mia Moss", channel="C0YOUTH")
    farah.submit(ban_why="She shouted at others")
    farah.close(all_views=True)
    farah.command("/participant", "add Zoe Zimmer to M-1", channel="C0YOUTH")
    clear(farah, "M-1", "invite", manager=world.person("U0MAN"))
    card = farah.command("/meeting", "show M-1", channel="C0YOUTH").text
    assert "The link went to 2 of 3, it can go to 1 more" in card
    # Once its time is over it is not started any more: it says how it stands.
    _to(world, starts + 26 * HOUR)
    said = farah.command("/meeting", "show M-1", channel="C0YOUTH")
    assert "It was not started, and its time is over." in said.text
    assert "`/meeting cancel M-1`" in said.text
    assert "'Start'" not in str(said.blocks)
    assert offers(world).endswith("[Register]")
    assert "Start it now? Nothing was changed." in str(farah.command("/meeting", "start M-1", channel="C0YOUTH").blocks)
    # Urgent contact: who comes, the link, and that it can start.
    farah.command("/meeting", "new “A talk” on 3 June 2027 at 16:00 for 60 min with @Col.Co-worker", channel="C0YOUTH")
    farah.command("/meeting", f"edit M-2 link {LINK[:-1]}9", channel="C0YOUTH")
    farah.command("/meeting", "urgent M-2 because of a call", channel="C0YOUTH")
    farah.submit()
    farah.close(all_views=True)
    assert "Who comes?" in offers(world, "M-2")
    farah.command("/participant", "add Sam Smith to M-2", channel="C0YOUTH")
    assert "Send the link to everybody" in offers(world, "M-2")
    farah.command("/invitation", "M-2", channel="C0YOUTH")
    assert "it can start at any time. [Start]" in offers(world, "M-2")
    assert world.sandbox.violations == []


def test_once_it_runs_all_in_and_locked_are_one_tap_each(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        farah = world.person("U0FAC")
        farah.command("/meeting", "new Cooking on Thursday at 16:00 for 60 min with @Col.Co-worker", channel="C0YOUTH")
        farah.command("/meeting", f"edit M-1 link {LINK}", channel="C0YOUTH")
        farah.command("/participant", "add Rhys Roberts, Mia Moss to M-1", channel="C0YOUTH")
        (starts,) = world.read(lambda session: session.execute(select(Meeting.starts_at)).one())
        farah.command("/meeting", "urgent M-1 because of a call", channel="C0YOUTH")
        farah.submit()
        farah.close(all_views=True)
        _to(world, starts + MINUTE)
        assert "Started" in farah.command("/meeting", "start M-1", channel="C0YOUTH").text
        reminders(world)
        farah.submit(everything_of(farah.view, "start", "housekeeping"))
        farah.close(all_views=True)
        _to(world, starts + 10 * MINUTE)
        said = offers(world)
        assert "Everybody is here: lock the meeting." in said
        assert said.endswith("[Locked/All in]")
        assert "2 present" in farah.click("All in").text
        assert offers(world).endswith("[Locked]"), "who is in has been said"
        assert "2 of 2 are in." in farah.command("/meeting", "show M-1", channel="C0YOUTH").text
        assert "Ticked for M-1" in farah.click("Locked").text
        assert "lock the meeting" not in offers(world)
        assert world.sandbox.violations == []


def everything_of(view: dict[str, Any] | None, *groups: str) -> dict[str, Any]:
    """Every box of these groups of the form of reminders."""
    assert view is not None
    boxes = [one for one in view["blocks"] if one.get("element", {}).get("type") == "checkboxes"]
    mine = [one for one in boxes if one["block_id"].partition(".")[0] in groups]
    return {one["block_id"]: [each["value"] for each in one["element"]["options"]] for one in mine}
