"""Whoever a concern is about learns nothing of it: generated organisations and channels, against the stand-in Slack."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox import sample
from db.models import Concern, ConcernRecipient
from tests.concerns.clockwork import the_concern
from tests.support.raising import raise_one
from tests.support.world import World, open_world

PEOPLE = ["U0LEAD", "U0DEP", "U0HEAD", "U0MAN", "U0ADM", "U0COW"]
ROLES = ["lead", "deputy", "head", "chair", "manager", "administrator"]


def people(draw: random.Random) -> list[dict[str, object]]:
    """Up to six people with up to two roles each; somebody is lead."""
    chosen = draw.sample(PEOPLE, draw.randint(1, 6))
    found: list[dict[str, object]] = []
    for number, one in enumerate(chosen):
        roles = draw.sample(ROLES, draw.randint(1, 2))
        roles = ["lead", *[role for role in roles if role != "lead"]] if number == 0 else roles
        found.append({"slack": one, "name": sample.PEOPLE[one], "roles": roles, "phone": "020 7946 0001"})
    return found


def reached(world: World) -> set[str]:
    """Everybody to whom Slack could show anything about a concern: of direct messages the person, of a channel all
    of its members."""
    found: set[str] = set()
    for channel in world.sandbox.state.channels.values():
        said = [one for one in world.sandbox.messages(channel.id) if "C-20" in one.words]
        if said:
            found |= {channel.user} if channel.is_im and channel.user else set(channel.members)
    return found - {sample.BOT}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(6))
def test_the_subject_is_reached_by_nothing(sqlite_template: Path, tmp_path: Path, seed: int) -> None:
    """[sqlite]"""
    draw = random.Random(seed)
    url = f"sqlite:///{tmp_path / 'one.db'}"
    (tmp_path / "one.db").write_bytes(sqlite_template.read_bytes())
    with open_world(url, tmp_path, people=people(draw)) as world:
        members = draw.sample(PEOPLE, draw.randint(0, 4))
        world.sandbox.state.channels["G0CONCERN"].members = [*members, sample.BOT]
        subject, about = draw.choice(PEOPLE), draw.choice(["staff", "staff", "child"])
        named = {"subject_staff": subject} if about == "staff" else {}
        raise_one(world, about=about, urgency="now", **named)
        for _ in range(6):
            world.settle(20)
            world.clock_forward(15 * 60 + 5)
        world.settle(20)
        concern = the_concern(world)
        able = set(world.read(lambda session: list(session.scalars(select(ConcernRecipient.slack_id)))))
        assert reached(world) <= able | {"U0FAC"}
        if about == "staff":
            assert subject not in able
            assert subject not in reached(world)
            world.person(subject).command("/concern", "list")
            assert concern.reference not in world.person(subject).seen()
        assert bool(able) != concern.sealed_from_staff
        if concern.sealed_from_staff:
            assert "020 7946 0009" in world.person("U0FAC").seen()
        assert world.count(Concern) == 1
