"""A group's first and second session under a policy, walked through signed requests with a Zoom and a mailbox."""

import contextlib
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.policy import load_pack
from bot.sandbox.mailbox import Mailbox
from db.models import Meeting
from tests.support import clearing
from tests.support.weeks import FAMILIES, NAMES, Typed, Walk
from tests.support.world import World, migrated
from tests.support.zoom import HOST, zoom_world

_QUIET = 0.1


def walked(policy: str, people: int) -> Walk:
    """Both sessions of a group of so many children, walked: `walk.first` and `walk.second` are what they asked of their
    host, `walk.told` each text that was read."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        url = f"sqlite:///{folder}/facilitator.db"
        migrated(url)
        mailbox = Mailbox()
        mailbox.start()
        more = {"smtp_url": mailbox.smtp_url, "mail_from": "club@example.org"}
        try:
            with zoom_world(url, Path(folder), settings=more, policy=policy, **_texts(policy)) as (world, _):
                return _walked(world, people)
        finally:
            mailbox.stop()


def _texts(policy: str) -> dict[str, Any]:
    """What a policy leaves to the organisation, and its Zoom account."""
    words = {"text": "Ours.", "link": "https://example.org/ours"}
    texts = {slot.id: words[slot.holds] for slot in load_pack(policy).slots if slot.holds in words}
    account = {"email": "club@example.org", "phone": "020 7946 0010", "holders": ["U0LEAD", "U0DEP"]}
    kept = {"attendance": 1095, "incidents": 2190, "messages": 365, "chat": 30, "recordings": 30}
    own = {"house_rules": "Be kind.", "account": account, "group_size": 40, "zoom_host": HOST}
    return {"texts": texts, "retention": kept, **own}


def _walked(world: World, people: int) -> Walk:
    client, manager = Typed(world.person("U0FAC")), world.person("U0MAN")

    def settle() -> None:
        before = None
        while before != (before := client.shown()):
            world.settle()
            time.sleep(_QUIET)

    def go_to(moment: datetime) -> None:
        world.clock_forward(moment.timestamp() - world.now())
        settle()

    def allow(reference: str) -> None:
        clearing.clear(manager, reference, "ready")
        settle()

    def starts(number: int) -> datetime:
        wanted = select(Meeting).where(Meeting.number == number)
        return world.read(lambda session: session.scalars(wanted).one()).starts_at

    walk = Walk(client, settle, go_to, allow)
    walk.made(_people(people))
    walk.first = walk.session(1, lambda: starts(1), first=True)
    walk.second = walk.session(2, lambda: starts(2))
    return walk


def _people(number: int) -> Sequence[str]:
    named = zip(NAMES, FAMILIES, strict=True)
    every = [f"{name} {10 + at % 4} mum {carer} {carer.lower()}@example.org" for at, (name, carer) in enumerate(named)]
    return every[:number]
