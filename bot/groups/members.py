"""Who belongs to a group, and since and until which day: whoever joins comes to its coming meetings, too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import ages
from bot.errors import NotNow
from bot.groups import service
from bot.participants import persons, placing
from bot.participants.forms import ParticipantEntry
from bot.participants.service import MOST_ON_A_MEETING
from bot.reading.persons.names import folded
from db import audit
from db.base import new_id
from db.models import Group, GroupMember, Meeting, Participant, Registration
from db.scope import of


@dataclass(frozen=True)
class Joined:
    """Who joined and who belonged to the group already; on which of its coming meetings somebody was registered;
    whose address or age on record is another; and the records that others have of the names of those who are new."""

    new: tuple[GroupMember, ...] = ()
    already: tuple[GroupMember, ...] = ()
    meetings: Mapping[Meeting, Sequence[Registration]] = field(default_factory=dict)
    other_address: tuple[GroupMember, ...] = ()
    other_age: tuple[GroupMember, ...] = ()
    elsewhere: Mapping[GroupMember, Sequence[Participant]] = field(default_factory=dict)


@dataclass(frozen=True)
class Left:
    """Who leaves, from which day on, and the coming meetings they were taken off."""

    members: tuple[GroupMember, ...]
    day: date
    meetings: tuple[Meeting, ...] = ()


def today(now: datetime, zone: str) -> date:
    """The day that it is for the organisation."""
    return now.astimezone(ZoneInfo(zone)).date()


def belonging(session: Session, group: Group, day: date) -> list[GroupMember]:
    """Those who belong to a group on a day or will, each person once, by name."""
    query = of(group.organisation_id, GroupMember).where(
        GroupMember.group_id == group.id, (GroupMember.left_on.is_(None)) | (GroupMember.left_on > day)
    )
    found: dict[UUID, GroupMember] = {}
    for one in session.scalars(query.order_by(GroupMember.joined_on, GroupMember.added_at)):
        found.setdefault(one.participant.id, one)
    return sorted(found.values(), key=lambda one: one.participant.name.casefold())


def on_day(members: Sequence[GroupMember], day: date) -> list[GroupMember]:
    """Those of them who belong to the group on a day."""
    return [one for one in members if one.joined_on <= day and (one.left_on is None or one.left_on > day)]


def join(
    session: Session,
    caller: Caller,
    group: Group,
    entries: Sequence[ParticipantEntry],
    day: date,
    now: datetime,
    there: Sequence[GroupMember],
) -> Joined:
    """Take people into a group from a day on, and register them on its meetings that come then. Whom a name means is
    found as on a meeting; `there` are those who belong to it. The group must be held. Raises NotNow where it is closed
    or full."""
    service.check_open(group)
    present = {folded(one.participant.name): one for one in there}
    before = persons.of_names(session, caller, group.team, [one for one in entries if folded(one.name) not in present])
    people = {one.participant.id: one for one in there}
    new: list[GroupMember] = []
    already: list[GroupMember] = []
    elsewhere: dict[GroupMember, Sequence[Participant]] = {}
    for entry in entries:
        known = present.get(folded(entry.name))
        person = None if known else before.known(entry)
        known = known or (people.get(person.id) if person else None)
        if known is not None:
            present[folded(entry.name)] = known
            already.append(known)
            continue
        others = () if person else before.elsewhere(entry)
        person = person or persons.new(session, caller, entry, now)
        member = _member(caller, group, person, day, now)
        session.add(member)
        present[folded(entry.name)] = people[person.id] = member
        new.append(member)
        if others:
            elsewhere[member] = others
    told = [(present[folded(one.name)].participant, one) for one in entries]
    others_known = persons.fill_in(session, caller, told, group.team, now)
    other = [one for one in people.values() if one.participant.id in others_known]
    aged = [(present[folded(one.name)], one.age) for one in entries if one.age]
    older = [one for one, age in aged if not ages.fill_in(one.participant, age, caller.slack_id, now, caller.zone)]
    if len(people) > MOST_ON_A_MEETING:
        raise NotNow(f"{group.title} would have {len(people)} members; {MOST_ON_A_MEETING} fit.")
    placed: Mapping[Meeting, Sequence[Registration]] = {}
    if new:
        session.flush()
        count = f"{len(new)}"
        audit.record(session, group.organisation_id, now, caller.slack_id, "group.joined", "group", group.id, count)
        placed = placing.place(
            session, caller, _from(session, caller, group, day, now), [one.participant for one in new], now
        )
    return Joined(tuple(new), tuple(already), placed, tuple(other), tuple(older), elsewhere)


def _member(caller: Caller, group: Group, person: Participant, day: date, now: datetime) -> GroupMember:
    member = GroupMember(
        id=new_id(),
        organisation_id=group.organisation_id,
        group_id=group.id,
        participant_id=person.id,
        joined_on=day,
        added_by=caller.slack_id,
        added_at=now,
    )
    member.record = person
    return member


def _from(session: Session, caller: Caller, group: Group, day: date, now: datetime) -> list[Meeting]:
    """The group's meetings on a day and after it, of those that have not begun; they are held."""
    coming = service.coming(session, group, now, to_change=True)
    return [one for one in coming if today(one.starts_at, caller.zone) >= day]


