"""A stand-in Google Meet over real HTTP: it hands out tokens, keeps rooms, and refuses what Meet refuses."""

import json
import secrets
import string
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs

import jwt
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.rest import Faults, Recorded, Refusal, SignedIn

SCOPES = {
    "https://www.googleapis.com/auth/meetings.space.created",
    "https://www.googleapis.com/auth/meetings.space.settings",
}
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _closed(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "additionalProperties": False}


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


_ON, _HOSTS = _one_of("ON", "OFF"), _one_of("HOSTS_ONLY", "NO_RESTRICTION")
CONFIG = _closed(
    accessType=_one_of("OPEN", "TRUSTED", "RESTRICTED"),
    entryPointAccess=_one_of("ALL", "CREATOR_APP_ONLY"),
    moderation=_ON,
    moderationRestrictions=_closed(
        chatRestriction=_HOSTS, reactionRestriction=_HOSTS, presentRestriction=_HOSTS, defaultJoinAsViewerType=_ON
    ),
    attendanceReportGenerationType=_one_of("GENERATE_REPORT", "DO_NOT_GENERATE"),
    artifactConfig=_closed(
        recordingConfig=_closed(autoRecordingGeneration=_ON),
        transcriptionConfig=_closed(autoTranscriptionGeneration=_ON),
        smartNotesConfig=_closed(autoSmartNotesGeneration=_ON),
    ),
)
SPACE = _closed(config=CONFIG)
MEMBER = {**_closed(email={"type": "string"}, role=_one_of("COHOST")), "required": ["email"]}
_DEFAULTS: dict[str, Any] = {
    "accessType": "TRUSTED",
    "entryPointAccess": "ALL",
    "moderation": "OFF",
    "moderationRestrictions": {"chatRestriction": "NO_RESTRICTION", "presentRestriction": "NO_RESTRICTION"},
    "artifactConfig": {
        "recordingConfig": {"autoRecordingGeneration": "OFF"},
        "transcriptionConfig": {"autoTranscriptionGeneration": "ON"},
        "smartNotesConfig": {"autoSmartNotesGeneration": "ON"},
    },
}


