"""Every sealed value opens in its own row only; what an earlier version stored is bound once, and then refused."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from db import audit, marks, migrate, resealing
from db.crypto import Keyring, Unreadable, accept_unbound, use_keyring
from db.models import AuditEvent, Concern, ConcernEntry, EntryKind, Mark, Participant, Staff
from db.sealed import Sealed, seal_new, sealed_of
from db.session import Database
from tests.concerns.pressing import press
from tests.records.test_rights import listed
from tests.support.ageing import age
from tests.support.raising import SECRET, raise_one
from tests.support.world import KEYS, World

SEALED = [(model, one) for model in resealing.models() for one in sealed_of(model)]


def new(model: type[Any], text: str) -> Any:
    """A row as it is before it is inserted, each of its texts this one, sealed."""
    row = model()
    for column in model.__table__.columns:
        if column.name.endswith("_id") and column.type.python_type is type(uuid4()):
            setattr(row, column.name, uuid4())
    if model is ConcernEntry:
        row.entry, row.kind, row.version = uuid4(), EntryKind.ACTION, 1
    elif "version" in model.__table__.columns and "field" in model.__table__.columns:
        row.field, row.version = "facts", 1
    for one in sealed_of(model):
        setattr(row, one.name, text)
    seal_new(None, None, row)
    return row


def test_there_are_sealed_texts() -> None:
    assert len(SEALED) > 15


@pytest.mark.parametrize(("model", "one"), SEALED, ids=lambda value: getattr(value, "name", None))
def test_a_value_moved_to_another_row_does_not_open(model: type[Any], one: Sealed[Any]) -> None:
    use_keyring(Keyring.parse(KEYS))
    row, other = new(model, "words"), new(model, "other words")
    assert one.__get__(row, model) == "words"
    set_committed_value(other, one.attribute, getattr(row, one.attribute))
    with pytest.raises(Unreadable):
        one.__get__(other, model)


@pytest.mark.parametrize(("model", "one"), SEALED, ids=lambda value: getattr(value, "name", None))
def test_a_value_does_not_open_where_its_row_is_moved(model: type[Any], one: Sealed[Any]) -> None:
    """To another organisation, another concern, another field or another version."""
    use_keyring(Keyring.parse(KEYS))
    for name in ("organisation_id", *one.binds):
        row = new(model, "words")
        before = getattr(row, name)
        other: Any = "exact_words" if isinstance(before, str) else uuid4()
        set_committed_value(row, name, EntryKind.QUESTION if name == "kind" else 2 if name == "version" else other)
        with pytest.raises(Unreadable):
            one.open(row, getattr(row, one.attribute))


@pytest.mark.both
def test_names_swapped_between_rows_do_not_open(world: World) -> None:
    world.person("U0FAC").command("/meeting", "new Cooking club on Thursday at 16:00")
    world.person("U0FAC").command("/participant", "add Robin Example, Jo Example to M-1")
    table: Any = Participant.__table__

    def swap(session: Session) -> None:
        (one, first), (other, second) = session.execute(select(table.c.id, table.c.name)).all()
        session.execute(update(table).where(table.c.id == one).values(name=second))
        session.execute(update(table).where(table.c.id == other).values(name=first))

    world.write(swap)
    for row in world.read(lambda session: list(session.scalars(select(Participant)))):
        with pytest.raises(Unreadable):
            row.name  # noqa: B018


@pytest.mark.both
@pytest.mark.parametrize("harm", ["moved", "taken out"])
def test_a_concern_whose_subject_was_tampered_with_is_for_nobody(world: World, harm: str) -> None:
    """It could be about whoever asks; those who watch over the record are told, and nothing of what it says."""
    raise_one(world, about="staff", subject_staff="U0LEAD")
    raise_one(world, about="staff", subject_staff="U0MAN")
    world.settle()
    table: Any = Concern.__table__

    def tamper(session: Session) -> None:
        other = session.scalars(select(table.c.subject_staff).order_by(table.c.raised_at.desc()).limit(1)).one()
        first = session.scalars(select(Concern).order_by(Concern.raised_at).limit(1)).one().id
        value = other if harm == "moved" else None
        session.execute(update(table).where(table.c.id == first).values(subject_staff=value))

    first = world.read(lambda session: session.scalars(select(Concern).order_by(Concern.raised_at).limit(1)).one())
    assert first.reference in listed(world, "U0HEAD")
    world.write(tamper)
    assert listed(world, "U0HEAD").count("C-20") >= 1
    assert first.reference not in listed(world, "U0HEAD")
    assert SECRET not in press(world, "U0HEAD", "concern.read", str(first.id))
    world.sandbox.wait_for(lambda: "outside the bot" in said(world, "U0ADM"), 15)
    assert SECRET not in said(world, "U0ADM")
    assert first.reference not in said(world, "U0ADM")


def said(world: World, who: str) -> str:
    """Everything that somebody was told in direct messages."""
    return "\n".join(message.words for message in world.sandbox.dm(who))


@pytest.mark.both
def test_what_an_earlier_version_stored_is_bound_once_and_then_refused(world: World) -> None:
    world.person("U0FAC").command("/meeting", "new Cooking club on Thursday at 16:00")
    world.person("U0FAC").command("/participant", "add Robin Example to M-1")
    raise_one(world, about="staff", subject_staff="U0LEAD")
    world.settle()
    world.stop_bot()
    database = Database(world.database_url)
    age(database)
    with database.engine.connect() as connection:
        earlier = connection.scalar(select(Participant.__table__.c.name))
    database.close()
    world.start_bot()
    world.sandbox.wait_for(lambda: bool(world.count(Mark)) and world.read(marks.is_marked), 20)
    organisation = world.organisation().id
    assert world.read(lambda session: audit.verify(session, organisation)) is None

    def opened(session: Session) -> tuple[str, str | None, list[str]]:
        concern = session.scalars(select(Concern)).one()
        lead = session.scalars(select(Staff).where(Staff.slack_id == "U0LEAD")).one()
        return session.scalars(select(Participant)).one().name, concern.subject_staff, lead.roles

    assert world.read(opened) == ("Robin Example", "U0LEAD", ["lead"])
    assert "Robin Example" in world.person("U0FAC").command("/participant", "list M-1").text
    table: Any = Participant.__table__
    world.write(lambda session: session.execute(update(table).values(name=earlier)))
    with pytest.raises(Unreadable):
        world.read(opened)


@pytest.mark.both
@pytest.mark.parametrize("begun", ["by this version", "by an earlier one"])
def test_who_takes_out_the_mark_and_its_link_gains_nothing(world: World, begun: str) -> None:
    """Without either, a value that is bound to no row is refused all the same: the chain shows that all was bound."""
    if begun == "by an earlier one":
        world.stop_bot()
        database = Database(world.database_url)
        age(database)
        database.close()
        world.start_bot()
        world.sandbox.wait_for(lambda: bool(world.count(Mark)) and world.read(marks.is_marked), 20)
    world.person("U0FAC").command("/meeting", "new Cooking club on Thursday at 16:00")
    world.settle()
    assert world.read(marks.is_bound)

    def take_out(session: Session) -> None:
        session.execute(delete(Mark).where(Mark.name == "bound"))
        session.execute(delete(AuditEvent).where(AuditEvent.action == "records.bound"))

    world.write(take_out)
    assert world.read(marks.is_bound)


def test_binding_goes_in_slices_and_on_from_where_it_stopped(world: World) -> None:
    """Killed after the first slice, it goes on; what is bound already is not sealed again."""
    organisation = world.organisation().id
    at = datetime.now(UTC)

    def fill(session: Session) -> None:
        for number in range(250):
            session.add(
                Participant(
                    organisation_id=organisation, name=f"Name {number}", kind="child", added_by="U0FAC", added_at=at
                )
            )

    world.write(fill)
    world.stop_bot()
    database = Database(world.database_url)
    age(database)
    migrate.upgrade(database.engine)
    accept_unbound(True)
    try:
        with Session(database.engine) as session:
            first = resealing.slice_of(session, Participant, None)
            session.commit()
        with Session(database.engine) as session:
            again = resealing.slice_of(session, Participant, None)
            rest = resealing.slice_of(session, Participant, again.last)
    finally:
        accept_unbound(False)
    database.close()
    assert (first.rows, first.sealed) == (100, 100)
    assert (again.rows, again.sealed) == (100, 0)
    assert (rest.rows, rest.sealed) == (100, 100)