def leave(
    session: Session, caller: Caller, group: Group, members: Sequence[GroupMember], day: date, now: datetime
) -> Left:
    """Let people leave a group: from a day on they do not belong to it, and are off its coming meetings. The group must
    be held. Of whom it was said already is not among those given back."""
    gone = [one for one in members if one.left_on is None]
    if not gone:
        return Left((), day)
    for one in gone:
        one.left_on, one.left_by, one.left_at = max(day, one.joined_on), caller.slack_id, now
    count = f"{len(gone)}"
    audit.record(session, group.organisation_id, now, caller.slack_id, "group.left", "group", group.id, count)
    meetings = _from(session, caller, group, day, now)
    off = placing.take_off(session, caller, meetings, {one.participant.id for one in gone}, now)
    return Left(tuple(gone), day, tuple(off))


def by_ids(session: Session, group: Group, ids: Sequence[UUID]) -> list[GroupMember]:
    """Members of a group by their ids, by name; those who have left, too."""
    query = of(group.organisation_id, GroupMember).where(GroupMember.group_id == group.id, GroupMember.id.in_(ids))
    return sorted(session.scalars(query), key=lambda one: one.participant.name.casefold())


def not_joined(
    session: Session, caller: Caller, group: Group, joined: datetime, now: datetime
) -> tuple[list[GroupMember], list[Meeting]]:
    """Take back one joining, within ten minutes: who belongs to the group no more, and the meetings they were taken
    off. Nobody, where that was done before. Raises NotNow later."""
    _in_time(joined, now, "`/group leave NAME from …` takes somebody off.")
    query = of(group.organisation_id, GroupMember).where(
        GroupMember.group_id == group.id, GroupMember.added_at == joined, GroupMember.left_on.is_(None)
    )
    gone = list(session.scalars(query))
    if not gone:
        return [], []
    for one in gone:
        # They never belonged to it.
        one.left_on, one.left_by, one.left_at = one.joined_on, caller.slack_id, now
    count = f"{len(gone)}"
    audit.record(session, group.organisation_id, now, caller.slack_id, "group.not_joined", "group", group.id, count)
    people = {one.participant.id for one in gone}
    meetings = placing.undo_placing(
        session, caller, service.coming(session, group, now, to_change=True), people, joined, now
    )
    return gone, list(meetings)


def not_left(
    session: Session, caller: Caller, group: Group, left: datetime, now: datetime
) -> tuple[list[GroupMember], list[Meeting]]:
    """Take back one leaving, within ten minutes: who belongs to the group again, and the meetings they are on again. As
    `not_joined`."""
    _in_time(left, now, "`/group add NAME to …` adds them again.")
    query = of(group.organisation_id, GroupMember).where(
        GroupMember.group_id == group.id, GroupMember.left_at == left, GroupMember.left_on.is_not(None)
    )
    belong = belonging(session, group, today(now, caller.zone))
    here = {one.participant.id for one in belong if one.left_at != left}
    back = [one for one in session.scalars(query) if one.participant.id not in here]
    if not back:
        return [], []
    for one in back:
        one.left_on = one.left_by = one.left_at = None
    count = f"{len(back)}"
    audit.record(session, group.organisation_id, now, caller.slack_id, "group.not_left", "group", group.id, count)
    people = {one.participant.id for one in back}
    meetings = placing.undo_taking_off(
        session, caller, service.coming(session, group, now, to_change=True), people, left, now
    )
    return back, meetings


def _in_time(done: datetime, now: datetime, otherwise: str) -> None:
    if now > done + service.UNDO_FOR:
        raise NotNow(f"That was more than ten minutes ago. {otherwise}")
