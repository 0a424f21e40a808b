"""The buttons and forms of the lead's work on the record: triage, people, decision, actions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import entries
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import (
    action_views,
    actions,
    conflicts,
    correcting_commands,
    deciding,
    deciding_views,
    flow,
    people,
    people_views,
    service,
    triage,
    triage_views,
)
from bot.concerns.record.conflicts import Clash
from bot.concerns.record.targets import Target
from bot.concerns.rights import GONE
from bot.deps import Deps
from bot.errors import NotFound
from bot.slack.call import Answer, Call, Kind, Redraw
from bot.slack.router import Router
from db.inbox import once_by_id
from db.models import Concern, EntryKind

Work = Callable[[Session, Concern, Target, datetime], Answer]


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known."""
    room = _Work(deps)
    router.on(Kind.ACTION, Ids.TRIAGE, room.open_triage)
    router.on(Kind.SUBMISSION, Ids.TRIAGE_FORM, room.triage)
    router.on(Kind.ACTION, Ids.DECIDE, room.open_decision)
    router.on(Kind.SUBMISSION, Ids.DECIDE_FORM, room.decide)
    for identifier in (Ids.PERSON_ADD, Ids.PERSON_CHANGE):
        router.on(Kind.ACTION, identifier, room.open_person)
    router.on(Kind.SUBMISSION, Ids.PERSON_FORM, room.link)
    for identifier in (Ids.ACTION_ADD, Ids.ACTION_CHANGE):
        router.on(Kind.ACTION, identifier, room.open_action)
    router.on(Kind.SUBMISSION, Ids.ACTION_FORM, room.act)
    router.on(Kind.ACTION, Ids.ACTION_DONE, room.open_done)
    router.on(Kind.SUBMISSION, Ids.ACTION_DONE_FORM, room.done)


