"""A stand-in Microsoft Graph over real HTTP: it hands out tokens, keeps meetings, and refuses what Graph refuses."""

import json
import secrets
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote
from uuid import uuid4

from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.rest import Faults, Recorded, Refusal, SignedIn

_TEXT, _BOOL = {"type": "string"}, {"type": "boolean"}


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def _closed(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "additionalProperties": False}


_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$"}
_ROLE = _one_of("attendee", "presenter", "producer", "coorganizer")
_PEOPLE = _closed(
    attendees={
        "type": "array",
        "items": {**_closed(upn=_TEXT, role=_ROLE, identity={"type": "object"}), "required": ["upn"]},
    }
)
CREATE_OR_GET = {
    **_closed(externalId=_TEXT, subject=_TEXT, startDateTime=_MOMENT, endDateTime=_MOMENT, participants=_PEOPLE),
    "required": ["externalId"],
    "dependentRequired": {"endDateTime": ["startDateTime"]},
}
"""What `createOrGet` takes: settings are not among it."""
PATCH = {
    **_closed(
        subject=_TEXT,
        startDateTime=_MOMENT,
        endDateTime=_MOMENT,
        participants=_PEOPLE,
        lobbyBypassSettings=_closed(
            scope=_one_of(
                "organizer",
                "organization",
                "organizationAndFederated",
                "everyone",
                "invited",
                "organizationExcludingGuests",
            ),
            isDialInBypassEnabled=_BOOL,
        ),
        allowedLobbyAdmitters=_one_of("organizerAndCoOrganizers", "organizerAndCoOrganizersAndPresenters"),
        allowedPresenters=_one_of("everyone", "organization", "roleIsPresenter", "organizer"),
        allowMeetingChat=_one_of("enabled", "disabled", "limited"),
        allowLiveShare=_one_of("enabled", "disabled"),
        chatRestrictions=_closed(allowTextOnly=_BOOL),
        **dict.fromkeys(
            (
                "allowAttendeeToEnableCamera",
                "allowAttendeeToEnableMic",
                "allowBreakoutRooms",
                "allowParticipantsToChangeName",
                "allowPowerPointSharing",
                "allowRecording",
                "allowTeamworkReactions",
                "allowTranscription",
                "allowWhiteboard",
                "isEntryExitAnnounced",
                "recordAutomatically",
            ),
            _BOOL,
        ),
    ),
    "dependentRequired": {"startDateTime": ["endDateTime"], "endDateTime": ["startDateTime"]},
}
"""What can be changed: neither the organiser, nor the passcode, nor the id by which a meeting is found again."""
_DEFAULTS: dict[str, Any] = {
    "lobbyBypassSettings": {"scope": "organization", "isDialInBypassEnabled": False},
    "allowedLobbyAdmitters": "organizerAndCoOrganizersAndPresenters",
    "allowedPresenters": "everyone",
    "allowMeetingChat": "enabled",
    "allowLiveShare": "enabled",
    "chatRestrictions": {"allowTextOnly": False},
    "allowAttendeeToEnableCamera": True,
    "allowAttendeeToEnableMic": True,
    "allowBreakoutRooms": True,
    "allowParticipantsToChangeName": True,
    "allowRecording": True,
    "allowTranscription": True,
    "allowWhiteboard": True,
    "recordAutomatically": False,
    "isEntryExitAnnounced": True,
    "audioConferencing": None,
}


@dataclass
class GraphUser:
    """An account of the stand-in Microsoft 365. `granted`: it has the application access policy for the app."""

    upn: str
    enabled: bool = True
    granted: bool = True
    id: str = field(default_factory=lambda: str(uuid4()))


