"""Very many concerns from one person in a day: each is saved and told like any other, and the lead is told that they
are many. Nobody is ever refused for it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.concerns.owing import owe_for
from bot.concerns.rights import reaching, recipients
from db.crypto import keyring
from db.models import Concern
from db.remember import remembered
from db.scope import ORGANISATION

MANY = 10
"""After how many in a day, and after how many more each time, the lead is told."""
_DAY = timedelta(hours=24)


_OF_A_DAY = select(Concern.id).where(
    Concern.organisation_id == ORGANISATION,
    Concern.raiser_index.in_(bindparam("raiser", expanding=True)),
    Concern.raised_at > bindparam("since"),
    Concern.raised_at <= bindparam("until"),
)
"""Found by the raiser's fingerprint, which nobody makes without the key; nothing is opened."""
_TENTH = _OF_A_DAY.offset(MANY - 1).limit(1)


def are_many(session: Session, concern: Concern) -> bool:
    """Whether the person who raised this concern has raised many in the day up to it, itself included."""

    def load() -> bool:
        return session.scalar(_TENTH, _asked(concern)) is not None

    return remembered(session, ("many in a day", concern.id), (Concern,), load)


def _asked(concern: Concern) -> dict[str, Any]:
    since, until = concern.raised_at - _DAY, concern.raised_at
    raiser = keyring().blind_indexes(concern.raised_by)
    return {"organisation": concern.organisation_id, "raiser": raiser, "since": since, "until": until}


def notice(session: Session, concern: Concern, now: datetime) -> None:
    """From the tenth concern of a day on, owe whoever is asked first a look at whether to be told of it. The count
    that decides is made there: of those only that reach this person, and off the way of the next one to be saved."""
    session.flush()
    if not are_many(session, concern):
        return
    first = next((one for one in recipients(session, concern) if one != concern.raised_by), None)
    if first is not None:
        owe_for(session, concern, "concern.many", now, target=first)


def known_to(session: Session, concern: Concern, slack_id: str) -> int:
    """How many of that day's concerns reach this person, as they may know."""
    mine = session.scalars(_OF_A_DAY, _asked(concern)).all()
    return len(reaching(session, concern.organisation_id, slack_id, Concern.id.in_(mine)))
