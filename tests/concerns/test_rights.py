"""Who may do what with a concern: every button and form of the room, for everybody, against one table."""

import ast
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot.concerns.ids import Ids
from bot.sandbox import sample
from bot.sandbox.model import User
from bot.slack.call import Kind
from db.models import AuditEvent, Concern, ConcernEntry, ConcernExport, ConcernRecipient
from tests.concerns.pressing import press, submit
from tests.support.raising import SECRET, raise_one
from tests.support.world import World, set_up

PEOPLE = {
    "raiser": "U0FAC",
    "lead": "U0LEAD",
    "deputy": "U0DEP",
    "head": "U0HEAD",
    "chair": "U0CHAIR",
    "manager": "U0MAN",
    "administrator": "U0ADM",
    "colleague": "U0COW",
    "guest": "U0GUEST",
    "stranger": "UXSTRANGER",
    "leaver": "U0LEFT",
}
"""The relations, and who stands for each; the leaver was a deputy when the concern was raised."""

MAY: dict[str, tuple[dict[str, str], set[str]]] = {
    "about a child": ({"about": "child"}, {"lead", "deputy"}),
    "about the lead": ({"about": "staff", "subject_staff": "U0LEAD"}, {"head"}),
    "about the head": ({"about": "staff", "subject_staff": "U0HEAD"}, {"chair"}),
    "raised by the lead": ({"who": "U0LEAD", "about": "child"}, {"lead", "deputy"}),
    "about the chair": ({"about": "staff", "subject_staff": "U0CHAIR"}, {"head"}),
}
"""The expectation: of each kind of concern, who may know it. Nobody else may do anything with it."""

NOT_OF_ONE = frozenset(
    [Ids.OPEN, Ids.FROM_INCIDENT, Ids.CONTINUE, Ids.CALLED_999, Ids.ABOUT, Ids.EXPORT_LINK]
    + [one for one in Ids if "list" in one.value or "mine" in one.value]
)
"""Buttons that belong to no one concern: the gate, the raising form, the lists."""
OF_THE_RAISER = frozenset([Ids.ADD_MORE, Ids.MORE, Ids.ANSWER, Ids.ANSWER_FORM])
"""What the raiser of a concern does about it, and nobody else."""
RAISING = frozenset([Ids.GATE, Ids.FORM])


def people() -> list[dict[str, Any]]:
    """The sample's people, with a chair and a second deputy."""
    known = list(sample.organisation()["people"])
    more = (("U0CHAIR", "Cleo Chair", "chair", "020 7946 0004"), ("U0LEFT", "Lou Leaver", "deputy", "020 7946 0005"))
    known += [
        {"slack": key, "name": name, "roles": [role], "phone": phone, "email": f"{role}@example.org"}
        for key, name, role, phone in more
    ]
    return known


@pytest.fixture
def full(world: World) -> World:
    """A world with everybody of the table in it."""
    for key, name in (("U0CHAIR", "Cleo Chair"), ("U0LEFT", "Lou Leaver")):
        world.sandbox.membership.join_team(User(id=key, name=name, email=f"{key.lower()}@example.org"))
    set_up(world.settings, people=people())
    world.settle()
    return world


def raised(world: World, kind: str) -> Concern:
    """A concern of a kind of the table; then the second deputy leaves."""
    fields, _ = MAY[kind]
    raise_one(world, **fields)
    world.settle()
    if not world.sandbox.state.users["U0LEFT"].deleted:
        world.sandbox.membership.change_user("U0LEFT", deleted=True)
        world.settle()
    return world.read(lambda session: session.scalars(select(Concern)).one())


def standing(world: World) -> tuple[Any, ...]:
    """Everything of concerns that somebody could change."""

    def work(session: Session) -> tuple[Any, ...]:
        concern = session.scalars(select(Concern)).one()
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Concern, ConcernEntry, ConcernExport, ConcernRecipient)
        ]
        return concern.version, concern.state, concern.lead, concern.urgency, *counts

    return world.read(work)


def buttons(world: World) -> list[str]:
    """Every button of the room that is about one concern, as the running bot knows them."""
    assert world.bot is not None
    known = [name for kind, name in world.bot.app.router.routes if kind is Kind.ACTION and name.startswith("concern.")]
    return sorted(name for name in known if name not in NOT_OF_ONE)


def forms(world: World) -> list[str]:
    """Every form of the room that is about one concern."""
    assert world.bot is not None
    known = [name for kind, name in world.bot.app.router.routes if kind is Kind.SUBMISSION]
    return sorted(name for name in known if name.startswith("concern.") and name not in RAISING)


def alike(said: str) -> str:
    """What was said, without the code of an error, which is drawn at random, and the id that was sent."""
    return re.sub(r"E-[A-Z0-9]{6}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", said)


def acting(world: World, who: str, action: str, value: str) -> str:
    """Press a button as anybody, also as somebody whose account is gone."""
    if not world.sandbox.state.users[who].deleted:
        return press(world, who, action, value)
    press(world, "U0COW", action, value)
    answer = world.sandbox.forge(who)
    return str(answer.body)


