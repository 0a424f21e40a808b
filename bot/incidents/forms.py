"""An incident from what somebody typed or filled in."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import BadInput
from bot.incidents.by_policy import Named
from bot.reading import Ask, Refused, Understood, as_id, clean, numbering
from bot.reading.corrections import corrections, leads_in
from bot.reading.kinds import Kind, kind
from bot.reading.times.follow_ups import Around, FollowUp, follow_up
from bot.slack.text import MENTION, unescape
from db.models import IncidentKind

LONGEST = 3000
NO_MEETING = "none"

KINDS: dict[IncidentKind, str] = {
    IncidentKind.UNINVITED: "Uninvited guest",
    IncidentKind.CONTENT: "Inappropriate content or language",
    IncidentKind.IMAGERY: "Suspected indecent image of a child",
    IncidentKind.FILMING: "Filming or screenshot",
    IncidentKind.RULES: "Rules broken",
    IncidentKind.STAFFING: "Too few staff",
    IncidentKind.ONE_TO_ONE: "Left alone one-to-one",
    IncidentKind.DATA: "Data mistake, such as a wrong link or visible addresses",
    IncidentKind.HEALTH: "Technical failure, distress or medical",
    IncidentKind.OTHER: "Something else",
}

_ALSO: dict[IncidentKind, str] = {
    IncidentKind.UNINVITED: """
        stranger intruder unknown unidentified person somebody gatecrasher gatecrashed zoom bombing bomber
        bombed troll joined who
    """,
    IncidentKind.CONTENT: """
        swearing swear swore rude offensive abusive abuse racist racism sexist homophobic bullying bully
        insult insults threat threats shouting hate messages chat joke jokes porn
    """,
    IncidentKind.IMAGERY: "picture pictures photo photos nude nudes naked images sexual csam",
    IncidentKind.FILMING: "filmed recording recorded video screenshots photographed photographing",
    IncidentKind.RULES: "rule behaviour behavior breaking broke agreement misbehaving misbehaved disruptive disruption",
    IncidentKind.STAFFING: "staffing ratio short understaffed co worker missing coworker only",
    IncidentKind.ONE_TO_ONE: "one to one 1 on alone single 1to1 121",
    IncidentKind.DATA: "breach email emails privacy gdpr leak leaked address shared sent protection cc bcc",
    IncidentKind.HEALTH: """
        tech it internet crash crashed outage connection upset distressed ill illness sick sickness injury
        injured accident seizure fainted fall first aid unwell panic attack health sound
    """,
    IncidentKind.OTHER: "else other misc miscellaneous",
}
"""Other words by which a kind is called."""
KIND_WORDS = [Kind(one.value, name, _ALSO[one]) for one, name in KINDS.items()]
_REFERENCE = re.compile(r"^I-?(\d{1,9})$", re.IGNORECASE)
_LABEL = re.compile(
    r"^\s*(?:(?P<done>done|did|action)|(?P<follow_up>follow[ -]?up|next)|(?P<kind>kind|type))"
    r"(?:\s*:|\s+[-–—](?=\s))\s*",
    re.IGNORECASE,
)
_FOLLOWED_UP = re.compile(r"^\s*(?P<follow_up>follow[ -]?up)\b\s*(?=\S)", re.IGNORECASE)
"""The label without its sign, where it begins a part of its own: `; follow up call`."""
_NAMED_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>")
_STRAY = re.compile(r"(?<![\w.])@([\w.\-']+)")
_SEPARATOR = re.compile(
    r"(?<!&lt)(?<!&gt)(?<!&amp);|[.,!\n]\s*(?=(?:done|follow[ -]?up)(?:\s*:|\s+[-–—]\s))", re.IGNORECASE
)
"""A label that stands behind a full stop or a comma begins a part as well."""


class IncidentForm(BaseModel):
    """What is recorded of an incident. `follow_up_due` is a day in the organisation's zone."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    meeting_id: UUID | None = None
    kind: IncidentKind = IncidentKind.OTHER
    what: str = Field(min_length=1, max_length=LONGEST)
    done: str = Field(min_length=1, max_length=LONGEST)
    follow_up: str = Field("", max_length=LONGEST)
    follow_up_by: str | None = None
    follow_up_due: date | None = None
    named: str = ""
    """Which of the policy's own kinds it was, in the policy's words."""
    ladder: str = ""
    """What of the policy's own steps was done towards somebody, a line each."""


