"""The shape of a policy pack: one policy document as typed values and texts.

A ``Ruled`` value is what the bot acts on, a ``Text`` is what it says; each names its clauses. Where a
document is silent, the bot's own from ``packs/defaults.yaml`` stands in, marked with ``default``.
Packs are never merged with one another, because the documents contradict each other.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.policy.cited import Cited, Id, Item, Label, Part, Ruled, Text, Texts, ids_once
from bot.policy.rules import Concerns, Consent, Entry, Incidents, Meeting, OneToOne, Records, Staffing

Setting = Literal[
    "waiting_room",
    "passcode",
    "random_id",
    "no_join_before_host",
    "host_only_share",
    "file_transfer_off",
    "private_chat_off",
    "chat_to_host_only",
    "links_off",
    "no_recording",
    "participant_recording_off",
    "removed_cannot_rejoin",
    "mute_on_entry",
    "no_breakout_rooms",
    "entry_chime",
    "lock",
]
"""A setting of a meeting that a provider can be asked to apply, or the host to tick."""


ClauseKey = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*-[0-9]+$")]
"""An id such as HAR-012."""


class About(Part):
    """The document itself: how it stands, and who answers for it."""

    status: Ruled[Literal["interim", "advice", "in_force"]]
    review_due: Ruled[Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None]
    """The day by which the document is to be reviewed, as YYYY-MM-DD; none where it gives no day."""
    purpose: Texts = ()
    history: Texts = ()
    owners: Texts = ()
    companions: Texts = ()
    """Other documents that apply beside this one, and where questions go."""


Phase = Literal["before", "during", "after"]
"""When a measure of the checklist can be true: before the session, while it runs, or when it is over."""


class Measure(Cited):
    """One thing that lowers a risk: a label for a Slack tick box and, if one line is not enough, a second."""

    id: Id
    short: Label
    detail: Label | None = None
    phase: Phase = "before"
    per: Literal["group"] | None = None
    """``group``: ticked at one meeting of a group it holds for all of them."""
    stands: Literal["until_changed", "each_one_to_one", "each_meeting"] = "until_changed"
    """Whether it may be confirmed as the same as last time where nothing changed, or is asked at each meeting, or at
    each with one person."""
    setting: Setting | None = None
    """The setting that meets this measure without anybody's tick, once it has been read back."""

    @property
    def text(self) -> str:
        """Both lines as one text of at most 140 characters."""
        return f"{self.short} {self.detail}" if self.detail else self.short

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.text) > 140:
            raise PydanticCustomError("too_long", "has over 140 characters in 'short' and 'detail' together")
        return self


class ChecklistRow(Cited):
    """One risk, who is at risk, and the measures against it (at most ten, as Slack's tick boxes hold)."""

    id: Id
    title: Annotated[str, Field(min_length=1, max_length=70)]
    at_risk: Label | None = None
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=10)]


