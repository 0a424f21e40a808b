"""All gates of a meeting with 30 participants, under each policy, of what people typed and ticked."""

import contextlib
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gates import gating
from bot.policy import PACK_NAMES, load_pack
from bot.policy.gates import MeetingFacts, evaluate
from bot.policy.overrides import Overrides, stored
from db import migrate
from db.crypto import Keyring, use_keyring
from db.models import Meeting, Organisation
from db.session import Database
from tests.bench.figure import Figure, median_ms
from tests.support.clearing import clear
from tests.support.world import KEYS, World, open_world

PROMISED_MS = 2.0
FAMILIES = ("Adams", "Brown", "Carter", "Davies", "Evans")
NAMES = [f"{given} {family}" for given in ("Ada", "Ben", "Cai", "Dee", "Eli", "Fay") for family in FAMILIES]
PEOPLE = len(NAMES)
OWN_RULES = {
    "group_size": PEOPLE,
    "staff_email_domains": ["example.org"],
    "working_hours": {"thursday": "09:00-18:00"},
    "approved_platforms": ["zoom"],
}


def figures() -> Iterator[Figure]:
    """The median for each policy: half of the people have all ticked for them, the other half nothing."""
    for name in PACK_NAMES:
        overrides, facts = _gathered(name)
        pack = load_pack(name)
        number = median_ms(partial(evaluate, pack, overrides, facts), times=200)
        yield Figure(f"{name}, {len(evaluate(pack, overrides, facts))} gates", number, "ms", PROMISED_MS)


def _gathered(name: str) -> tuple[Overrides, MeetingFacts]:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        place = Path(folder)
        address = f"sqlite:///{place}/facilitator.db"
        use_keyring(Keyring.parse(KEYS))
        database = Database(address)
        migrate.upgrade(database.engine)
        database.close()
        with open_world(address, place, policy=name, **OWN_RULES) as world:
            return _typed(world)


def _typed(world: World) -> tuple[Overrides, MeetingFacts]:
    """A meeting as its host makes it; then what the bot knows of it."""
    farah = world.person("U0FAC")
    half = PEOPLE // 2
    for command, text in (
        ("/meeting", "new Cooking club on Thursday at 16:00 for 60 min with @Col.Co-worker in Cooking"),
        ("/meeting", "edit M-1 link https://zoom.us/j/12345678901"),
        ("/participant", f"add {', '.join(NAMES[:half])} to M-1"),
        ("/checklist", "M-1"),
    ):
        farah.command(command, text, channel="C0YOUTH")
    for moment in ("ready", "invite", "start", "entry"):
        clear(farah, "M-1", moment)
    farah.command("/participant", f"add {', '.join(NAMES[half:])} to M-1", channel="C0YOUTH")
    world.settle()

    def work(session: Session) -> tuple[Overrides, MeetingFacts]:
        meeting = session.scalars(select(Meeting)).one()
        organisation = session.get_one(Organisation, meeting.organisation_id)
        facts = gating.facts(session, organisation, meeting, meeting.created_at)
        return stored(organisation.options), facts

    overrides, facts = world.read(work)
    if len(facts.people) != PEOPLE:
        raise RuntimeError(f"{len(facts.people)} people are on the meeting")
    return overrides, facts
