"""A stand-in Zoom over real HTTP: it hands out tokens, keeps meetings, and refuses what Zoom refuses."""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Coroutine
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.rest import Recorded, SignedIn
from bot.sandbox.zoom_world import RefusalError, ZoomUser, ZoomWorld

SCHEMA: dict[str, Any] = json.loads(files("bot.sandbox").joinpath("zoom_schema.json").read_text())
ALL_SCOPES = (
    "meeting:write:meeting:admin",
    "meeting:read:meeting:admin",
    "meeting:read:list_meetings:admin",
    "meeting:update:meeting:admin",
    "meeting:update:status:admin",
    "meeting:delete:meeting:admin",
    "user:read:settings:admin",
    "user:read:user:admin",
)

_Handler = Callable[[Request, Any], Response]
_Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass
class Faults:
    """What the stand-in can be told to do wrong; all of it is off until set.

    `lose_answers_to`: methods whose requests are carried out but answered with an error. `rate_limited`: one
    Retry-After for each of the next requests, which are all refused. `day_used`: every request is refused for the
    day, without a Retry-After, as Zoom sometimes does.
    """

    down: bool = False
    hold_seconds: float = 0.0
    tokens_are_void: bool = False
    lose_answers_to: set[str] = field(default_factory=set)
    rate_limited: list[str] = field(default_factory=list)
    day_used: bool = False


