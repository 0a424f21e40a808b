"""The rules of groups: who may run one, how one is made, changed and closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import states
from bot.errors import BadInput, Conflict, NotFound, NotNow
from bot.groups.forms import GroupForm
from bot.groups.times import Rhythm, of_group
from db import audit
from db.base import new_id
from db.crypto import keyring
from db.holding import note
from db.models import Group, GroupMember, Meeting, Organisation, Role
from db.models.group import title_words
from db.opened import opened
from db.scope import next_number, of

MOST = 300
"""No more groups of an organisation are open at a time."""
UNDO_FOR = timedelta(minutes=10)
"""How long what was done with a group can be taken back."""
_WATCHES_ALL = (Role.LEAD, Role.DEPUTY, Role.HEAD)
_KEEPS_ALL = (Role.MANAGER, Role.ADMINISTRATOR)
NOT_YOURS = "Its workers, a manager or an administrator can see and change a group."


def sees_people(caller: Caller, group: Group) -> bool:
    """Whether this person may see who belongs to a group, and say who does: as those who may run its meetings."""
    return caller.slack_id in group.staff or caller.has(*_WATCHES_ALL)


def may_run(caller: Caller, group: Group) -> bool:
    """Whether this person may see a group and change it. Managers and administrators may, and learn nobody's name."""
    return sees_people(caller, group) or caller.has(*_KEEPS_ALL)


def open_groups(session: Session, caller: Caller) -> list[Group]:
    """The groups that are not closed and that the caller may run, their own first."""
    query = of(caller.organisation_id, Group).where(Group.closed_at.is_(None)).order_by(Group.number).limit(MOST)
    found = [one for one in session.scalars(query) if may_run(caller, one)]
    return sorted(found, key=lambda one: caller.slack_id not in one.staff)


def titles(session: Session, caller: Caller) -> dict[UUID, str]:
    """The titles of all groups, closed ones among them, by their ids: for those who look after all. They name nobody
    who belongs to one."""
    return {key: words for (key, *_), words in opened(session, caller.organisation_id, Group, Group.title)}


def called(session: Session, caller: Caller, title: str) -> list[Group]:
    """The open groups of exactly this title that the caller may see the people of."""
    indexes = keyring().blind_indexes(title_words(title))
    query = of(caller.organisation_id, Group).where(Group.title_index.in_(indexes), Group.closed_at.is_(None))
    return [one for one in session.scalars(query.order_by(Group.number).limit(MOST)) if sees_people(caller, one)]


def get(session: Session, caller: Caller, group_id: UUID, *, to_change: bool = False, people: bool = False) -> Group:
    """A group by id; `to_change`, it is held until the end of the unit of work. `people`: only for those who see who
    belongs to it. Raises NotFound, and NotNow for a closed one that is to be changed."""
    query = of(caller.organisation_id, Group).where(Group.id == group_id)
    if to_change:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    group = session.scalar(query)
    if group is None or not may_run(caller, group):
        raise NotFound(f"I can't find that group among yours. {NOT_YOURS}")
    if people and not sees_people(caller, group):
        raise NotFound("Who belongs to a group is seen and said by its workers and the safeguarding leads alone.")
    return group


def check_open(group: Group) -> None:
    """Raises NotNow for a closed group."""
    if group.closed_at is not None:
        raise NotNow(f"{group.title} is closed. Nothing was changed.")


def create(session: Session, caller: Caller, form: GroupForm, now: datetime) -> Group:
    """Make a group. Raises BadInput where the caller has one of that title in that programme, NotNow where there are
    too many."""
    _check_title(session, caller, form.title, form.programme)
    organisation = session.get_one(Organisation, caller.organisation_id)
    number = next_number(session, organisation.id, Organisation.last_group)
    is_open = select(func.count(Group.id)).where(Group.organisation_id == organisation.id, Group.closed_at.is_(None))
    if (session.scalar(is_open) or 0) >= MOST:
        raise NotNow(f"There are {MOST} open groups. `/group close` closes one that does not meet any more.")
    group = Group(
        id=new_id(),
        organisation_id=organisation.id,
        number=number,
        created_by=caller.slack_id,
        created_at=now,
        version=1,
        weekdays=[],
    )
    _take(group, {**form.changes, "host": form.host or caller.slack_id})
    session.add(group)
    session.flush()
    audit.record(session, organisation.id, now, caller.slack_id, "group.made", "group", group.id)
    return group


def edit(
    session: Session, caller: Caller, group_id: UUID, changes: Mapping[str, Any], now: datetime, version: int = 0
) -> Group:
    """Change a group: what `changes` has of a `GroupForm`. `version` is the one that the form was drawn for; another
    raises Conflict."""
    group = get(session, caller, group_id, to_change=True)
    check_open(group)
    if version and group.version != version:
        raise Conflict(f"Somebody changed {group.title} meanwhile. Open it again to see how it is now.")
    title, programme = changes.get("title", group.title), changes.get("programme", group.programme)
    if (title_words(title), programme) != (title_words(group.title), group.programme):
        _check_title(session, caller, title, programme, but=group)
    before = stands(group)
    _take(group, changes)
    if stands(group) != before:
        group.version += 1
        audit.record(session, group.organisation_id, now, caller.slack_id, "group.changed", "group", group.id)
    return group


