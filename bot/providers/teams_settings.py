"""Which fields of Microsoft Graph's `onlineMeeting` each rule stands for, and what Teams leaves to the host."""

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

from bot.providers.base import MeetingPlan, Scope, Setting, State
from bot.providers.rules import SettingKey as Key
from bot.providers.wants import Want, in_order, judge, same_moment

NAME = "teams"
_SERVICE = "Teams"


def _field(name: str, value: Any) -> Want:
    return Want((name,), value)


_LOBBY = Want(("lobbyBypassSettings", "scope"), "organizer")
ALWAYS: dict[Key, tuple[Want, ...]] = {
    Key.WAITING_ROOM: (
        _LOBBY,
        Want(("lobbyBypassSettings", "isDialInBypassEnabled"), False),
        _field("allowedLobbyAdmitters", "organizerAndCoOrganizers"),
    ),
    Key.NO_JOIN_BEFORE_HOST: (_LOBBY,),
    Key.NO_AUTO_RECORDING: (_field("recordAutomatically", False),),
    Key.NO_AI_NOTES: (_field("allowTranscription", False),),
    Key.NO_PERSISTENT_CHAT: (_field("allowMeetingChat", "limited"),),
    Key.HOST_ONLY_SHARE: (_field("allowedPresenters", "organizer"),),
    Key.FILE_TRANSFER_OFF: (Want(("chatRestrictions", "allowTextOnly"), True),),
    Key.ANNOTATION_OFF: (_field("allowWhiteboard", False), _field("allowLiveShare", "disabled")),
    Key.NO_RENAMING: (_field("allowParticipantsToChangeName", False),),
}
"""What is asked of every meeting."""
REST_BY_HOST: dict[Key, str] = {
    Key.NO_AI_NOTES: "Transcription is off. Copilot, and whatever notetaker somebody brings, no program keeps out.",
    Key.ANNOTATION_OFF: "Whiteboard and Live Share are off. Annotation and control are given by whoever shares.",
}
"""What the fields above are only a part of: set, and the rest is the host's."""
BY_ITSELF: dict[Key, str] = {Key.RANDOM_ID: "Teams makes a new ID for every meeting."}
BY_HOST: dict[Key, str] = {
    Key.NO_ACCOUNT_NEEDED: "Your Microsoft 365 decides whether people without an account can join.",
    Key.MUTE_ON_ENTRY: "Teams can keep microphones shut until the host opens them, but does not only mute on entry.",
    Key.PARTICIPANT_VIDEO_OFF: "Everybody chooses for themselves before they come in.",
    Key.NO_PUBLIC_SHARING: "Whoever is in a Teams meeting can copy its link.",
    Key.PRIVATE_CHAT_OFF: "The meeting has one chat for all. Whoever has an account with you can also write to others.",
    Key.CHAT_SAVED: "Whether a chat that ends with the meeting is kept depends on your Microsoft 365.",
    Key.ENTRY_CHIME: "Teams announces callers by telephone only.",
    Key.REMOVED_CANNOT_REJOIN: "Somebody removed comes back to the lobby.",
    Key.LOCK: "Microsoft lets no program lock a meeting.",
}
IMPOSSIBLE: dict[Key, str] = {
    Key.PASSCODE: "Whoever has the link of a Teams meeting comes to its lobby without a passcode.",
}
READ = (Key.NO_DIAL_IN,)
"""What only the organisation's Microsoft 365 decides, and Graph tells."""


