"""The words that participants and carers receive, put together from the policy and the meeting."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.diary import addresses, doors
from bot.diary.addresses import Address
from bot.policy import Pack
from bot.policy.cited import Text
from bot.policy.filling import Words
from db.models import Meeting, Registration, Stage

_NEW_LINK = "The link to our online meeting is new. The old one does not work any more."
_TO_FILL_IN = re.compile(r"\[[^\]\n]+\]")
_BEGINS, _ENDS = "\ue000", "\ue001"
"""Between these stands somebody's name until the text is done: no blank and no address in it is one of the letter's."""
NAMED = re.compile(f"({_BEGINS}[^{_ENDS}]*{_ENDS})")
_MARKS = re.compile(f"[{_BEGINS}{_ENDS}]")


@dataclass(frozen=True)
class Facts:
    """What the organisation and the meeting put into the policy's sentences.

    `words` fills the words in braces. A word that is missing, or a text that the policy leaves to the
    organisation, stands in square brackets for the sender to fill in; `house_rules` fill in the first of the rules.
    """

    organisation: str
    zone: str
    words: Mapping[str, str]
    house_rules: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    """What the organisation put into the policy's slots, by the slot's id."""
    passcode_apart: bool = False
    """Whether the passcode goes in a message of its own."""


@dataclass(frozen=True)
class Part:
    """One text to send; `heading` tells the sender when. `keys`: it brings the link, or the passcode."""

    heading: str
    text: str
    keys: bool = False


@dataclass(frozen=True)
class Letter:
    """The texts for one registration, or for everybody, in the order of sending."""

    parts: tuple[Part, ...]
    to_fill_in: tuple[str, ...]

    @property
    def has_link(self) -> bool:
        """Whether one of them brings the link."""
        return any(part.keys for part in self.parts)


class Whose(StrEnum):
    """For whom the text with link and passcode may be made out."""

    ALL = "all"
    SOME = "some"
    NOBODY = "nobody"


def compose(
    pack: Pack, meeting: Meeting, facts: Facts, to: Registration | None = None, link_for: Whose = Whose.ALL
) -> Letter:
    """The texts. The rules without link and passcode can always be sent; the text that brings these is there only
    where it may be made out to somebody, and where it may not be made out to all, the rules stand apart."""
    parts = _composed(pack, meeting, facts, to, link_for)
    found = (word for part in parts for word in to_fill_in(part.text))
    return Letter(tuple(replace(one, text=plain(one.text)) for one in parts), tuple(dict.fromkeys(found)))


def _composed(pack: Pack, meeting: Meeting, facts: Facts, to: Registration | None, link_for: Whose) -> list[Part]:
    """The same with the names marked."""
    words = _Words(pack, meeting, facts, to)
    rules = words.joined(words.occasion, words.rules, words.good_to_know)
    may_have = link_for if meeting.join_url else Whose.NOBODY
    if may_have is Whose.NOBODY:
        parts = [Part("The rules", rules)]
    elif pack.invitation.order.value == "rules_before_link":
        link = words.joined(words.reminder, words.way_in)
        parts = [Part("Send first", rules), Part("Send after they agreed", link, keys=True)]
    elif may_have is Whose.SOME:
        link = words.joined(words.here, words.way_in)
        parts = [Part("The rules, for everybody", rules), Part("The link", link, keys=True)]
    else:
        whole = words.joined(words.occasion, words.rules, words.way_in, words.good_to_know)
        parts = [Part("To send", whole, keys=True)]
    if may_have is not Whose.NOBODY and words.passcode_apart:
        parts.append(Part("The passcode, in a message of its own", words.joined(words.passcode), keys=True))
    return parts


def to_fill_in(text: str) -> list[str]:
    """The blanks of a text, that the policy leaves to the organisation or that nobody has said yet; not what stands in
    brackets in somebody's name."""
    return _TO_FILL_IN.findall(NAMED.sub("", text))


def plain(text: str) -> str:
    """A text whose names are marked, as it is read."""
    return _MARKS.sub("", text)


def _named(name: str) -> str:
    return f"{_BEGINS}{plain(name)}{_ENDS}" if name else ""


def of_stage(
    pack: Pack,
    meeting: Meeting,
    facts: Facts,
    to: Registration,
    stage: Stage,
    *,
    again: bool = False,
    answer: str = "",
) -> str:
    """The text of one stage for one registration, its names marked. `again`: they have a link that leads nowhere any
    more. `answer`: how they can answer."""
    words = _Words(pack, meeting, facts, to)
    match stage:
        case Stage.ABOUT:
            return words.joined(words.occasion, words.permission, answer, words.rules, words.good_to_know)
        case Stage.RULES:
            return words.joined(words.occasion, words.rules, answer, words.good_to_know)
        case Stage.PASSCODE:
            return words.joined(words.passcode)
        case Stage.CHANGED:
            return words.joined(words.changed)
        case Stage.CANCELLED:
            return words.joined(words.cancelled)
        case Stage.LINK:
            text = next(part.text for part in _composed(pack, meeting, facts, to, Whose.ALL) if part.keys)
            return text.replace(words.greeting, f"{words.greeting}\n\n{_NEW_LINK}", 1) if again else text


def on_page(address: str) -> str:
    """Where they can answer for themselves."""
    return (
        f"You can answer on this page, and change your answer there until the meeting ends: {address}\n"
        "The page is for you alone. Please do not pass it on."
    )


def by_phone(number: str) -> str:
    """What to say when they phone, where there are no pages."""
    return f"If you answer by phone, please say this number: {number}"