class _Work:
    """The handlers. Each asks anew whether this person may know of the concern."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def _opened(self, call: Call, draw: Work) -> Answer:
        """A form drawn from the record as it stands; its reading is audited."""
        target, now = Target.parse(call.value), self._deps.clock.now()
        return await flow.held(
            self._deps,
            call,
            target.concern_id,
            "concern.read",
            lambda session, concern: draw(session, concern, target, now),
        )

    async def _saved(self, call: Call, action: str, save: Work) -> Answer:
        """A form's work, in one unit: saved, or both versions where somebody else was first."""
        target, now = Target.parse(call.metadata), self._deps.clock.now()
        return await flow.held(
            self._deps, call, target.concern_id, action, lambda session, concern: save(session, concern, target, now)
        )

    async def open_triage(self, call: Call) -> Answer:
        """[Triage] or [Change]: the form, filled with what stands."""

        def draw(session: Session, concern: Concern, _target: Target, _now: datetime) -> Answer:
            fields, drawn_for = _only(session, concern, EntryKind.TRIAGE)
            nation = concern.nation or call.caller.organisation.nation
            return Redraw(triage_views.form(drawn_for, fields, nation))

        return await self._opened(call, draw)

    async def triage(self, call: Call) -> Answer:
        """Level, reason, kind and nation."""
        found = triage.from_state(call.state)

        def save(session: Session, concern: Concern, target: Target, now: datetime) -> Answer:
            saved = triage.save(session, call.caller, concern, found, target.version, now)
            if isinstance(saved, Clash):
                return Redraw(triage_views.clash(saved.standing, call.state, target, call.caller.zone))
            return flow.drawn(session, call, concern, now)

        return await self._saved(call, "concern.triaged", save)

    async def open_decision(self, call: Call) -> Answer:
        """[Decide]: the form, filled with what stands."""

        def draw(session: Session, concern: Concern, _target: Target, _now: datetime) -> Answer:
            fields, drawn_for = _only(session, concern, EntryKind.DECISION)
            return Redraw(deciding_views.form(drawn_for, fields))

        return await self._opened(call, draw)

    async def decide(self, call: Call) -> Answer:
        """What is done, and why; the state follows."""
        found = deciding.from_state(call.state)

        def save(session: Session, concern: Concern, target: Target, now: datetime) -> Answer:
            saved = deciding.save(session, call.caller, concern, found, target.version, now)
            if isinstance(saved, Clash):
                return Redraw(deciding_views.clash(saved.standing, call.state, target, call.caller.zone))
            return flow.drawn(session, call, concern, now)

        return await self._saved(call, "concern.decided", save)

    async def open_person(self, call: Call) -> Answer:
        """[Link a person] or [Change]."""

        def draw(session: Session, concern: Concern, target: Target, _now: datetime) -> Answer:
            found = _standing(session, concern, EntryKind.PERSON, target)
            return Redraw(people_views.form(_drawn_for(target, found), found.fields if found else {}))

        return await self._opened(call, draw)

    async def link(self, call: Call) -> Answer:
        """A person and their part; first the questions whether it is a colleague who reads this, and which registered
        person it is, where a name is alike. A colleague is not linked: it is put right whom the concern is about."""
        found = people.from_state(call.state)

        def save(session: Session, concern: Concern, target: Target, now: datetime) -> Answer:
            caller, name = call.caller, found[people.NAME.name]
            colleagues = people.colleagues(session, concern, name)
            answer = call.state.get(people.COLLEAGUE)
            if answer in {one.slack_id for one in colleagues}:
                return Redraw(correcting_commands.about_staff(session, call, concern, str(answer)))
            alike = people.alike(session, caller, name) if people.REGISTERED not in call.state else []
            if alike or (colleagues and answer != people.ANOTHER):
                before = _standing(session, concern, EntryKind.PERSON, target)
                chosen = str(before.fields.get("participant", "")) if before else None
                return Redraw(people_views.which(target, call.state, colleagues, alike, chosen))
            if colleagues:
                found[people.NOT_COLLEAGUE] = " ".join(one.slack_id for one in colleagues)

            def keep(entry_id: UUID | None, version: int) -> UUID | Clash:
                return people.save(session, caller, concern, entry_id, version, found, now)

            saved = self._kept(session, call, concern, target, EntryKind.PERSON, now, keep)
            if isinstance(saved, Clash):
                return Redraw(people_views.clash(saved.standing, call.state, target, caller.zone))
            return flow.drawn(session, call, concern, now)

        return await self._saved(call, "concern.person", save)

    async def open_action(self, call: Call) -> Answer:
        """[Add an action] or [Change]."""

        def draw(session: Session, concern: Concern, target: Target, _now: datetime) -> Answer:
            found, permitted = _standing(session, concern, EntryKind.ACTION, target), service.names_of(session, concern)
            owner = (found.owner if found else None) or call.caller.slack_id
            fields = found.fields if found else {}
            return Redraw(action_views.form(_drawn_for(target, found), fields, permitted, owner))

        return await self._opened(call, draw)

    async def act(self, call: Call) -> Answer:
        """What is to be done, by whom, until when."""
        found = actions.from_state(call.state)

        def save(session: Session, concern: Concern, target: Target, now: datetime) -> Answer:
            def keep(entry_id: UUID | None, version: int) -> UUID | Clash:
                return actions.save(session, call.caller, concern, entry_id, version, found, now)

            saved = self._kept(session, call, concern, target, EntryKind.ACTION, now, keep)
            if isinstance(saved, Clash):
                permitted = service.names_of(session, concern)
                return Redraw(action_views.clash(saved.standing, call.state, permitted, target, call.caller.zone))
            return flow.drawn(session, call, concern, now)

        return await self._saved(call, "concern.action", save)

    async def open_done(self, call: Call) -> Answer:
        """[Done]: the form that asks what was done."""

        def draw(session: Session, concern: Concern, target: Target, now: datetime) -> Answer:
            found = _standing(session, concern, EntryKind.ACTION, target)
            if found is None or found.done_at is not None:
                return flow.drawn(session, call, concern, now)
            return Redraw(action_views.done_form(_drawn_for(target, found), found))

        return await self._opened(call, draw)

    async def done(self, call: Call) -> Answer:
        """An action is done, with what was done."""
        note = actions.note_from_state(call.state)

        def save(session: Session, concern: Concern, target: Target, now: datetime) -> Answer:
            entry_id = flow.entry(target)
            saved = actions.done(session, call.caller, concern, entry_id, target.version, note, now)
            if isinstance(saved, Clash):
                return Redraw(action_views.done_clash(saved.standing, call.state, target, call.caller.zone))
            return flow.drawn(session, call, concern, now)

        return await self._saved(call, "concern.action", save)

    def _kept(
        self,
        session: Session,
        call: Call,
        concern: Concern,
        target: Target,
        kind: EntryKind,
        now: datetime,
        keep: Callable[[UUID | None, int], UUID | Clash],
    ) -> UUID | Clash:
        """A changed entry, or a new one: once for a form; sent again with other words, it adds a version."""
        if target.entry_id is not None:
            return keep(target.entry_id, target.version)

        def new() -> UUID:
            made = keep(None, 0)
            if isinstance(made, Clash):
                raise NotFound(GONE)
            return made

        def amend(made: UUID) -> UUID:
            standing = entries.get(session, concern, made)
            keep(made, standing.version if standing is not None and standing.kind is kind else 0)
            return made

        return once_by_id(session, call.caller.organisation_id, flow.claim(call), now, make=new, amend=amend).record


def _only(session: Session, concern: Concern, kind: EntryKind) -> tuple[Mapping[str, Any], Target]:
    """The fields of the one entry of a kind (empty where there is none), and what a form for it carries."""
    found = conflicts.only(session, concern, kind)
    return (found.fields, Target(concern.id, version=found.version)) if found else ({}, Target(concern.id))


def _standing(session: Session, concern: Concern, kind: EntryKind, target: Target) -> Entry | None:
    """The newest version of the entry that a button names, None for a new one. Raises NotFound."""
    if target.entry_id is None:
        return None
    found = entries.get(session, concern, target.entry_id)
    if found is None or found.kind is not kind:
        raise NotFound("There is no such entry in this record.")
    return found


def _drawn_for(target: Target, found: Entry | None) -> Target:
    """What a form carries: the version that it shows."""
    return target if found is None else Target(target.concern_id, found.id, found.version)
