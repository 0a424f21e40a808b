"""A class from the office for a group: `/group import`."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import BadInput
from bot.groups import member_views, members, naming, service
from bot.participants import merging, namesake_views, namesakes, persons
from bot.participants.forms import ParticipantEntry
from bot.participants.listing import Target
from bot.participants.office.flow import Came, Carried, Forms, Into, Office
from bot.reading import as_id
from bot.slack.call import Answer, Call, Modal
from bot.slack.command import Word
from bot.slack.router import Router
from db.inbox import Claim, once
from db.models import Group, Participant

_INTO = re.compile(r"^(?:in)?to\s+|^for\s+", re.IGNORECASE)
_IMPORT = "group import"
_AGAIN = "Please try again in a minute."
_MOST_OFFERED = 100


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known, after those of `/group`."""
    room = _Import(deps)
    usage = "takes a class from the office’s file in, with carers: CSV, Excel or OpenDocument"
    router.extra_word("group", Word("import", room.open, "/group import Cooking club", usage, asks=_AGAIN))
    room.office.register(router)


class _Import:
    """The way in."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self.office = Office(deps, _IntoGroup())

    async def open(self, call: Call) -> Answer:
        """`/group import Cooking club`; alone, with the choice of a group."""
        caller, now, words = call.caller, self._deps.clock.now(), _INTO.sub("", call.text.strip())

        def work(session: Session) -> Modal:
            if words:
                groups = [naming.find(session, caller, words, _IMPORT)]
                service.check_open(groups[0])
            else:
                groups = service.open_groups(session, caller)
            mine = [one for one in groups if service.sees_people(caller, one)]
            if not mine:
                raise BadInput("You have no group to add people to. `/group new` makes one.")
            return self.office.form(_target(mine, members.today(now, caller.zone)))

        return await self._deps.db.read(work)


def _target(groups: Sequence[Group], day: date) -> Target:
    """What the form offers; the first is chosen."""
    choices = [(f"{one.id}", one.title) for one in groups[:_MOST_OFFERED]]
    return member_views.target(groups[0], day, choices)


class _IntoGroup(Into):
    """People of a file come into a group from a day on, and onto its meetings."""

    ids = Forms(
        member_views.Ids.OFFICE_FILE,
        member_views.Ids.OFFICE_COLUMNS,
        member_views.Ids.OFFICE_PEOPLE,
        member_views.Ids.OFFICE_OTHER,
    )

    def target(self, session: Session, call: Call, carried: Carried, now: datetime) -> Target:
        """The group, in words."""
        group = service.get(session, call.caller, as_id(carried.target), people=True)
        service.check_open(group)
        return member_views.target(group, _since(call, carried, now))

    def known(
        self, session: Session, call: Call, carried: Carried, now: datetime
    ) -> tuple[Sequence[str], Mapping[str, str]]:
        """Who belongs to it, and whom else a name may mean."""
        group = service.get(session, call.caller, as_id(carried.target), people=True)
        there = members.belonging(session, group, _since(call, carried, now))
        known = [one.participant.name for one in there]
        others = merging.elsewhere(session, call.caller, None, now)
        return known, {name: where for name, where in others.items() if name not in known}

    def meant(
        self, session: Session, call: Call, carried: Carried, entries: Sequence[ParticipantEntry], now: datetime
    ) -> Sequence[tuple[Participant, ParticipantEntry]]:
        """Those in the group, and those who were on a meeting before."""
        group = service.get(session, call.caller, as_id(carried.target), people=True)
        there = [one.participant for one in members.belonging(session, group, _since(call, carried, now))]
        return persons.meant(session, call.caller, group.team, there, entries)

    def add(
        self,
        session: Session,
        call: Call,
        carried: Carried,
        entries: Sequence[ParticipantEntry],
        claim: Claim,
        now: datetime,
        done: Came,
    ) -> bool:
        """Take some in."""
        caller, day = call.caller, _since(call, carried, now)
        group = service.get(session, caller, as_id(carried.target), to_change=True, people=True)
        there = members.belonging(session, group, day)

        def make() -> Group:
            joined = members.join(session, caller, group, entries, day, now, there)
            done.took(joined.new, joined.already, joined.other_address, joined.other_age)
            # Who is on none of its meetings yet is seen by nobody else: it is asked once they are.
            new = joined.elsewhere if joined.meetings else {}
            done.asked += namesake_views.asked(namesakes.of_new(session, caller, new, now))
            if joined.new:
                done.after = member_views.take_back(group, now)
            return group

        outcome = once(
            session, caller.organisation_id, claim, now, make=make, find=lambda _id: group, record_id=group.id
        )
        done.total = len(members.belonging(session, group, day))
        return not outcome.again


def _since(call: Call, carried: Carried, now: datetime) -> date:
    return carried.since or members.today(now, call.caller.zone)
