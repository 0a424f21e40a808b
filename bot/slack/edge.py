"""From Slack's requests to calls and back: one catch-all listener per kind, over HTTP or Socket Mode."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request import payload_utils
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.contacts import Contact
from bot.errors import (
    NOT_LOOKED_UP,
    NOT_SAVED,
    BadInput,
    NoPlaceForWorry,
    NotNow,
    Problem,
    Refused,
    Unclear,
    place_of,
    reference_code,
)
from bot.logs import log
from bot.metrics import REQUESTS
from bot.numbers import Numbers
from bot.settings import Settings
from bot.slack import blocks as b
from bot.slack import heard, notices, payloads
from bot.slack.asking import Changed, Identity, Standing
from bot.slack.call import Answer, Call, Errors, Kind, Message, Modal, Redraw, Say
from bot.slack.client import SlackClient
from bot.slack.notices import Typed
from bot.slack.problems import Cause, SlackProblem
from bot.slack.router import Router
from bot.slack.slow import Outcome, Slow, meanwhile_of
from bot.slack.text import esc
from db.session import NotSaved, answering, beginning

Ack = Callable[..., Awaitable[Any]]
ANSWER_SECONDS = 2.7
"""Slack waits three seconds for an answer, its own way to us and back included."""
DATABASE_SECONDS = 2.0
"""How much of that the database may take, all units of work together, where a call to Slack may follow."""
FORM_SECONDS = 2.5
"""The same for a submitted form, which is answered on its acknowledgement."""
_SHORTEST = 0.5
_TRIES = 3


def build_bolt(settings: Settings, slack: SlackClient, numbers: Numbers, router: Router, people: Identity) -> AsyncApp:
    """The Bolt app: it reads a request, verifies its signature and hands it to the edge. Start the client first."""

    async def authorize(enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=settings.slack_bot_token.get_secret_value(),
            bot_id="B0",
            bot_user_id="U0",
        )

    quiet = logging.getLogger("slack_bolt.app")
    # Bolt warns at every start that it will not use a token which it finds in the environment.
    quiet.setLevel(logging.ERROR)
    app = AsyncApp(
        logger=quiet,
        signing_secret=settings.slack_signing_secret.get_secret_value() or "unused in Socket Mode",
        client=slack.web,
        authorize=authorize,
        before_authorize=_Taken(Edge(slack, numbers, router, people)),
        process_before_response=True,
        request_verification_enabled=not settings.socket_mode,
        ignoring_self_events_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.error(failed_outside)
    return app


class _Taken(AsyncMiddleware):
    """Takes every request whose signature fits, whatever its kind. It stands before Bolt's own search for a listener,
    which would be asked about one kind after the other; to Bolt are left the questions that Slack puts at set-up."""

    def __init__(self, edge: "Edge") -> None:
        self._edge = edge

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[Any]]
    ) -> BoltResponse | None:
        body = req.body
        payloads.mend(body)
        payloads.drop_message(body)
        req.raw_body = ""
        if payload_utils.is_event(body):
            await self._edge.on_event(body)
            return BoltResponse(status=200, body="")
        if payload_utils.is_view_closed(body):
            return BoltResponse(status=200, body="")
        kind = _kind(body)
        if kind is None:
            await next()
            return None
        ack = AsyncAck()  # type: ignore[no-untyped-call]
        return await self._edge.handle(kind, body, ack) or ack.response


def _kind(body: dict[str, Any]) -> Kind | None:
    """Which kind of request this is that somebody makes; None for one that is none."""
    if payload_utils.is_slash_command(body):
        return Kind.COMMAND
    if payload_utils.is_block_actions(body):
        return Kind.ACTION
    if payload_utils.is_view_submission(body):
        return Kind.SUBMISSION
    return Kind.SHORTCUT if payload_utils.is_shortcut(body) else None


async def failed_outside(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What no handler could take: 400 for what Slack never sends, else a code in the log, and Slack sends it again."""
    if isinstance(error, BoltUnhandledRequestError) or not payloads.known(body):
        return BoltResponse(status=400, body="not a request of Slack's")
    code = reference_code()
    log.error("request failed outside a handler", reference=code, error=type(error).__name__)
    return BoltResponse(status=500, body="")


