"""`/concern`, its shortcuts and buttons."""

from uuid import UUID

from sqlalchemy.orm import Session

from bot import contacts
from bot.concerns import amending, forms, rights, service, views
from bot.concerns.service import Opened
from bot.concerns.views import Ids, Receipt
from bot.concerns.working import GONE
from bot.errors import NotFound
from bot.kit import Kit
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.command import Command
from bot.slack.router import Router
from bot.slack.text import unescape
from db.inbox import Outcome, once
from db.models import Concern


def register(router: Router, kit: Kit) -> None:
    """Make the room's handlers known. Whatever fails, the danger gate is shown."""
    room = _Room(kit)
    router.command(
        Command(
            name="concern",
            summary="worried about somebody's safety? In danger: call 999 first. This opens a form that only you see",
            bare=room.open_gate,
            danger_gate=room.gate_only,
            takes_text=False,
            opens="shows 999 and whom to telephone, then a form that only you see",
        )
    )
    for kind, identifier in (
        (Kind.SHORTCUT, Ids.SHORTCUT),
        (Kind.SHORTCUT, Ids.MESSAGE_SHORTCUT),
        (Kind.ACTION, Ids.OPEN),
        (Kind.ACTION, Ids.FROM_INCIDENT),
    ):
        router.on(kind, identifier, room.open_gate, danger_gate=room.gate_only)
    router.on(Kind.ACTION, Ids.CONTINUE, room.go_on, danger_gate=room.gate_only)
    router.on(Kind.ACTION, Ids.CALLED_999, room.go_on, danger_gate=room.gate_only)
    router.on(Kind.SUBMISSION, Ids.GATE, room.go_on)
    router.on(Kind.ACTION, Ids.ABOUT, room.branch)
    router.on(Kind.SUBMISSION, Ids.FORM, room.submit)
    router.on(Kind.ACTION, Ids.ACKNOWLEDGE, room.acknowledge)
    router.on(Kind.ACTION, Ids.READ, room.read)


class _Room:
    """The handlers of concerns."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def _contacts(self) -> list[contacts.Contact]:
        return contacts.read(self._kit.settings.contacts_file)

    def gate_only(self) -> Answer:
        """The gate alone, when the records are out of reach or the person may not use the bot."""
        return Modal(views.gate(self._contacts(), usable=False))

    async def open_gate(self, call: Call) -> Answer:
        """The danger gate. What was typed after the command waits in a field of the same form."""
        facts = unescape(call.text) if call.kind is Kind.COMMAND else ""
        source = f"{call.message.channel}:{call.message.ts}" if call.message and call.id == Ids.MESSAGE_SHORTCUT else ""
        return Modal(views.gate(self._contacts(), facts=facts, metadata=source))

    async def go_on(self, call: Call) -> Answer:
        """From the gate to the form, in the same view."""
        return Redraw(views.form(call.state, metadata=call.metadata))

    async def branch(self, call: Call) -> Answer:
        """Whom it is about was chosen: the form shows what belongs to it; what was typed stays."""
        return Redraw(views.form(call.state, metadata=call.metadata))

    async def submit(self, call: Call) -> Answer:
        """The form: everything is sealed and stored before anything is said."""
        caller, now = call.caller, self._kit.clock.now()
        form = forms.from_state(call.state, call.metadata)

        def work(session: Session) -> tuple[Outcome[Concern], list[str]]:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: service.raise_concern(session, caller, form, now),
                find=lambda made: service.own(session, caller, made),
                amend=lambda made: amending.amend(session, caller, made, form, now),
            )
            return outcome, rights.recipients(session, outcome.record)

        outcome, to = await self._kit.db.write(work)
        return Redraw(
            views.receipt(
                Receipt(
                    outcome.record,
                    [one for one in self._contacts() if one.slack in to],
                    str(caller.organisation.options.get("outside_contact") or views.OUTSIDE),
                    caller.zone,
                    again=outcome.again,
                    amended=outcome.amended,
                )
            )
        )

    async def acknowledge(self, call: Call) -> Answer:
        """[Acknowledge]: one tap, and the record; both in one unit of work. A delivery draws the message anew."""
        caller, now, concern_id = call.caller, self._kit.clock.now(), UUID(call.value)

        def work(session: Session) -> Opened | None:
            if service.acknowledge(session, caller, concern_id, now) is None:
                return None
            return service.open_record(session, caller, concern_id, now)

        return self._shown(call, await self._kit.db.write(work))

    async def read(self, call: Call) -> Answer:
        """[Open]: the record in a modal, after a check at this click."""
        caller, now, concern_id = call.caller, self._kit.clock.now(), UUID(call.value)
        return self._shown(
            call, await self._kit.db.write(lambda session: service.open_record(session, caller, concern_id, now))
        )

    def _shown(self, call: Call, opened: Opened | None) -> Answer:
        if opened is None:
            raise NotFound(GONE)
        view = views.record(opened, call.caller.zone)
        return Redraw(view) if call.view else Modal(view)
