"""Who has to wait for link and passcode: the rules always go out, the rest only to whom the policy lets have it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Meeting, Registration
from tests.invitations.conftest import LINK, passcode, schedule
from tests.support.clearing import choose_moment, clear, everything
from tests.support.world import World, open_world

ASK = "/invitation"

# By policy: a sentence with its clause that holds the link back, and who is still held when all is ticked that
# staff can tick. Siân has her carer's address, Robin is an adult with his own, Kit has none.
HELD: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "working4u": ("Registration data and information sharing are complete", ("W4U-075",), ("Kit",)),
    "sendiass": ("No agreement to the house rules is recorded: the rules only", ("SEN-044",), ("Kit",)),
    "voluntary_sector": ("The address is not recorded as a parent’s or carer’s", (), ()),
    "james": ("Child protection processes and procedures were explained", ("JAM-052",), ()),
    "st_josephs": ("The address is not recorded as a parent’s or carer’s", ("STJ-029",), ("Kit",)),
}


def _by_policy() -> list[Any]:
    return [
        pytest.param(policy, *row, marks=pytest.mark.clause(*row[1]) if row[1] else (), id=policy)
        for policy, row in HELD.items()
    ]


@pytest.mark.parametrize(("policy", "sentence", "clauses", "still"), _by_policy())
def test_the_rules_for_all_and_the_link_for_those_whom_nothing_holds_back(
    database_url: str, tmp_path: Path, policy: str, sentence: str, clauses: tuple[str, ...], still: tuple[str, ...]
) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        schedule(world)
        farah = world.person("U0FAC")
        before = farah.command(ASK, "M-1 for Kit", channel="C0YOUTH").text
        every = farah.click("command.again.0").text if "Show all" in before else before
        assert sentence in every
        assert all(clause in every for clause in clauses)
        assert "Hello Kit," in before or "Dear parent or carer of Kit," in before
        assert LINK not in before
        assert passcode(world) not in before
        clear(farah, "M-1", "invite", manager=world.person("U0MAN"))
        for name in ("Siân", "Robin", "Kit"):
            text = farah.command(ASK, f"M-1 for {name}", channel="C0YOUTH").text
            assert (name, LINK in text, passcode(world) in text) == (name, name not in still, name not in still)
            assert ("No link and no passcode yet" in text) is (name in still)
        everybody = farah.command(ASK, "M-1", channel="C0YOUTH").text
        assert LINK in everybody
        assert (f"yet for {' and '.join(still)}." in everybody) is bool(still)
        assert world.sandbox.violations == []


def test_for_everybody_the_link_is_a_text_of_its_own_and_says_to_whom(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    robin = world.read(
        lambda s: next(one.id.hex for one in s.scalars(select(Registration)) if one.participant.name == "Robin")
    )
    farah.command(ASK, "M-1 for Robin", channel="C0YOUTH")
    farah.click("What your policy asks for")
    view = farah.view
    assert view is not None
    farah.submit(everything(view))
    assert view["private_metadata"].endswith(f":invite:{robin}"), "opened for the person that the text was for"
    farah.close(all_views=True)
    answer = farah.command(ASK, "M-1", channel="C0YOUTH")
    codes = [block["elements"][0]["elements"][0]["text"] for block in answer.blocks if block["type"] == "rich_text"]
    rules, link = codes
    assert "*The rules, for everybody*" in answer.text
    assert "*The link, only to Robin*" in answer.text
    assert "No link and no passcode yet for Kit and Siân." in answer.text
    assert "Our ground rules" in rules
    assert LINK not in rules
    assert passcode(world) not in rules
    assert f"Link: {LINK}\nPasscode: {passcode(world)}" in link
    assert "Our ground rules" not in link


@pytest.mark.clause("W4U-142")
def test_the_day_before_or_a_reason(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        schedule(world)
        farah = world.person("U0FAC")
        farah.command("/meeting", "tick M-1", channel="C0YOUTH")
        choose_moment(farah, "invite")
        values = everything(farah.view)
        farah.submit({key: value for key, value in values.items() if key != "why.link-day"})
        farah.close(all_views=True)
        early = farah.command(ASK, "M-1 for Robin", channel="C0YOUTH").text
        assert "The day for it is Wednesday 25 November. On another day, write down why." in early
        assert "W4U-142" in early
        assert LINK not in early
        farah.command("/meeting", "tick M-1 link-day because Robin is away tomorrow", channel="C0YOUTH")
        assert LINK in farah.command(ASK, "M-1 for Robin", channel="C0YOUTH").text
        farah.command("/meeting", "untick M-1 link-day", channel="C0YOUTH")
        assert LINK not in farah.command(ASK, "M-1 for Siân", channel="C0YOUTH").text
        to(world, timedelta(days=1))
        assert LINK in farah.command(ASK, "M-1 for Siân", channel="C0YOUTH").text
        to(world, timedelta(hours=3))
        assert LINK in farah.command(ASK, "M-1 for Siân", channel="C0YOUTH").text, "it went out on the day for it"
        assert LINK not in farah.command(ASK, "M-1 for Robin", channel="C0YOUTH").text, "it went out too early"
        assert world.sandbox.violations == []


def to(world: World, before: timedelta) -> None:
    """Move the clock to so long before the meeting."""
    starts_at = world.read(lambda session: session.scalars(select(Meeting)).one().starts_at)
    world.clock_forward((starts_at - before).timestamp() - world.now())


@pytest.mark.clause("JAM-072")
def test_somebody_who_is_not_on_the_meeting_has_to_ask_its_staff(world: World) -> None:
    schedule(world)
    clear(world.person("U0FAC"), "M-1", "invite")
    text = world.person("U0LEAD").command(ASK, "M-1 for Robin", channel="C0YOUTH").text
    assert "Ask Farah Facilitator, who is in charge of this meeting." in text
    assert "JAM-072" in text
    assert LINK not in text
    assert LINK in world.person("U0FAC").command(ASK, "M-1 for Robin", channel="C0YOUTH").text


def test_an_organisation_in_set_up_can_invite(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="voluntary_sector") as world:
        schedule(world)
        farah = world.person("U0FAC")
        assert "still in set-up" in farah.command("/meeting", "show M-1", channel="C0YOUTH").text
        assert LINK in farah.command(ASK, "M-1 for Robin", channel="C0YOUTH").text
        assert world.sandbox.violations == []


def test_with_nobody_registered_the_gates_of_the_meeting_alone_count(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Baking on 26 November 2037 at 16:00", channel="C0YOUTH")
    farah.submit()
    farah.close()
    farah.command("/meeting", f"edit M-1 link {LINK}", channel="C0YOUTH")
    assert LINK in farah.command(ASK, "M-1", channel="C0YOUTH").text
    held = world.person("U0LEAD").command(ASK, "M-1", channel="C0YOUTH").text
    assert "No link and no passcode yet." in held
    assert LINK not in held
