"""Which Zoom settings each rule stands for. The same table writes the request and reads the answer, so that
nothing is sent that is not compared afterwards."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.providers.base import MeetingPlan, Scope, Setting, State
from bot.providers.rules import SettingKey as Key
from bot.providers.wants import Want, in_order, judge, same_moment, written

_OWN = "in the host’s own Zoom settings"


def _setting(name: str, value: Any) -> Want:
    return Want(("settings", name), value)


_ON_THE_MEETING: dict[Key, tuple[Want, ...]] = {
    Key.RANDOM_ID: (Want(("type",), 2), _setting("use_pmi", False)),
    Key.WAITING_ROOM: (
        _setting("waiting_room", True),
        Want(("settings", "waiting_room_options", "mode"), "custom"),
        Want(("settings", "waiting_room_options", "who_goes_to_waiting_room"), "everyone"),
    ),
    Key.NO_JOIN_BEFORE_HOST: (_setting("join_before_host", False),),
    Key.NO_ACCOUNT_NEEDED: (_setting("meeting_authentication", False), _setting("approval_type", 2)),
    Key.MUTE_ON_ENTRY: (_setting("mute_upon_entry", True),),
    Key.PARTICIPANT_VIDEO_OFF: (_setting("participant_video", False),),
    Key.NO_AUTO_RECORDING: (_setting("auto_recording", "none"),),
    Key.NO_AI_NOTES: (
        _setting("auto_start_meeting_summary", False),
        _setting("auto_start_ai_companion_questions", False),
    ),
    Key.NO_DIAL_IN: (_setting("audio", "voip"),),
    Key.NO_PUBLIC_SHARING: (_setting("private_meeting", True), _setting("show_share_button", False)),
    Key.NO_PERSISTENT_CHAT: (Want(("settings", "continuous_meeting_chat", "enable"), False),),
}


def _one_of(wanted: Any, got: Any) -> bool:
    return got in wanted


# In the host's own account, for all meetings of that host: read and reported, never changed from here.
IN_THE_ACCOUNT: dict[Key, tuple[Want, ...]] = {
    Key.NO_RECORDING: (
        Want(("recording", "local_recording"), False),
        Want(("recording", "cloud_recording"), False),
    ),
    Key.HOST_ONLY_SHARE: (
        Want(("in_meeting", "who_can_share_screen"), "host"),
        Want(("in_meeting", "who_can_share_screen_when_someone_is_sharing"), "host"),
    ),
    Key.PRIVATE_CHAT_OFF: (
        Want(("in_meeting", "private_chat"), False),
        Want(("in_meeting", "allow_participants_chat_with"), (1, 2, 3), _one_of),
    ),
    Key.FILE_TRANSFER_OFF: (Want(("in_meeting", "file_transfer"), False),),
    Key.ANNOTATION_OFF: (
        Want(("in_meeting", "annotation"), False),
        Want(("in_meeting", "remote_control"), False),
    ),
    Key.NO_BREAKOUT_ROOMS: (Want(("in_meeting", "breakout_room"), False),),
    Key.BREAKOUT_ROOMS: (Want(("in_meeting", "breakout_room"), True),),
    Key.CHAT_SAVED: (Want(("in_meeting", "auto_saving_chat"), True),),
    Key.ENTRY_CHIME: (Want(("in_meeting", "entry_exit_chime"), "all"),),
}

BY_NO_PROGRAM: dict[Key, str] = {
    Key.REMOVED_CANNOT_REJOIN: "Zoom lets no program read or set this.",
    Key.NO_RENAMING: "Zoom has this for a whole account only, not for a host or a meeting.",
    Key.LOCK: "Zoom lets no program lock a meeting.",
}


def wants(plan: MeetingPlan) -> dict[Key, tuple[Want, ...]]:
    """Every field that a meeting for `plan` is sent with, but the passcode, by the rule it serves."""
    start = plan.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted: dict[Key, tuple[Want, ...]] = {
        Key.SCHEDULE: (
            Want(("start_time",), start, same_moment, shown=False),
            Want(("duration",), plan.minutes, shown=False),
            Want(("timezone",), plan.timezone, _same_zone_at(plan.starts_at), shown=False),
        ),
        Key.NEUTRAL_TITLE: (
            Want(("topic",), plan.topic, shown=False),
            Want(("agenda",), plan.reference, shown=False),
        ),
        **_ON_THE_MEETING,
    }
    # Sent even when there is none, because a change that leaves the field out keeps the hosts of before.
    emails = ";".join(plan.alternative_hosts)
    wanted[Key.SECOND_HOST] = (Want(("settings", "alternative_hosts"), emails, _same_addresses, shown=False),)
    rooms = Key.BREAKOUT_ROOMS if plan.breakout_rooms else Key.NO_BREAKOUT_ROOMS
    wanted[rooms] = (Want(("settings", "breakout_room", "enable"), plan.breakout_rooms),)
    return wanted


def meeting_body(plan: MeetingPlan, passcode: str) -> dict[str, Any]:
    """The body of the request that makes or changes a meeting."""
    return {"password": passcode, **written(want for group in wants(plan).values() for want in group)}


def compare(plan: MeetingPlan, meeting: Mapping[str, Any], account: Mapping[str, Any] | None) -> tuple[Setting, ...]:
    """How every rule stands, from what Zoom answers about the meeting and the host's account settings.

    `account` is None where the bot may not read them: what only they can tell is then unknown.
    """
    on_meeting = wants(plan)
    found = [_host(plan, meeting), _passcode(meeting), _passcode_apart(meeting)]
    for key in Key:
        if key is (Key.NO_BREAKOUT_ROOMS if plan.breakout_rooms else Key.BREAKOUT_ROOMS):
            continue
        parts = []
        if key in on_meeting:
            parts.append(judge(key, on_meeting[key], meeting, Scope.MEETING, "Zoom"))
        if key in IN_THE_ACCOUNT:
            parts.append(judge(key, IN_THE_ACCOUNT[key], account or {}, Scope.ACCOUNT, "Zoom", _OWN))
        if parts:
            found.append(max(parts, key=_gravity))
        elif key in BY_NO_PROGRAM:
            found.append(Setting(key, State.BY_HOST, Scope.NOWHERE, BY_NO_PROGRAM[key]))
    told = [setting for setting in found if setting and not _nobody_second(plan, setting)]
    return in_order(told)


def _nobody_second(plan: MeetingPlan, setting: Setting) -> bool:
    """Without a planned second host the rule has nothing to say, unless Zoom names one after all."""
    nobody = not plan.alternative_hosts and setting.state is not State.NOT_APPLIED
    return setting.key is Key.SECOND_HOST and nobody


def _gravity(setting: Setting) -> int:
    return (State.APPLIED, State.UNKNOWN, State.NOT_APPLIED).index(setting.state)


def _host(plan: MeetingPlan, meeting: Mapping[str, Any]) -> Setting | None:
    if plan.host_email is None:
        return None
    want = Want(("host_email",), plan.host_email, _same_addresses, shown=False)
    return judge(Key.HOST, (want,), meeting, Scope.MEETING, "Zoom")


def _passcode(meeting: Mapping[str, Any]) -> Setting:
    if meeting.get("password"):
        return Setting(Key.PASSCODE, State.APPLIED, Scope.MEETING, "Zoom reports a passcode.")
    return Setting(Key.PASSCODE, State.NOT_APPLIED, Scope.MEETING, "Zoom reports no passcode.")


def _passcode_apart(meeting: Mapping[str, Any]) -> Setting:
    if "pwd=" in str(meeting.get("join_url", "")):
        return Setting(Key.PASSCODE_APART, State.NOT_APPLIED, Scope.ACCOUNT, "The link contains it.")
    return Setting(Key.PASSCODE_APART, State.APPLIED, Scope.ACCOUNT, "The link does not contain it.")


def _same_zone_at(moment: datetime) -> Callable[[str, Any], bool]:
    """Zoom may answer with another name of the same zone, so the time of day is what is compared."""

    def same(wanted: str, got: Any) -> bool:
        try:
            planned, answered = (moment.astimezone(ZoneInfo(name)) for name in (wanted, got))
            return planned.utcoffset() == answered.utcoffset()
        except (TypeError, ValueError, ZoneInfoNotFoundError):
            return False

    return same


def _same_addresses(wanted: str, got: Any) -> bool:
    return isinstance(got, str) and _addresses(wanted) == _addresses(got)


def _addresses(joined: str) -> set[str]:
    return {part.strip().casefold() for part in joined.replace(",", ";").split(";") if part.strip()}
