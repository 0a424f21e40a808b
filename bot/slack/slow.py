"""What may take longer than Slack waits: the form says so, and shows what came of it once that is known."""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_bolt.response import BoltResponse

from bot.logs import log
from bot.slack import notices, payloads
from bot.slack.call import Answer, Errors, Kind, Modal, Redraw, Say, View
from bot.slack.client import SlackClient
from bot.slack.problems import SlackProblem
from bot.slack.router import Router
from bot.slack.text import esc
from db.session import answering

T = TypeVar("T")
Outcome = Answer | BoltResponse
_QUICK = 1.2
"""What is done by then is answered on the acknowledgement, like anything else."""
_LONGEST = 120.0
_ARRIVES = 0.3
"""How long the acknowledgement is given to be on the screen before the form is drawn anew."""


@dataclass
class _Form:
    """The form in which somebody waits; `shown`: it says that it takes a while."""

    slack: SlackClient
    view_id: str
    shown: bool = False

    async def draw(self, view: View) -> None:
        """Draw it anew; nothing where it was closed."""
        with contextlib.suppress(SlackProblem):
            await self.slack.call("views.update", view_id=self.view_id, view=view)


_form: ContextVar[_Form | None] = ContextVar("slow_form", default=None)


async def progress(view: View) -> None:
    """Show how far it is, to somebody who waits already."""
    form = _form.get()
    if form is not None and form.shown:
        await form.draw(view)


def meanwhile_of(router: Router, kind: Kind, body: Mapping[str, Any]) -> View | None:
    """What a form shows whose handler may need longer than Slack waits; None for all others."""
    view = body.get("view")
    if not isinstance(view, dict) or "id" not in view:
        return None
    try:
        route = router.routes.get((kind, payloads.identifier(kind, body)))
    except (KeyError, IndexError, TypeError):
        return None
    return route.meanwhile if route else None


class Slow:
    """Runs what may take long, and keeps hold of it until it is done."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack
        self._running: set[asyncio.Task[None]] = set()

    async def begun(self, work: Coroutine[Any, Any, Outcome], meanwhile: View, view_id: str) -> Outcome:
        """What comes of the work, where it is soon done; else what to show meanwhile; the form is drawn
        anew once it is done."""
        form = _Form(self._slack, view_id)
        task = asyncio.create_task(_lasting(work, form))
        done, _ = await asyncio.wait({task}, timeout=_QUICK)
        if done:
            return task.result()
        form.shown = True
        follow = asyncio.create_task(self._end(task, form))
        self._running.add(follow)
        follow.add_done_callback(self._running.discard)
        return Redraw(meanwhile)

    async def _end(self, task: "asyncio.Task[Outcome]", form: _Form) -> None:
        await asyncio.sleep(_ARRIVES)
        answer = await task
        if isinstance(answer, BoltResponse):
            log.warning("a slow request was none of Slack's")
            return
        await form.draw(_drawn(answer))


async def _lasting(work: Coroutine[Any, Any, Outcome], form: _Form) -> Outcome:
    _form.set(form)
    with answering(_LONGEST):
        return await work


def _drawn(answer: Answer) -> View:
    """An answer as a view: the form that it would be the answer to is gone."""
    if isinstance(answer, Redraw | Modal):
        return answer.view
    if isinstance(answer, Errors):
        return notices.note("Please note", esc(" ".join(answer.fields.values())))
    if isinstance(answer, Say):
        return notices.note("Please note", answer.text, answer.blocks or None)
    return notices.note("Done", "Done.")
