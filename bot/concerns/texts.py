"""The words of a concern, sealed field by field; a newer version keeps the older.

What the raiser adds afterwards stands in fields of its own, `more.1.facts` and so on, so that every addition is read.
"""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged
from bot.concerns.words import LABELS
from db.models import Concern, ConcernText
from db.scope import of

PARTICIPANTS = "participants"
"""The sealed field that holds the ids of the participants chosen, beside `people`, which holds their names."""
TEXTS: tuple[str, ...] = tuple(LABELS)
"""The fields of the form that are sealed, in the order in which they are read."""
_MORE = re.compile(r"more\.(\d+)\.(\w+)")


def write_texts(session: Session, caller: Caller, concern: Concern, texts: dict[str, str], now: datetime) -> None:
    """Seal texts by field name, each as the newest version of its field."""
    for name, text in texts.items():
        _write(session, concern, name, text, caller.slack_id, now)


def write_more(session: Session, caller: Caller, concern: Concern, texts: dict[str, str], now: datetime) -> bool:
    """Seal what the raiser adds, beside all that stands. False where the last addition says just that."""
    last = max((_place(name)[0] for name in additions(session, concern)), default=0)
    if last and everything(session, concern, [f"more.{last}.{name}" for name in texts]) == {
        f"more.{last}.{name}": text for name, text in texts.items()
    }:
        return False
    for name, text in texts.items():
        _write(session, concern, f"more.{last + 1}.{name}", text, caller.slack_id, now)
    return True


def write_link(session: Session, concern: Concern, link: str, now: datetime) -> None:
    """Seal the link to the message that a concern was raised from; it takes the place of the message's bare ids."""
    _write(session, concern, "message", link, "system", now)


def _write(session: Session, concern: Concern, name: str, text: str, by: str, now: datetime) -> None:
    version = session.scalar(
        select(func.coalesce(func.max(ConcernText.version), 0)).where(
            ConcernText.organisation_id == concern.organisation_id,
            ConcernText.concern_id == concern.id,
            ConcernText.field == name,
        )
    )
    session.add(
        ConcernText(
            organisation_id=concern.organisation_id,
            concern_id=concern.id,
            field=name,
            version=(version or 0) + 1,
            words=text,
            by=by,
            at=now,
        )
    )
    session.flush()


def texts_of(session: Session, concern: Concern) -> dict[str, str]:
    """The newest words of a concern by field name, in the order in which they are read: those of the form, then
    each addition. What does not open says so."""
    newest = {name: damaged.WORDS if text is None else text for name, text in _opened(session, concern, None).items()}
    more = sorted((name for name in newest if _MORE.fullmatch(name)), key=_place)
    return {name: newest[name] for name in (*TEXTS, *more) if name in newest}


def participants_of(session: Session, concern: Concern) -> list[UUID]:
    """The registered participants whom the raiser chose; empty where they chose none."""
    return [UUID(one) for one in everything(session, concern, [PARTICIPANTS]).get(PARTICIPANTS, "").split()]


def everything(session: Session, concern: Concern, only: list[str] | None = None) -> dict[str, str]:
    """The newest words of every field, or of those named, whether or not people read them; in no order. What does
    not open is left out."""
    return {name: text for name, text in _opened(session, concern, only).items() if text is not None}


def _opened(session: Session, concern: Concern, only: list[str] | None) -> dict[str, str | None]:
    query = of(concern.organisation_id, ConcernText).where(ConcernText.concern_id == concern.id)
    if only is not None:
        query = query.where(ConcernText.field.in_(only))
    rows = {row.field: row for row in session.scalars(query.order_by(ConcernText.version))}

    def opened(row: ConcernText) -> str | None:
        return damaged.words_or_none(lambda: row.words)

    return {name: opened(row) for name, row in rows.items()}


def additions(session: Session, concern: Concern) -> dict[str, datetime]:
    """The fields that the raiser added afterwards, and when."""
    rows = session.scalars(
        of(concern.organisation_id, ConcernText).where(
            ConcernText.concern_id == concern.id, ConcernText.field.like("more.%")
        )
    )
    return {row.field: row.at for row in rows}


def _place(name: str) -> tuple[int, int]:
    found = _MORE.fullmatch(name)
    return (int(found.group(1)), TEXTS.index(found.group(2))) if found else (0, 0)