class Draft(BaseModel):
    """The parts found in a typed text; what is missing is asked for in the form."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    kind: IncidentKind | None = None
    what: str = ""
    done: str = ""
    follow_up: str = ""
    follow_up_by: str | None = None
    follow_up_due: date | None = None
    named: str = ""
    ladder: str = ""
    said: tuple[str, ...] = ()
    """What was not typed but taken to be meant."""
    asked: tuple[str, ...] = ()
    """What is in doubt, so that the form opens."""

    @property
    def complete(self) -> bool:
        """Whether it can be recorded as it is."""
        return bool(self.what and self.done and not self.asked) and (
            not self.follow_up or self.follow_up_due is not None
        )


def today(now: datetime, zone: str) -> date:
    """The present day in the organisation's zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def number(text: str) -> int | None:
    """The 7 of `I-7`, where the text is such a reference and nothing else."""
    found = _REFERENCE.match(text.strip())
    return int(found.group(1)) if found else None


def in_doubt(text: str) -> tuple[int, ...]:
    """The numbers of the meetings in a text that takes one of them back: `M-1, no, M-2: …`, `not M-1 but M-2 …`."""
    text = numbering.visible(text)
    told = list(numbering.MARKED.finditer(text))
    alone = [one for one in corrections(text) if one.after[0].isdigit() and not numbering.split(one.before)[1]]
    alone = [one for one in alone if told and (one.sure or one.mark.casefold() != "no")]
    if not alone and not any(leads_in(text[: one.start()]) for one in told):
        return ()
    others = [int(digits[0]) for one in alone if (digits := re.match(r"[0-9]{1,9}", one.after))]
    return tuple(dict.fromkeys([*(numbering.value_of(one) for one in told), *others]))


def begins_with_label(text: str) -> bool:
    """Whether a text begins with the name of one of its parts."""
    return _LABEL.match(text.strip()) is not None


def from_text(text: str, around: Around) -> Draft:
    """`removed for swearing; done: spoke to carer; follow up: call by Friday @co-worker; kind: rules`.

    `text` is as Slack sent it. A part without a label belongs to the part before it. Raises BadInput.
    """
    parts: dict[str, list[str]] = {"what": [], "done": [], "follow_up": [], "kind": []}
    current = "what"
    for number, piece in enumerate(_SEPARATOR.split(text)):
        label = _LABEL.match(piece) or (_FOLLOWED_UP.match(piece) if number else None)
        if label:
            current = str(label.lastgroup)
        parts[current].append(piece[label.end() :].strip() if label else piece.strip())
    typed = {name: "; ".join(piece for piece in pieces if piece) for name, pieces in parts.items()}
    said: list[str] = []
    asked: list[str] = []
    return Draft(
        kind=_kind(unescape(typed["kind"]), said, asked) if typed["kind"] else None,
        what=_fits(_readable(typed["what"])),
        done=_fits(_readable(typed["done"])),
        **_follow_up(typed["follow_up"], around, said, asked),
        said=tuple(said),
        asked=tuple(asked),
    )


def with_typed(draft: Draft, typed: Draft) -> Draft:
    """What an incident says with typed words behind it, each part's behind its own; a kind that was typed is the
    kind, and so is a follow-up's person and day."""
    more = {name: getattr(typed, name) for name in ("what", "done", "follow_up") if getattr(typed, name)}
    if not more and typed.kind is None:
        return draft
    both = {name: f"{getattr(draft, name)}\n{words}".strip() for name, words in more.items()}
    long = [words for name, words in more.items() if len(both[name]) > LONGEST]
    said = [*typed.asked, "What you typed stands at the end of what it said: let it read as it should, and save."]
    said += [f"It does not fit there: {words}" for words in long]
    other = {name: getattr(typed, name) for name in ("kind", "follow_up_by", "follow_up_due") if getattr(typed, name)}
    fitting = {name: words for name, words in both.items() if len(words) <= LONGEST}
    return draft.model_copy(update={**fitting, **other, "asked": tuple(said)})


def _readable(text: str) -> str:
    """The words with people as @name, as the person saw them while typing."""
    return unescape(_NAMED_MENTION.sub(lambda found: f"@{found.group(2) or found.group(1)}", text))


