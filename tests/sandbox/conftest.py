"""A sandbox of a few invented people, and a Bolt app that listens to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Channel, Sandbox, User
from bot.sandbox.person import Person
from tests.sandbox.bolt_bot import BoltBot

PEOPLE: list[tuple[str, str, dict[str, Any]]] = [
    ("U0ADA", "Ada Example", {"email": "ada@example.org"}),
    ("U0BOB", "Bob Sample-Jones", {"email": "bob@example.org"}),
    ("U0GUEST", "Gil Guest", {"is_restricted": True}),
    ("U0GONE", "Gone Example", {"deleted": True}),
    ("U0EXT", "Ext Stranger", {"team_id": "T0OTHER"}),
]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A workspace with every scope, which must end without a violation that the test did not clear."""
    made = Sandbox(
        users=[User(id=user_id, name=name, **fields) for user_id, name, fields in PEOPLE],
        channels=[
            Channel("C0GENERAL", "general", members=["U0ADA", "U0BOB", "U0BOT", "U0EXT"], is_ext_shared=True),
            Channel("C0OTHER", "other", members=["U0ADA"]),
            Channel("G0LEADS", "leads", is_private=True, members=["U0BOB", "U0BOT"]),
            Channel("G0SECRET", "secret", is_private=True, members=["U0BOB"]),
            Channel("C0OLD", "old", members=["U0ADA", "U0BOT"], is_archived=True),
        ],
        manifest=tmp_path / "none.yml",
    )
    with made:
        yield made
        assert made.violations == []


@pytest.fixture
def bolt(sandbox: Sandbox) -> Iterator[BoltBot]:
    """A Bolt app without listeners, reached over signed HTTP."""
    bot = BoltBot(sandbox)
    sandbox.bot_url = bot.start()
    yield bot
    bot.stop()


@pytest.fixture
def ada(sandbox: Sandbox) -> Person:
    """A full member of the workspace."""
    return sandbox.person("U0ADA")