class Edge:
    """Runs a request through the router and answers it in the way its kind allows."""

    def __init__(self, slack: SlackClient, numbers: Numbers, router: Router, people: Identity) -> None:
        self._slack = slack
        self._known_numbers = numbers
        self._router = router
        self._people = people
        self._slow = Slow(slack)

    async def handle(self, kind: Kind, body: dict[str, Any], ack: Ack) -> BoltResponse | None:
        """Answer one command, button, form or shortcut; whatever happens, the person gets an answer. Gives what is
        answered in place of an acknowledgement: 400 for what Slack never sends."""
        until, meanwhile = time.monotonic() + ANSWER_SECONDS, meanwhile_of(self._router, kind, body)
        with answering(FORM_SECONDS if kind is Kind.SUBMISSION else DATABASE_SECONDS):
            answer: Outcome
            if meanwhile is None:
                answer = await self._outcome(kind, body)
            else:
                answer = await self._slow.begun(self._outcome(kind, body), meanwhile, str(body["view"]["id"]))
            if isinstance(answer, BoltResponse):
                return answer
            await self._answer(kind, body, answer, ack, until)
            return None

    async def _outcome(self, kind: Kind, body: dict[str, Any]) -> Outcome:
        """What comes of a request, whatever breaks; 400 for what Slack never sends."""
        identifier = "unknown"
        answer: Answer
        try:
            identifier = payloads.identifier(kind, body)
            answer = await self._run(kind, identifier, body)
            if isinstance(answer, Say) and answer.give_back:
                answer = notices.given_back(answer, await heard.typed(kind, identifier, body))
            if await heard.of_danger(self._router, kind, identifier, body):
                answer = notices.danger_first(answer, await self._numbers(kind, body))
        except Refused as refused:
            people = await self._numbers(kind, body)
            typed = await heard.typed(kind, identifier, body)
            gate = self._gate(kind, identifier, body, people, refused=True)
            answer = gate or _refused(kind, body, refused, people, typed)
            if typed.secret:
                answer = notices.danger_first(answer, people)
        except Problem as problem:
            answer = await self._told(kind, identifier, body, problem)
        except NotSaved as down:
            log.warning("not saved", kind=kind, where=identifier, error=str(down))
            people = await self._numbers(kind, body)
            less = self._router.asks(kind, identifier, payloads.typed_text(body))
            typed = await heard.typed(kind, identifier, body)
            answer = self._gate(kind, identifier, body, people) or _not_saved(kind, body, people, less, typed)
        except Exception as problem:  # the person must be answered, whatever broke; the code joins log and answer
            if not payloads.slacks_own(kind, body):
                return BoltResponse(status=400, body="not a request of Slack's")
            code = reference_code()
            log.error("handler failed", reference=code, kind=kind, where=identifier, error=place_of(problem))
            people = await self._numbers(kind, body)
            typed = await heard.typed(kind, identifier, body)
            answer = self._gate(kind, identifier, body, people) or _failed(kind, body, code, people, typed)
        REQUESTS.labels(kind=kind, outcome=type(answer).__name__).inc()
        return answer

    async def _told(self, kind: Kind, identifier: str, body: dict[str, Any], problem: Problem) -> Answer:
        """What went wrong, in the person's words; under 999 where they told of somebody in danger."""
        typed = await heard.typed(kind, identifier, body)
        answer = _explained(kind, body, problem, typed)
        if isinstance(problem, NoPlaceForWorry) and isinstance(answer, Errors):
            return notices.danger_over_form(body["view"], answer, await self._numbers(kind, body))
        return notices.danger_first(answer, await self._numbers(kind, body)) if typed.secret else answer

    async def on_event(self, body: Mapping[str, Any]) -> None:
        """An event that Slack sends; a failure is raised so that Slack sends it again."""
        event = body["event"]
        kind = str(event.get("type"))
        handler = self._router.events.get(f"message.{event.get('channel_type')}" if kind == "message" else kind)
        if handler is not None:
            await handler(body)

    async def _run(self, kind: Kind, identifier: str, body: dict[str, Any]) -> Answer:
        """Find out who is asking and run the request's handler; once more, where it begins with what no longer
        holds of them. A Problem is told only to somebody of whom it was looked whether it holds."""
        for _ in range(_TRIES):
            caller = await self._people.identify(*payloads.who(kind, body))
            standing = self._people.standing(caller)
            try:
                with beginning(standing):
                    return await self._looked(_call(kind, identifier, body, caller), standing)
            except Changed:
                self._people.forget(caller)
        raise NotSaved("who is asking changes all the time")

    async def _looked(self, call: Call, standing: Standing) -> Answer:
        try:
            answer = await self._router.run(call, self._people)
        except Problem:
            await self._people.look(standing)
            raise
        await self._people.look(standing)
        return answer

    async def _numbers(self, kind: Kind, body: Mapping[str, Any]) -> list[Contact]:
        """Whom to telephone in the workspace that a request names."""
        try:
            teams, _ = payloads.who(kind, body)
        except (KeyError, TypeError, AttributeError):
            teams = []
        return await self._known_numbers.of(teams)

    def _gate(
        self, kind: Kind, identifier: str, body: dict[str, Any], people: list[Contact], *, refused: bool = False
    ) -> Answer | None:
        """The danger gate stands in where a concern cannot be taken: no records, or no right to the bot."""
        if kind is Kind.COMMAND:
            try:
                gate = self._router.named(identifier, payloads.typed_text(body))[0].danger_gate
            except BadInput:
                return None
        elif kind is Kind.SUBMISSION:
            return None
        else:
            route = self._router.routes.get((kind, identifier))
            gate = route.danger_gate if route else None
        return gate(people, refused) if gate else None

    async def _answer(self, kind: Kind, body: dict[str, Any], answer: Answer, ack: Ack, until: float) -> None:
        if kind is Kind.SUBMISSION:
            await ack(**_submission_answer(answer))
            return
        try:
            if kind is Kind.COMMAND and isinstance(answer, Say):
                await ack(text=answer.text, blocks=_said(answer))
                return
            await self._show(body, answer, max(_SHORTEST, until - time.monotonic()))
        except SlackProblem as problem:
            log.warning("answer not shown", kind=kind, code=problem.code)
            said = await self._not_opened(kind, body, problem)
            if kind is Kind.COMMAND:
                await ack(text=said.text, blocks=said.blocks)
                return
            left = until - time.monotonic()
            with contextlib.suppress(SlackProblem, TimeoutError):
                async with asyncio.timeout(max(0.0, left)):
                    await self._say_instead(body, answer, said, left)
        await ack()

    async def _say_instead(self, body: dict[str, Any], answer: Answer, said: Say, seconds: float) -> None:
        """Say that no form opened: where the request came from, or in a direct message where Slack takes no other
        answer, as with a shortcut."""
        if body.get("response_url"):
            if not isinstance(answer, Say):
                await self._show(body, said, seconds)
            return
        channel = await self._slack.direct(payloads.who(Kind.SHORTCUT, body)[1])
        await self._slack.call("chat.postMessage", seconds=seconds, channel=channel, text=said.text, blocks=_said(said))

    async def _not_opened(self, kind: Kind, body: dict[str, Any], problem: SlackProblem) -> Say:
        """What is said in place of a form that Slack did not open. What was typed is given back; of
        what could be a concern it is said that the words were not kept."""
        typed = await heard.typed(kind, payloads.identifier(kind, body), body)
        people = await self._numbers(kind, body)
        if problem.cause is Cause.WORDS:
            said = notices.failed(problem.code.partition(" ")[2], typed)
            return Say(said.text, [*said.blocks, notices.phone_numbers(people)])
        return notices.not_opened(people, typed)

    async def _show(self, body: dict[str, Any], answer: Answer, seconds: float) -> None:
        """Open, replace or say, within `seconds`, for requests whose acknowledgement Slack ignores."""
        slack, trigger = self._slack, str(body.get("trigger_id", ""))
        view: Mapping[str, Any] = body.get("view") or {}
        in_modal = view.get("type") == "modal"
        if isinstance(answer, Say) and body.get("response_url"):
            how = {"text": answer.text, "blocks": _said(answer), "response_type": "ephemeral"}
            await slack.respond(str(body["response_url"]), seconds, replace_original=False, **how)
            return
        if isinstance(answer, Say):
            answer = Modal(notices.note("Please note", answer.text, answer.blocks or None))
        if isinstance(answer, Redraw) and in_modal:
            await slack.call("views.update", seconds=seconds, view_id=view["id"], hash=view["hash"], view=answer.view)
        elif isinstance(answer, Modal | Redraw):
            method = "views.push" if in_modal else "views.open"
            await slack.call(method, seconds=seconds, trigger_id=trigger, view=answer.view)


