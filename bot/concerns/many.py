"""Very many concerns from one person in a day: each is saved and told like any other, and the lead is told that they
are many. Nobody is ever refused for it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.concerns.rights import recipients
from db.models import Concern
from db.owed import owe
from db.scope import of

MANY = 10
"""After how many in a day, and after how many more each time, the lead is told."""
_DAY = timedelta(hours=24)


def of_a_day(session: Session, concern: Concern) -> list[Concern]:
    """What the person who raised this concern has raised in the day up to it, itself included."""
    query = of(concern.organisation_id, Concern).where(
        Concern.raised_at > concern.raised_at - _DAY, Concern.raised_at <= concern.raised_at
    )
    return [one for one in session.scalars(query) if one.raised_by == concern.raised_by]


def notice(session: Session, concern: Concern, now: datetime) -> None:
    """Owe whoever is asked first a word about it, with the tenth concern of a day, the twentieth and so on; only
    those concerns count that reach this person too."""
    session.flush()
    mine = of_a_day(session, concern)
    if len(mine) < MANY:
        return
    first = next((one for one in recipients(session, concern) if one != concern.raised_by), None)
    if first is None:
        return
    known = [one for one in mine if first in recipients(session, one)]
    if len(known) % MANY == 0:
        owe(session, concern.organisation_id, "concern.many", at=now, target=first, record_id=concern.id)
