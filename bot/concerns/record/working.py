"""The one way in which a lead changes a concern: the right checked, the row locked, the chain and the messages kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.alerting import clocks, telling
from bot.concerns.rights import GONE, locked, permitted
from bot.concerns.states import Event, after
from bot.errors import NotFound
from db.models import Concern


def take(session: Session, caller: Caller, concern_id: UUID, action: str, now: datetime) -> Concern:
    """The concern, locked, for somebody who may work on it; `action` is audited. Raises NotFound, the same words
    whether it does not exist or is not for them."""
    concern = locked(session, caller.organisation_id, concern_id)
    if permitted(session, caller, concern_id, action, now) is None or concern is None:
        raise NotFound(GONE)
    return concern


def changed(session: Session, concern: Concern, now: datetime, event: Event | None = None) -> None:
    """Note that something was done: the state follows the event, every message is drawn anew, its thread gets a
    line, and the timers are set for how it stands now. Raises Conflict where the event is not possible any more."""
    before = concern.state
    if event is not None:
        concern.state = after(concern.state, event)
    concern.version += 1
    concern.touched_at = now
    if concern.state is not before:
        telling.state_changed(session, concern, now)
    telling.redraw(session, concern, now)
    telling.note(session, concern, now)
    clocks.watch(session, concern, now)
