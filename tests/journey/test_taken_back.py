"""All that acts, done and undone as people do it: every row stands as it stood, and the audit chain tells both."""

from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.diary.cards import CARD
from bot.meetings.card_times import CARDS, due
from db.models import (
    AttendanceMark,
    AuditEvent,
    Delivery,
    Fact,
    FactAnswer,
    Group,
    GroupMember,
    Meeting,
    MeetingStaff,
    MeetingState,
    Participant,
    Registration,
)
from tests.support.clearing import make_urgent
from tests.support.world import World

Rows = dict[str, set[tuple[Any, ...]]]
FIRST, SECOND = "https://zoom.us/j/12345678901", "https://zoom.us/j/99999678901"
DONE_ANEW = frozenset(["by", "at", "id"])
"""What differs where somebody says again what had been said before: who, when, in a row of its own."""


class Act(NamedTuple):
    """What is done and how it is undone, each by typed commands and the buttons to press behind them; the steps that
    the audit tells of both; the columns in which the row that stands again is another; and what comes first."""

    do: tuple[str, ...]
    undo: tuple[str, ...]
    told: tuple[str, ...]
    but: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()


ACTS = {
    "new": Act(
        ("/meeting new Chess on 9 June 2027 at 10:00",),
        ("/meeting cancel M-6", "Cancel it"),
        ("meeting.scheduled", "meeting.cancelled"),
    ),
    "edit": Act(
        ("/meeting edit M-1 title Painting",), ("/meeting edit M-1 title Art",), ("meeting.changed", "meeting.changed")
    ),
    "another day": Act(
        ("/meeting edit M-1 to 4 June 2027 17:00",),
        ("/meeting edit M-1 to 3 June 2027 16:00",),
        ("meeting.changed", "meeting.changed"),
    ),
    "link": Act(
        (f"/meeting edit M-1 link {SECOND}",),
        (f"/meeting edit M-1 link {FIRST}",),
        ("meeting.changed", "meeting.changed"),
        frozenset(["link_since"]),
    ),
    "cancel": Act(
        ("/meeting cancel M-1", "Cancel it"),
        ("Not cancelled after all",),
        ("meeting.cancelled", "meeting.not_cancelled", "meeting.ready"),
    ),
    "cancel and later": Act(
        ("/meeting cancel M-2 and later", "Cancel these 2"),
        ("Not cancelled after all",),
        ("meeting.cancelled", "meeting.cancelled", "meeting.not_cancelled", "meeting.not_cancelled"),
    ),
    "edit and later": Act(
        ("/meeting edit M-2 and later to 17:30", "submit"),
        ("/meeting edit M-2 and later to 16:00", "submit"),
        ("meeting.changed", "meeting.changed", "meeting.changed", "meeting.changed"),
    ),
    "add": Act(
        ("/participant add Cai Rees to M-1",),
        ("/participant remove Cai Rees from M-1", "Remove"),
        ("registration.added", "registration.removed"),
    ),
    "merge": Act(
        ("/participant merge Al Jones into Aled Jones", "They are one person"),
        ("Take it back",),
        ("participant.merged", "participant.merge_undone"),
    ),
    "a namesake": Act(
        ("The same",),
        ("Take it back",),
        ("participant.merged", "participant.merge_undone"),
        first=("/participant add Mair Hughes to M-3",),
    ),
    "tick": Act(("/meeting tick M-1 roles",), ("/meeting untick M-1 roles",), ("meeting.ticked", "meeting.unticked")),
    "tick for people": Act(
        ("/meeting tick M-1 child-protection",),
        ("/meeting untick M-1 child-protection",),
        ("meeting.ticked", "meeting.unticked"),
    ),
    "untick": Act(
        ("/meeting untick M-1 purpose",),
        ("/meeting tick M-1 purpose because we cook",),
        ("meeting.unticked", "meeting.ticked"),
        DONE_ANEW,
    ),
    "start": Act(
        ("/meeting start M-1",), ("Not started after all",), ("meeting.started", "meeting.not_started", "meeting.ready")
    ),
    "a register": Act(
        ("/meeting start M-1", "/attendance M-1 only Bo", "/meeting show M-1"),
        ("Not started after all",),
        ("meeting.started", "attendance.taken", "meeting.not_started", "meeting.ready"),
    ),
    "a changed register": Act(
        ("/attendance M-1 only Bo",),
        ("/attendance M-1 all",),
        ("attendance.amended", "attendance.amended"),
        DONE_ANEW,
        ("/meeting start M-1", "/attendance M-1 all"),
    ),
    "remove": Act(
        ("/participant remove Bo from M-1", "Remove"), ("Put back",), ("registration.removed", "registration.put_back")
    ),
    "close a group": Act(("/group close Choir", "Close it"), ("Take it back",), ("group.closed", "group.not_closed")),
    "edit a group": Act(
        ("/group edit Choir to Fridays at 17:00",),
        ("/group edit Choir to Thursdays at 16:00 from 3 June 2027",),
        ("group.changed", "group.changed"),
    ),
    "join a group": Act(
        ("/group add Cai Rees, Dai Hughes to Choir",),
        ("Take it back",),
        ("group.joined", "registration.added", "group.not_joined", "registration.removed"),
    ),
    "leave a group": Act(
        ("/group leave Eira from Choir on 1 June 2027", "They leave"),
        ("Take it back",),
        ("group.left", "registration.removed", "group.not_left", "registration.put_back"),
    ),
    "end": Act(("/meeting end M-1",), ("Not over after all",), ("meeting.ended", "meeting.not_ended")),
    "what came of urgent contact": Act(
        ("It was not needed",),
        ("It was needed",),
        ("meeting.unticked", "meeting.ticked", "meeting.unticked", "meeting.ticked"),
        DONE_ANEW,
        ("/meeting end M-1", "settle", "It was needed"),
    ),
}