def wants(plan: MeetingPlan) -> dict[Key, tuple[Want, ...]]:
    """Every field that a meeting for `plan` is sent with, by the rule that it serves. Some depend on the plan."""
    start, end = (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for moment in (plan.starts_at, plan.starts_at + timedelta(minutes=plan.minutes))
    )
    rooms = Key.BREAKOUT_ROOMS if plan.breakout_rooms else Key.NO_BREAKOUT_ROOMS
    second = [{"upn": one, "role": "coorganizer"} for one in plan.alternative_hosts]
    return {
        Key.SCHEDULE: (
            Want(("startDateTime",), start, same_moment, shown=False),
            Want(("endDateTime",), end, same_moment, shown=False),
        ),
        Key.NEUTRAL_TITLE: (Want(("subject",), plan.topic, shown=False),),
        # Sent even when there is none, because a change that leaves the field out keeps those of before.
        Key.SECOND_HOST: (Want(("participants", "attendees"), second, _same_people, shown=False),),
        Key.MUTE_ON_ENTRY: (_field("allowAttendeeToEnableMic", not plan.host_opens_mics),),
        Key.NO_RECORDING: (_field("allowRecording", plan.recorded),),
        rooms: (_field("allowBreakoutRooms", plan.breakout_rooms),),
        **ALWAYS,
    }


def compare(plan: MeetingPlan, meeting: Mapping[str, Any], host_id: str) -> tuple[Setting, ...]:
    """How every rule stands, from what Graph answers about the meeting; `host_id` is the planned host's."""
    return in_order(_found(plan, meeting, host_id))


def _found(plan: MeetingPlan, meeting: Mapping[str, Any], host_id: str) -> Iterator[Setting]:
    organizer = Want(("participants", "organizer", "identity", "user", "id"), host_id, _same_id, shown=False)
    yield judge(Key.HOST, (organizer,), meeting, Scope.MEETING, _SERVICE)
    yield _dial_in(meeting)
    for key, group in wants(plan).items():
        found = judge(key, group, meeting, Scope.MEETING, _SERVICE)
        held = found.state is State.APPLIED
        if key is Key.SECOND_HOST and not plan.alternative_hosts and found.state is not State.NOT_APPLIED:
            continue
        if key is Key.NO_RECORDING and plan.recorded:
            continue
        if key is Key.MUTE_ON_ENTRY and not plan.host_opens_mics:
            yield Setting(key, State.BY_HOST, Scope.NOWHERE, BY_HOST[key])
        elif held and key in REST_BY_HOST:
            yield Setting(key, State.BY_HOST, Scope.NOWHERE, REST_BY_HOST[key])
        else:
            yield found
    for key, why in BY_ITSELF.items():
        yield Setting(key, State.APPLIED, Scope.MEETING, why)
    for key, why in IMPOSSIBLE.items():
        yield Setting(key, State.IMPOSSIBLE, Scope.NOWHERE, why)
    for key, why in BY_HOST.items():
        if key is not Key.MUTE_ON_ENTRY:
            yield Setting(key, State.BY_HOST, Scope.NOWHERE, why)


def _dial_in(meeting: Mapping[str, Any]) -> Setting:
    key = Key.NO_DIAL_IN
    if "audioConferencing" not in meeting:
        return Setting(key, State.UNKNOWN, Scope.ACCOUNT, "Teams did not say whether there is a telephone number.")
    if meeting["audioConferencing"]:
        said = "Teams gives this meeting a telephone number; callers wait in the lobby."
        return Setting(key, State.NOT_APPLIED, Scope.ACCOUNT, said)
    return Setting(key, State.APPLIED, Scope.ACCOUNT, "Teams gives this meeting no telephone number.")


def _same_id(wanted: str, got: Any) -> bool:
    return isinstance(got, str) and got.casefold() == wanted.casefold()


def _same_people(wanted: list[dict[str, str]], got: Any) -> bool:
    """Whether these and no others are co-organisers, and nobody else may present."""
    if not isinstance(got, list):
        return False
    there = [one for one in got if isinstance(one, Mapping) and one.get("role") not in (None, "attendee")]
    return _people(there) == _people(wanted)


def _people(listed: list[Any]) -> set[tuple[str, str]]:
    return {(str(one.get("upn", "")).casefold(), str(one.get("role"))) for one in listed}
