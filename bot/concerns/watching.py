"""Every answer that shows a concern passes here: the right is asked once more, the view is noted, and it ends.

A view shows a concern where `content_views` has built it. Whoever draws such a view need do nothing more.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import viewing
from bot.concerns.content_views import ContentView
from bot.concerns.ids import Ids
from bot.concerns.rights import GONE
from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Later, Record
from bot.deps import Deps
from bot.errors import NotFound
from bot.slack import blocks as b
from bot.slack.call import Answer, Call, Modal, Redraw, View
from bot.slack.problems import SlackProblem
from bot.slack.router import Router
from bot.slack.text import clock_time
from db.models import ConcernView
from db.owed import Claimed
from db.session import NotSaved

_MOST_BLOCKS = 100
_OPENING = timedelta(seconds=20)
"""How long Slack may take to open a view whose id was written down."""


def register(router: Router, jobs: Jobs, deps: Deps) -> None:
    """See every answer, and make the emptying of views known."""

    async def watch(call: Call, answer: Answer) -> Answer:
        return await noted(deps, call, answer)

    router.watch(watch)
    jobs.on(viewing.END, end_view, lane=lanes.CONCERNS)


def note(session: Session, call: Call, answer: Answer, now: datetime) -> Answer:
    """The same inside the unit of work that asked for the right and did the work: what is noted there ends with the
    right from then on. Where the work itself took the right away, the answer stays as it is, and is looked at again
    before it goes out."""
    if not isinstance(answer, Modal | Redraw) or not isinstance(answer.view, ContentView):
        return answer
    known = _known(call, answer)
    view_id = viewing.show(session, call.caller, answer.view.about, known, now)
    return answer if view_id is None else _ending(answer, view_id, now, call.caller.zone)


def _known(call: Call, answer: Modal | Redraw) -> str | None:
    """The id of the view that is drawn anew, None for a new one."""
    if not isinstance(answer, Redraw) or call.view.get("type") != "modal":
        return None
    return str(call.view.get("external_id") or "") or str(call.view["id"])


def _ending(answer: Modal | Redraw, view_id: str, now: datetime, zone: str) -> Modal | Redraw:
    """The answer with a plain view that says when it ends."""
    view: dict[str, Any] = dict(answer.view)
    if view_id.startswith(viewing.OURS):
        view["external_id"] = view_id
    if len(view["blocks"]) < _MOST_BLOCKS:
        said = f"For safety this closes at {clock_time(now + viewing.OPEN_FOR, zone)}. Save what you write before then."
        view["blocks"] = [*view["blocks"], b.context("viewing.until", said)]
    return type(answer)(view)


async def noted(deps: Deps, call: Call, answer: Answer) -> Answer:
    """The answer with the view's id written down and the time at which it ends said at its foot. Raises NotFound
    where the right was lost since the handler asked."""
    if not isinstance(answer, Modal | Redraw) or not isinstance(answer.view, ContentView):
        return answer
    concern_id = answer.view.about
    known = _known(call, answer)
    caller, now = call.caller, deps.clock.now()
    try:
        view_id = await deps.db.write(lambda session: viewing.show(session, caller, concern_id, known, now))
    except NotSaved:
        # What the handler did may be committed already, so that NOT SAVED would be untrue.
        return type(answer)(not_shown(concern_id))
    if view_id is None:
        raise NotFound(GONE)
    return _ending(answer, view_id, now, caller.zone)


def _again(concern_id: UUID | None) -> b.Block:
    """The button that opens the record, or the list, once more."""
    if concern_id is None:
        return b.actions("again", b.button("Open it again", Ids.LIST_HOME, "0"))
    return b.actions("again", b.button("Open it again", Ids.READ, str(concern_id)))


def closed(concern_id: UUID | None) -> View:
    """What takes the place of a view that has ended: nothing of the concern."""
    blocks = [
        b.section("closed", "*Closed for safety.* What was not saved is not kept."),
        _again(concern_id),
    ]
    return b.modal("note", "Record", blocks)


def not_shown(concern_id: UUID | None) -> View:
    """What is shown where the records went out of reach after the work and before its showing."""
    blocks = [
        b.section("not_shown", "*This can't be shown just now.* What you did may be saved: open it again in a minute."),
        _again(concern_id),
    ]
    return b.modal("note", "Record", blocks)


async def end_view(deps: Deps, claimed: Claimed) -> Record | None:
    """Empty one view, unless it was drawn anew meanwhile or is closed already."""
    if claimed.record_id is None:
        return None
    row_id, now = claimed.record_id, deps.clock.now()
    row: ConcernView | None = await deps.db.read(lambda session: viewing.due(session, row_id, now), seconds=5)
    if row is None:
        return None
    view = closed(row.concern_id)
    try:
        if row.view_id.startswith(viewing.OURS):
            await deps.slack.call("views.update", view=view, external_id=row.view_id)
        else:
            await deps.slack.call("views.update", view=view, view_id=row.view_id)
    except SlackProblem as problem:
        if problem.passing:
            raise
        # Not there: the person has closed it, or it is only now being opened.
        if now < row.opened_at + _OPENING:
            raise Later(now + timedelta(seconds=5), "not_open_yet") from None
    opened_at = row.opened_at

    def record(session: Session) -> None:
        viewing.ended(session, row_id, opened_at, deps.clock.now())

    return record
