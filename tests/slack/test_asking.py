"""What only asks and gets no answer in time never says NOT SAVED; what was to be saved always does."""

import pytest

from bot.slack.call import Kind
from db.session import Database, Unavailable
from tests.support.world import World

TYPED = [
    ("meeting", "", True),
    ("meeting", "list", True),
    ("meeting", "show M-1", True),
    ("meeting", "gates M-1", True),
    ("meeting", "new Cooking club on Thursday at 16:00", False),
    ("meeting", "edit M-1 to Friday", False),
    ("meeting", "start M-1", False),
    ("facilitator", "meeting list", True),
    ("facilitator", "meeting new Cooking club on Thursday at 16:00", False),
    ("facilitator", "status", True),
    ("facilitator", "away until Monday", False),
    ("incident", "list", True),
    ("incident", "show I-7", True),
    ("incident", "list of things went missing; done: told the carer", False),
    ("incident", "M-1 fell; done: sat with her", False),
    ("participant", "list M-1", True),
    ("participant", "add Robin to M-1", False),
    ("report", "last week", True),
    ("report", "1 November to 15 November", True),
    ("guide", "lock meeting", True),
    ("attendance", "M-1 all", False),
    ("checklist", "M-1", False),
    ("invitation", "M-1", True),
]


def test_what_only_asks(world: World) -> None:
    assert world.bot is not None
    router = world.bot.app.router
    found = [(name, text, router.asks(Kind.COMMAND, name, text) is not None) for name, text, _asks in TYPED]
    assert found == TYPED


def test_a_question_without_an_answer_says_how_to_ask_for_less(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_what: object, **_how: object) -> None:
        raise Unavailable("too slow")

    monkeypatch.setattr(Database, "read", never)
    manager, farah = world.person("U0MAN"), world.person("U0FAC")
    said = manager.command("/report", "last week")
    assert "NOT SAVED" not in said.text
    assert "could not be looked up" in said.text
    assert "fewer days" in str(said.blocks)
    said = farah.command("/participant", "add Robin to M-1")
    assert "NOT SAVED" in said.text
    assert "add Robin to M-1" in str(said.blocks)