def stands(group: Group) -> tuple[object, ...]:
    """How a group is, of all that an edit may change."""
    texts = (group.title, group.programme, group.minutes, group.purpose, group.plan, of_group(group))
    return (*texts, group.host, group.lead_worker, tuple(group.co_workers))


def _take(group: Group, changes: Mapping[str, Any]) -> None:
    for name in ("title", "programme", "minutes", "host", "lead_worker", "purpose", "plan"):
        if name in changes:
            setattr(group, name, changes[name])
    if "co_workers" in changes:
        group.co_workers = [one for one in changes["co_workers"] if one != group.host]
    if group.lead_worker and group.lead_worker not in group.team:
        if changes.get("lead_worker"):
            group.co_workers = [*group.co_workers, group.lead_worker]
        else:
            group.lead_worker = None
    if "rhythm" in changes and changes["rhythm"] != of_group(group):
        rhythm: Rhythm | None = changes["rhythm"]
        group.weekdays = list(rhythm.weekdays) if rhythm else []
        group.meets_at = rhythm.meets_at if rhythm else None
        group.weeks = rhythm.weeks if rhythm else 1
        group.counted_from = rhythm.counted_from if rhythm else None


def _check_title(session: Session, caller: Caller, title: str, programme: str | None, but: Group | None = None) -> None:
    same = [one for one in called(session, caller, title) if one.programme == programme and one is not but]
    if same:
        raise BadInput(f"You have a group of that name: {same[0].title}. Choose another name.", field="title")


def close(session: Session, caller: Caller, group_id: UUID, now: datetime) -> tuple[Group, bool]:
    """Close a group: its coming meetings stay. Whether it was this that closed it."""
    group = get(session, caller, group_id, to_change=True)
    if group.closed_at is not None:
        return group, False
    group.closed_at = now
    group.version += 1
    audit.record(session, group.organisation_id, now, caller.slack_id, "group.closed", "group", group.id)
    return group, True


def reopen(session: Session, caller: Caller, group_id: UUID, now: datetime) -> tuple[Group, bool]:
    """Take the closing of a group back, within ten minutes. Whether it was this that did it. Raises NotNow later."""
    group = get(session, caller, group_id, to_change=True)
    if group.closed_at is None:
        return group, False
    if now > group.closed_at + UNDO_FOR:
        raise NotNow(f"That was more than ten minutes ago: {group.title} stays closed. `/group new` makes another.")
    _check_title(session, caller, group.title, group.programme, but=group)
    group.closed_at = None
    group.version += 1
    audit.record(session, group.organisation_id, now, caller.slack_id, "group.not_closed", "group", group.id)
    return group, True


def coming(session: Session, group: Group, now: datetime, *, to_change: bool = False) -> Sequence[Meeting]:
    """The meetings of a group that have not begun, soonest first; `to_change`, they are held."""
    query = of(group.organisation_id, Meeting).where(
        Meeting.group_id == group.id, Meeting.state.in_(states.TO_COME), Meeting.ends_from(now)
    )
    if not to_change:
        return session.scalars(query.order_by(Meeting.starts_at, Meeting.number).limit(MOST)).all()
    # In the order of their ids, so that two who do this never wait for each other.
    held = session.scalars(query.order_by(Meeting.id).with_for_update(key_share=True)).all()
    for one in held:
        note(session, one)
    return sorted(held, key=lambda one: (one.starts_at, one.number))


def sizes(session: Session, groups: Sequence[Group], on: Any) -> dict[UUID, int]:
    """How many people belong to each of some groups on a day."""
    if not groups:
        return {}
    query = (
        select(GroupMember.group_id, func.count(GroupMember.id))
        .where(
            GroupMember.organisation_id == groups[0].organisation_id,
            GroupMember.group_id.in_([one.id for one in groups]),
            GroupMember.joined_on <= on,
            (GroupMember.left_on.is_(None)) | (GroupMember.left_on > on),
        )
        .group_by(GroupMember.group_id)
    )
    return {key: count for key, count in session.execute(query)}


def next_meetings(session: Session, groups: Sequence[Group], now: datetime) -> dict[UUID, datetime]:
    """When each of some groups meets next, of those that have a meeting to come."""
    if not groups:
        return {}
    query = (
        select(Meeting.group_id, func.min(Meeting.starts_at))
        .where(
            Meeting.organisation_id == groups[0].organisation_id,
            Meeting.group_id.in_([one.id for one in groups]),
            Meeting.state.in_(states.TO_COME),
            Meeting.starts_at >= now,
        )
        .group_by(Meeting.group_id)
    )
    return {key: at for key, at in session.execute(query) if key is not None}
