"""A stand-in BigBlueButton server over real HTTP: it checks every checksum over the query as it came, notes
parameters that its documentation does not have, and keeps meetings as long as such a server does."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.sandbox.rest import StandIn

EMPTY_FOR = timedelta(minutes=5)
"""How long a meeting stands that nobody joins."""
_BOOLEAN, _TEXT = ("true", "false"), None
CREATE: dict[str, tuple[str, ...] | None] = {
    "name": _TEXT,
    "meetingID": _TEXT,
    "record": _BOOLEAN,
    "autoStartRecording": _BOOLEAN,
    "allowStartStopRecording": _BOOLEAN,
    "meetingKeepEvents": _BOOLEAN,
    "guestPolicy": ("ALWAYS_ACCEPT", "ALWAYS_DENY", "ASK_MODERATOR"),
    "muteOnStart": _BOOLEAN,
    "allowModsToUnmuteUsers": _BOOLEAN,
    "allowPromoteGuestToModerator": _BOOLEAN,
    "lockSettingsDisableCam": _BOOLEAN,
    "lockSettingsDisableMic": _BOOLEAN,
    "lockSettingsDisablePrivateChat": _BOOLEAN,
    "lockSettingsDisablePublicChat": _BOOLEAN,
    "lockSettingsDisableNotes": _BOOLEAN,
    "lockSettingsHideUserList": _BOOLEAN,
    "lockSettingsLockOnJoin": _BOOLEAN,
    "webcamsOnlyForModerator": _BOOLEAN,
    "endWhenNoModerator": _BOOLEAN,
    "endWhenNoModeratorDelayInMinutes": _TEXT,
    "disabledFeatures": _TEXT,
    "logoutURL": _TEXT,
    "maxParticipants": _TEXT,
    "duration": _TEXT,
    "meetingEndedURL": _TEXT,
}
"""The parameters of `create` that its documentation has, with the values of those that have few."""
JOIN: dict[str, tuple[str, ...] | None] = {
    "fullName": _TEXT,
    "meetingID": _TEXT,
    "role": ("MODERATOR", "VIEWER"),
    "userID": _TEXT,
    "createTime": _TEXT,
    "guest": _BOOLEAN,
    "redirect": _BOOLEAN,
    "errorRedirectUrl": _TEXT,
}
_FEATURES = """
    breakoutRooms captions chat privateChat externalVideos layouts learningDashboard polls screenshare sharedNotes
    virtualBackgrounds liveTranscription presentation cameraAsContent timer
