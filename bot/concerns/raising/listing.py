"""What `/concern list` shows a raiser: their own receipts, with a word on each and nothing of the lead's work."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.states import OPEN
from bot.paging import Page
from db.crypto import keyring
from db.models import Concern
from db.models.concern import ConcernState
from db.scope import of

PAGE = 30


@dataclass(frozen=True)
class Mine:
    """One concern as its raiser may know it."""

    id: UUID
    reference: str
    raised_at: datetime
    word: str


def mine(session: Session, caller: Caller, number: int = 0) -> Page[Mine]:
    """A page of what the caller has raised, newest first; never what is about themselves."""
    start = max(0, number) * PAGE
    query = (
        of(caller.organisation_id, Concern)
        .where(Concern.raiser_index.in_(keyring().blind_indexes(caller.slack_id)))
        .order_by(Concern.raised_at.desc(), Concern.reference)
        .execution_options(yield_per=PAGE + 1)
    )
    with contextlib.closing(session.scalars(query)) as rows:
        own = (one for one in rows if one.raised_by == caller.slack_id and one.subject_staff != caller.slack_id)
        shown = [Mine(one.id, one.reference, one.raised_at, _word(one)) for one in islice(own, start, start + PAGE + 1)]
    return Page.cut(shown, max(0, number), PAGE)


def _word(concern: Concern) -> str:
    if concern.sealed_from_staff:
        return "sealed; please phone the service outside"
    if concern.state not in OPEN:
        return "finished"
    # One that comes open again because nobody touched it was seen all the same.
    if concern.state is ConcernState.RAISED and concern.touched_at is None:
        return "waiting to be seen"
    return "seen"
