"""Names and kinds of participants from what somebody typed or filled in."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import BadInput
from bot.reading import LONGEST, clean
from bot.slack.text import MENTION, unescape
from db.models import ParticipantKind

LONGEST_NAME = 80
MOST_AT_ONCE = 40
# In the singular only with a colon: “Child A” is what a careful person writes in place of a name.
_KINDS = re.compile(
    r"^(?:(children\b|child\s*:)|(young\s+people\b|young\s+person\s*:)|(adults\b|adult\s*:))[:\s]*", re.IGNORECASE
)
_KIND_OF_GROUP = (ParticipantKind.CHILD, ParticipantKind.YOUNG_PERSON, ParticipantKind.ADULT)
_MEETING_IN_WORDS = re.compile(r"\s(?:to|from)\s", re.IGNORECASE)
_EMAIL = re.compile(r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")


class ParticipantEntry(BaseModel):
    """One participant to register. `email` is the person's own or, with `email_is_carers`, their carer's.

    `kind` is None where nobody said it: then it is what is known of the person, or child.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    kind: ParticipantKind | None = None
    email: str | None = None
    email_is_carers: bool = False


def split_names(text: str, *, field: str | None = None) -> list[str]:
    """`NAME, NAME and NAME` as a list, in order, accents in one spelling. Raises BadInput."""
    if len(text) > LONGEST:
        raise BadInput(f"That is too long: it has {len(text):,} characters; {LONGEST:,} fit.", field=field)
    found = [clean(part) for part in re.split(r"[,;\n]|\s+(?:and|&)\s+", text)]
    names = [name for name in found if name]
    if not names:
        raise BadInput("Who? Write one or more names, with commas between them.", field=field)
    if len(names) > MOST_AT_ONCE:
        raise BadInput(f"That is {len(names)} names. Up to {MOST_AT_ONCE} fit at a time.", field=field)
    for name in names:
        if len(name) > LONGEST_NAME:
            raise BadInput("One of those is too long for a name. Are there commas between the names?", field=field)
        if not any(letter.isalpha() for letter in name):
            raise BadInput("One of those has no letters. Please check the names.", field=field)
    return names


def typed_names(text: str) -> list[str]:
    """The names in a command's text, once the meeting's number is taken off. Raises BadInput."""
    if MENTION.search(text):
        raise BadInput("Participants are not in Slack. Write their names without @.")
    words = f" {unescape(text)} "
    if _MEETING_IN_WORDS.search(words):
        raise BadInput("I can't tell which meeting you mean. Give its number at the end, such as `to M-12`.")
    return split_names(words)


def from_text(text: str) -> list[ParticipantEntry]:
    """`NAME, NAME` or `adults NAME, NAME`, once the meeting's number is taken off. Raises BadInput."""
    said = _KINDS.match(text)
    kind = None
    if said:
        kind = next(one for one, group in zip(_KIND_OF_GROUP, said.groups(), strict=True) if group)
        text = text[said.end() :]
    return [ParticipantEntry(name=name, kind=kind) for name in typed_names(text)]


def check_email(text: str | None, *, field: str | None = None) -> str | None:
    """An e-mail address, or None for an empty field. Raises BadInput."""
    tidy = (text or "").strip()
    if not tidy:
        return None
    if not _EMAIL.match(tidy) or len(tidy) > 254:
        raise BadInput("That is not an e-mail address. Write it like carer@example.org.", field=field)
    return tidy


def from_state(state: Mapping[str, Any]) -> list[ParticipantEntry]:
    """The participants from the modal. Raises BadInput naming the field."""
    names = split_names(state.get("names") or "", field="names")
    email = check_email(state.get("email"), field="email")
    if email and len(names) > 1:
        raise BadInput("One address fits one person. Add people with an address one at a time.", field="email")
    kind = ParticipantKind(state.get("kind") or ParticipantKind.CHILD)
    carers = state.get("whose") != "own"
    return [
        ParticipantEntry(name=name, kind=kind, email=email, email_is_carers=bool(email) and carers) for name in names
    ]