class Checklist(Part):
    """The risk checklist of one meeting."""

    assessment: Ruled[Literal["each_meeting", "once", "high_risk", "free"]]
    rows: Annotated[tuple[ChecklistRow, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        ids_once(self.rows)
        ids_once(tuple(measure for row in self.rows for measure in row.measures))
        return self


class Invitation(Part):
    """What participants and carers are sent, when, to whom, and in which order."""

    order: Ruled[Literal["rules_before_link", "rules_with_link", "free"]]
    send: Ruled[Literal["day_before", "after_agreement", "after_registration", "free"]]
    to: Ruled[Literal["participant_or_carer", "carer", "participant"]]
    """Who receives the link; ``participant_or_carer``: the carer for everybody under the age of consent."""
    channel: Ruled[Literal["agreed_email", "email", "through_staff", "organisation_accounts"]]
    never_public: Ruled[bool]
    passcode: Ruled[Literal["free", "together", "apart"]]
    """Whether the passcode goes in the message with the link, or in one of its own."""
    joining: Texts
    waiting_room: Text
    before_you_join: Texts = ()
    rules: Texts = ()
    carers: Texts = ()
    privacy: Texts = ()
    contact: Text


class Reminder(Item):
    """One thing that the host is reminded of."""

    stands: Literal["until_changed", "each_meeting"] = "until_changed"
    """Whether it may be confirmed as the same as last time where nothing changed, or is asked at each meeting."""
    setting: Setting | None = None
    """The setting that it asks for: it is the same tick wherever that is asked for."""
    sent: bool = False
    """Whether it reminds of what families are sent: nobody is reminded of it once that went to everybody."""


Reminders = Annotated[tuple[Reminder, ...], AfterValidator(ids_once)]


class Prompts(Part):
    """What the host is reminded of, moment by moment."""

    planning: Reminders = ()
    day_before: Reminders = ()
    hour_before: Reminders = ()
    start: Reminders = ()
    all_present: Reminders = ()
    during: Reminders = ()
    end: Reminders = ()
    afterwards: Reminders = ()

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        ids_once(self._items)
        return self

    @property
    def _items(self) -> Reminders:
        return tuple(item for moment in type(self).model_fields for item in getattr(self, moment))

    @property
    def ids(self) -> tuple[str, ...]:
        """By which each of them is ticked."""
        return tuple(one.id for one in self._items)


class Topic(Part):
    """One page of the guide: short enough to be read in a hurry."""

    id: Id
    title: Label
    words: tuple[str, ...] = ()
    """Other words by which people look for it."""
    lines: Annotated[Texts, Field(min_length=1, max_length=9)]


class Guide(Part):
    """The pages that ``/guide`` answers from."""

    topics: Annotated[tuple[Topic, ...], AfterValidator(ids_once)] = ()


class Slot(Item):
    """A text or number that the document speaks of and does not contain; the organisation supplies it."""

    holds: Literal["text", "link", "people", "days"] = "text"
    required: bool = True


class Pack(Part):
    """One policy document. ``name`` is the word in the organisation's file, ``title`` the document's own."""

    name: Id
    title: Label
    clauses: Mapping[ClauseKey, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    """The document's rules by their ids, where `packs/clauses.csv` does not have them."""
    about: About
    meeting: Meeting
    staffing: Staffing
    consent: Consent
    invitation: Invitation
    entry: Entry
    one_to_one: OneToOne
    housekeeping: Texts = ()
    """Read out to the group at the start of a session."""
    prompts: Prompts
    checklist: Checklist
    incidents: Incidents
    concerns: Concerns
    records: Records
    guide: Guide
    slots: Annotated[tuple[Slot, ...], AfterValidator(ids_once)] = ()

    @property
    def status(self) -> str:
        """How the document stands: interim, advice or in_force."""
        return self.about.status.value

    @model_validator(mode="after")
    def _slots_exist(self) -> Self:
        slots = {slot.id for slot in self.slots}
        for where, part in self.cited():
            named = (part.slot, part.given, part.unless) if isinstance(part, Text) else ()
            for slot in (one for one in named if one and one not in slots):
                words = {"where": where, "slot": slot}
                raise PydanticCustomError("slot", "has no slot '{slot}', which {where} names", words)
        return self

    def cited(self) -> Iterator[tuple[str, Cited]]:
        """Every value and text with its place in the pack, such as ``("meeting.lock", Ruled(...))``."""
        yield from _cited("", self)


def _cited(where: str, part: object) -> Iterator[tuple[str, Cited]]:
    if isinstance(part, Cited):
        yield where, part
    if isinstance(part, Part):
        for name in type(part).model_fields:
            yield from _cited(f"{where}.{name}".removeprefix("."), getattr(part, name))
    elif isinstance(part, tuple):
        for number, item in enumerate(part):
            yield from _cited(f"{where}[{getattr(item, 'id', number + 1)}]", item)