@pytest.mark.parametrize("kind", MAY)
def test_the_table(full: World, kind: str) -> None:
    concern = raised(full, kind)
    _, may = MAY[kind]
    seen = {name: acting(full, who, Ids.READ, str(concern.id)) for name, who in PEOPLE.items()}
    assert {name for name, said in seen.items() if SECRET in said} == may


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("kind", "relations"),
    [
        ("about a child", ["raiser", "head", "chair", "manager", "administrator", "guest", "stranger", "leaver"]),
        ("about the lead", ["lead", "deputy", "chair"]),
    ],
)
def test_nobody_else_does_anything(full: World, kind: str, relations: list[str]) -> None:
    concern = raised(full, kind)
    _, may = MAY[kind]
    before = standing(full)
    others = {name: PEOPLE[name] for name in relations}
    assert not may & set(others)
    for name, who in others.items():
        for action in buttons(full):
            if name == "raiser" and action in OF_THE_RAISER:
                continue
            for value in (str(concern.id), f"{concern.id}:{uuid.uuid4()}:1"):
                said = acting(full, who, action, value)
                assert SECRET not in said, (name, action)
                assert concern.reference not in said, (name, action)
        for callback in forms(full):
            if name == "raiser" and callback in OF_THE_RAISER:
                continue
            answer = submit(full, who, callback, f"{concern.id}:{concern.version}")
            assert SECRET not in str(answer.body), (name, callback)
    assert standing(full) == before


@pytest.mark.timeout(120)
@pytest.mark.parametrize("who", ["U0FAC", "U0HEAD", "UXSTRANGER"])
def test_existing_and_not_existing_are_answered_alike(full: World, who: str) -> None:
    concern = raised(full, "about a child")
    for action in buttons(full):
        if who == "U0FAC" and action in OF_THE_RAISER:
            continue
        there = alike(press(full, who, action, str(concern.id)))
        assert there == alike(press(full, who, action, str(uuid.uuid4()))), action
    for callback in forms(full):
        if who == "U0FAC" and callback in OF_THE_RAISER:
            continue
        answers = [submit(full, who, callback, f"{one}:1").body for one in (concern.id, uuid.uuid4())]
        assert alike(str(answers[0])) == alike(str(answers[1])), callback


def statements(world: World, work: Any) -> list[str]:
    """The statements that run while `work` does, in order, without their parameters."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "deliveries" not in statement and "pg_advisory" not in statement:
            found.append(statement)

    engines = {world.db.engine, world.db._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("who", ["U0FAC", "U0HEAD"])
def test_the_same_statements_run(full: World, who: str) -> None:
    concern = raised(full, "about a child")
    press(full, who, Ids.READ, str(uuid.uuid4()))
    for action in (Ids.READ, Ids.ACKNOWLEDGE, Ids.EXPORT, Ids.TRIAGE, Ids.HISTORY, Ids.PATTERNS):
        there = statements(full, lambda one=action: press(full, who, one, str(concern.id)))
        absent = statements(full, lambda one=action: press(full, who, one, str(uuid.uuid4())))
        assert there == absent, action
        assert there


def test_every_refusal_is_in_the_chain(full: World) -> None:
    concern = raised(full, "about a child")
    press(full, "U0MAN", Ids.READ, str(concern.id))
    query = select(AuditEvent).where(AuditEvent.actor == "U0MAN", AuditEvent.record_id == concern.id.hex)
    (row,) = full.read(lambda session: list(session.scalars(query)))
    assert row.action == "refused concern.read"


BARE = {
    "gate": "999, the numbers, and what its person is typing",
    "gate_alone": "999 and the numbers",
    "form": "the raiser's own form: nothing of it is saved yet",
    "receipt": "a reference and who is told",
    "more_form": "empty fields",
    "added": "a reference",
    "_list": "the raiser's own receipts: references and states",
    "answered": "a reference",
    "moved": "a reference",
    "hidden": "a button",
    "closed": "a button",
    "not_shown": "a button",
}
"""The functions of the room that draw a view with nothing of a record in it, and what is in it."""


def _plain_views(path: Path) -> set[str]:
    """The functions of a file that draw a view which ends with nothing: by `b.modal` or `note`."""
    text, found = path.read_text(encoding="utf-8"), set()
    wanted = {"b.modal", "blocks.modal", "notices.note"}
    if "from bot.slack.notices import note" in text:
        wanted.add("note")
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            called = {ast.unparse(one.func) for one in ast.walk(function) if isinstance(one, ast.Call)}
            found |= {function.name} if called & wanted else set()
    return found


def test_every_view_of_the_room_that_is_no_bare_one_is_of_the_type_that_is_watched() -> None:
    """Only `content_views` and the functions that are known to show nothing draw a view."""
    room = Path(__file__).parents[2] / "bot" / "concerns"
    drawn = {path.relative_to(room).as_posix(): _plain_views(path) for path in room.rglob("*.py")}
    assert drawn.pop("content_views.py") == {"modal"}
    assert {(path, name) for path, names in drawn.items() for name in names - BARE.keys()} == set()
    assert set().union(*drawn.values()) == set(BARE)
    # The raiser's own form alone may be called "form" and be bare: those of the record are not.
    assert {path for path, names in drawn.items() if "form" in names} == {"raising/raising_views.py"}