class MeetStandIn(SignedIn):
    """One Google Workspace with its Meet. `people` are the addresses of its accounts; a service account signs with the
    key that belongs to `public_key`. What `faults` ignores and refuses are paths such as `config.moderation`."""

    def __init__(self, *, service_account: str, public_key: str, people: list[str]) -> None:
        super().__init__()
        self.people = people
        self.spaces: dict[str, dict[str, Any]] = {}
        self.owners: dict[str, str] = {}
        self.members: dict[str, list[dict[str, str]]] = {}
        self.faults = Faults()
        self.delegated = True
        self.permitted = True
        self.has_members = True
        self._account, self._key = service_account, public_key
        self.app = Starlette(routes=self._routes())

    @property
    def meet_url(self) -> str:
        """What GOOGLE_MEET_URL is to be."""
        return f"{self.base_url}/v2"

    @property
    def token_url(self) -> str:
        """What `token_uri` in the key file is to be."""
        return f"{self.base_url}/token"

    @property
    def open_ones(self) -> list[dict[str, Any]]:
        """The rooms that a link leads to."""
        return [one for one in self.spaces.values() if one["config"]["entryPointAccess"] == "ALL"]

    def _routes(self) -> list[Route]:
        space = "/v2/spaces/{space}"
        api: list[tuple[str, str, Callable[[Request, Any, str], Response]]] = [
            ("POST", "/v2/spaces", self._create),
            ("POST", f"{space}:endActiveConference", self._end),
            ("GET", space, self._get),
            ("PATCH", space, self._patch),
            ("GET", f"{space}/members", self._list),
            ("POST", f"{space}/members", self._add),
            ("DELETE", f"{space}/members/{{member}}", self._remove),
        ]
        token = Route("/token", self._token, methods=["POST"])
        return [token, *(Route(path, self._guarded(handler), methods=[method]) for method, path, handler in api)]

    def _guarded(self, handler: Callable[[Request, Any, str], Response]) -> Any:
        async def endpoint(request: Request) -> Response:
            body = json.loads(raw) if (raw := await request.body()) else None
            self.requests.append(Recorded(request.method, request.url.path, body))
            if response := await self.faults.response():
                return response
            try:
                whose = self._tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
                if whose is None:
                    raise Refusal(401, "UNAUTHENTICATED")
                if not self.permitted:
                    raise Refusal(403, "PERMISSION_DENIED")
                response = handler(request, body, whose)
            except Refusal as refusal:
                error = {"code": refusal.status, "status": refusal.code, "message": refusal.message}
                return JSONResponse({"error": error}, refusal.status)
            return Response(status_code=502) if request.method in self.faults.lose_answers_to else response

        return endpoint

    async def _token(self, request: Request) -> Response:
        if response := await self.faults.response():
            return response
        form = parse_qs((await request.body()).decode())
        if form.get("grant_type") != [_GRANT]:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        try:
            claims = jwt.decode(form["assertion"][0], self._key, ["RS256"], audience=self.token_url)
        except (jwt.PyJWTError, KeyError):
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        if claims["iss"] != self._account or set(claims["scope"].split()) - SCOPES or not self.delegated:
            words = "Client is unauthorized to retrieve access tokens using this method."
            return JSONResponse({"error": "unauthorized_client", "error_description": words}, 401)
        if claims.get("sub") not in self.people:
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid email or User ID"}, 400)
        token = secrets.token_urlsafe(32)
        if not self.faults.tokens_are_void:
            self._tokens[token] = claims["sub"]
        self.tokens_given += 1
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 3599})

    def _held(self, request: Request, whose: str) -> dict[str, Any]:
        name = f"spaces/{request.path_params['space']}"
        if name not in self.spaces:
            raise Refusal(404, "NOT_FOUND")
        if self.owners[name] != whose:
            raise Refusal(403, "PERMISSION_DENIED")
        return self.spaces[name]

    def _create(self, _request: Request, body: Any, whose: str) -> Response:
        config = self._checked(SPACE, body).get("config", {})
        name, code = f"spaces/{secrets.token_urlsafe(9)}", _code()
        space = {
            "name": name,
            "meetingUri": f"https://meet.google.com/{code}",
            "meetingCode": code,
            "config": deepcopy(_DEFAULTS),
        }
        for path in _paths(config, ("config",)):
            self._put(space, path, config)
        self.spaces[name], self.owners[name], self.members[name] = space, whose, []
        return JSONResponse(space)

    def _get(self, request: Request, _body: Any, whose: str) -> Response:
        return JSONResponse(self._held(request, whose))

    def _patch(self, request: Request, body: Any, whose: str) -> Response:
        space = self._held(request, whose)
        config = self._checked(SPACE, body).get("config", {})
        there = _paths(config, ("config",))
        mask = [one for one in request.query_params.get("updateMask", "").split(",") if one]
        if not mask or set(mask) - {".".join(path) for path in there}:
            raise Refusal(400, "INVALID_ARGUMENT")
        for path in there:
            if ".".join(path) in mask:
                self._put(space, path, config)
        return JSONResponse(space)

    def _end(self, request: Request, _body: Any, whose: str) -> Response:
        if self._held(request, whose).pop("activeConference", None) is None:
            raise Refusal(400, "FAILED_PRECONDITION")
        return JSONResponse({})

    def _list(self, request: Request, _body: Any, whose: str) -> Response:
        if not self.has_members:
            raise Refusal(404, "NOT_FOUND")
        members = self.members[self._held(request, whose)["name"]]
        return JSONResponse({"members": members} if members else {})

    def _add(self, request: Request, body: Any, whose: str) -> Response:
        name = self._held(request, whose)["name"]
        if not self.has_members:
            raise Refusal(403, "PERMISSION_DENIED")
        member = self._checked(MEMBER, body)
        if member["email"] not in self.people:
            raise Refusal(400, "INVALID_ARGUMENT")
        added = {**member, "name": f"{name}/members/{secrets.token_urlsafe(6)}"}
        self.members[name].append(added)
        return JSONResponse(added)

    def _remove(self, request: Request, _body: Any, whose: str) -> Response:
        name = self._held(request, whose)["name"]
        which = f"{name}/members/{request.path_params['member']}"
        self.members[name] = [one for one in self.members[name] if one["name"] != which]
        return JSONResponse({})

    def _checked(self, schema: dict[str, Any], body: Any) -> dict[str, Any]:
        found: dict[str, Any] = {} if body is None else body
        if list(Draft202012Validator(schema).iter_errors(found)):
            raise Refusal(400, "INVALID_ARGUMENT")
        if {".".join(path) for path in _paths(found.get("config", {}), ("config",))} & self.faults.refused:
            raise Refusal(400, "FAILED_PRECONDITION")
        return found

    def _put(self, space: dict[str, Any], path: tuple[str, ...], config: dict[str, Any]) -> None:
        if ".".join(path) in self.faults.ignored:
            return
        value: Any = config
        for name in path[1:]:
            value = value[name]
        for name in path[:-1]:
            space = space.setdefault(name, {})
        space[path[-1]] = value


def _paths(value: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return [path]
    return [one for name, inner in value.items() for one in _paths(inner, (*path, name))]


def _code() -> str:
    return "-".join("".join(secrets.choice(string.ascii_lowercase) for _ in range(many)) for many in (3, 4, 3))
