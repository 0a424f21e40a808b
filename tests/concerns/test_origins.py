"""Where a concern can be raised from, and what comes with it: a link, a reference, never words."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import texts
from bot.sandbox.model import Message
from db.models import Concern, ConcernText
from tests.support.world import World

SAID = "MARKER-otter-5513"


def raised(world: World, who: str = "U0FAC") -> None:
    """From the gate that is open to the receipt."""
    person = world.person(who)
    person.click("concern.continue")
    person.choose("about", "child")
    person.submit(facts="This worries me", urgency="today")
    assert "Saved as" in person.seen()


def words_of(world: World) -> dict[str, str]:
    """The one concern's words as the lead reads them."""
    return world.read(lambda session: texts.texts_of(session, session.scalars(select(Concern)).one()))


def message_in(world: World, channel: str) -> Message:
    """A message that somebody wrote."""
    return world.person("U0COW").say(f"He said {SAID}", channel=channel)


def everything_kept(world: World) -> str:
    """All sealed words of all versions, opened."""

    def work(session: Session) -> str:
        rows = session.scalars(select(ConcernText))
        return "\n".join(row.words for row in rows)

    return world.read(work)


def test_from_a_message_comes_its_link_and_none_of_its_words(world: World) -> None:
    message = message_in(world, "C0YOUTH")
    world.person("U0FAC").message_shortcut("concern.message_shortcut", message)
    raised(world)
    world.settle()
    assert words_of(world)["message"].endswith(f".slack.com/archives/C0YOUTH/p{message.ts.replace('.', '')}")
    assert SAID not in everything_kept(world)
    lead = world.person("U0LEAD")
    lead.click("concern.read", message=world.sandbox.messages("G0CONCERN")[-1])
    assert words_of(world)["message"] in str(lead.view)
    assert "has added to this" not in str(lead.view)
    sent = [call.args for call in world.sandbox.calls if call.method == "chat.getPermalink"]
    assert len(sent) == 1


@pytest.mark.parametrize("fault", ["channel_not_found", "internal_error"])
def test_without_a_link_the_place_of_the_message_stays(world: World, fault: str) -> None:
    message = message_in(world, "C0YOUTH")
    world.sandbox.faults.error("chat.getPermalink", fault, times=1)
    world.person("U0FAC").message_shortcut("concern.message_shortcut", message)
    raised(world)
    if fault == "channel_not_found":
        world.settle()
        assert words_of(world)["message"] == f"C0YOUTH:{message.ts}"
        return
    world.sandbox.wait_for(lambda: [c for c in world.sandbox.calls if c.method == "chat.getPermalink"], 10)
    world.clock_forward(30)
    world.sandbox.wait_for(lambda: "https://" in words_of(world)["message"], 10)


def test_a_form_sent_again_keeps_the_link(world: World) -> None:
    message = message_in(world, "C0YOUTH")
    world.person("U0FAC").message_shortcut("concern.message_shortcut", message)
    raised(world)
    world.settle()
    world.sandbox.repeat()
    assert words_of(world)["message"].startswith("https://")
    assert "Saved already" in world.person("U0FAC").seen()


@pytest.mark.parametrize("shown", [False, True])
def test_from_an_incident_comes_its_reference_and_none_of_its_words(world: World, shown: bool) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    answer = farah.command("/incident", f"M-1 {SAID}; done: spoke to carer")
    if shown:
        farah.command("/incident", "show I-1")
        farah.click("Raise a concern")
    else:
        farah.click("Yes, raise a concern", answer.private)
    assert farah.view is not None
    assert farah.view["private_metadata"].startswith("incident:")
    assert SAID not in str(farah.view)
    raised(world)
    assert words_of(world) == {"facts": "This worries me", "incident": "I-1"}
    assert SAID not in everything_kept(world)


@pytest.mark.parametrize("way", ["command", "shortcut", "home", "desk"])
def test_every_way_begins_at_the_gate(world: World, way: str) -> None:
    farah = world.person("U0FAC")
    if way == "command":
        farah.command("/facilitator", "concern")
    elif way == "shortcut":
        farah.shortcut("concern.shortcut")
    elif way == "desk":
        farah.command("/facilitator", "")
        farah.click("I am worried about somebody")
    else:
        farah.home(timeout=5)
        farah.click("I am worried about somebody")
    assert "Is somebody in danger right now? Call 999" in str(farah.view)
    assert "020 7946 0001" in str(farah.view)
    raised(world)
    farah.click("concern.add_more")
    farah.submit(facts="and more")
    assert words_of(world) == {"facts": "This worries me", "more.1.facts": "and more"}