def _fits(text: str, field: str | None = None) -> str:
    if len(text) > LONGEST:
        raise BadInput(f"That has {len(text):,} characters; {LONGEST:,} fit. Please shorten it.", field=field)
    return text


def _kind(text: str, said: list[str], asked: list[str]) -> IncidentKind | None:
    """The kind that words mean; where it is not sure, the likely one for the form, and the question."""
    found = kind(text, KIND_WORDS)
    if isinstance(found, Understood):
        said += [one.words for one in found.said]
        return IncidentKind(found.value)
    assert isinstance(found, Ask)  # noqa: S101  (no kind is refused)
    asked.append(found.question)
    return IncidentKind(found.choices[0].value) if len(found.choices) == 1 else None


def _follow_up(text: str, around: Around, said: list[str], asked: list[str]) -> dict[str, Any]:
    """`call the carer by Friday @co-worker`: what, by whom and by when; what is in doubt is asked in the form."""
    people = MENTION.findall(text)
    plain = unescape(" ".join(MENTION.sub(" ", text).split()))
    stray = _STRAY.search(plain)
    if stray:
        raise BadInput(f"I don't know who @{stray.group(1)} is. Pick the name from Slack's list while typing @.")
    if len(set(people)) > 1:
        raise BadInput("Who does the follow-up? Name one person, so that it is nobody else's.")
    by = people[0] if people else None
    if not plain:
        return {"follow_up": "Follow up" if by else "", "follow_up_by": by}
    _fits(plain)
    found = follow_up(plain, around)
    if isinstance(found, Refused):
        asked.append(f"{found.why} By when is the follow-up to be done?")
        return {"follow_up": plain, "follow_up_by": by}
    if isinstance(found, Ask):
        asked.append(found.question)
    said += [one.words for one in found.said]
    value = (found.value if isinstance(found, Understood) else found.kept) or FollowUp(plain)
    return {"follow_up": value.what or "Follow up", "follow_up_by": by, "follow_up_due": value.day}


def from_state(
    state: Mapping[str, Any], now: datetime, zone: str, policy: Named, *, amending: bool = False
) -> IncidentForm:
    """An incident from the modal's fields. Raises BadInput naming the field."""
    what, done = _words(state, "what"), _words(state, "done")
    if not what.strip():
        raise BadInput("What happened? A sentence is enough.", field="what")
    if not done.strip():
        raise BadInput("What was done about it? Write “nothing yet” if so.", field="done")
    follow_up = _words(state, "follow_up").strip()
    due = date.fromisoformat(state["due"]) if state.get("due") else None
    if follow_up and due is None:
        raise BadInput("By when is the follow-up to be done? Choose a day.", field="due")
    if not follow_up and (due or state.get("by")):
        raise BadInput("What is to be followed up? Write it here, or clear the person and the day.", field="follow_up")
    if due and due < today(now, zone) and not amending:
        raise BadInput("That day is in the past. Choose a day still to come.", field="due")
    meeting = state.get("meeting")
    return IncidentForm(
        meeting_id=as_id(meeting) if meeting and meeting != NO_MEETING else None,
        kind=IncidentKind(state.get("kind") or IncidentKind.OTHER),
        what=what,
        done=done,
        follow_up=follow_up,
        follow_up_by=state.get("by") or None,
        follow_up_due=due,
        named=policy.kind(state.get("named")),
        ladder=policy.steps(state.get("ladder") or ()),
    )


def draft_of(state: Mapping[str, Any], policy: Named) -> Draft:
    """What a form holds so far, whole or not."""
    return Draft(
        kind=IncidentKind(state["kind"]) if state.get("kind") else None,
        what=state.get("what") or "",
        done=state.get("done") or "",
        follow_up=state.get("follow_up") or "",
        follow_up_by=state.get("by"),
        follow_up_due=date.fromisoformat(state["due"]) if state.get("due") else None,
        named=policy.kind(state.get("named")),
        ladder=policy.steps(state.get("ladder") or ()),
    )


def reason(state: Mapping[str, Any]) -> str:
    """Why an incident is amended. Raises BadInput when it says nothing."""
    said = clean(str(state.get("reason") or ""))
    if not said:
        raise BadInput("Why the change? A few words are enough.", field="reason")
    return said


def _words(state: Mapping[str, Any], name: str) -> str:
    return _fits(str(state.get(name) or ""), name)
