"""The Web API's front door: token, scopes, arguments, rate limits, faults; then the method."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from bot.sandbox.dropping import DroppedResponse
from bot.sandbox.faults import Faults, Outcome, RateLimiter
from bot.sandbox.journal import ApiCall, Journal
from bot.sandbox.methods import apps, chat, conversations, files, modal_views, people
from bot.sandbox.methods.registry import METHODS, Call, Method, SlackError, refused
from bot.sandbox.model import Json
from bot.sandbox.settings import Settings
from bot.sandbox.state import State

METHOD_MODULES = (apps, chat, conversations, files, modal_views, people)
# Answers that only a mistake in the bot can bring about; the others belong to the day's work.
MISTAKES = frozenset(
    [
        "duplicate_external_id",
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_cursor",
        "invalid_form_data",
        "invalid_json",
        "invalid_limit",
        "invalid_message",
        "invalid_trigger_id",
        "invalid_types",
        "invalid_view",
        "missing_argument",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_allowed_token_type",
        "not_authed",
        "push_limit_reached",
        "too_many_attachments",
        "unknown_method",
        "users_list_not_supplied",
        "view_too_large",
    ]
)


class WebApi:
    """Answers `POST /api/<method>`; the server's routes call `handle`."""

    def __init__(self, settings: Settings, state: State, journal: Journal, faults: Faults) -> None:
        self._settings = settings
        self.state = state
        self.journal = journal
        self._faults = faults
        self._limiter = RateLimiter()

    async def handle(self, request: Request) -> Response:
        """Answer one call, whatever is wrong with it."""
        name = request.path_params["method"]
        try:
            args, problem = await _arguments(request), ""
        except SlackError as error:
            args, problem = {}, error.code
        call = ApiCall(name, _readable_arguments(args), _token(request, args))
        return await self.guarded(call, lambda: self._answer(call, args, problem))

    async def guarded(self, call: ApiCall, carry_out: Any) -> Response:
        """Record a call and carry it out under the faults that are switched on."""
        self.journal.record_call(call)
        self._faults.arrived(call)
        outcome = self._faults.outcome(call.method, str(call.args.get("channel", "")))
        await asyncio.sleep(outcome.delay)
        await self._held(call.method, after=False)
        response: Response = self._failed(outcome) or carry_out()
        if outcome.error and isinstance(response, JSONResponse):
            call.response = {"ok": False, "error": outcome.error}
        call.status = response.status_code
        await self._held(call.method, after=True)
        return DroppedResponse() if outcome.lose_reply else response

    async def _held(self, method: str, *, after: bool) -> None:
        hold = self._faults.holding(method, after=after)
        if hold is None:
            return
        hold.arrive()
        while not hold.released:
            await asyncio.sleep(0.01)

    def _failed(self, outcome: Outcome) -> Response | None:
        if outcome.drop:
            return DroppedResponse()
        if outcome.error:
            headers = {"Retry-After": str(outcome.retry_after)} if outcome.retry_after else None
            return JSONResponse({"ok": False, "error": outcome.error}, outcome.status, headers)
        if outcome.page:
            return HTMLResponse("<html><body>Please sign in to the network</body></html>", outcome.status)
        if outcome.status != 200:
            return PlainTextResponse("upstream connect error", outcome.status)
        return None

    def _answer(self, call: ApiCall, args: Json, problem: str) -> Response:
        method = METHODS.get(call.method)
        headers = {"x-oauth-scopes": ",".join(self._settings.scopes)}
        if method is not None:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        status = 200
        try:
            if problem:
                raise SlackError(problem)
            if method is None:
                raise SlackError("unknown_method", req_method=call.method)
            self._check_token(method, call.token)
            wait = self._wait(method, args)
            if wait:
                status = 429
                headers["Retry-After"] = str(wait)
                raise SlackError("ratelimited")
            call.response = {"ok": True, **self._run(method, args)}
        except SlackError as error:
            call.response = {"ok": False, "error": error.code, **error.extra}
            self._judge(call, args, error)
        return JSONResponse(call.response, status, headers)

    def _run(self, method: Method, args: Json) -> Json:
        call = Call(method.name, args, self._settings, self.state, self.journal)
        if method.caller == "bot":
            call.need(*method.scopes)
        missing = [name for name in method.required if args.get(name) in (None, "")]
        if missing:
            raise refused("invalid_arguments", [f"[ERROR] missing required field: {name}" for name in missing])
        for name in sorted(set(args) - method.known):
            self.journal.violation(f"{method.name}: Slack does not know the argument {name}")
        with self.state.lock:
            return method.run(call)

    def _check_token(self, method: Method, token: str) -> None:
        if method.caller == "anyone":
            return
        if not token:
            raise SlackError("not_authed")
        right = self._settings.app_token if method.caller == "app" else self._settings.bot_token
        other = self._settings.bot_token if method.caller == "app" else self._settings.app_token
        if token == other and token != right:
            raise SlackError("not_allowed_token_type")
        if token != right:
            raise SlackError("invalid_auth")

    def _wait(self, method: Method, args: Json) -> int:
        if not self._settings.rate_limits:
            return 0
        if method.tier == 0:
            return self._limiter.wait(f"{method.name} {args.get('channel')}", 0, per_second=True)
        return self._limiter.wait(method.name, method.tier)

    def _judge(self, call: ApiCall, args: Json, error: SlackError) -> None:
        if error.code not in MISTAKES:
            return
        trigger = self.state.trigger(str(args.get("trigger_id", "")))
        if error.code == "exchanged_trigger_id" and trigger is not None and trigger.repeated:
            return
        detail = {key: value for key, value in error.extra.items() if key != "provided"}
        self.journal.violation(f"{call.method}: {error.code} {json.dumps(detail) if detail else ''}".strip())


async def _arguments(request: Request) -> Json:
    args: Json = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if not body:
        return args
    if kind == "application/json":
        try:
            parsed = json.loads(body)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(parsed, dict):
            raise SlackError("json_not_object")
        return args | parsed
    if kind == "application/x-www-form-urlencoded":
        return args | dict(parse_qsl(body.decode(), keep_blank_values=True))
    raise SlackError("invalid_form_data")


def _readable_arguments(args: Json) -> Json:
    """The arguments with JSON texts parsed, so that a test can look into them."""
    shown = {key: value for key, value in args.items() if key != "token"}
    for name in ("blocks", "view", "attachments", "metadata", "message"):
        if isinstance(shown.get(name), str):
            try:
                shown[name] = json.loads(shown[name])
            except ValueError:
                continue
    return shown


def _token(request: Request, args: Json) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else str(args.get("token", ""))
