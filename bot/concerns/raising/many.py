"""Very many concerns from one person in a day: each is saved and told like any other, and the lead is told that they
are many. Nobody is ever refused for it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns.owing import owe_for
from bot.concerns.rights import reaching, recipients
from db.crypto import keyring
from db.models import Concern
from db.scope import of

MANY = 10
"""After how many in a day, and after how many more each time, the lead is told."""
_DAY = timedelta(hours=24)


def of_a_day(session: Session, concern: Concern) -> list[UUID]:
    """What the person who raised this concern has raised in the day up to it, itself included."""
    rows = session.scalars(
        of(concern.organisation_id, Concern).where(
            Concern.raiser_index.in_(keyring().blind_indexes(concern.raised_by)),
            Concern.raised_at > concern.raised_at - _DAY,
            Concern.raised_at <= concern.raised_at,
        )
    )
    return [one.id for one in rows if one.raised_by == concern.raised_by]


def notice(session: Session, concern: Concern, now: datetime) -> None:
    """From the tenth concern of a day on, owe whoever is asked first a look at whether to be told of it. The count
    that decides is made there: of those only that reach this person, and off the way of the next one to be saved."""
    session.flush()
    if len(of_a_day(session, concern)) < MANY:
        return
    first = next((one for one in recipients(session, concern) if one != concern.raised_by), None)
    if first is not None:
        owe_for(session, concern, "concern.many", now, target=first)


def known_to(session: Session, concern: Concern, slack_id: str) -> int:
    """How many of that day's concerns reach this person, as they may know."""
    mine = of_a_day(session, concern)
    return len(reaching(session, concern.organisation_id, slack_id, Concern.id.in_(mine)))
