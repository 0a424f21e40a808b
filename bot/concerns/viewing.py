"""The views that show a concern: whose they are, and when they end.

Before content goes out, the id of the view that will show it is written down, in the unit of work that checks the
right. A view ends fifteen minutes after it was last drawn, and at once when its person loses the right or hands the
concern over; a delivery then empties it. Only ids are kept here, never what a view shows.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged, rights
from db.base import new_id
from db.models import Concern, ConcernView, Staff
from db.owed import owe
from db.scope import of

OPEN_FOR = timedelta(minutes=15)
"""How long a view shows what it shows, after it was last drawn."""
END = "concern.end_view"
OURS = "concern-"
"""How an id begins that the bot gave a view, where Slack's own is not known yet."""


def show(session: Session, caller: Caller, concern_id: UUID | None, view_id: str | None, now: datetime) -> str | None:
    """Note that a view is about to show a concern to somebody, or their list (`concern_id` None); `view_id` is the
    view that is drawn anew, None for a new one. Gives the view's id, or None where this person may see nothing of the
    concern: those whom it reaches may, and the raiser, who is asked and answers in views too."""
    if concern_id is not None and not _may_see(session, caller.organisation_id, caller.slack_id, concern_id):
        return None
    shown = {"concern_id": concern_id, "slack_id": caller.slack_id, "opened_at": now, "ended_at": None}
    row_id = _shown_again(session, caller.organisation_id, view_id, shown) if view_id is not None else None
    if row_id is None:
        row_id, view_id = new_id(), view_id or f"{OURS}{secrets.token_hex(16)}"
        session.add(ConcernView(id=row_id, organisation_id=caller.organisation_id, view_id=view_id, **shown))
        session.flush()
    _owe_end(session, caller.organisation_id, row_id, now, now + OPEN_FOR)
    return view_id


def _shown_again(session: Session, organisation_id: UUID, view_id: str, shown: Mapping[str, Any]) -> UUID | None:
    """Note what a view that is known shows from now on; its row, or None where it is not known."""
    statement = (
        update(ConcernView)
        .where(ConcernView.organisation_id == organisation_id, ConcernView.view_id == view_id)
        .values(**shown)
        .returning(ConcernView.id)
    )
    return session.scalar(statement.execution_options(synchronize_session="fetch"))


def end_for(session: Session, concern: Concern, slack_id: str, now: datetime) -> None:
    """End every view in which this person sees this concern, and their lists, for it may stand in them."""
    rows = _open(session, concern.organisation_id, slack_id=slack_id)
    _end(session, [row for row in rows if row.concern_id in (None, concern.id)], now)


def end_lost(session: Session, organisation_id: UUID, now: datetime) -> None:
    """End every open view whose person may not see the concern any more: after roles, people or ways changed. A list
    ends then whatever is in it: it is opened again with what is right."""
    session.flush()
    for row in _open(session, organisation_id):
        if row.concern_id is None or not _may_see(session, organisation_id, row.slack_id, row.concern_id):
            _end(session, [row], now)


def due(session: Session, row_id: UUID, now: datetime) -> ConcernView | None:
    """The view that is to be emptied now, or None where it was drawn anew meanwhile."""
    row = session.get_one(ConcernView, row_id)
    return row if row.ended_at is not None or row.opened_at + OPEN_FOR <= now else None


def ended(session: Session, row_id: UUID, opened_at: datetime, now: datetime) -> None:
    """Note that a view was emptied, unless it was drawn anew while that went on."""
    row = session.get_one(ConcernView, row_id, with_for_update=True)
    if row.ended_at is None and row.opened_at == opened_at:
        row.ended_at = now


def _may_see(session: Session, organisation_id: UUID, slack_id: str, concern_id: UUID) -> bool:
    """Whether this person may be shown anything of the concern."""
    read = rights.may_read(session, organisation_id, slack_id, concern_id)
    return read is not None or _raised_by(session, organisation_id, slack_id, concern_id)


def _raised_by(session: Session, organisation_id: UUID, slack_id: str, concern_id: UUID) -> bool:
    """Whether this person raised the concern and still works here."""
    concern = session.scalar(of(organisation_id, Concern).where(Concern.id == concern_id))
    staff = session.scalar(of(organisation_id, Staff).where(Staff.slack_id == slack_id))
    here = staff is not None and not (staff.deactivated or staff.guest or staff.bot)
    return here and concern is not None and damaged.raiser(concern) == slack_id


def _open(session: Session, organisation_id: UUID, *, slack_id: str | None = None) -> list[ConcernView]:
    query = of(organisation_id, ConcernView).where(ConcernView.ended_at.is_(None))
    if slack_id is not None:
        query = query.where(ConcernView.slack_id == slack_id)
    return list(session.scalars(query.order_by(ConcernView.id).with_for_update()))


def _end(session: Session, rows: list[ConcernView], now: datetime) -> None:
    for row in rows:
        row.ended_at = now
        _owe_end(session, row.organisation_id, row.id, now, now)


def _owe_end(session: Session, organisation_id: UUID, row_id: UUID, now: datetime, due: datetime) -> None:
    owe(session, organisation_id, END, at=now, due=due, record_id=row_id, queue=f"view:{row_id}")
