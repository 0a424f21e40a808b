"""The trainings of staff as facts: recorded once by a manager or taken over from the organisation file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import BadInput, NotNow
from bot.facts import points, recording, standing
from bot.reading import as_id
from bot.staff.people import by_slack_id
from db import audit
from db.models import Fact, FactAnswer, HowShown, Staff, SubjectKind
from db.owed import owe
from db.scope import of

UNDO_FOR = timedelta(minutes=10)
"""For how long what was recorded of a training can be taken back with its button."""
_SHOWN = 20


@dataclass(frozen=True)
class Taken:
    """On which day a training was taken, until when it holds, and how that was shown."""

    day: date
    until: date | None = None
    how: HowShown | None = None


@dataclass(frozen=True)
class Everybodys:
    """Who took which training: name and fact by training, the newest day first; a list shows the first `shown`."""

    held: Mapping[str, Sequence[tuple[str, Fact]]]
    shown: int = _SHOWN


@dataclass(frozen=True)
class Recorded:
    """What came of recording a training: the names for whom it is new, those for whom it stood so already, and the ids
    of the new facts, by which it is taken back."""

    changed: Sequence[str]
    as_before: Sequence[str]
    facts: str


def everybodys(session: Session, caller: Caller) -> Everybodys:
    """Every training that is recorded of somebody who is still there."""
    query = of(caller.organisation_id, Fact).where(Fact.subject_kind == SubjectKind.STAFF)
    facts = session.scalars(query.order_by(Fact.scope_id, Fact.sequence)).all()
    whose = {one.scope_id for one in facts}
    people = session.scalars(of(caller.organisation_id, Staff).where(Staff.id.in_(whose), Staff.deactivated.is_(False)))
    names = {one.id: one.called for one in people}
    found: dict[str, list[tuple[str, Fact]]] = {}
    for key, mine in standing.trainings(facts, names).items():
        for name, one in mine.items():
            found.setdefault(name, []).append((names[key], one))
    newest = {name: sorted(held, key=lambda one: one[1].day or date.min, reverse=True) for name, held in found.items()}
    return Everybodys(newest)


def record_for(
    session: Session, caller: Caller, slack_ids: Sequence[str], training: str, taken: Taken | None, now: datetime
) -> Recorded:
    """Record on which day some members of staff took a training, or with None that it does not hold of them. The
    caller's right to say so must have been checked. Raises BadInput for somebody who is no member of staff here."""
    known = by_slack_id(session, caller.organisation_id, slack_ids)
    strange = [one for one in slack_ids if one not in known or known[one].bot]
    if strange:
        raise BadInput(f"<@{strange[0]}> is not known as a member of staff here. Nothing was recorded.", field="people")
    changed = {one: record(session, caller, staff, {training: taken}, now) for one, staff in known.items()}
    new = [one for one, facts in changed.items() if facts]
    if new:
        owe(session, caller.organisation_id, "meeting.settle", at=now)
    ids = ",".join(fact.id.hex for facts in changed.values() for fact in facts)
    return Recorded([known[one].called for one in new], [known[one].called for one in known if one not in new], ids)


def take_back(session: Session, caller: Caller, facts: str, now: datetime) -> list[str]:
    """Take back what was recorded by these facts, so that it stands as it stood before; the names of whom it was taken
    back for. Where something was recorded since, that stays. Raises NotNow after ten minutes."""
    recording.hold_organisation(session, caller.organisation_id)
    wanted = of(caller.organisation_id, Fact).where(Fact.id.in_([as_id(one) for one in facts.split(",")]))
    done = []
    for fact in session.scalars(wanted.order_by(Fact.scope_id)).all():
        if now > fact.at + UNDO_FOR:
            raise NotNow("That is more than ten minutes ago. Type `/facilitator untrained` or `trained` to correct it.")
        every = [
            one
            for one in _facts(session, caller.organisation_id, [fact.scope_id])
            if one.requirement == fact.requirement
        ]
        if every[-1] is fact:
            name = standing.point_of(fact).training
            before = standing.trainings(every[:-1], [fact.scope_id])[fact.scope_id].get(name)
            staff = session.get_one(Staff, fact.scope_id)
            record(session, caller, staff, {name: _taken(before) if before else None}, now)
            done.append(staff.called)
    if done:
        owe(session, caller.organisation_id, "meeting.settle", at=now)
    return done


def record(
    session: Session, caller: Caller, staff: Staff, changes: Mapping[str, Taken | None], now: datetime
) -> list[Fact]:
    """Write down the day of each training of a member of staff, or with None that it does not hold; the facts that are
    new by it. The caller's right to say so must have been checked."""
    recording.hold_organisation(session, caller.organisation_id)
    facts = _facts(session, caller.organisation_id, [staff.id])
    was = standing.trainings(facts, [staff.id])[staff.id]
    said = [
        recording.Saying(points.training(name), FactAnswer.YES, day=one.day, until=one.until, how=one.how)
        if one
        else recording.Saying(points.training(name), FactAnswer.BACK)
        for name, one in changes.items()
        if _adds(was.get(name), one)
    ]
    place = recording.Place(SubjectKind.STAFF, staff.id)
    new = recording.append(session, caller, place, said, standing.last_numbers(facts).get(staff.id, 0), now)
    for one in said:
        action = "staff.trained" if one.day else "staff.untrained"
        name = one.point.training
        audit.record(session, caller.organisation_id, now, caller.slack_id, action, "staff", staff.id, name)
    return new


def _taken(fact: Fact) -> Taken:
    return Taken(fact.day or fact.at.date(), fact.until, fact.shown_by)


def _adds(stands: Fact | None, said: Taken | None) -> bool:
    """Whether it says something that what stands does not; how it was shown is no news where nobody says it."""
    if stands is None or said is None:
        return (stands is None) is not (said is None)
    return (stands.day, stands.until) != (said.day, said.until) or said.how not in (None, stands.shown_by)


def from_file(session: Session, organisation_id: UUID, by: str) -> dict[UUID, dict[str, date]]:
    """The trainings that the organisation file gave last, by member of staff; `by` is who writes for the file."""
    found: dict[UUID, dict[str, date]] = {}
    query = of(organisation_id, Fact).where(Fact.subject_kind == SubjectKind.STAFF, Fact.by == by)
    for one in session.scalars(query.order_by(Fact.scope_id, Fact.sequence)):
        mine, name = found.setdefault(one.scope_id, {}), standing.point_of(one).training
        if one.yes and one.day is not None:
            mine[name] = one.day
        else:
            mine.pop(name, None)
    return found


def take_over(
    session: Session,
    caller: Caller,
    staff: Staff,
    before: Mapping[str, date],
    given: Mapping[str, date],
    now: datetime,
) -> bool:
    """Make the trainings of a member of staff what the organisation file says, where that is another thing than it said
    `before`: what a manager recorded since stays. Whether anything changed."""
    gone = dict.fromkeys(name for name in before if name not in given)
    new = {name: Taken(day, how=HowShown.WRITING) for name, day in given.items() if before.get(name) != day}
    return bool(gone or new) and bool(record(session, caller, staff, {**gone, **new}, now))


def _facts(session: Session, organisation_id: UUID, staff: Sequence[UUID]) -> Sequence[Fact]:
    query = of(organisation_id, Fact).where(Fact.scope_id.in_(staff))
    return session.scalars(query.order_by(Fact.scope_id, Fact.sequence)).all()
