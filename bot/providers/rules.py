"""The rules of a secure meeting, whoever provides it: what each means, and how a host sees to it by hand."""

from enum import StrEnum


class SettingKey(StrEnum):
    """One rule of a secure meeting."""

    SCHEDULE = "schedule"
    HOST = "host"
    NEUTRAL_TITLE = "neutral_title"
    RANDOM_ID = "random_id"
    PASSCODE = "passcode"
    PASSCODE_APART = "passcode_apart"
    WAITING_ROOM = "waiting_room"
    NO_JOIN_BEFORE_HOST = "no_join_before_host"
    NO_ACCOUNT_NEEDED = "no_account_needed"
    SECOND_HOST = "second_host"
    MUTE_ON_ENTRY = "mute_on_entry"
    PARTICIPANT_VIDEO_OFF = "participant_video_off"
    NO_AUTO_RECORDING = "no_auto_recording"
    NO_RECORDING = "no_recording"
    NO_AI_NOTES = "no_ai_notes"
    NO_DIAL_IN = "no_dial_in"
    NO_PUBLIC_SHARING = "no_public_sharing"
    NO_PERSISTENT_CHAT = "no_persistent_chat"
    NO_BREAKOUT_ROOMS = "no_breakout_rooms"
    BREAKOUT_ROOMS = "breakout_rooms"
    HOST_ONLY_SHARE = "host_only_share"
    PRIVATE_CHAT_OFF = "private_chat_off"
    FILE_TRANSFER_OFF = "file_transfer_off"
    ANNOTATION_OFF = "annotation_off"
    CHAT_SAVED = "chat_saved"
    ENTRY_CHIME = "entry_chime"
    REMOVED_CANNOT_REJOIN = "removed_cannot_rejoin"
    NO_RENAMING = "no_renaming"
    LOCK = "lock"

    @property
    def label(self) -> str:
        """What holds when the rule is met, in a few plain words."""
        return _TEXTS[self][0]

    @property
    def how(self) -> str:
        """What the host does, before or during the meeting, where the provider has not met the rule."""
        return _TEXTS[self][1]

    def how_on(self, platform: str | None, *, to_host_only: bool = False) -> str:
        """The same in the words of this meeting service, where its words are known; `to_host_only`: the policy lets
        nobody write to everybody."""
        told = _IN_THE_WORDS_OF.get(platform or "", {}).get(self, self.how)
        return told.replace(_OR_PUBLICLY, "") if to_host_only else told

    @property
    def in_meeting(self) -> bool:
        """Whether the host can only do it once the meeting has started."""
        return self in _IN_MEETING


_IN_MEETING = frozenset({SettingKey.LOCK})

