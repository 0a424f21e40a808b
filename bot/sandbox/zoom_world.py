"""What the stand-in Zoom knows: its users, their account settings and their meetings."""

import secrets
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

REQUESTS_A_DAY = 100
_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@-_*")

# The account settings of a host whom an administrator has set up for sessions with children.
CAREFUL: dict[str, Any] = {
    "in_meeting": {
        "who_can_share_screen": "host",
        "who_can_share_screen_when_someone_is_sharing": "host",
        "private_chat": False,
        "allow_participants_chat_with": 2,
        "file_transfer": False,
        "annotation": False,
        "remote_control": False,
        "breakout_room": False,
        "auto_saving_chat": True,
        "entry_exit_chime": "all",
        "co_host": True,
        "waiting_room": True,
    },
    "recording": {"local_recording": False, "cloud_recording": False, "auto_recording": "none"},
    "schedule_meeting": {
        "embed_password_in_join_link": False,
        "use_pmi_for_scheduled_meetings": False,
        "meeting_password_requirement": {
            "length": 8,
            "have_letter": True,
            "have_number": True,
            "have_special_character": False,
            "have_upper_and_lower_characters": False,
            "only_allow_numeric": False,
            "consecutive_characters_length": 0,
            "weak_enhance_detection": False,
        },
    },
}

# What Zoom does with a meeting's setting that a request leaves out.
_DEFAULTS: dict[str, Any] = {
    "use_pmi": False,
    "waiting_room": False,
    "waiting_room_options": {"mode": "follow_setting"},
    "join_before_host": False,
    "meeting_authentication": False,
    "approval_type": 2,
    "mute_upon_entry": False,
    "host_video": True,
    "participant_video": True,
    "auto_recording": "none",
    "auto_start_meeting_summary": True,
    "auto_start_ai_companion_questions": True,
    "audio": "both",
    "private_meeting": False,
    "show_share_button": True,
    "alternative_hosts": "",
    "continuous_meeting_chat": {"enable": True},
    "breakout_room": {"enable": False},
}


class RefusalError(Exception):
    """Zoom's answer to a request that it does not carry out; `headers` and `fields` go into the answer."""

    def __init__(
        self,
        status: int,
        number: int,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.number = number
        self.message = message
        self.headers = headers or {}
        self.fields = fields


@dataclass
class ZoomUser:
    """A user of the stand-in account. `settings` are the account settings, freely changed by a test."""

    email: str
    licensed: bool = True
    may_host: bool = True
    status: str = "active"
    settings: dict[str, Any] = field(default_factory=lambda: deepcopy(CAREFUL))
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))


