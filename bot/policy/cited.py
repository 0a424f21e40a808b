"""The smallest parts of a policy pack: values and texts that name the clauses they come from."""

import re
from collections import Counter
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from bot.policy.clauses import BROUGHT, clauses

T = TypeVar("T")
Many = TypeVar("Many", bound=tuple[Any, ...])

PLACEHOLDERS = frozenset({"organisation", "platform", "host", "people", "purpose", "recording", "contact", "phone"})
"""Words in braces that a text may hold: the organisation, and of the meeting its platform, host, staff, purpose and
whether it is recorded; ``contact`` and ``phone`` are the organisation's, for participants. Whoever shows the text
fills them in."""

Strength = Literal["required", "when_possible", "reminder", "may"]
"""How hard a rule is: ``required`` refuses, ``when_possible`` passes with a stored reason, ``reminder``
prompts and waits for a tick, ``may`` only permits."""


def _known_clause(clause: str, info: ValidationInfo) -> str:
    # Put together from rules that were read, a rule has no file to belong to.
    if clause in (BROUGHT if info.context is None else info.context.get("own", ())):
        return clause
    known = clauses().get(clause)
    if known is None:
        raise PydanticCustomError("clause", "is not the id of any clause")
    document = (info.context or {}).get("document", known.document)
    if known.document != document:
        other = {"other": known.document}
        raise PydanticCustomError("clause", "is a clause of another document ({other})", other)
    return clause


def _known_placeholders(text: str) -> str:
    for word in re.findall(r"\{(.*?)\}", text):
        if word not in PLACEHOLDERS:
            raise PydanticCustomError("placeholder", "has an unknown word in braces: {word}", {"word": word})
    return text


def ids_once(parts: Many) -> Many:
    """Refuse a list in which two parts bear the same id."""
    times = Counter(part.id for part in parts)
    twice = ", ".join(name for name, count in times.items() if count > 1)
    if twice:
        raise PydanticCustomError("twice", "uses an id twice: {names}", {"names": twice})
    return parts


def _each_once(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("twice", "names a clause twice")
    return ids


ClauseId = Annotated[str, AfterValidator(_known_clause)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
Label = Annotated[str, Field(min_length=1, max_length=75)]
Sentence = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_known_placeholders)]


class Part(BaseModel):
    """Anything in a pack: it cannot be changed, and it refuses keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(Part):
    """Something that a policy document says, with the ids of the clauses that say it.

    ``default`` is true where the document is silent and the bot brings its own rule; then there are no
    clauses. The loader sets it: a pack file may not.
    """

    clauses: Annotated[tuple[ClauseId, ...], AfterValidator(_each_once)] = ()
    default: bool = False

    @model_validator(mode="after")
    def _clauses_or_default(self) -> Self:
        if not self.clauses and not self.default:
            raise PydanticCustomError("uncited", "needs at least one clause id under 'clauses'")
        if self.clauses and self.default:
            raise PydanticCustomError("uncited", "is the bot's own and cannot name clauses")
        return self


class Text(Cited):
    """A sentence that the bot says to somebody; it may hold words of PLACEHOLDERS in braces."""

    text: Sentence
    slot: Id | None = None
    """The organisation's own text of that slot follows the sentence."""
    given: Id | None = None
    """Said only where the organisation gave its own text of that slot."""
    unless: Id | None = None
    """Stands in for the organisation's own text of that slot: said where it gave none."""
    needs: Literal["passcode"] | None = None
    """What a meeting must have for it to be said about it."""


class Ruled(Cited, Generic[T]):
    """A value that the bot acts on: how hard the rule is, and one sentence that says it to a facilitator."""

    value: T
    strength: Strength = "required"
    say: Sentence


class Item(Text):
    """A sentence with an id of its own, so that a tick, a record or a button can name it."""

    id: Id
    strength: Strength = "required"
    only: Literal["breakout_rooms"] | None = None
    """What a meeting must have planned for it to be said there."""


class Kind(Item):
    """An item that fits a Slack option."""

    text: Label


Texts = tuple[Text, ...]
Items = Annotated[tuple[Item, ...], AfterValidator(ids_once)]
Kinds = Annotated[tuple[Kind, ...], AfterValidator(ids_once)]