_TEXTS: dict[SettingKey, tuple[str, str]] = {
    SettingKey.SCHEDULE: (
        "Day, time and length are as planned",
        "Open the meeting in Zoom, Teams or Meet and set its day, time and length as planned here.",
    ),
    SettingKey.HOST: (
        "The planned host owns the meeting",
        "Cancel this meeting and make a new one: a meeting cannot be handed to another host.",
    ),
    SettingKey.NEUTRAL_TITLE: (
        "The title names nobody",
        "Give the meeting a title without any participant's name.",
    ),
    SettingKey.RANDOM_ID: (
        "The meeting has an ID of its own",
        "Make the meeting with a generated ID, never with your personal meeting ID.",
    ),
    SettingKey.PASSCODE: (
        "A passcode is needed to join",
        "Set a passcode for the meeting.",
    ),
    SettingKey.PASSCODE_APART: (
        "The link does not contain the passcode",
        "In your own settings, take the passcode out of the invitation’s link, then copy the link again.",
    ),
    SettingKey.WAITING_ROOM: (
        "Everybody waits in the waiting room until let in",
        "Switch the waiting room (or lobby) on for everybody, and let people in one by one.",
    ),
    SettingKey.NO_JOIN_BEFORE_HOST: (
        "Nobody can be in the meeting before the host",
        "Let nobody in before the host, and be the first in the meeting.",
    ),
    SettingKey.NO_ACCOUNT_NEEDED: (
        "Participants need no account",
        "Switch off the setting that only signed-in users may join, and registration, in your video service.",
    ),
    SettingKey.SECOND_HOST: (
        "The co-worker can host too",
        "Name your co-worker as second host, or make them one as soon as they are in.",
    ),
    SettingKey.MUTE_ON_ENTRY: (
        "Microphones are off on entry",
        "Let participants come in muted, or mute all when you start.",
    ),
    SettingKey.PARTICIPANT_VIDEO_OFF: (
        "Participants’ cameras are off on entry",
        "Set participants’ video to off, and let each of them decide about their camera.",
    ),
    SettingKey.NO_AUTO_RECORDING: (
        "No recording starts by itself",
        "Switch automatic recording off in the meeting’s options.",
    ),
    SettingKey.NO_RECORDING: (
        "The Record button is switched off",
        "Do not record, and tell participants and co-workers that nobody may.",
    ),
    SettingKey.NO_AI_NOTES: (
        "No AI notes or summaries are made",
        "Switch off meeting summaries, transcription and AI assistants, and remove note-taking bots.",
    ),
    SettingKey.NO_DIAL_IN: (
        "Nobody can join by telephone",
        "Set audio to computer audio only, and let no telephone number in from the waiting room.",
    ),
    SettingKey.NO_PUBLIC_SHARING: (
        "The meeting offers no button to share it in public",
        "Give the link to nobody but the participants and their carers, and never post it in public.",
    ),
    SettingKey.NO_PERSISTENT_CHAT: (
        "The chat ends with the meeting",
        "Switch off continuous chat, so that no chat between participants outlives the meeting.",
    ),
    SettingKey.NO_BREAKOUT_ROOMS: (
        "Breakout rooms are switched off",
        "Open no breakout rooms.",
    ),
    SettingKey.BREAKOUT_ROOMS: (
        "Breakout rooms can be opened",
        "Switch breakout rooms on in your own settings, or do without them.",
    ),
    SettingKey.HOST_ONLY_SHARE: (
        "Only the host can share a screen",
        "When you start, let nobody but the hosts share a screen.",
    ),
    SettingKey.PRIVATE_CHAT_OFF: (
        "Participants cannot write to each other in private",
        "When you start, let participants write to the hosts or to everybody only, never to one another.",
    ),
    SettingKey.FILE_TRANSFER_OFF: (
        "No files can be sent in the chat",
        "Switch file transfer off in your settings, or switch the chat off when you start.",
    ),
    SettingKey.ANNOTATION_OFF: (
        "Nobody can draw on or control a shared screen",
        "When you share, switch off annotation by participants, and grant nobody remote control.",
    ),
    SettingKey.CHAT_SAVED: (
        "The host’s chat is saved by itself",
        "Save the chat before you end the meeting.",
    ),
    SettingKey.ENTRY_CHIME: (
        "A sound tells when somebody comes or goes",
        "Switch on the sound for joining and leaving, and keep the list of participants in view.",
    ),
    SettingKey.REMOVED_CANNOT_REJOIN: (
        "Somebody removed cannot come back",
        "Let nobody removed come in again, and lock the meeting after removing somebody.",
    ),
    SettingKey.NO_RENAMING: (
        "Participants cannot change their names",
        "When everybody has the agreed name, let participants change theirs no more.",
    ),
    SettingKey.LOCK: (
        "The meeting is locked once everybody is in",
        "When everybody is in, lock the meeting.",
    ),
}

