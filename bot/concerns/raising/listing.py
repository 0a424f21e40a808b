"""What `/concern list` shows a raiser: their own receipts, with a word on each and nothing of the lead's work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.states import OPEN
from db.models import Concern
from db.models.concern import ConcernState
from db.scope import of


@dataclass(frozen=True)
class Mine:
    """One concern as its raiser may know it."""

    id: UUID
    reference: str
    raised_at: datetime
    word: str


def mine(session: Session, caller: Caller) -> list[Mine]:
    """What the caller has raised, newest first; never what is about themselves."""
    query = of(caller.organisation_id, Concern).order_by(Concern.raised_at.desc(), Concern.reference)
    own = (one for one in session.scalars(query) if one.raised_by == caller.slack_id)
    return [
        Mine(one.id, one.reference, one.raised_at, _word(one)) for one in own if one.subject_staff != caller.slack_id
    ]


def _word(concern: Concern) -> str:
    if concern.sealed_from_staff:
        return "sealed; please phone the service outside"
    if concern.state not in OPEN:
        return "finished"
    # One that comes open again because nobody touched it was seen all the same.
    if concern.state is ConcernState.RAISED and concern.touched_at is None:
        return "waiting to be seen"
    return "seen"
