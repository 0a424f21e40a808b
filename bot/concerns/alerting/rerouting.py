"""Whom each concern goes to, looked at again when roles change and people come, leave or are away.

Nobody is taken off a concern's list here: whoever has no role for it any more is left out wherever the list is read.
Who is new is added and told; what nobody can look after any more comes open again, and is asked for at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import viewing
from bot.concerns.alerting import ladder, telling
from bot.concerns.owing import owe_for
from bot.concerns.rights import asked_in_order, people_for, people_of, rank_anew, recipients
from bot.concerns.routing import Person
from bot.concerns.states import OPEN
from bot.staff.people import covering, owe_sync
from db import audit
from db.models import Concern, Role, Staff
from db.models.concern import ConcernState
from db.owed import owe
from db.scope import of

FINISHED = "concern.reroute_finished"
_AT_ONCE = 100
"""How many finished concerns are looked at in one unit of work, so that nothing else waits long for the records."""


def reroute_open(session: Session, organisation_id: UUID, now: datetime) -> None:
    """Look at every open concern of the organisation, end the views whose right is lost, and owe a look at the
    finished ones."""
    people = people_of(session, organisation_id, now)
    unfinished = of(organisation_id, Concern).where(Concern.state.in_(OPEN)).order_by(Concern.raised_at)
    for concern in session.scalars(unfinished).all():
        _reroute(session, concern, people, now)
    viewing.end_lost(session, organisation_id, now)
    owe(session, organisation_id, FINISHED, at=now)


def reroute_finished(session: Session, organisation_id: UUID, after: UUID | None, now: datetime) -> None:
    """Give finished concerns whoever may read them now; nobody is told of it. A slice of those after the id
    `after` (None: from the first), and the next slice is owed."""
    people = people_of(session, organisation_id, now)
    finished = of(organisation_id, Concern).where(Concern.state.not_in(OPEN)).order_by(Concern.id).limit(_AT_ONCE)
    some = session.scalars(finished if after is None else finished.where(Concern.id > after)).all()
    for concern in some:
        rank_anew(session, concern, people)
    if len(some) == _AT_ONCE:
        owe(session, organisation_id, FINISHED, at=now, record_id=some[-1].id)


def _reroute(session: Session, concern: Concern, people: Sequence[Person], now: datetime) -> None:
    added = rank_anew(session, concern, people)
    able = recipients(session, concern)
    if concern.sealed_from_staff:
        if able:
            concern.sealed_from_staff = False
            _log(session, concern, now)
            telling.owe_telling(session, concern, able, now)
        return
    for slack_id in added:
        owe_for(session, concern, "concern.dm", now, target=slack_id)
    if added and concern.state is ConcernState.RAISED:
        telling.owe_at_once(session, concern, now)
    holder = concern.lead or concern.acknowledged_by
    if concern.state is not ConcernState.RAISED and holder not in able:
        session.refresh(concern, with_for_update={"key_share": True})
        ladder.come_open(session, concern, "concern.opened_again", now)
    if not able:
        concern.sealed_from_staff = True
        _log(session, concern, now)
        telling.tell_raiser(session, concern, telling.NOT_SEEN, now)
    elif concern.state is ConcernState.RAISED:
        _pass_on(session, concern, able, {one.slack_id: one for one in people_for(session, concern, people)}, now)


def _pass_on(
    session: Session, concern: Concern, able: Sequence[str], people: Mapping[str, Person], now: datetime
) -> None:
    """If whoever is asked at present is away or has lost their role, ask the next who is there, at once."""
    asked = [one.slack_id for one in asked_in_order(session, concern)]
    if concern.escalation_step >= len(asked):
        return
    current, later = asked[concern.escalation_step], asked[concern.escalation_step + 1 :]
    gone = current not in able or (current in people and people[current].away)
    if gone and (current not in able or any(one in able and not people[one].away for one in later if one in people)):
        ladder.ask_next_now(session, concern, now)


def unreachable(session: Session, concern_id: UUID, slack_id: str, code: str, now: datetime) -> None:
    """Slack will never take a message to this person: it is written down, administrators are told who it is, the
    staff list is read anew, and if it was they who were asked, the next is asked at once."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    organisation_id = concern.organisation_id
    audit.record(
        session, organisation_id, now, "system", "concern.unreachable", "concern", concern.id, f"{slack_id} {code}"
    )
    owe_sync(session, organisation_id, now, now)
    broken = session.scalars(of(organisation_id, Staff).where(Staff.slack_id == slack_id)).one()
    people = people_for(session, concern, people_of(session, organisation_id, now))
    told = [one.slack_id for one in people if Role.ADMINISTRATOR in one.roles]
    told = told or [one.slack_id for one in covering(session, organisation_id)]
    for one in told:
        if one not in (slack_id, concern.subject_staff):
            once = f"concern.broken:{slack_id}:{one}:{now:%Y-%m-%d}"
            owe(session, organisation_id, "concern.broken", at=now, target=one, record_id=broken.id, only_once=once)
    asked = [row.slack_id for row in asked_in_order(session, concern)]
    if concern.state is ConcernState.RAISED and asked[concern.escalation_step : concern.escalation_step + 1] == [
        slack_id
    ]:
        ladder.ask_next_now(session, concern, now)


def raiser_unreachable(session: Session, concern_id: UUID, what: int, code: str, now: datetime) -> None:
    """The raiser's account takes no messages any more. Nobody is told who they were. If they were to telephone
    because nobody has answered, everybody is asked at once instead."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    audit.record(
        session, concern.organisation_id, now, "system", "concern.raiser_unreachable", "concern", concern.id, code
    )
    if what == telling.NOT_SEEN and concern.state is ConcernState.RAISED:
        ladder.ask_everybody(session, concern, now)


def _log(session: Session, concern: Concern, now: datetime) -> None:
    audit.record(session, concern.organisation_id, now, "system", "concern.rerouted", "concern", concern.id)