_OR_PUBLICLY = " or “Everyone publicly”"
_IN_THE_WORDS_OF: dict[str, dict[SettingKey, str]] = {
    "bigbluebutton": {
        SettingKey.NO_DIAL_IN: "Let no telephone number in: it stands among the guests who wait.",
        SettingKey.CHAT_SAVED: "Save the chat before you end the meeting: the three dots above it.",
        SettingKey.ENTRY_CHIME: "In your settings there, switch on the sound for joining and leaving.",
        SettingKey.REMOVED_CANNOT_REJOIN: "When you remove somebody, tick “Prevent this user from rejoining”.",
        SettingKey.LOCK: "When everybody is in, set the guest policy under “Manage users” to “Always deny”.",
    },
    "meet": {
        SettingKey.PASSCODE: "Look at each name that knocks before you let anybody in; nobody comes in otherwise.",
        SettingKey.NO_ACCOUNT_NEEDED: "Try the link once in a private window: you should be able to ask to join.",
        SettingKey.SECOND_HOST: "Add your co-worker as co-host under Host controls, or in the list of people.",
        SettingKey.MUTE_ON_ENTRY: "When you start, choose “Mute all” in the list of people.",
        SettingKey.PARTICIPANT_VIDEO_OFF: "Tell everybody that they may keep their camera off.",
        SettingKey.NO_RECORDING: "Do not record, and tell your co-workers that nobody may.",
        SettingKey.NO_AI_NOTES: "Start neither “Take notes for me” nor a transcript, and let no notetaker in.",
        SettingKey.NO_DIAL_IN: "Let no telephone number in: it asks to join as the others do.",
        SettingKey.NO_PERSISTENT_CHAT: "In Host controls, keep the chat to the length of the call.",
        SettingKey.PRIVATE_CHAT_OFF: (
            "Whoever has no account with you sees only the call’s one chat. Have participants any, ask your "
            "administrator to switch Google Chat off for them."
        ),
        SettingKey.FILE_TRANSFER_OFF: "In Host controls, switch “Send chat messages” off, or keep files out of it.",
        SettingKey.CHAT_SAVED: "Before you end the call: select the chat and copy it into the record.",
        SettingKey.ENTRY_CHIME: "Keep the list of people open: it shows who comes and who knocks.",
        SettingKey.REMOVED_CANNOT_REJOIN: "Let nobody removed in again when they knock.",
        SettingKey.LOCK: "When everybody is in, let nobody in any more: deny whoever still knocks.",
    },
    "teams": {
        SettingKey.PASSCODE: "Look at each name in the lobby before you let anybody in; nobody comes in otherwise.",
        SettingKey.NO_ACCOUNT_NEEDED: "Try the link once in a private window: you should come to the lobby as a guest.",
        SettingKey.SECOND_HOST: "Make your co-worker co-organiser in the meeting’s options.",
        SettingKey.MUTE_ON_ENTRY: "When you start, choose “Mute all” above the list of participants.",
        SettingKey.PARTICIPANT_VIDEO_OFF: "Tell everybody that they may keep their camera off.",
        SettingKey.NO_AI_NOTES: "Set Copilot to off in the meeting’s options, and let no notetaker in from the lobby.",
        SettingKey.NO_DIAL_IN: "Let no telephone number in: it stands in the lobby with the others.",
        SettingKey.PRIVATE_CHAT_OFF: (
            "Whoever has no account with you sees only the meeting’s one chat. Have participants any, ask your "
            "administrator to switch chat off for them in Teams."
        ),
        SettingKey.FILE_TRANSFER_OFF: "Switch the meeting chat off in the meeting’s options, or keep files out of it.",
        SettingKey.ANNOTATION_OFF: "When you share, start no annotation and give control to nobody.",
        SettingKey.CHAT_SAVED: "Before you end the meeting: select the chat and copy it into the record.",
        SettingKey.ENTRY_CHIME: "Keep the list of participants open: it shows who comes and who waits.",
        SettingKey.REMOVED_CANNOT_REJOIN: "Let nobody removed in from the lobby again, and lock the meeting.",
        SettingKey.NO_RENAMING: "In the meeting’s options, switch off that people may change their display name.",
        SettingKey.LOCK: "When everybody is in: Participants, the three dots, “Lock the meeting”.",
    },
    "zoom": {
        SettingKey.PASSCODE_APART: (
            "In your own Zoom settings, switch off “Embed passcode in invite link”, then copy the link again."
        ),
        SettingKey.NO_JOIN_BEFORE_HOST: "Switch “Join before host” off, and be the first in the meeting.",
        SettingKey.SECOND_HOST: "Name your co-worker as alternative host, or make them co-host as soon as they are in.",
        SettingKey.MUTE_ON_ENTRY: "Choose “Mute participants upon entry”, or mute all when you start.",
        SettingKey.HOST_ONLY_SHARE: "When you start, set screen sharing to “Host only” under Host tools.",
        SettingKey.PRIVATE_CHAT_OFF: (
            f"When you start, let participants chat with “Host and co-hosts”{_OR_PUBLICLY} only, under Host tools."
        ),
        SettingKey.REMOVED_CANNOT_REJOIN: (
            "Keep “Allow removed participants to rejoin” off, and lock the meeting after removing somebody."
        ),
        SettingKey.NO_RENAMING: "When everybody has the agreed name, switch off “Rename themselves” under Host tools.",
        SettingKey.LOCK: (
            "Choose Lock Meeting: on a computer under Host tools or Security, on a phone or tablet under More."
        ),
        SettingKey.CHAT_SAVED: "Before you end the meeting: in the chat, choose … and Save chat.",
    },
}
