"""`audit verify`: each chain walked and compared with the heads kept outside the database, and sealed rights tried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.records import heads
from bot.records.heads import Damaged, Head
from db import audit, resealing
from db.audit import ChainKeys
from db.models import Concern, ConcernRecipient, Organisation
from db.scope import of
from db.sealed import Guarded, noticed, table_of

_MOST = 30


@dataclass(frozen=True)
class Finding:
    """A line for a terminal, and whether it says that something is wrong."""

    words: str
    wrong: bool = True


def at_one_moment(session: Session) -> None:
    """Let a transaction that begins here see one moment, also while others write."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def look(session: Session, files: Sequence[Path]) -> list[Finding]:
    """Everything that `audit verify` says. The session's transaction must see one moment; see `at_one_moment`."""
    found: list[Finding] = []
    lines: list[Head] = []
    for file in files:
        try:
            lines += heads.read(file, ChainKeys(session))
        except Damaged as wrong:
            found.append(Finding(f"The file of heads is broken: {wrong}."))
    organisations = session.scalars(select(Organisation).order_by(Organisation.name)).all()
    for organisation in organisations:
        found += _organisation(session, organisation, lines)
    for missing in sorted({one.organisation_id.hex for one in lines} - {one.id.hex for one in organisations}):
        found.append(Finding(f"The organisation {missing} is in the file of heads and not in the database."))
    if not organisations and not found:
        found.append(Finding("Nothing is set up in this database, so there is no audit chain."))
    noticed.drain()
    return found


def _organisation(session: Session, organisation: Organisation, lines: Sequence[Head]) -> Iterator[Finding]:
    broken = audit.verify(session, organisation.id, heads.known(lines, organisation.id))
    if broken is None:
        yield Finding(f"{organisation.name}: the audit chain is whole.", wrong=False)
    else:
        yield Finding(f"{organisation.name}: the audit chain is broken at link {broken.sequence}: {broken.why}.")
    lacks = heads.lacking(session, lines, organisation.id)
    if lacks:
        named = ", ".join(lacks[:_MOST]) + (" and more" if len(lacks) > _MOST else "")
        # After `restore` this is known and said; else the broken chain says it.
        yield Finding(f"{organisation.name}: {len(lacks)} concerns are missing: {named}.", wrong=broken is not None)
    for model in resealing.models():
        if issubclass(model, Guarded):
            for row_id in _doubtful(session, model, organisation.id):
                row = f"row {row_id} of {table_of(model)}"
                yield Finding(f"{organisation.name}: {row} was not written with the key, and gives no rights.")
    for concern_id in _short(session, organisation.id):
        row = f"row {concern_id} of {table_of(Concern)}"
        yield Finding(f"{organisation.name}: somebody was taken out of those whom {row} goes to.")


def _short(session: Session, organisation_id: UUID) -> Sequence[UUID]:
    """The concerns that go to fewer people than the bot wrote."""
    there = select(func.count()).where(ConcernRecipient.concern_id == Concern.id).scalar_subquery()
    return session.scalars(
        select(Concern.id).where(Concern.organisation_id == organisation_id, Concern.goes_to > there)
    ).all()


def _doubtful(session: Session, model: type[Guarded], organisation_id: UUID) -> list[UUID]:
    rows = session.scalars(of(organisation_id, model).execution_options(yield_per=500))
    return [row.id for row in rows if not row.genuine]  # type: ignore[attr-defined]
