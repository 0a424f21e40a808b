"""What help tells: how things stand, who has which role, who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary.states import OPEN
from bot.errors import BadInput
from bot.staff import ways
from bot.staff.people import COVERING, covering, is_away, on_call, people_with, set_away
from db.models import Delivery, Meeting, Organisation, Role, Staff
from db.scope import of

ASKED = (*COVERING, Role.HEAD, Role.CHAIR)
"""Those whom a concern can go to: it matters whether they are away."""
LISTED = (*ASKED, Role.MANAGER, Role.ADMINISTRATOR)
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
_LATE = timedelta(seconds=60)
_RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Failure:
    """Deliveries given up in the last week: their kind, the code that says why, and how many."""

    kind: str
    code: str
    count: int


@dataclass(frozen=True)
class Standing:
    """How things stand. `late`: owed for more than a minute; `waiting`: due and not made; `asked`: who is asked first
    when a concern is raised now; `refusing`: whose way beside Slack did not take the last message."""

    waiting: int
    late: int
    oldest: datetime | None
    provider_problems: int
    given_up: Sequence[Failure]
    last_sync: datetime | None
    asked: Staff | None = None
    refusing: Sequence[str] = ()


@dataclass(frozen=True)
class Away:
    """What came of saying that one is away: `set` is False where it asks whether that is meant. `asked` is who is
    asked first when a concern is raised now; None where no lead and no deputy is here."""

    until: datetime
    set: bool
    asked: Staff | None


def standing(session: Session, caller: Caller, now: datetime) -> Standing:
    """How things stand with what the bot owes and with the meetings' provider. What is owed for concerns is left
    out: whoever one is about must not learn from a figure that it exists."""
    ours = (Delivery.organisation_id == caller.organisation_id, Delivery.kind.not_like("concern.%"))
    # True of every delivery: so it is looked for among what is not done, not among all that was ever owed.
    ever = Delivery.due_at >= _BEFORE_ALL
    due = (*ours, Delivery.done_at.is_(None), Delivery.wanted_at <= now, ever)
    late_ones = func.count().filter(Delivery.wanted_at <= now - _LATE)
    waiting, oldest, late = session.execute(
        select(func.count(), func.min(Delivery.wanted_at), late_ones).where(*due)
    ).one()
    lost = session.execute(
        select(Delivery.kind, Delivery.error_code, func.count())
        .where(*ours, Delivery.given_up_at >= now - _RECENT)
        .group_by(Delivery.kind, Delivery.error_code)
        .order_by(Delivery.kind, Delivery.error_code)
    )
    problems = session.execute(
        select(func.count()).where(
            Meeting.organisation_id == caller.organisation_id,
            Meeting.provider_error.is_not(None),
            Meeting.state.in_(OPEN),
            Meeting.ends_from(now),
        )
    ).scalar_one()
    synced = session.get_one(Organisation, caller.organisation_id).staff_read_at
    failures = [Failure(kind, code or "unknown", count) for kind, code, count in lost]
    asked = on_call(session, caller.organisation_id, now)
    return Standing(waiting, late, oldest, problems, failures, synced, asked, _refusing(session, caller))


def _refusing(session: Session, caller: Caller) -> list[str]:
    people = people_with(session, caller.organisation_id, *ASKED)
    return [f"{one.called}, {ways.called(one, way)} ({code})" for one in people for way, code in one.refusing.items()]


def roles(session: Session, caller: Caller) -> dict[Role, list[Staff]]:
    """Who holds each role of the organisation file, in its order."""
    return {role: people_with(session, caller.organisation_id, role) for role in LISTED}


def zone_of(session: Session, caller: Caller) -> str:
    """The zone in which the caller reads a clock: their own in Slack, else the organisation's."""
    mine = session.scalar(of(caller.organisation_id, Staff).where(Staff.slack_id == caller.slack_id))
    return mine.timezone if mine is not None and mine.timezone else caller.zone


def asked_first(session: Session, caller: Caller, now: datetime) -> Staff | None:
    """Who is asked first when a concern is raised now; None where no lead and no deputy is here."""
    return on_call(session, caller.organisation_id, now)


def _others(session: Session, caller: Caller, now: datetime) -> list[Staff]:
    """The leads and deputies who are here without the caller."""
    found = covering(session, caller.organisation_id)
    return [one for one in found if one.slack_id != caller.slack_id and not is_away(one, now)]


def go_away(session: Session, caller: Caller, until: datetime, now: datetime, *, sure: bool) -> Away:
    """Say that the caller is away. Where nobody among the leads and deputies would be left, nothing is changed
    unless `sure`. Raises BadInput for a moment that has passed."""
    if until <= now:
        raise BadInput("That moment has passed. Say it anew: `/facilitator away until Monday`.")
    # Two who leave at once must not each count on the other.
    session.get_one(Organisation, caller.organisation_id, with_for_update={"key_share": True})
    if caller.has(*COVERING) and not sure and not _others(session, caller, now):
        return Away(until, set=False, asked=None)
    mine = session.scalars(of(caller.organisation_id, Staff).where(Staff.slack_id == caller.slack_id)).one()
    if mine.away_until != until:
        set_away(session, caller.organisation_id, caller.slack_id, until, now)
    return Away(until, set=True, asked=asked_first(session, caller, now))


def come_back(session: Session, caller: Caller, now: datetime) -> bool:
    """Say that the caller is back; False where they were not away."""
    mine = session.scalars(of(caller.organisation_id, Staff).where(Staff.slack_id == caller.slack_id)).one()
    if not is_away(mine, now):
        return False
    set_away(session, caller.organisation_id, caller.slack_id, None, now)
    return True
