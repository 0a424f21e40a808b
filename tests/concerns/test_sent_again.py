"""The form of a concern sent again: the last one sent stands, and what is said of it is true."""

import copy
import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import select

from bot.concerns import texts
from db.models import AuditEvent, Concern, ConcernText
from tests.support.raising import raise_one
from tests.support.world import World

pytestmark = pytest.mark.both

Send = Callable[..., str]


@pytest.fixture
def send(world: World) -> Send:
    """Raise a concern, then send its form as often as wanted, each time with the fields given; what is answered."""
    bodies: list[bytes] = []
    taken = world.sandbox.sender.post

    async def keep(content: bytes, *arguments: object, **more: object) -> object:
        bodies.append(content)
        return await taken(content, *arguments, **more)  # type: ignore[arg-type]

    world.sandbox.sender.post = keep  # type: ignore[method-assign,assignment]
    raise_one(world, facts="A")

    def again(**words: str | list[str]) -> str:
        payloads = [json.loads(parse_qs(body.decode())["payload"][0]) for body in bodies if b"payload=" in body]
        payload = copy.deepcopy(next(one for one in payloads if one["type"] == "view_submission"))
        for name, text in words.items():
            people = {"type": "multi_users_select", "selected_users": text}
            written = {"type": "plain_text_input", "value": text}
            payload["view"]["state"]["values"][name] = {"v": people if isinstance(text, list) else written}
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return json.dumps(world.sandbox.raw(body, world.sandbox.sign(body)).body)

    return again


def words_of(world: World) -> dict[str, str]:
    """The one concern's words as the lead reads them."""
    return world.read(lambda session: texts.texts_of(session, session.scalars(select(Concern)).one()))


def versions(world: World, field: str) -> int:
    """How many versions of a field are kept."""
    return len(world.read(lambda s: list(s.scalars(select(ConcernText.id).where(ConcernText.field == field)))))


def test_the_last_one_sent_stands(world: World, send: Send) -> None:
    assert "Added to what you had saved" in send(facts="B")
    assert words_of(world)["facts"] == "B"
    assert "Added to what you had saved" in send(facts="A")
    assert words_of(world)["facts"] == "A"
    assert "Saved already" in send(facts="A")
    assert versions(world, "facts") == 3
    assert world.count(Concern) == 1


def test_what_an_earlier_one_held_is_not_dropped(world: World, send: Send) -> None:
    send(facts="B", words="their words")
    send(facts="A")
    assert words_of(world) == {"facts": "A", "words": "their words"}


def test_the_same_one_over_and_over_changes_nothing(world: World, send: Send) -> None:
    for _ in range(3):
        assert "Saved already" in send()
    assert versions(world, "facts") == 1
    actions = world.read(lambda s: list(s.scalars(select(AuditEvent.action))))
    assert "concern.amended" not in actions


def test_who_is_left_out_afterwards_can_read_it_no_longer(world: World, send: Send) -> None:
    world.settle()
    root = copy.deepcopy(world.sandbox.messages("G0CONCERN")[-1])
    send(left_out=["U0DEP"])
    world.settle()
    assert "goes on in direct messages" in world.sandbox.messages("G0CONCERN")[0].words
    world.person("U0DEP").click("concern.read", message=root)
    assert "no such record" in world.person("U0DEP").seen()
    world.person("U0LEAD").click("concern.read", message=root)
    assert "What was seen or heard" in world.person("U0LEAD").seen()
    send(facts="B")
    world.person("U0DEP").click("concern.read", message=root)
    assert "What was seen or heard" not in world.person("U0DEP").seen()
