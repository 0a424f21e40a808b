"""Names and kinds of participants from what somebody typed or filled in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import BadInput, Unclear
from bot.reading import LONGEST, Ask, Outcome, Refused, clean, numbering
from bot.reading.corrections import corrections, replaced
from bot.reading.persons import ages, people
from bot.reading.persons.ages import Age
from bot.reading.persons.carers import Carer
from bot.reading.persons.people import MOST_AT_ONCE, People, Person
from bot.slack.text import MENTION, clip, unescape
from db.models import ParticipantKind

LONGEST_NAME = 80
_MEETING_IN_WORDS = re.compile(r"\s(?:to|from)\s", re.IGNORECASE)
_TWO = 2
_NOT = re.compile(r"(?<![\w-])(?:not|never|without|instead of|rather than)(?![\w-])")
_ONE_PERSON = re.compile(
    r"^(?:(?:the\s+)?two|both)\s+|[\s,]+(?:are|is)\s+(?:really\s+)?(?:all\s+)?(?:the\s+)?(?:same|one)"
    r"(?:\s+(?:person|child|kid|one))?[\s.!]*$",
    re.IGNORECASE,
)
_BETWEEN = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        r"\s+(?:into|in\s+to|onto|with|as|(?:is|are)(?:\s+the\s+same(?:\s+person)?\s+as|\s+also)?)(?:\s+|$)"
        r"|\s*(?:[-=]+>|=+|→)\s*",
        r"\s+(?:and|to)(?:\s+|$)|\s*[&+;\n]\s*",
        r"\s*[,/]\s*",
    )
)
"""What stands between two names, the clearest first."""
_EMAIL = re.compile(r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")


class ParticipantEntry(BaseModel):
    """One participant to register. `email` is the person's own address; `carers` are their parents or carers.

    `kind` is None where nobody said it: then it is what is known of the person, else what their age makes them, else
    child.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    kind: ParticipantKind | None = None
    email: str | None = None
    carers: tuple[Carer, ...] = ()
    age: Age | None = None
    moved: frozenset[str] = frozenset()
    another: frozenset[str] = frozenset()
    """Addresses that are a carer's new one, and another carer's, where one of the same name is on record."""


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


def who_is_meant(text: str, command: str = "", before: str = "", behind: str = "") -> None:
    """Raise Unclear where names take one of themselves back, such as `Ben Fox no sorry Kim Bell`, `not Ben but Kim`:
    with a button for each where it is one or the other and a command is given. `before` and `behind` are what stands
    around them in it."""
    found = next((one for one in corrections(text) if one.sure or one.mark.islower()), None) or replaced(text)
    if found is None and not _NOT.search(text):
        return
    both = [found.after, found.before] if found else []
    alone = not any(re.search(r"[,;&\n]|\b(?:and|not|but)\b|^no\b", one) for one in both)
    shown = clip(unescape(text), 120)
    question = f"“{shown}” takes something back. Who is meant? Nothing was changed."
    offered = both if alone and command else []
    choices = [(clip(unescape(one), 70), f"{command} {before}".strip()) for one in offered]
    raise Unclear(question, choices, [f"{one} {behind}".strip() for one in offered])


def typed_names(text: str) -> list[str]:
    """The names in a command's text, once the meeting's number is taken off. Raises BadInput."""
    if MENTION.search(text):
        raise BadInput("Participants are not in Slack. Write their names without @.")
    words = f" {unescape(text)} "
    if _MEETING_IN_WORDS.search(words):
        raise BadInput("I can't tell which meeting you mean. Give its number at the end, such as `to M-12`.")
    return split_names(words)


def two_names(text: str) -> list[tuple[str, int | None]]:
    """The two names of `NAME into NAME`, each with the number of a meeting where one stands beside it; a name alone
    where both records have it. Raises BadInput."""
    if MENTION.search(text):
        raise BadInput("Participants are not in Slack. Write their names without @.")
    words = _ONE_PERSON.sub("", people.without_courtesy(unescape(text)).strip())
    parts = next((found for one in _BETWEEN if len(found := one.split(words)) > 1), [words])
    named = []
    for part in parts:
        numbers, rest = numbering.split(part, bare=False)
        if not clean(rest) or len(numbers) > 1 or len(parts) > _TWO:
            raise BadInput(
                "I need two names, such as `/participant merge Aled Jones into Aled James Jones`; where two have one "
                "name, with their meetings: `Aled Jones from M-1 into Aled Jones from M-2`."
            )
        named.append((clean(rest), numbers[0] if numbers else None))
    return named


def check_email(text: str | None, *, field: str | None = None) -> str | None:
    """An e-mail address, or None for an empty field. Raises BadInput."""
    tidy = (text or "").strip()
    if not tidy:
        return None
    if not _EMAIL.match(tidy) or len(tidy) > 254:
        raise BadInput("That is not an e-mail address. Write it like carer@example.org.", field=field)
    return tidy