class ZoomStandIn(SignedIn):
    """A Zoom account with its API. `app` can be mounted anywhere; `start` serves it on a port of its own."""

    def __init__(
        self,
        *,
        account_id: str,
        client_id: str,
        client_secret: str,
        users: list[ZoomUser],
        scopes: tuple[str, ...] = ALL_SCOPES,
        page_size: int = 300,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.world = ZoomWorld(users)
        self.scopes = scopes
        self.faults = Faults()
        self._login = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._account_id = account_id
        self.page_size = page_size
        self._now = now
        self.app = Starlette(routes=self._routes())

    @property
    def api_url(self) -> str:
        """What ZOOM_API_URL is to be."""
        return f"{self.base_url}/v2"

    @property
    def oauth_url(self) -> str:
        """What ZOOM_OAUTH_URL is to be."""
        return f"{self.base_url}/oauth/token"

    def ignore(self, setting: str) -> None:
        """From now on, take this meeting setting without a word and not apply it."""
        self.world.ignored.add(setting)

    def _routes(self) -> list[Route]:
        user, meeting = "/v2/users/{user}", "/v2/meetings/{meeting:int}"
        api: list[tuple[str, str, str, _Handler]] = [
            ("GET", user, "user:read:user:admin", self._user),
            ("GET", f"{user}/settings", "user:read:settings:admin", self._settings),
            ("GET", f"{user}/meetings", "meeting:read:list_meetings:admin", self._list),
            ("POST", f"{user}/meetings", "meeting:write:meeting:admin", self._create),
            ("GET", meeting, "meeting:read:meeting:admin", self._get),
            ("PATCH", meeting, "meeting:update:meeting:admin", self._change),
            ("DELETE", meeting, "meeting:delete:meeting:admin", self._delete),
            ("PUT", f"{meeting}/status", "meeting:update:status:admin", self._status),
        ]
        routes = [Route("/oauth/token", self._token, methods=["POST"])]
        return routes + [
            Route(path, self._guarded(scope, handler), methods=[method]) for method, path, scope, handler in api
        ]

    def _guarded(self, scope: str, handler: _Handler) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            body = json.loads(raw) if (raw := await request.body()) else None
            self.requests.append(Recorded(request.method, request.url.path, body))
            if response := await self._faulty():
                return response
            try:
                self._authorise(request, scope)
                response = handler(request, body)
            except RefusalError as refusal:
                return _refused(refusal)
            if request.method in self.faults.lose_answers_to:
                return Response(status_code=502)
            return response

        return endpoint

    async def _faulty(self) -> Response | None:
        await asyncio.sleep(self.faults.hold_seconds)
        if self.faults.down:
            return Response(status_code=503)
        if self.faults.rate_limited:
            headers = {"Retry-After": self.faults.rate_limited.pop(0), "X-RateLimit-Type": "QPS"}
            return _refused(
                RefusalError(429, 429, "You have reached the maximum per-second rate limit.", headers=headers)
            )
        if self.faults.day_used:
            message = (
                "You have reached the maximum daily rate limit (100) of Meeting Create/Update APIs for this particular "
                "user. You can resume these API requests at GMT 00:00:00."
            )
            return _refused(RefusalError(429, 429, message))
        return None

    def _authorise(self, request: Request, scope: str) -> None:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            raise RefusalError(401, 124, "Invalid access token.")
        if scope not in self.scopes:
            raise RefusalError(400, 4711, f"Invalid access token, does not contain scopes:[{scope}].")

    async def _token(self, request: Request) -> Response:
        if response := await self._faulty():
            return response
        if request.headers.get("Authorization") != self._login:
            return JSONResponse({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)
        form = dict(part.split("=", 1) for part in (await request.body()).decode().split("&") if "=" in part)
        if form != {"grant_type": "account_credentials", "account_id": self._account_id}:
            return JSONResponse({"reason": "Bad Request", "error": "invalid_request"}, 400)
        token = secrets.token_urlsafe(32)
        if not self.faults.tokens_are_void:
            self._tokens[token] = ""
        self.tokens_given += 1
        scope = " ".join(self.scopes)
        answer = {"access_token": token, "token_type": "bearer", "expires_in": 3600, "scope": scope}
        return JSONResponse({**answer, "api_url": "https://api.zoom.us"})

    def _user(self, request: Request, _body: Any) -> Response:
        user = self.world.user(request.path_params["user"])
        kind = 2 if user.licensed else 1
        return JSONResponse({"id": user.id, "email": user.email, "type": kind, "status": user.status})

    def _settings(self, request: Request, _body: Any) -> Response:
        return JSONResponse(self.world.user(request.path_params["user"]).settings)

    def _list(self, request: Request, _body: Any) -> Response:
        meetings = self.world.listed(self.world.user(request.path_params["user"]))
        size = min(int(request.query_params.get("page_size", 30)), self.page_size)
        start = int(request.query_params.get("next_page_token") or 0)
        following = str(start + size) if start + size < len(meetings) else ""
        page = {"page_size": size, "total_records": len(meetings), "next_page_token": following}
        return JSONResponse({**page, "meetings": meetings[start : start + size]})

    def _create(self, request: Request, body: Any) -> Response:
        _validate("create_meeting", body)
        host = self.world.user(request.path_params["user"])
        return JSONResponse(deepcopy(self.world.create(host, body, self._now())), 201)

    def _get(self, request: Request, _body: Any) -> Response:
        return JSONResponse(self.world.meeting(request.path_params["meeting"]))

    def _change(self, request: Request, body: Any) -> Response:
        _validate("change_meeting", body)
        self.world.change(request.path_params["meeting"], body, self._now())
        return Response(status_code=204)

    def _delete(self, request: Request, _body: Any) -> Response:
        self.world.meeting(request.path_params["meeting"])
        del self.world.meetings[request.path_params["meeting"]]
        return Response(status_code=204)

    def _status(self, request: Request, body: Any) -> Response:
        _validate("end_meeting", body)
        self.world.meeting(request.path_params["meeting"])["status"] = "waiting"
        return Response(status_code=204)


def _validate(name: str, body: Any) -> None:
    errors = list(Draft202012Validator(SCHEMA[name]).iter_errors({} if body is None else body))
    if errors:
        fields = tuple(".".join(str(part) for part in error.absolute_path) or "body" for error in errors)
        raise RefusalError(400, 300, "Validation Failed.", fields=fields)


def _refused(refusal: RefusalError) -> Response:
    body: dict[str, Any] = {"code": refusal.number, "message": refusal.message}
    if refusal.fields:
        body["errors"] = [{"field": name, "message": "Invalid field."} for name in refusal.fields]
    return JSONResponse(body, refusal.status, headers=refusal.headers)
