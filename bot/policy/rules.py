"""What the bot acts on: the typed rules of a policy pack, grouped by the moment at which they matter.

Every ``Ruled`` field has a value in every pack: the document's own, or the bot's where it is silent.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.policy.cited import Item, Items, Kinds, Part, Ruled, Sentence, Texts, ids_once

Platform = Literal[
    "zoom",
    "teams",
    "meet",
    "skype",
    "whatsapp",
    "messenger",
    "instagram",
    "live_stream",
    "youtube",
    "bigbluebutton",
    "other",
]
Count = Annotated[int, Field(ge=1)]


class Meeting(Part):
    """What a meeting may be and which settings it needs; checked when it is planned."""

    platforms: Ruled[tuple[Platform, ...]]
    other_platform: Ruled[Literal["refuse", "if_gdpr_compliant", "if_right_for_age", "if_secure", "allowed"]]
    kinds: Ruled[tuple[str, ...]]
    purpose: Ruled[Literal["approved", "stated", "free"]]
    sensitive_matters: Ruled[Literal["never", "allowed"]]
    group_size: Ruled[Literal["limited", "considered", "free"]]
    staff_minimum: Ruled[Count]
    """How many members of staff are in a group meeting, the host included."""

    waiting_room: Ruled[bool]
    passcode: Ruled[bool]
    random_id: Ruled[bool]
    no_join_before_host: Ruled[bool]
    host_only_share: Ruled[bool]
    file_transfer_off: Ruled[bool]
    private_chat_off: Ruled[bool]
    links_off: Ruled[bool]
    removed_cannot_rejoin: Ruled[bool]
    participant_recording_off: Ruled[bool]

    recording: Ruled[Literal["never", "parents_agree", "reason", "explained"]]
    breakout_rooms: Ruled[Literal["never", "reason", "allowed"]]
    chat: Ruled[Literal["everyone", "host_only", "host_decides"]]
    microphones: Ruled[Literal["own_hand", "staff_ask_only", "host_mutes_and_unmutes", "host_decides"]]
    speak_signal: Ruled[Literal["chat", "raised_hand", "host_decides"]]
    lock: Ruled[Literal["all_present", "after_start", "any_time", "host_decides"]]
    on_planning: Texts = ()
    """Shown to the facilitator when a meeting is planned."""


class Staffing(Part):
    """Who runs meetings, and from which accounts."""

    host_is_staff: Ruled[bool]
    roles: Ruled[Literal["lead_and_support", "free"]]
    contact: Ruled[Literal["work_only", "organisation_only", "shared_account", "work_preferred", "host_email"]]
    account_holders: Ruled[Count]
    """How many people can reach the account that writes to participants."""
    working_hours: Ruled[bool]
    training: Items = ()


class Step(Item):
    """Something done and recorded for one participant: before the link goes out, before that of a group, or at the
    latest when they are let in."""

    who: Literal["everyone", "under_age", "of_age", "young", "new_member", "high_risk", "access_concern"] = "everyone"
    """``of_age``: who may consent for themselves, professionals apart; ``young``: everybody under 18."""
    before: Literal["link", "group", "entry"] = "link"
    stands: Literal["each_meeting", "until_changed"] = "each_meeting"
    """Whether it is asked for at each meeting, or holds for the person until somebody takes it back."""
    per: Literal["platform", "programme", "group"] | None = None
    """What else it belongs to: on another platform, or in another programme or group, it is asked for again. ``group``
    holds for all meetings of that group; where none meets, ``stands`` alone says how long."""
    about: Literal["person", "group"] = "person"
    """``group``: what those who meet do together. It is asked once, of all of them, when they have met; said at one
    meeting of a group it holds for all of that group's."""
    shown_by: Literal["staff", "carer", "participant", "family"] = "staff"
    """Whose own answer may show it, beside the word of staff: of a parent or carer, of the participants themselves,
    or (``family``) of the one of them to whom the policy has the meeting's letters speak."""
    asks: Sentence | None = None
    """The question that they are asked on their page."""

    @model_validator(mode="after")
    def _asked_of_them(self) -> Self:
        if (self.shown_by == "staff") is not (self.asks is None):
            raise PydanticCustomError("asks", "needs 'asks' where 'shown_by' is not staff, and only there")
        return self


class Consent(Part):
    """Who may take part, who has to agree, and to what."""

    age: Ruled[Annotated[int, Field(ge=1, le=25)] | None]
    """In years: somebody younger needs what the steps for ``under_age`` ask for."""
    age_covers: Ruled[Literal["joining", "social_media"]]
    of_age_alone: Ruled[bool]
    """Somebody of that age or older may agree without a parent or carer."""
    carer_account: Ruled[bool]
    carer_talk_first: Ruled[bool]
    everyone_agrees: Ruled[bool]
    registration: Ruled[bool]
    eligible: Ruled[Literal["invited", "known", "registered", "free"]]
    rules_name: Ruled[str]
    rules_agreement: Ruled[Literal["before_link", "aloud_each_session", "made_together", "sent_and_reminded", "shared"]]
    without_agreement: Ruled[Literal["no_link", "no_entry", "carry_on"]]
    steps: Annotated[tuple[Step, ...], AfterValidator(ids_once)] = ()
    support: Items = ()
    """Help that is offered to somebody, and recorded when it is given."""


class Entry(Part):
    """Who is let in, in which order, and under which name."""

    admit: Ruled[Literal["recognised", "identified", "invited", "host_decides"]]
    staff_first: Ruled[bool]
    one_by_one: Ruled[bool]
    name: Ruled[Literal["recognisable", "real", "free"]]
    camera: Ruled[Literal["optional", "optional_if_known", "free"]]


class OneToOne(Part):
    """Meetings of one member of staff with one participant, and who stays on after a meeting."""

    allowed: Ruled[Literal["allowed", "if_vital", "not_alone"]]
    colleague: Ruled[bool]
    adult_nearby: Ruled[bool]
    new_members_first: Ruled[bool]
    after_meeting: Ruled[Literal["facilitators_only", "workers_leave_last", "free"]]


class Incidents(Part):
    """What counts as an incident, what is done about it, and who is told."""

    recorded: Ruled[bool]
    confidential: Ruled[bool]
    kinds: Kinds = ()
    ladder: Kinds = ()
    """What is done towards somebody who breaks the rules, in order."""
    follow_up: Items = ()
    route: Texts = ()


class Concerns(Part):
    """What the document says about a worry for somebody's safety."""

    route: Texts
    advice: Texts = ()
    agencies: Kinds = ()


class Records(Part):
    """What is written down after a meeting, and how data is looked after."""

    attendance: Ruled[Literal["required", "bot_service"]]
    attendance_fields: Items = ()
    transcript: Ruled[Literal["save", "keep_if_hosted", "not_ruled"]]
    notes: Ruled[bool]
    debrief: Ruled[bool]
    feedback: Ruled[bool]
    before_recording: Items = ()
    """What has to be settled before a meeting may be recorded."""
    data: Texts = ()
    """How personal data is looked after, for staff."""