"""
_OF_A_MEETING = {"meetingID": _TEXT, "password": _TEXT}
_CALLS: dict[str, Mapping[str, tuple[str, ...] | None]] = {
    "create": CREATE,
    "join": JOIN,
    "end": _OF_A_MEETING,
    "getMeetingInfo": _OF_A_MEETING,
    "isMeetingRunning": _OF_A_MEETING,
    "getMeetings": {},
}


@dataclass
class Held:
    """A meeting that is open at the stand-in."""

    parameters: dict[str, str]
    created: datetime
    joined: dict[str, dict[str, str]] = field(default_factory=dict)
    ever: bool = False

    @property
    def stamp(self) -> str:
        """What joins are bound to, in milliseconds."""
        return str(int(self.created.timestamp() * 1000))


@dataclass
class Faults:
    """What the stand-in can be told to do wrong. `records`: it lets every meeting be recorded, as a hoster may."""

    down: bool = False
    lose_answers_to: set[str] = field(default_factory=set)
    records: bool = False


class BbbStandIn(StandIn):
    """A server with its API; `start` serves it on a port of its own."""

    def __init__(self, *, secret: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.faults = Faults()
        self.held: dict[str, Held] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.violations: list[str] = []
        self._secret, self._now = secret, now
        self.app = Starlette(routes=[Route("/bigbluebutton/api/{call}", self._answer)])

    @property
    def url(self) -> str:
        """What BBB_URL is to be."""
        return f"{self.base_url}/bigbluebutton/"

    def leave(self, meeting_id: str, user_id: str) -> None:
        """Somebody goes; without a moderator the meeting ends, where that was asked for."""
        held = self.held[meeting_id]
        held.joined.pop(user_id, None)
        moderators = [one for one in held.joined.values() if one["role"] == "MODERATOR"]
        if not moderators and held.parameters.get("endWhenNoModerator") == "true":
            del self.held[meeting_id]

    async def _answer(self, request: Request) -> Response:
        call = request.path_params["call"]
        query = str(request.url.query)
        signed, _, checksum = query.rpartition("checksum=")
        signed = signed.removesuffix("&")
        parameters = dict(parse_qsl(signed, keep_blank_values=True))
        self.calls.append((call, parameters))
        if self.faults.down:
            return Response(status_code=503)
        wanted = hashlib.sha256(f"{call}{signed}{self._secret}".encode()).hexdigest()
        if not hmac.compare_digest(wanted, checksum):
            return _failed("checksumError", "You did not pass the checksum security check")
        if call not in _CALLS:
            return _failed("unsupportedRequest", "This request is not supported.")
        self._look(call, parameters)
        self._forget()
        response = self._do(call, parameters)
        return Response(status_code=502) if call in self.faults.lose_answers_to else response

    def _look(self, call: str, parameters: Mapping[str, str]) -> None:
        """Note what the documentation does not have: a real server takes it without a word, and does not do it."""
        for name, value in parameters.items():
            known = _CALLS[call]
            if name not in known:
                self.violations.append(f"{call} has no parameter {name}")
            elif (values := known[name]) is not None and value not in values:
                self.violations.append(f"{call}: {name} cannot be {value}")
        for feature in filter(None, parameters.get("disabledFeatures", "").split(",")):
            if feature not in _FEATURES.split():
                self.violations.append(f"there is no feature {feature}")

    def _forget(self) -> None:
        now = self._now()
        for meeting_id, held in list(self.held.items()):
            if not held.ever and now - held.created >= EMPTY_FOR:
                del self.held[meeting_id]

    def _do(self, call: str, parameters: dict[str, str]) -> Response:
        meeting_id = parameters.get("meetingID", "")
        if call == "getMeetings":
            return _done({"meetings": ""})
        if not meeting_id:
            return _failed("missingParamMeetingID", "You must specify a meeting ID for the meeting.")
        if call == "create":
            return self._create(meeting_id, parameters)
        held = self.held.get(meeting_id)
        if call == "isMeetingRunning":
            return _done({"running": str(held is not None).lower()})
        if held is None:
            return _failed("notFound", "A meeting with that ID does not exist")
        if call == "end":
            del self.held[meeting_id]
            return _done({"messageKey": "sentEndMeetingRequest"})
        return self._join(held, parameters) if call == "join" else self._info(meeting_id, held)

    def _create(self, meeting_id: str, parameters: dict[str, str]) -> Response:
        held = self.held.get(meeting_id)
        if held is not None and held.parameters != parameters:
            return _failed("idNotUnique", "A meeting already exists with that meeting ID.")
        twice = held is not None
        held = held or Held(parameters, self._now())
        self.held[meeting_id] = held
        about = {"meetingID": meeting_id, "internalMeetingID": secrets.token_hex(8), "createTime": held.stamp}
        return _done({**about, "messageKey": "duplicateWarning" if twice else ""})

    def _join(self, held: Held, parameters: dict[str, str]) -> Response:
        if parameters.get("createTime", held.stamp) != held.stamp:
            return _failed("mismatchCreateTimeParam", "The createTime parameter submitted mismatches.")
        if not parameters.get("fullName") or parameters.get("role") not in JOIN["role"]:  # type: ignore[operator]
            return _failed("missingParamFullName", "You must specify a name.")
        held.joined[parameters.get("userID") or secrets.token_hex(4)] = parameters
        held.ever = True
        waits = parameters.get("guest") == "true" and held.parameters.get("guestPolicy") == "ASK_MODERATOR"
        return HTMLResponse("waiting" if waits else "inside")

    def _info(self, meeting_id: str, held: Held) -> Response:
        moderators = [one for one in held.joined.values() if one["role"] == "MODERATOR"]
        recording = self.faults.records or held.parameters.get("record") == "true"
        people = "".join(
            f"<attendee><userID>{escape(key)}</userID><fullName>{escape(one['fullName'])}</fullName>"
            f"<role>{one['role']}</role></attendee>"
            for key, one in held.joined.items()
        )
        about = {
            "meetingName": held.parameters.get("name", ""),
            "meetingID": meeting_id,
            "createTime": held.stamp,
            "running": str(bool(held.joined)).lower(),
            "recording": str(recording).lower(),
            "hasBeenForciblyEnded": "false",
            "participantCount": str(len(held.joined)),
            "moderatorCount": str(len(moderators)),
        }
        return _done(about, f"<attendees>{people}</attendees><metadata></metadata>")


def _done(fields: Mapping[str, str], more: str = "") -> Response:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return _xml(f"<returncode>SUCCESS</returncode>{inner}{more}")


def _failed(key: str, message: str) -> Response:
    return _xml(f"<returncode>FAILED</returncode><messageKey>{key}</messageKey><message>{escape(message)}</message>")


def _xml(inner: str) -> Response:
    return Response(f"<response>{inner}</response>", media_type="text/xml")
