"""The words of a concern, sealed field by field; a newer version keeps the older.

What the raiser adds afterwards stands in fields of its own, `more.1.facts` and so on, so that every addition is read.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged
from bot.concerns.words import LABELS
from db.models import Concern, ConcernText
from db.remember import remembered
from db.scope import ORGANISATION, of

PARTICIPANTS = "participants"
"""The sealed field that holds the ids of the participants chosen, beside `people`, which holds their names."""
TEXTS: tuple[str, ...] = tuple(LABELS)
"""The fields of the form that are sealed, in the order in which they are read."""
_ROWS = (
    of(ORGANISATION, ConcernText).where(ConcernText.concern_id == bindparam("concern")).order_by(ConcernText.version)
)
_MORE = re.compile(r"more\.(\d+)\.(\w+)")


def write_texts(session: Session, caller: Caller, concern: Concern, texts: dict[str, str], now: datetime) -> None:
    """Seal texts by field name, each as the newest version of its field."""
    _write(session, concern, texts, caller.slack_id, now)


def write_more(session: Session, caller: Caller, concern: Concern, texts: dict[str, str], now: datetime) -> bool:
    """Seal what the raiser adds, beside all that stands. False where the last addition says just that."""
    last = max((_place(name)[0] for name in additions(session, concern)), default=0)
    if last and everything(session, concern, [f"more.{last}.{name}" for name in texts]) == {
        f"more.{last}.{name}": text for name, text in texts.items()
    }:
        return False
    more = {f"more.{last + 1}.{name}": text for name, text in texts.items()}
    _write(session, concern, more, caller.slack_id, now)
    return True


def write_link(session: Session, concern: Concern, link: str, now: datetime) -> None:
    """Seal the link to the message that a concern was raised from; it takes the place of the message's bare ids."""
    _write(session, concern, {"message": link}, "system", now)


def _write(session: Session, concern: Concern, texts: Mapping[str, str], by: str, now: datetime) -> None:
    before = {row.field: row.version for row in rows_of(session, concern.organisation_id, concern.id)}
    for name, text in texts.items():
        _add(session, concern, name, before.get(name, 0) + 1, text, by, now)
    session.flush()


def _add(session: Session, concern: Concern, name: str, version: int, text: str, by: str, now: datetime) -> None:
    session.add(
        ConcernText(
            organisation_id=concern.organisation_id,
            concern_id=concern.id,
            field=name,
            version=version,
            words=text,
            by=by,
            at=now,
        )
    )


def texts_of(session: Session, concern: Concern) -> dict[str, str]:
    """The newest words of a concern by field name, in the order in which they are read: those of the form, then
    each addition. What does not open says so."""
    newest = {name: damaged.WORDS if text is None else text for name, text in _opened(session, concern, None).items()}
    more = sorted((name for name in newest if _MORE.fullmatch(name)), key=_place)
    return {name: newest[name] for name in (*TEXTS, *more) if name in newest}


def everything(session: Session, concern: Concern, only: list[str] | None = None) -> dict[str, str]:
    """The newest words of every field, or of those named, whether or not people read them; in no order. What does
    not open is left out."""
    return {name: text for name, text in _opened(session, concern, only).items() if text is not None}


def rows_of(session: Session, organisation_id: UUID, concern_id: UUID) -> Sequence[ConcernText]:
    """Every version of every field, unopened, the oldest first."""
    asked = {"organisation": organisation_id, "concern": concern_id}
    return remembered(session, ("texts", concern_id), (ConcernText,), lambda: session.scalars(_ROWS, asked).all())


def _opened(session: Session, concern: Concern, only: list[str] | None) -> dict[str, str | None]:
    found = rows_of(session, concern.organisation_id, concern.id)
    rows = {row.field: row for row in found if only is None or row.field in only}

    def opened(row: ConcernText) -> str | None:
        return damaged.words_or_none(lambda: row.words)

    return {name: opened(row) for name, row in rows.items()}


def additions(session: Session, concern: Concern) -> dict[str, datetime]:
    """The fields that the raiser added afterwards, and when."""
    rows = rows_of(session, concern.organisation_id, concern.id)
    return {row.field: row.at for row in rows if row.field.startswith("more.")}


def _place(name: str) -> tuple[int, int]:
    found = _MORE.fullmatch(name)
    return (int(found.group(1)), TEXTS.index(found.group(2))) if found else (0, 0)