class ZoomWorld:
    """Users and meetings, changed by the rules that Zoom applies. Not safe for several threads at once."""

    def __init__(self, users: list[ZoomUser]) -> None:
        """The first user owns the account, and is who `me` means."""
        self.users = users
        self.meetings: dict[int, dict[str, Any]] = {}
        self.ignored: set[str] = set()
        self._spent: Counter[tuple[str, str]] = Counter()

    def user(self, name: str) -> ZoomUser:
        """The user with this address or id."""
        for user in self.users:
            if name.casefold() in (user.email.casefold(), user.id.casefold()) or name == "me":
                return user
        raise RefusalError(404, 1001, f"User does not exist: {name}.")

    def meeting(self, number: int) -> dict[str, Any]:
        """The meeting with this ID, as Zoom tells it."""
        if number not in self.meetings:
            raise RefusalError(404, 3001, f"Meeting does not exist: {number}.")
        return self.meetings[number]

    def create(self, host: ZoomUser, body: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Make a meeting as asked, or refuse it."""
        self._spend(host, now)
        if not host.may_host:
            raise RefusalError(
                400, 3161, "Your user account is not allowed meeting hosting and scheduling capabilities."
            )
        self._refuse_bad_values(host, body)
        number = 80_000_000_000 + secrets.randbelow(10_000_000_000)
        meeting: dict[str, Any] = {
            "id": number,
            "uuid": secrets.token_urlsafe(16),
            "host_id": host.id,
            "host_email": host.email,
            "status": "waiting",
            "created_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "type": 2,
            "topic": "Zoom Meeting",
            "agenda": "",
            "duration": 60,
            "timezone": "UTC",
            "password": "",
            "settings": deepcopy(_DEFAULTS),
            "start_url": f"https://us05web.zoom.us/s/{number}?zak={secrets.token_urlsafe(48)}",
            "dynamic_host_key": f"{secrets.randbelow(1_000_000):06}",
        }
        self.meetings[number] = meeting
        self._apply(host, meeting, body)
        return meeting

    def change(self, number: int, body: dict[str, Any], now: datetime) -> None:
        """Change what `body` names and leave the rest."""
        meeting = self.meeting(number)
        host = self.user(meeting["host_id"])
        self._spend(host, now)
        self._refuse_bad_values(host, body)
        self._apply(host, meeting, body)

    def listed(self, host: ZoomUser) -> list[dict[str, Any]]:
        """The host's meetings in the shorter form of a list, where the agenda is cut to 250 bytes."""
        keys = ("id", "uuid", "host_id", "topic", "type", "start_time", "duration", "timezone", "created_at")
        return [
            {key: meeting[key] for key in keys if key in meeting}
            | {
                "agenda": meeting["agenda"].encode()[:250].decode(errors="ignore"),
                "join_url": meeting["join_url"],
            }
            for meeting in self.meetings.values()
            if meeting["host_id"] == host.id
        ]

    def _apply(self, host: ZoomUser, meeting: dict[str, Any], body: dict[str, Any]) -> None:
        meeting.update({key: deepcopy(value) for key, value in body.items() if key != "settings"})
        asked = {key: value for key, value in body.get("settings", {}).items() if key not in self.ignored}
        meeting["settings"].update(deepcopy(asked))
        if meeting["settings"]["waiting_room"]:
            meeting["settings"]["join_before_host"] = False
        meeting.pop("default_password", None)
        link = f"https://us05web.zoom.us/j/{meeting['id']}"
        scrambled = secrets.token_urlsafe(24)
        embed = host.settings["schedule_meeting"]["embed_password_in_join_link"]
        meeting["join_url"] = f"{link}?pwd={scrambled}.1" if embed and meeting["password"] else link
        meeting["encrypted_password"] = scrambled
        meeting["pstn_password"] = meeting["h323_password"] = f"{secrets.randbelow(1_000_000):06}"

    def _spend(self, host: ZoomUser, now: datetime) -> None:
        day = now.astimezone(UTC).date()
        self._spent[host.id, day.isoformat()] += 1
        if self._spent[host.id, day.isoformat()] > REQUESTS_A_DAY:
            midnight = f"{day + timedelta(days=1)}T00:00:00Z"
            headers = {
                "Retry-After": midnight,
                "X-RateLimit-Type": "Daily-limit",
                "X-RateLimit-Remaining": "0",
            }
            message = "You have exceeded the daily rate limit of (100) for meeting create or update API requests."
            raise RefusalError(429, 429, message, headers=headers)

    def _refuse_bad_values(self, host: ZoomUser, body: dict[str, Any]) -> None:
        if "start_time" in body and not _is_utc_moment(body["start_time"]):
            raise RefusalError(400, 300, "Validation Failed.", fields=("start_time",))
        requirement = host.settings["schedule_meeting"]["meeting_password_requirement"]
        if body.get("password") and not passcode_fits(body["password"], requirement):
            raise RefusalError(400, 300, "Validation Failed.", fields=("password",))
        asked = body.get("settings", {})
        for email in filter(None, asked.get("alternative_hosts", "").split(";")):
            if not any(user.email.casefold() == email.casefold() and user.licensed for user in self.users):
                raise RefusalError(400, 300, f"Unable to assign '{email}'.", fields=("settings.alternative_hosts",))


def passcode_fits(passcode: str, requirement: dict[str, Any]) -> bool:
    """Whether the account's own requirement accepts the passcode."""
    if not max(requirement["length"], 1) <= len(passcode) <= 10 or not set(passcode) <= _CHARACTERS:
        return False
    if requirement["only_allow_numeric"]:
        return passcode.isdigit()
    wanted = {
        "have_letter": any(c.isalpha() for c in passcode),
        "have_number": any(c.isdigit() for c in passcode),
        "have_special_character": any(not c.isalnum() for c in passcode),
        "have_upper_and_lower_characters": passcode.lower() != passcode != passcode.upper(),
    }
    longest = requirement["consecutive_characters_length"]
    return all(met for name, met in wanted.items() if requirement[name]) and not (
        longest and _has_run(passcode, longest)
    )


def _has_run(passcode: str, length: int) -> bool:
    """A piece of `length` characters that repeats one character or goes up or down by one, as in abcd."""
    pieces = [[ord(c) for c in passcode[at : at + length]] for at in range(len(passcode) - length + 1)]
    return any(piece == [piece[0] + step * place for place in range(length)] for piece in pieces for step in (-1, 0, 1))


def _is_utc_moment(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