class GraphStandIn(SignedIn):
    """One Microsoft 365 with its Graph. `start` serves it on a port of its own; `meetings` are held by organiser and
    id."""

    def __init__(self, *, tenant_id: str, client_id: str, client_secret: str, users: list[GraphUser]) -> None:
        super().__init__()
        self.users = users
        self.meetings: dict[tuple[str, str], dict[str, Any]] = {}
        self.faults = Faults()
        self.permitted = True
        self._form = {
            "grant_type": ["client_credentials"],
            "client_id": [client_id],
            "client_secret": [client_secret],
            "scope": ["https://graph.microsoft.com/.default"],
        }
        self._tenant = tenant_id
        self.app = Starlette(routes=self._routes())

    @property
    def graph_url(self) -> str:
        """What MS_GRAPH_URL is to be."""
        return f"{self.base_url}/v1.0"

    def one(self) -> dict[str, Any]:
        """The only meeting."""
        (meeting,) = self.meetings.values()
        return meeting

    def _routes(self) -> list[Route]:
        meetings = "/v1.0/users/{user}/onlineMeetings"
        api: list[tuple[str, str, Callable[[Request, Any], Response]]] = [
            ("GET", "/v1.0/users", self._list),
            ("GET", "/v1.0/users/{user}", self._look_up),
            ("POST", f"{meetings}/createOrGet", self._create_or_get),
            ("GET", f"{meetings}/{{meeting}}", self._get),
            ("PATCH", f"{meetings}/{{meeting}}", self._patch),
            ("DELETE", f"{meetings}/{{meeting}}", self._delete),
        ]
        token = Route("/{tenant}/oauth2/v2.0/token", self._token, methods=["POST"])
        return [token, *(Route(path, self._guarded(handler), methods=[method]) for method, path, handler in api)]

    def _guarded(self, handler: Callable[[Request, Any], Response]) -> Any:
        async def endpoint(request: Request) -> Response:
            body = json.loads(raw) if (raw := await request.body()) else None
            self.requests.append(Recorded(request.method, request.url.path, body))
            if response := await self.faults.response():
                return response
            try:
                if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
                    raise Refusal(401, "InvalidAuthenticationToken", "Access token validation failure.")
                if not self.permitted:
                    raise Refusal(403, "Authorization_RequestDenied", "Insufficient privileges.")
                response = handler(request, body)
            except Refusal as refusal:
                error = {"code": refusal.code, "message": refusal.message, "innerError": {"request-id": str(uuid4())}}
                return JSONResponse({"error": error}, refusal.status)
            return Response(status_code=502) if request.method in self.faults.lose_answers_to else response

        return endpoint

    async def _token(self, request: Request) -> Response:
        if response := await self.faults.response():
            return response
        form = parse_qs((await request.body()).decode())
        if request.path_params["tenant"] != self._tenant or form != self._form:
            return JSONResponse({"error": "invalid_client", "error_description": "AADSTS7000215"}, 401)
        token = secrets.token_urlsafe(32)
        if not self.faults.tokens_are_void:
            self._tokens[token] = ""
        self.tokens_given += 1
        return JSONResponse({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _list(self, _request: Request, _body: Any) -> Response:
        return JSONResponse({"value": [{"id": one.id} for one in self.users[:1]]})

    def _look_up(self, request: Request, _body: Any) -> Response:
        user = self._user(request.path_params["user"])
        return JSONResponse({"id": user.id, "accountEnabled": user.enabled})

    def _user(self, name: str, *, by_id: bool = False) -> GraphUser:
        for user in self.users:
            if user.id == name or (not by_id and user.upn.casefold() == name.casefold()):
                return user
        raise Refusal(404, "Request_ResourceNotFound", f"Resource '{name}' does not exist.")

    def _host(self, request: Request) -> GraphUser:
        user = self._user(request.path_params["user"], by_id=True)
        if not user.granted:
            raise Refusal(403, "Forbidden", "No application access policy found for this app.")
        return user

    def _held(self, request: Request) -> dict[str, Any]:
        key = (self._host(request).id, request.path_params["meeting"])
        if key not in self.meetings:
            raise Refusal(404, "NotFound", "3004: Meeting does not exist.")
        return self.meetings[key]

    def _create_or_get(self, request: Request, body: Any) -> Response:
        host = self._host(request)
        _validate(CREATE_OR_GET, body)
        for (owner, _), meeting in self.meetings.items():
            if owner == host.id and meeting["externalId"] == body["externalId"]:
                return JSONResponse(meeting, 200)
        context = quote(json.dumps({"Tid": self._tenant, "Oid": host.id}), safe="")
        thread = f"19:meeting_{secrets.token_hex(20)}@thread.v2"
        meeting = {
            "id": f"MSo{secrets.token_urlsafe(60)}==",
            "joinWebUrl": f"https://teams.microsoft.com/l/meetup-join/{quote(thread, safe='')}/0?context={context}",
            "joinMeetingIdSettings": {"isPasscodeRequired": True, "joinMeetingId": "321", "passcode": "wX7"},
            "participants": {"organizer": _person(host), "attendees": []},
            **deepcopy(_DEFAULTS),
        }
        self._apply(meeting, body)
        self.meetings[host.id, meeting["id"]] = meeting
        return JSONResponse(meeting, 201)

    def _get(self, request: Request, _body: Any) -> Response:
        return JSONResponse(self._held(request))

    def _patch(self, request: Request, body: Any) -> Response:
        meeting = self._held(request)
        _validate(PATCH, body)
        if set(body) & self.faults.refused:
            raise Refusal(400, "BadRequest", "A value is not allowed by the organizer's policy.")
        for one in body.get("participants", {}).get("attendees", []):
            self._user(one["upn"])
        self._apply(meeting, body)
        return JSONResponse(meeting)

    def _delete(self, request: Request, _body: Any) -> Response:
        meeting = self._held(request)
        del self.meetings[request.path_params["user"], meeting["id"]]
        return Response(status_code=204)

    def _apply(self, meeting: dict[str, Any], body: dict[str, Any]) -> None:
        for name, value in deepcopy(body).items():
            if name in self.faults.ignored:
                continue
            if isinstance(value, dict):
                meeting[name] = {**meeting.get(name, {}), **value}
            else:
                meeting[name] = _moment(value) if name.endswith("DateTime") else value


def _person(user: GraphUser) -> dict[str, Any]:
    return {"upn": user.upn, "role": "presenter", "identity": {"user": {"id": user.id, "displayName": None}}}


def _moment(text: str) -> str:
    """As Graph writes it: seven digits behind the seconds."""
    return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def _validate(schema: dict[str, Any], body: Any) -> None:
    if list(Draft202012Validator(schema).iter_errors({} if body is None else body)):
        raise Refusal(400, "BadRequest", "Invalid value in the request body.")
