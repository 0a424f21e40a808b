"""What `/meeting` asks of the room of groups, which lies above it: whose meeting a new one is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.meetings.forms import MeetingForm
from bot.slack import blocks as b
from bot.slack.call import Answer, Call
from db.models import Meeting

_OF = re.compile(r"^(?:of|for)\s+(?:group\s+)?g\s?-?\s?(?P<number>\d{1,9})\s*[,:]\s*", re.IGNORECASE)
_WITHOUT = re.compile(r"^(?:no|without\s+(?:a\s+|the\s+)?)\s*group\s*[,:]\s*", re.IGNORECASE)
NO_GROUP = 0
"""The number that stands for a meeting without a group."""


def leading(text: str) -> tuple[int | None, str]:
    """Which group a text begins by naming, as the buttons of a question do (`of G-3, Cooking club on Thursday`; `no
    group, …`), and the rest. None where it names none."""
    found = _OF.match(text)
    if found:
        return int(found["number"]), text[found.end() :]
    found = _WITHOUT.match(text)
    return (NO_GROUP, text[found.end() :]) if found else (None, text)


@dataclass(frozen=True)
class Told:
    """How many people came with a group's meeting, and what is said of it, with buttons."""

    registered: int
    words: str
    buttons: Sequence[b.Button] = ()


@dataclass(frozen=True)
class Taken:
    """What a meeting takes over from its group: the form with it, and what is to be done once the meeting is there."""

    group_id: UUID
    form: MeetingForm
    provider: str
    then: Callable[[Meeting], Told]


@dataclass(frozen=True)
class Series:
    """The group of meetings that are made together, and what each takes over from it. `then` is as with `Taken`."""

    group_id: UUID
    forms: Sequence[MeetingForm]
    then: Callable[[Sequence[Meeting]], Told]


class Groups(Protocol):
    """The groups, as the commands for meetings see them."""

    def taken(
        self,
        session: Session,
        caller: Caller,
        form: MeetingForm,
        typed: frozenset[str],
        number: int | None,
        now: datetime,
        text: str = "",
    ) -> Taken | None:
        """What a new meeting takes over where it is a group's: by the `number` that was chosen, else by its whole
        title. `typed` are the fields that were said. Where it comes of a typed `text`, a title that is nearly a group's
        is asked about: raises Unclear."""
        ...

    def of_series(self, session: Session, caller: Caller, every: Sequence[MeetingForm], now: datetime) -> Series | None:
        """The group of meetings that are made together: the one of their title, else a new one. None where two may be
        meant, or no more groups can be made."""
        ...

    async def next_of(self, call: Call, title: str) -> Answer | None:
        """The answer to a group's title that stands alone: its next meeting. None where it is no group's. Raises as
        `taken`."""
        ...