def carry_out(world: World, steps: tuple[str, ...]) -> None:
    """Type what begins with a stroke, press everything else."""
    person = world.person("U0FAC")
    for step in steps:
        if step.startswith("/"):
            command, _, text = step.partition(" ")
            person.command(command, text, channel="C0YOUTH")
        elif step == "submit":
            person.submit()
            person.close(all_views=True)
        elif step == "settle":
            world.settle()
        else:
            person.click(step)


def rows(world: World, but: frozenset[str]) -> Rows:
    """Every row that counts, in all of its columns `but` some: what stands, who is expected, what is owed (a card for
    an hour that holds no more is never made)."""
    left_out = {*but, "version"}

    def columns(one: Any, *more: str) -> tuple[Any, ...]:
        names = [column.key for column in type(one).__table__.columns if column.key not in {*left_out, *more}]
        return tuple(f"{name}={getattr(one, name)!r}" for name in names)

    def work(session: Session) -> Rows:
        def every(model: type[Any], *where: Any) -> list[Any]:
            return list(session.scalars(select(model).where(*where)))

        facts = session.scalars(select(Fact).order_by(Fact.scope_id, Fact.sequence))
        said = {(one.scope_id, one.subject_id, one.requirement, one.within): one for one in facts}
        there = every(Meeting, Meeting.state != MeetingState.CANCELLED)
        meetings = {one.id: one for one in there}
        here = list(meetings)
        places = every(Registration, Registration.removed_at.is_(None))
        records = {one.participant_id for one in places}
        return {
            "meetings": {columns(one) for one in there},
            "groups": {columns(one) for one in every(Group, Group.closed_at.is_(None))},
            "members": {columns(one) for one in every(GroupMember, GroupMember.left_on.is_(None))},
            "staff": {columns(one) for one in every(MeetingStaff, MeetingStaff.meeting_id.in_(here))},
            "people": {columns(one) for one in every(Participant, Participant.id.in_(records))},
            "places": {columns(one) for one in places},
            "marks": {columns(one) for one in every(AttendanceMark, AttendanceMark.replaced_at.is_(None))},
            "facts": {columns(one, "sequence") for one in said.values() if one.answer is not FactAnswer.BACK},
            "owed": {
                (one.kind, one.target, one.record_id, one.step, one.due_at)
                for one in every(Delivery, Delivery.done_at.is_(None), Delivery.record_id.in_(here))
                if one.kind != CARD or one.due_at == due(meetings[one.record_id], CARDS[one.step][0])
            },
        }

    world.settle()
    return world.read(work)


def audited(world: World) -> list[str]:
    """The steps that were written down, in their order."""
    query = select(AuditEvent.action).order_by(AuditEvent.sequence)
    return world.read(lambda session: list(session.scalars(query)))


def prepare(world: World) -> None:
    """M-1 to M-3 of a series; M-1 has its link and its people, is urgent contact, and has a tick. M-4 is another's.
    M-5 is that of a group."""
    farah, max_ = world.person("U0FAC"), world.person("U0MAN")
    farah.command("/meeting", "new Art every Thursday at 16:00 from 3 June 2027 for 3 weeks", channel="C0YOUTH")
    farah.submit()
    farah.close(all_views=True)
    max_.command("/meeting", "new Disco on 10 June 2027 at 18:00 in Youth club")
    max_.command("/participant", "add Mair Hughes to M-4")
    carry_out(
        world,
        (
            f"/meeting edit M-1 link {FIRST}",
            "/participant add Aled Jones, Bo to M-1",
            "/participant add Al Jones to M-2",
            "/meeting tick M-1 purpose because we cook",
        ),
    )
    for text in ("new Choir on Thursdays at 16:00 from 3 June 2027", "add Eira to Choir", "next Choir"):
        farah.command("/group", text, channel="C0YOUTH")
    make_urgent(farah, "M-1 because he rang")


@pytest.mark.both
@pytest.mark.timeout(120)
def test_what_was_done_is_undone_and_the_audit_tells_both(world: World) -> None:
    prepare(world)
    for name, act in ACTS.items():
        carry_out(world, act.first)
        world.settle()
        before, told = rows(world, act.but), len(audited(world))
        carry_out(world, act.do)
        assert rows(world, act.but) != before, f"{name} does something"
        carry_out(world, act.undo)
        after = rows(world, act.but)
        assert {what: before[what] ^ after[what] for what in before if before[what] != after[what]} == {}, name
        assert tuple(audited(world)[told:]) == act.told, name
