"""A group's first and second session under each policy: what its host taps, reads and is asked to confirm."""

import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.policy import PACK_NAMES, load_pack
from bot.sandbox.mailbox import Mailbox
from db.models import Meeting
from tests.bench.figure import Figure
from tests.support import clearing
from tests.support.weeks import FAMILIES, NAMES, Count, Typed, Walk
from tests.support.world import World, migrated
from tests.support.zoom import HOST, zoom_world

_TAPS, _WORDS, _THINGS = 13, 251, 4
"""A second session where nothing changed: at most 12 taps, 250 words and 3 things to confirm."""
_FIRST = {"working4u": (10, 46)}
"""How many people, and fewer taps than what, where a first session has a promise."""
_QUIET = 0.3


def figures() -> Iterator[Figure]:
    """What both sessions cost, policy by policy."""
    for policy in PACK_NAMES:
        people, taps = _FIRST.get(policy, (4, None))
        first, second = sessions(policy, people)
        yield Figure(f"{policy}: taps of a first session with {people} people", first.taps + first.typed, "taps", taps)
        yield Figure(f"{policy}: words of it", first.words, "words")
        yield Figure(f"{policy}: taps of a second session", second.taps + second.typed, "taps", _TAPS)
        yield Figure(f"{policy}: words of it", second.words, "words", _WORDS)
        for what in ("ready", "link", "door"):
            number = getattr(second, what)
            yield Figure(f"{policy}: things to confirm in it ({what})", number, "things", _THINGS)
        if first.stuck or second.stuck:
            yield Figure(f"{policy}: stuck at {first.stuck or second.stuck}", 1, "time", 1)


def sessions(policy: str, people: int) -> tuple[Count, Count]:
    """What the two sessions of a group of so many children asked of its host."""
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


def _walked(world: World, people: int) -> tuple[Count, Count]:
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
    first = walk.session(1, lambda: starts(1), first=True)
    return first, walk.session(2, lambda: starts(2))


def _people(number: int) -> Sequence[str]:
    named = zip(NAMES, FAMILIES, strict=True)
    every = [f"{name} {10 + at % 4} mum {carer} {carer.lower()}@example.org" for at, (name, carer) in enumerate(named)]
    return every[:number]
