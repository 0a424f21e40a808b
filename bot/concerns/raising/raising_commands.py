"""What whoever raises a concern clicks and submits, from the danger gate to the list of their receipts."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import nations, rights
from bot.concerns.ids import Ids
from bot.concerns.raising import amending, choices, forms, listing, many, raising_views, receipt_views, service
from bot.concerns.raising.amending import Amended
from bot.concerns.raising.choices import Offered
from bot.concerns.raising.receipt_views import Receipt
from bot.contacts import Contact
from bot.deps import Deps
from bot.errors import NotFound
from bot.reading import as_id, as_number
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, View
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import unescape
from db import audit
from db.inbox import Outcome, once
from db.models import Concern, Role
from db.models.concern import About, Urgency

_MOST_TEXT = 20_000
"""How much of what was typed after the command is looked at: more than the form takes, however Slack writes it."""
_SAVED_WITHIN = 2.3
"""How long a concern may take to be saved: as long as Slack lets it."""


def register(router: Router, deps: Deps) -> "Raising":
    """Make the handlers known, and give them to whoever makes the command. Whatever fails, the gate is shown."""
    room = Raising(deps)
    for kind, identifier in (
        (Kind.SHORTCUT, Ids.SHORTCUT),
        (Kind.SHORTCUT, Ids.MESSAGE_SHORTCUT),
        (Kind.ACTION, Ids.OPEN),
        (Kind.ACTION, Ids.FROM_INCIDENT),
        (Kind.ACTION, Ids.FROM_DRAFT),
    ):
        router.on(kind, identifier, room.open_gate, danger_gate=room.gate_only)
    router.on(Kind.ACTION, Ids.CONTINUE, room.go_on, danger_gate=room.gate_only)
    router.on(Kind.ACTION, Ids.CALLED_999, room.go_on, danger_gate=room.gate_only)
    router.on(Kind.SUBMISSION, Ids.GATE, room.go_on)
    router.on(Kind.ACTION, Ids.ABOUT, room.branch)
    router.on(Kind.SUBMISSION, Ids.FORM, room.submit)
    router.on(Kind.ACTION, Ids.ADD_MORE, room.add_more, danger_gate=room.gate_only)
    router.on(Kind.SUBMISSION, Ids.MORE, room.submit_more)
    router.on(Kind.ACTION, Ids.MINE_OLDER, room.turn)
    router.on(Kind.ACTION, Ids.MINE_NEWER, room.turn)
    router.on(Kind.ACTION, Ids.LIST_RAISED, room.turn)
    return room


class Raising:
    """The handlers."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def _contacts(self, call: Call) -> list[Contact]:
        return await self._deps.numbers.of([call.caller.organisation.team_id])

    def gate_only(self, contacts: list[Contact], refused: bool) -> Answer:
        """The gate alone: the records are out of reach, or the person is `refused`, who may not use the bot."""
        return Modal(raising_views.gate_alone(contacts, refused=refused))

    async def open_gate(self, call: Call) -> Answer:
        """The danger gate. What was typed after the command, or into the form of an incident that is not saved and
        stays below, waits in a field of the same form; of a message or an incident the form carries where it is, and
        none of its words."""
        facts = unescape(call.text[:_MOST_TEXT]) if call.kind is Kind.COMMAND else ""
        if call.id == Ids.FROM_DRAFT:
            facts = "\n".join(str(call.state[name]) for name in ("what", "done", "follow_up") if call.state.get(name))
        source = ""
        if call.message and call.id == Ids.MESSAGE_SHORTCUT:
            source = f"{forms.FROM_MESSAGE}:{call.message.channel}:{call.message.ts}"
        elif call.id == Ids.FROM_INCIDENT:
            source = f"{forms.FROM_INCIDENT}:{call.value}"
        return Modal(raising_views.gate(await self._contacts(call), facts=facts, metadata=source))

    async def go_on(self, call: Call) -> Answer:
        """From the gate to the form, in the same view. Whoever has called 999 finds *Now* chosen."""
        caller, now = call.caller, self._deps.clock.now()
        offered = await self._deps.db.read(lambda session: choices.offered(session, caller, now), first=True)
        state = {**call.state, "urgency": Urgency.NOW.value} if call.id == Ids.CALLED_999 else call.state
        return Redraw(raising_views.form(state, offered, metadata=call.metadata))

    async def branch(self, call: Call) -> Answer:
        """Whom it is about was chosen: the form shows what belongs to it; what was typed stays."""
        return Redraw(raising_views.form(call.state, _offered_in(call.view), metadata=call.metadata))

    async def submit(self, call: Call) -> Answer:
        """The form: everything is sealed and stored before anything is said. Sent again it changes nothing; sent
        again with other words, what was sent last stands."""
        caller, now = call.caller, self._deps.clock.now()
        form = forms.from_state(call.state, call.metadata)
        contacts = await self._contacts(call)

        def work(session: Session) -> Receipt:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: Amended(service.raise_concern(session, caller, form, now), changed=True),
                find=lambda made: amending.amend(session, caller, made, form, now),
                amend=lambda made: amending.amend(session, caller, made, form, now),
                identity=lambda made: made.concern.id,
            )
            return self._receipt(session, caller, outcome, contacts, now)

        return Redraw(receipt_views.receipt(await self._deps.db.write(work, first=True, seconds=_SAVED_WITHIN)))

    def _receipt(
        self, session: Session, caller: Caller, outcome: Outcome[Amended], contacts: list[Contact], now: datetime
    ) -> Receipt:
        concern, changed = outcome.record.concern, outcome.record.changed
        to = [one for one in rights.recipients(session, concern) if one != caller.slack_id]
        people = {one.slack_id: one for one in rights.people_of(session, caller.organisation_id, now)}
        sent_before = outcome.again or outcome.amended
        return Receipt(
            concern,
            told=_roles([people[one].roles for one in to if one in people], concern, caller.organisation.nation),
            phone=[one for one in contacts if one.slack in to],
            outside=nations.outside_text(caller.organisation, About(concern.about)),
            zone=caller.zone,
            again=sent_before and not changed,
            amended=sent_before and changed,
            readers=len(to),
            many=many.are_many(session, concern),
        )

    # What the raiser does afterwards

    async def add_more(self, call: Call) -> Answer:
        """[Add more]: the form for it, over the receipt or the list."""
        which = as_id(call.value)
        concern = await self._own(call, which, "concern.add", lambda session: service.own(session, call.caller, which))
        return Modal(receipt_views.more_form(concern))

    async def submit_more(self, call: Call) -> Answer:
        """What was added is sealed beside what stood there."""
        caller, now = call.caller, self._deps.clock.now()
        concern_id = as_id(call.metadata.partition(":")[2])
        form = forms.more_from_state(call.state)

        def add(session: Session) -> Concern:
            return amending.add_more(session, caller, concern_id, form, now)

        def work(session: Session) -> Concern:
            # The same words again are found to stand there already; other words are one more addition.
            return once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: add(session),
                find=lambda _: add(session),
                amend=lambda _: add(session),
            ).record

        concern = await self._own(call, concern_id, "concern.add", work)
        outside = nations.outside_text(caller.organisation, About(concern.about))
        return Redraw(receipt_views.added(concern, outside, caller.zone, now))

    async def receipts(self, call: Call) -> Answer:
        """`/concern list` for a raiser: the newest of what they have raised."""
        return Modal(await self._list(call, 0))

    async def turn(self, call: Call) -> Answer:
        """[Older] and [Newer] in the list."""
        return Redraw(await self._list(call, as_number(call.value)))

    async def _list(self, call: Call, page: int) -> View:
        mine = await self._deps.db.read(lambda session: listing.mine(session, call.caller, page))
        return note("Concerns", "", receipt_views.mine(mine, call.caller.zone))

    async def _own(self, call: Call, concern_id: UUID, action: str, work: Callable[[Session], Concern]) -> Concern:
        """`work` on a concern of the caller's own; for anybody else's the refusal is audited, in a unit of its own."""
        try:
            return await self._deps.db.write(work)
        except NotFound:
            caller, now = call.caller, self._deps.clock.now()
            await self._deps.db.write(
                lambda session: audit.record(
                    session, caller.organisation_id, now, caller.slack_id, f"refused {action}", "concern", concern_id
                )
            )
            raise


def _offered_in(view: View) -> Offered:
    """What the form offers to choose from, so that it is drawn again with the same without asking the records."""

    def options(block_id: str) -> tuple[tuple[str, str], ...]:
        found = [one["element"] for one in view.get("blocks", []) if one.get("block_id") == block_id]
        return tuple((one["value"], one["text"]["text"]) for element in found for one in element["options"])

    return Offered(options("meeting"), options("participants"))


def _roles(asked: Sequence[frozenset[Role]], concern: Concern, nation: str) -> list[str]:
    """The roles in which people are told, in the nation's words, each once and in the order of asking."""
    order = (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR)
    if concern.about == About.STAFF:
        order = (Role.HEAD, Role.CHAIR, Role.LEAD, Role.DEPUTY)
    found = [next((role for role in order if role in roles), None) for roles in asked]
    return [nations.profile(nation).role(role.value) for role in dict.fromkeys(found) if role is not None]