def for_carer(pack: Pack, to: Registration | None, address: Address | None) -> bool:
    """Whether the text speaks to a parent or carer: of a child whose address is theirs, or as the policy says."""
    if to is None:
        return pack.invitation.to.value == "carer"
    if to.participant.kind.grown_up:
        return False
    return address.carers if address else pack.invitation.to.value == "carer"


class _Words:
    """The paragraphs of one invitation."""

    def __init__(self, pack: Pack, meeting: Meeting, facts: Facts, to: Registration | None) -> None:
        self._pack, self._meeting, self._facts = pack, meeting, facts
        self._name = _named(to.participant.name) if to else ""
        self._link = doors.of_person(meeting, to)
        address = addresses.of(pack, to.participant, meeting.starts_at, facts.zone) if to else None
        self._carer = for_carer(pack, to, address)
        self._carers_name = _named(address.name) if address else ""

    def joined(self, *paragraphs: str) -> str:
        """Paragraphs between greeting and closing."""
        closing = " ".join(self._said([self._pack.invitation.contact]))
        every = (self.greeting, *paragraphs, closing, self._facts.organisation)
        return "\n\n".join(one for one in every if one)

    @property
    def greeting(self) -> str:
        """Whom it speaks to."""
        if self._carer:
            if self._carers_name:
                return f"Dear {self._carers_name},"
            return f"Dear parent or carer of {self._name}," if self._name else "Dear parent or carer,"
        return f"Hello {self._name}," if self._name else "Hello,"

    @property
    def occasion(self) -> str:
        """Who is invited to what, and when."""
        who = "You are"
        if self._carer:
            who = f"{self._name} is" if self._name else "Your child is"
        lines = [f"{who} invited to an online meeting with {self._facts.organisation}.", self._when]
        if self._carer:
            lines.append(f"Please read this together with {self._name or 'your child'}.")
        return "\n".join(lines)

    @property
    def reminder(self) -> str:
        """The beginning of the text that brings the link."""
        return f"Thank you for agreeing to the rules. {self.here}"

    @property
    def here(self) -> str:
        """The beginning of a text that brings only the link."""
        return f"Here is the way into our online meeting.\n{self._when}"

    @property
    def permission(self) -> str:
        """The question to a parent or carer."""
        name = self._name or "your child"
        return (
            f"Before {name} can take part, we need your permission. Please read this, talk about it with {name}, and "
            "tell us yes or no. No is fine, too: nothing happens because of it."
        )

    @property
    def passcode_apart(self) -> bool:
        """Whether there is a passcode that goes in a message of its own."""
        return self._facts.passcode_apart and bool(self._meeting.passcode)

    @property
    def passcode(self) -> str:
        """The passcode, where it comes apart from the link."""
        lines = f"Here is the passcode for our online meeting. The link came in another message.\n{self._when}"
        return f"{lines}\n\nPasscode: {self._meeting.passcode}\n\nPlease keep the passcode to yourself."

    @property
    def changed(self) -> str:
        """That it is at another time."""
        return f"Our online meeting is at another time now.\n{self._when}\nWhat else we told you stays as it is."

    @property
    def cancelled(self) -> str:
        """That there is none."""
        when = self._when.removeprefix("It is ").removeprefix("on ")
        return f"Our online meeting does not take place. It was to be on {when}\nYou do not have to do anything."

    @property
    def _when(self) -> str:
        zone = self._facts.zone
        start = self._meeting.starts_at.astimezone(ZoneInfo(zone))
        end = self._meeting.ends_at.astimezone(ZoneInfo(zone))
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%A} at {end:%H:%M}"
        place = zone.rpartition("/")[2].replace("_", " ")
        return f"It is on {start:%A} {start.day} {start:%B %Y}, from {start:%H:%M} to {until} ({place} time)."

    @property
    def rules(self) -> str:
        """The policy's rules with the organisation's own, and what to do before joining."""
        pack, words = self._pack, Words(self._facts.words, self._facts.slots)
        lines = words.rules(pack.invitation.rules, self._facts.house_rules, blanks=True)
        rules = _listed(f"Our {pack.consent.rules_name.value}", lines)
        before = _listed("Before you join", self._said(pack.invitation.before_you_join))
        return "\n\n".join(one for one in (rules, before) if one)

    @property
    def way_in(self) -> str:
        """Link, passcode, and how to join."""
        meeting, invitation = self._meeting, self._pack.invitation
        keys = [f"Link: {self._link}", *([f"Passcode: {meeting.passcode}"] if meeting.passcode else [])]
        if self.passcode_apart:
            keys[1:] = ["The passcode comes in a message of its own."]
        joining = [text for text in invitation.joining if meeting.passcode or text.needs != "passcode"]
        steps = [*self._said(joining), *self._said([invitation.waiting_room])]
        private = f"Please keep the link{' and the passcode' if meeting.passcode else ''} to yourself."
        return "\n\n".join(["\n".join(keys), _listed("How to join", [*steps, private])])

    @property
    def good_to_know(self) -> str:
        """What parents and carers should know, and how data is looked after."""
        invitation = self._pack.invitation
        carers = _listed("For parents and carers", self._said(invitation.carers)) if self._carer else ""
        privacy = _listed("Good to know", self._said(invitation.privacy))
        return "\n\n".join(one for one in (carers, privacy) if one)

    def _said(self, texts: Iterable[Text]) -> list[str]:
        """The policy's sentences with their words filled in."""
        words = Words(self._facts.words, self._facts.slots)
        return [words.filled(text, blanks=True) for text in texts]


def _listed(heading: str, lines: Iterable[str]) -> str:
    items = [f"- {line}" for line in lines]
    return "\n".join([heading, *items]) if items else ""
