"""Which fields of a Google Meet space each rule stands for, and what Meet leaves to the host."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.providers.base import MeetingPlan, Scope, Setting, State
from bot.providers.rules import SettingKey as Key
from bot.providers.wants import Want, in_order, judge

NAME = "meet"
_SERVICE = "Meet"


def _config(*path: str, value: str) -> Want:
    return Want(("config", *path), value)


_KNOCK = _config("accessType", value="RESTRICTED")
WANTS: dict[Key, tuple[Want, ...]] = {
    Key.WAITING_ROOM: (_KNOCK, _config("entryPointAccess", value="ALL")),
    Key.NO_JOIN_BEFORE_HOST: (_KNOCK,),
    Key.HOST_ONLY_SHARE: (
        _config("moderation", value="ON"),
        _config("moderationRestrictions", "presentRestriction", value="HOSTS_ONLY"),
    ),
    Key.NO_AUTO_RECORDING: (_config("artifactConfig", "recordingConfig", "autoRecordingGeneration", value="OFF"),),
    Key.NO_AI_NOTES: (
        _config("artifactConfig", "transcriptionConfig", "autoTranscriptionGeneration", value="OFF"),
        _config("artifactConfig", "smartNotesConfig", "autoSmartNotesGeneration", value="OFF"),
    ),
}
"""What is asked of every space: whoever is not invited knocks, and nobody but co-hosts is invited."""
REST_BY_HOST: dict[Key, str] = {
    Key.NO_AI_NOTES: "Notes and transcripts do not begin by themselves. Meet lets no program keep the host from them.",
}
"""What the fields above are only a part of: set, and the rest is the host's."""
BY_ITSELF: dict[Key, str] = {
    Key.HOST: "It was made in the host’s own name.",
    Key.RANDOM_ID: "Meet draws a new code for every room.",
    Key.NEUTRAL_TITLE: "A Meet room has no title.",
}
_BY_HAND = "Meet lets no program set or read this."
BY_HOST: dict[Key, str] = {
    Key.NO_ACCOUNT_NEEDED: "Your Google Workspace decides whether people without an account can join.",
    Key.MUTE_ON_ENTRY: _BY_HAND,
    Key.PARTICIPANT_VIDEO_OFF: "Everybody chooses for themselves before they come in.",
    Key.NO_RECORDING: "Meet lets a program keep a recording from beginning by itself, but not from being begun.",
    Key.NO_DIAL_IN: "Your Google Workspace decides whether there is a telephone number.",
    Key.NO_PUBLIC_SHARING: "Whoever is in a Meet call can copy its link.",
    Key.NO_PERSISTENT_CHAT: _BY_HAND,
    Key.NO_BREAKOUT_ROOMS: _BY_HAND,
    Key.BREAKOUT_ROOMS: _BY_HAND,
    Key.PRIVATE_CHAT_OFF: "The call has one chat for all. Whoever has an account with you can also write to others.",
    Key.FILE_TRANSFER_OFF: _BY_HAND,
    Key.ANNOTATION_OFF: _BY_HAND,
    Key.CHAT_SAVED: "Meet saves no chat by itself unless the call is recorded.",
    Key.ENTRY_CHIME: _BY_HAND,
    Key.REMOVED_CANNOT_REJOIN: "Somebody removed can knock again.",
    Key.NO_RENAMING: _BY_HAND,
    Key.LOCK: "Nobody comes in who is not let in; Meet lets no program shut the door.",
}
IMPOSSIBLE: dict[Key, str] = {Key.PASSCODE: "Google Meet has no passcode: whoever has the link can knock."}
NOT_THERE = (Key.PASSCODE_APART, Key.SCHEDULE)
"""What a room of Meet's has not at all: it is open whenever its host is in it."""
CLOSED = (_KNOCK, _config("entryPointAccess", value="CREATOR_APP_ONLY"))
"""A room that nobody comes into any more: only an app of the bot's own could lead in, and there is none."""


def masked(wants: Sequence[Want]) -> str:
    """The names of fields, as a change lists them."""
    return ",".join(dict.fromkeys(".".join(want.path) for want in wants))


def compare(
    plan: MeetingPlan, space: Mapping[str, Any], cohosts: Sequence[str] | None, owner: str
) -> tuple[Setting, ...]:
    """How every rule stands, from what Meet answers of the space and its co-hosts (None where it did not say), and in
    whose name it was made."""
    return in_order(_found(plan, space, cohosts, owner))


def _found(plan: MeetingPlan, space: Mapping[str, Any], cohosts: Sequence[str] | None, owner: str) -> Iterator[Setting]:
    for key, group in WANTS.items():
        found = judge(key, group, space, Scope.MEETING, _SERVICE)
        if found.state is State.APPLIED and key in REST_BY_HOST:
            yield Setting(key, State.BY_HOST, Scope.NOWHERE, REST_BY_HOST[key])
        else:
            yield found
    for key, why in BY_ITSELF.items():
        if key is Key.HOST and owner.casefold() != (plan.host_email or "").casefold():
            yield Setting(key, State.NOT_APPLIED, Scope.MEETING, "It was made in the name of another host.")
        else:
            yield Setting(key, State.APPLIED, Scope.MEETING, why)
    if plan.alternative_hosts or cohosts:
        yield _cohosts(plan, cohosts)
    yield from (Setting(key, State.IMPOSSIBLE, Scope.NOWHERE, why) for key, why in IMPOSSIBLE.items())
    left_out = Key.NO_BREAKOUT_ROOMS if plan.breakout_rooms else Key.BREAKOUT_ROOMS
    for key, why in BY_HOST.items():
        if key is not left_out:
            yield Setting(key, State.BY_HOST, Scope.NOWHERE, why)


def _cohosts(plan: MeetingPlan, cohosts: Sequence[str] | None) -> Setting:
    if cohosts is None:
        return Setting(Key.SECOND_HOST, State.UNKNOWN, Scope.MEETING, "Meet did not say who the co-hosts are.")
    if {one.casefold() for one in cohosts} == {one.casefold() for one in plan.alternative_hosts}:
        return Setting(Key.SECOND_HOST, State.APPLIED, Scope.MEETING, "Meet reports them as co-hosts.")
    return Setting(Key.SECOND_HOST, State.NOT_APPLIED, Scope.MEETING, "Meet reports other co-hosts.")