@dataclass(frozen=True)
class Listed:
    """A list of people as it was typed or filled in. `carers`: whose the addresses are (None: nobody said it);
    `seen`: it was shown as it was read, and sent off so."""

    text: str = field(repr=False)
    kind: ParticipantKind | None = None
    carers: bool | None = None
    email: str | None = field(default=None, repr=False)
    form: bool = False
    seen: bool = False
    block: str = ""
    """The field of the form that holds the names."""


def from_words(text: str, number: int | None) -> Listed:
    """A list from a command, once the meeting's number is taken off. Raises BadInput."""
    if number is None and re.search(r"\sto\s+\S", text):
        raise BadInput("I can't tell which meeting you mean. Give its number at the end, such as `to M-12`.")
    return Listed(text)


def from_state(view: Mapping[str, Any], state: Mapping[str, Any]) -> Listed:
    """A list from the form. Raises BadInput naming the field."""
    block, text = names_in(state)
    if not text.strip():
        raise BadInput("Who? Write one or more names, one a line or with commas between them.", field=block)
    if len(text) > LONGEST:
        raise BadInput(f"That is too long: it has {len(text):,} characters; {LONGEST:,} fit.", field=block)
    return Listed(
        text,
        None if state.get("kind") in (None, AS_KNOWN) else ParticipantKind(state["kind"]),
        state["whose"] == "carer" if state.get("whose") else None,
        check_email(state.get("email"), field="email"),
        form=True,
        seen=view.get("private_metadata") == SEEN,
        block=block,
    )


AS_KNOWN = "known"
"""What the form says of their kind where nobody said it: a preset one would make a second record of somebody."""
SEEN = "seen"
"""What a form carries that shows a list as it was read."""


def names_in(state: Mapping[str, Any]) -> tuple[str, str]:
    """The field with the names, whose id changes whenever the bot has written into it, and what it holds."""
    block = next((one for one in state if one.split(".")[0] == "names"), "names")
    return block, str(state.get(block) or "")


def settled(outcome: Outcome[People], listed: Listed, today: date) -> list[ParticipantEntry] | None:
    """The participants of a list that leaves nothing to ask or to show first; otherwise None. Raises BadInput."""
    if isinstance(outcome, Refused):
        raise BadInput(outcome.why, field=listed.block or None)
    if isinstance(outcome, Ask) and outcome.kept is None:
        raise BadInput(outcome.question, field=listed.block or None)
    if isinstance(outcome, Ask):
        return None
    people = outcome.value
    assumed = any(one.kind not in ("already", "named", "age", "carers") for one in outcome.said)
    told = listed.email or any(one.email or one.age or one.carers for one in people.people)
    if (len(people.already) < len(people.people) or told) and (assumed or not (people.plain or listed.seen)):
        return None
    if listed.email and len(people.people) > 1:
        raise BadInput("One address fits one person. Write the others behind their names.", field="email")
    kind = ParticipantKind(people.kind) if people.kind else listed.kind
    check_ages(people.people, kind, today, listed.block or None)
    addresses = bool(listed.email or any(one.email and not grown_up(one) for one in people.people))
    if addresses and listed.carers is None and not (kind and kind.grown_up):
        raise BadInput("Whose address is it: the parent’s or carer’s, or the participant’s own?", field="whose")
    carers = bool(listed.carers)
    return [_entry(one, kind, listed.email or one.email, carers=carers) for one in people.people]


def grown_up(one: Person) -> bool:
    """Whether somebody's age says that their address is their own."""
    return one.age is not None and one.age.says_grown_up


def entries_of(people: Sequence[Person], kind: ParticipantKind | None, today: date) -> list[ParticipantEntry]:
    """The participants of a table whose columns say whose each address is. Raises BadInput."""
    check_ages(people, kind, today, None)
    return [_entry(one, kind, one.email, carers=False) for one in people]


def check_ages(people: Sequence[Person], kind: ParticipantKind | None, today: date, field: str | None) -> None:
    """Raise BadInput for an age that nobody can have, or that nobody of that kind has."""
    for one in people:
        if one.age is None:
            continue
        most = one.age.most(today, today)
        if not ages.possible(one.age, today):
            raise BadInput(f"{one.name}: that cannot be their age. Please look at it.", field=field)
        if kind and kind.grown_up and most is not None and most < ages.GROWN_UP_AT:
            raise BadInput(f"{one.name} is under 18, so not an adult. Add them apart, or mend the age.", field=field)


def _entry(one: Person, kind: ParticipantKind | None, email: str | None, *, carers: bool) -> ParticipantEntry:
    address = check_email(email)
    named = one.carers
    if address and carers:
        named, address = (*named, Carer(email=address)), None
    return ParticipantEntry(name=one.name, kind=kind, email=address, carers=named, age=one.age)