def _said(answer: Say) -> list[dict[str, Any]]:
    """What Slack draws. A bare text becomes a block too: Slack would make links of the addresses in it."""
    return answer.blocks or [b.section("said", answer.text)]


def _call(kind: Kind, identifier: str, body: Mapping[str, Any], caller: Any) -> Call:
    action = (body.get("actions") or [{}])[0]
    message = body.get("message") or {}
    channel = str(body.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    where = str(message.get("ts") or (body.get("container") or {}).get("message_ts") or "")
    chosen = (action.get("selected_option") or {}).get("value") or action.get("selected_user")
    return Call(
        kind=kind,
        id=identifier,
        caller=caller,
        text=payloads.typed_text(body),
        channel=channel,
        channel_name=str(body.get("channel_name") or ""),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        value=str(action.get("value") or chosen or ""),
        view=body.get("view") or {},
        message=Message(channel, where) if channel and where else None,
    )


def _refused(kind: Kind, body: Mapping[str, Any], refused: Refused, people: list[Contact], typed: Typed) -> Answer:
    """Why this person may not. Where a right is in question it is without what they typed: it may not even be theirs to
    know that it was understood."""
    if kind is Kind.SUBMISSION:
        return _form_error(body, f"NOT SAVED. {refused.words} {notices.still_here(people)}", None)
    return notices.refusal(refused.words, typed if isinstance(refused, NotNow) else notices.NOTHING)


def _explained(kind: Kind, body: Mapping[str, Any], problem: Problem, typed: Typed) -> Answer:
    if kind is Kind.SUBMISSION:
        return _form_error(body, problem.words, problem.field)
    if isinstance(problem, Unclear):
        return notices.question(problem, typed)
    return notices.refusal(problem.words, typed)


def _not_saved(kind: Kind, body: Mapping[str, Any], people: list[Contact], less: str | None, typed: Typed) -> Answer:
    """The records did not answer; `less` is set where nothing was to be saved, and says how to ask for less."""
    if less is not None and kind is Kind.SUBMISSION:
        return _form_error(body, f"{NOT_LOOKED_UP} {less}".strip(), None)
    if less is not None:
        return notices.not_looked_up(people, less, typed)
    if kind is Kind.SUBMISSION:
        return _form_error(body, f"{NOT_SAVED} {notices.still_here(people)}", None)
    return notices.not_saved(people, typed)


def _failed(kind: Kind, body: Mapping[str, Any], code: str, people: list[Contact], typed: Typed) -> Answer:
    if kind is Kind.SUBMISSION:
        words = f"Something went wrong on our side. NOT SAVED. Tell your administrator this code: {code}."
        return _form_error(body, f"{words} {notices.still_here(people)}", None)
    return notices.failed(code, typed)


def _form_error(body: Mapping[str, Any], words: str, field: str | None) -> Answer:
    """Put a sentence at the field it belongs to, or at the form's last field."""
    inputs = [one["block_id"] for one in body["view"]["blocks"] if one.get("type") == "input"]
    if not inputs:
        return Redraw(notices.note("Please note", esc(words)))
    return Errors({field if field and field in inputs else inputs[-1]: words})


def _submission_answer(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Errors):
        return {"response_action": "errors", "errors": answer.fields}
    if isinstance(answer, Redraw):
        return {"response_action": "update", "view": answer.view}
    if isinstance(answer, Modal):
        return {"response_action": "push", "view": answer.view}
    if isinstance(answer, Say):
        view = notices.note("Please note", answer.text, answer.blocks or None)
        return {"response_action": "update", "view": view}
    return {}
