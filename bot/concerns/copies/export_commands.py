"""The button and the form of a copy of a record."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.concerns.copies import export_views, exporting
from bot.concerns.copies.exporting import Wanted
from bot.concerns.ids import Ids
from bot.concerns.record import flow
from bot.concerns.record.targets import Target
from bot.deps import Deps
from bot.errors import BadInput
from bot.slack.call import Answer, Call, Done, Kind, Redraw
from bot.slack.router import Router
from db.models import Concern


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known."""
    room = _Handlers(deps)
    router.on(Kind.ACTION, Ids.EXPORT, room.open)
    router.on(Kind.SUBMISSION, Ids.EXPORT_FORM, room.submit)
    router.on(Kind.ACTION, Ids.EXPORT_LINK, room.opened)


def from_state(state: Mapping[str, Any]) -> Wanted:
    """The form as filled in. Raises BadInput: purpose and recipient are needed, and whose name stays where names are
    taken out."""
    for name, words in (("purpose", "Say what the copy is for."), ("made_for", "Say for whom the copy is.")):
        if not str(state.get(name) or "").strip():
            raise BadInput(words, field=name)
    redacted = state.get("kind") == export_views.REDACTED
    keep = str(state.get("keep") or "").strip()
    if redacted and not keep:
        raise BadInput("Say whose name stays: the person whose copy it is.", field="keep")
    attach = "attach" in (state.get("attach") or ())
    if redacted and attach:
        words = "A copy with names taken out can't carry the whole record. Untick this, or choose the other kind."
        raise BadInput(words, field="attach")
    names = tuple(line.strip() for line in str(state.get("names") or "").splitlines() if line.strip())
    return Wanted(
        purpose=str(state["purpose"]),
        made_for=str(state["made_for"]),
        redacted=redacted,
        keep=(keep,) if keep else (),
        names=names,
        raiser="shown" in (state.get("raiser") or ()),
        attach=attach,
    )


class _Handlers:
    """The handlers of copies."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open(self, call: Call) -> Answer:
        """[Take a copy]: the form, or what to run on the server where there is no web address."""

        def work(_session: Session, concern: Concern) -> Answer:
            if self._deps.settings.export_base is None:
                return flow.in_place(call, export_views.on_the_server(concern, call.caller.slack_id))
            return flow.in_place(call, export_views.form(concern))

        return await flow.held(self._deps, call, Target.parse(call.value).concern_id, "concern.copy", work)

    async def submit(self, call: Call) -> Answer:
        """The form: the copy is ready, and what fetches it is shown once."""
        caller, now, base = call.caller, self._deps.clock.now(), self._deps.settings.export_base
        wanted = from_state(call.state)

        def work(session: Session, concern: Concern) -> Answer:
            if base is None:
                return Redraw(export_views.on_the_server(concern, caller.slack_id))
            ticket = exporting.ask(session, caller, concern, flow.claim(call), wanted, now)
            address = f"{base}/export/{ticket.token}"
            return Redraw(export_views.ready(concern, ticket.digits, address, ticket.expires_at, caller.zone))

        return await flow.held(self._deps, call, Target.parse(call.metadata).concern_id, "concern.copy", work)

    async def opened(self, _call: Call) -> Answer:
        """The link was opened in the browser; Slack says so, and there is nothing to do."""
        return Done()
