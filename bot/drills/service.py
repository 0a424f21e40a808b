"""Starting a drill, noting what comes of each test alert, and knowing when the next one is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import BadInput, NotFound
from bot.staff.people import COVERING, people_with
from bot.staff.ways import SLACK, note_answer, ways_of
from db import audit
from db.base import new_id
from db.models import Drill, DrillAlert, Organisation, Role, Staff
from db.owed import owe
from db.scope import of

ALERT, THANKS, ANSWER, TELL = "drill.alert", "drill.thanks", "drill.answer", "drill.tell"
"""The deliveries: a test alert, its drawing once it was answered, the list of what came of all, the reminder."""
EVERY = timedelta(days=30)
_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Outcome:
    """A drill and what came of it so far, by person in the organisation file's order."""

    drill: Drill
    alerts: Sequence[DrillAlert]
    people: Mapping[str, Staff]


def start(session: Session, caller: Caller, mail: bool, now: datetime) -> int:
    """Owe everybody whom a concern can reach a test alert by every way they have; gives how many people. `mail`:
    whether there is a mail server. Raises BadInput where one was started just now."""
    # Two who start one at once must not make two.
    session.get_one(Organisation, caller.organisation_id, with_for_update={"key_share": True})
    last = _last(session, caller.organisation_id)
    if last is not None and last.started_at > now - _AGAIN:
        raise BadInput("A drill was started within this minute. See what comes of it first.")
    drill = Drill(id=new_id(), organisation_id=caller.organisation_id, started_by=caller.slack_id, started_at=now)
    session.add(drill)
    session.flush()
    people = people_with(session, caller.organisation_id, *COVERING, Role.HEAD, Role.CHAIR)
    for staff in people:
        for way in [SLACK, *ways_of(staff, mail=mail)]:
            alert = DrillAlert(
                id=new_id(),
                organisation_id=caller.organisation_id,
                drill_id=drill.id,
                slack_id=staff.slack_id,
                way=way,
            )
            session.add(alert)
            owe(session, caller.organisation_id, ALERT, at=now, target=staff.slack_id, record_id=alert.id)
    audit.record(session, caller.organisation_id, now, caller.slack_id, "drill.started", "drill", drill.id)
    _owe_answer(session, drill, now)
    return len(people)


def outcome(session: Session, organisation_id: UUID, drill_id: UUID) -> Outcome:
    """What came of a drill so far."""
    drill = session.scalars(of(organisation_id, Drill).where(Drill.id == drill_id)).one()
    alerts = session.scalars(of(organisation_id, DrillAlert).where(DrillAlert.drill_id == drill_id)).all()
    staff = of(organisation_id, Staff).where(Staff.slack_id.in_({one.slack_id for one in alerts}))
    people = {one.slack_id: one for one in session.scalars(staff.order_by(Staff.file_order))}
    return Outcome(drill, sorted(alerts, key=lambda one: one.way != SLACK), people)


def get(session: Session, organisation_id: UUID, alert_id: UUID) -> DrillAlert:
    """One test alert. Raises NotFound."""
    found = session.scalar(of(organisation_id, DrillAlert).where(DrillAlert.id == alert_id))
    if found is None:
        raise NotFound("There is no such drill.")
    return found


def accepted(session: Session, alert: DrillAlert, now: datetime, channel: str = "", ts: str = "") -> None:
    """A way took the test alert; `channel` and `ts` are where it is in Slack."""
    alert = get(session, alert.organisation_id, alert.id)
    alert.accepted_at, alert.code = now, None
    alert.channel, alert.message_ts = channel or None, ts or None
    _noted(session, alert, "", now)


def refused(session: Session, alert: DrillAlert, code: str, now: datetime) -> None:
    """A way did not take it, for a reason with this code."""
    alert = get(session, alert.organisation_id, alert.id)
    alert.code = code
    _noted(session, alert, code, now)


def _noted(session: Session, alert: DrillAlert, code: str, now: datetime) -> None:
    if alert.way != SLACK:
        note_answer(session, alert.organisation_id, alert.slack_id, alert.way, code)
    _owe_answer(session, session.get_one(Drill, alert.drill_id), now)


def acknowledge(session: Session, caller: Caller, alert_id: UUID, now: datetime) -> DrillAlert:
    """The person has it; a second tap changes nothing. Raises NotFound for anybody else."""
    alert = get(session, caller.organisation_id, alert_id)
    if alert.slack_id != caller.slack_id:
        raise NotFound("There is no such drill.")
    if alert.acknowledged_at is None:
        alert.acknowledged_at = now
        owe(session, alert.organisation_id, THANKS, at=now, target=alert.slack_id, record_id=alert.id)
        _owe_answer(session, session.get_one(Drill, alert.drill_id), now)
    return alert


def _owe_answer(session: Session, drill: Drill, now: datetime) -> None:
    owe(session, drill.organisation_id, ANSWER, at=now, record_id=drill.id, target=drill.started_by)


def _last(session: Session, organisation_id: UUID) -> Drill | None:
    return session.scalar(of(organisation_id, Drill).order_by(Drill.started_at.desc()).limit(1))


def remind(session: Session, organisation: Organisation, now: datetime) -> None:
    """Owe administrators and leads a reminder where no drill was held for a month; one a month."""
    last = _last(session, organisation.id)
    since = last.started_at if last is not None else organisation.updated_at
    months = (now - since) // EVERY
    if months < 1:
        return
    for one in people_with(session, organisation.id, Role.ADMINISTRATOR, Role.LEAD):
        once = f"{TELL}:{since:%Y-%m-%d}:{months}:{one.slack_id}"
        owe(session, organisation.id, TELL, at=now, target=one.slack_id, only_once=once)


def is_due(session: Session, organisation: Organisation, now: datetime) -> bool:
    """Whether no drill was held for a month."""
    last = _last(session, organisation.id)
    return now - (last.started_at if last is not None else organisation.updated_at) >= EVERY
