"""Meetings on a BigBlueButton server. One is made there only when its host goes in: the server forgets after minutes
what nobody has joined. Until then the link is an address of the bot's own, which opens the way when it is time."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.providers.base import MeetingPlan, NoSuchMeeting, ProviderError, ProviderMeeting, Scope, Setting, State
from bot.providers.bbb_client import OPEN_OTHERWISE, Answer, BbbClient
from bot.providers.passcodes import PasscodeRules
from bot.providers.rules import SettingKey as Key

NAME = "bigbluebutton"
_OFF = ("sharedNotes", "externalVideos")
"""What no session needs; captions stay for whoever needs them."""
_ALWAYS = {
    "record": "false",
    "autoStartRecording": "false",
    "allowStartStopRecording": "false",
    "meetingKeepEvents": "false",
    "guestPolicy": "ASK_MODERATOR",
    "muteOnStart": "true",
    "allowModsToUnmuteUsers": "false",
    "allowPromoteGuestToModerator": "false",
    "lockSettingsDisablePrivateChat": "true",
    "lockSettingsDisableNotes": "true",
    "lockSettingsLockOnJoin": "true",
    "endWhenNoModerator": "true",
    "endWhenNoModeratorDelayInMinutes": "1",
}
SET_BY: dict[Key, tuple[str, ...]] = {
    Key.WAITING_ROOM: ("guestPolicy",),
    Key.NO_JOIN_BEFORE_HOST: ("guestPolicy", "endWhenNoModerator"),
    Key.MUTE_ON_ENTRY: ("muteOnStart",),
    Key.NO_AUTO_RECORDING: ("autoStartRecording",),
    Key.NO_RECORDING: ("record", "allowStartStopRecording"),
    Key.NO_PERSISTENT_CHAT: ("meetingKeepEvents",),
    Key.PRIVATE_CHAT_OFF: ("lockSettingsDisablePrivateChat", "lockSettingsLockOnJoin"),
    Key.NO_BREAKOUT_ROOMS: ("disabledFeatures",),
    Key.NEUTRAL_TITLE: ("name",),
    Key.RANDOM_ID: ("meetingID",),
}
"""The parameters of the call by which each rule is set for every meeting."""
BY_THE_BOT: dict[Key, str] = {
    Key.SCHEDULE: "The bot’s own link opens at the planned time and not before.",
    Key.PASSCODE: "The bot’s own page asks for it.",
    Key.PASSCODE_APART: "The link does not contain it.",
    Key.NO_ACCOUNT_NEEDED: "Nobody needs an account there.",
    Key.SECOND_HOST: "Each of the team goes in as a moderator.",
    Key.NO_PUBLIC_SHARING: "Everybody has a link of their own, and BigBlueButton has no button to share it.",
    Key.NO_AI_NOTES: "BigBlueButton makes none.",
    Key.NO_RENAMING: "The name comes from the bot’s own page; nobody can change it inside.",
    Key.PARTICIPANT_VIDEO_OFF: "A camera is off in BigBlueButton until its owner switches it on.",
    Key.HOST_ONLY_SHARE: "Only a presenter shares a screen there, and only a moderator makes somebody one.",
    Key.FILE_TRANSFER_OFF: "The chat of BigBlueButton sends no files.",
    Key.ANNOTATION_OFF: "Only a presenter draws there, unless a moderator opens the board to all.",
}
BY_HOST: dict[Key, str] = {
    Key.NO_DIAL_IN: "The server decides about telephone numbers.",
    Key.CHAT_SAVED: "BigBlueButton saves no chat by itself.",
    Key.ENTRY_CHIME: "Everybody sets this for themselves there.",
    Key.REMOVED_CANNOT_REJOIN: "The box beside *remove* decides it each time.",
    Key.LOCK: "No program shuts the door of a running meeting.",
}
_SET = "Set by the call that opens the meeting, which the server has taken on trial."


@dataclass(frozen=True)
class Person:
    """Somebody on their way in. `key` stays theirs, so that who was removed is known again."""

    key: str
    name: str
    moderator: bool = False


class BigBlueButtonProvider:
    """A Provider on one server. `pages` says whether the bot has an address of its own that families can reach."""

    name = NAME
    needs_link = False
    passcode_rules = PasscodeRules()

    def __init__(self, client: BbbClient, *, pages: bool) -> None:
        self._client = client
        self._pages = pages

    @property
    def problem(self) -> str | None:
        """Without a page of the bot's own there is no link that could be sent beforehand."""
        if self._pages:
            return None
        return (
            "BigBlueButton makes a meeting only when it begins, so its link is a page of the bot’s own: that needs "
            "PUBLIC_URL in the bot’s settings. An administrator can add it."
        )

    async def create(self, plan: MeetingPlan) -> ProviderMeeting:
        """Try the call that will open the meeting, under another id, and end it again; nothing is left behind."""
        if self.problem or not plan.own_link:
            raise ProviderError("bbb_no_page", self.problem or "", permanent=True, retry_after=3600)
        trial = f"{plan.reference}-trial"
        await self._client.call("create", parameters(plan, trial))
        seen = await self._client.call("getMeetingInfo", {"meetingID": trial})
        await self.cancel(trial)
        return self._room(plan, seen)

    async def read_back(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """How the meeting stands, where it is open; else how it will be opened."""
        try:
            return self._room(plan, await self._client.call("getMeetingInfo", {"meetingID": ref}))
        except NoSuchMeeting:
            return self._room(plan, None)

    async def change(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """Nothing is there to be changed; how it will be opened is tried anew."""
        return await self.create(plan)

    async def cancel(self, ref: str) -> None:
        """End it where it is open; its links lead nowhere once the bot knows that it is cancelled."""
        try:
            await self._client.call("end", {"meetingID": ref})
        except NoSuchMeeting:
            return

    async def end(self, ref: str) -> None:
        """End the running meeting for everybody."""
        await self.cancel(ref)

    async def find(self, plan: MeetingPlan) -> str | None:
        """The meeting of this plan, where it is open."""
        try:
            await self._client.call("getMeetingInfo", {"meetingID": plan.reference})
        except NoSuchMeeting:
            return None
        return plan.reference

    async def knows(self, account: str) -> bool:
        """Anybody can host: the bot lets its staff in as moderators."""
        return True

    async def check(self) -> None:
        """See that the server answers and knows the secret."""
        await self._client.call("getMeetings", {})

    async def open(self, plan: MeetingPlan) -> str:
        """Open the meeting, or find it open, maybe as it was planned before; what its entrances are bound to."""
        try:
            answer = await self._client.call("create", parameters(plan, plan.reference))
        except ProviderError as refused:
            if refused.code != OPEN_OTHERWISE:
                raise
            answer = await self._client.call("getMeetingInfo", {"meetingID": plan.reference})
        return answer.get("createTime")

    async def opened(self, plan: MeetingPlan) -> str | None:
        """What the entrances of an open meeting are bound to, once a moderator is in it; None before."""
        try:
            seen = await self._client.call("getMeetingInfo", {"meetingID": plan.reference})
        except NoSuchMeeting:
            return None
        there = seen.get("moderatorCount").isdigit() and int(seen.get("moderatorCount")) > 0
        return seen.get("createTime") if there and not seen.is_true("hasBeenForciblyEnded") else None

    def entrance(self, plan: MeetingPlan, person: Person, created: str) -> str:
        """The address at which one person goes in, now: whoever has it is that person there."""
        role = "MODERATOR" if person.moderator else "VIEWER"
        wanted = {
            "fullName": person.name,
            "meetingID": plan.reference,
            "role": role,
            "userID": person.key,
            "createTime": created,
            "redirect": "true",
            **({} if person.moderator else {"guest": "true"}),
        }
        return self._client.signed("join", wanted.items())

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _room(self, plan: MeetingPlan, seen: Answer | None) -> ProviderMeeting:
        return ProviderMeeting(plan.reference, plan.own_link, plan.passcode, tuple(settings_of(plan, seen)))


def parameters(plan: MeetingPlan, meeting_id: str) -> dict[str, str]:
    """The call that opens a meeting as planned."""
    off = _OFF if plan.breakout_rooms else ("breakoutRooms", *_OFF)
    own = urlsplit(plan.own_link)
    return {
        "name": plan.topic,
        "meetingID": meeting_id,
        "disabledFeatures": ",".join(off),
        "logoutURL": f"{own.scheme}://{own.netloc}/join/left",
        **({"meetingEndedURL": plan.end_told_to} if plan.end_told_to else {}),
        **_ALWAYS,
    }


def settings_of(plan: MeetingPlan, seen: Answer | None) -> list[Setting]:
    """How every rule stands, from what the server says of an open meeting, where it is open."""
    skipped = {Key.HOST, Key.NO_BREAKOUT_ROOMS if plan.breakout_rooms else Key.BREAKOUT_ROOMS}
    found = []
    for key in Key:
        if key in skipped:
            continue
        if key is Key.NO_RECORDING and seen is not None and seen.get("recording") != "false":
            found.append(Setting(key, State.NOT_APPLIED, Scope.MEETING, "BigBlueButton says that it can be recorded."))
        elif key in SET_BY or key is Key.BREAKOUT_ROOMS:
            found.append(Setting(key, State.APPLIED, Scope.MEETING, _SET))
        elif key in BY_THE_BOT:
            found.append(Setting(key, State.APPLIED, Scope.MEETING, BY_THE_BOT[key]))
        else:
            found.append(Setting(key, State.BY_HOST, Scope.NOWHERE, BY_HOST[key]))
    return found
