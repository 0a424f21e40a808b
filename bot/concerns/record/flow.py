"""How a handler of the lead's work goes: what it is about, one unit of work, and the record drawn anew."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import watching
from bot.concerns.content_views import ContentView
from bot.concerns.record import record_views, service, working
from bot.concerns.record.targets import Target
from bot.concerns.rights import GONE
from bot.deps import Deps
from bot.errors import BadInput, NotFound
from bot.slack.call import Answer, Call, Modal, Redraw
from db import audit
from db.inbox import Claim
from db.models import Concern


def claim(call: Call) -> Claim:
    """What names a form as it was drawn: the same view can hold one form after another, each for its version."""
    return Claim(f"{call.claim.key}:{call.metadata}", f"{call.claim.root}:{call.metadata}")


def entry(target: Target) -> UUID:
    """The entry that a button names. Raises BadInput for a button of an older version of the bot."""
    if target.entry_id is None:
        raise BadInput("This button is from an older version of the bot. Please open the record again.")
    return target.entry_id


def drawn(session: Session, call: Call, concern: Concern, now: datetime) -> Modal | Redraw:
    """The record as it stands after a change, in the place of the form; the reading is audited."""
    opened = service.open_record(session, call.caller, concern.id, now)
    if opened is None:
        raise NotFound(GONE)
    return in_place(call, record_views.record(opened, call.caller.zone))


def in_place(call: Call, view: ContentView) -> Modal | Redraw:
    """A view in the place of the one that the button or form is in; a new one for a button in a message."""
    return Redraw(view) if call.view.get("type") == "modal" else Modal(view)


async def held(
    deps: Deps, call: Call, concern_id: UUID, action: str, work: Callable[[Session, Concern], Answer]
) -> Answer:
    """`work` on a concern that the caller may know, locked, in one unit of work, which notes the view that will show
    it; `action` is audited.
    Raises NotFound otherwise, and the refusal is audited in a unit of its own so that it stays."""
    caller, now = call.caller, deps.clock.now()

    def unit(session: Session) -> Answer:
        answer = work(session, working.take(session, caller, concern_id, action, now))
        return watching.note(session, call, answer, now)

    try:
        return await deps.db.write(unit)
    except NotFound as refused:
        if refused.words == GONE:
            await deps.db.write(
                lambda session: audit.record(
                    session, caller.organisation_id, now, caller.slack_id, f"refused {action}", "concern", concern_id
                )
            )
        raise
