"""From what a provider told of a meeting to what its team must know; pure.

Everything is worked out anew from all that is known. So it makes no difference in which order it came, how late, or how
often: what is known in the end decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from bot.providers.told import Happened

SHORTEST = timedelta(seconds=5)
"""Somebody's connection may break off for a moment: a gap that is over sooner is none."""


class Who(StrEnum):
    """Whom the meeting shows: one of its team, perhaps one of it, somebody who is expected, somebody else."""

    TEAM = "team"
    MAYBE = "maybe"
    LISTED = "listed"
    OTHER = "other"


@dataclass(frozen=True)
class Seen:
    """One thing that happened. `person` is one who came or went, `identity` who that is: the same for one person on two
    devices."""

    what: Happened
    occasion: str
    at: datetime
    sent_at: datetime
    person: str = ""
    who: Who = Who.OTHER
    identity: str = ""


class Kind(StrEnum):
    """What its team must know of a meeting."""

    RECORDING = "recording"
    NO_HOST = "no_host"
    TOO_FEW = "too_few"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True)
class Alarm:
    """Something that was so from `since` on, until `until` where it is over. `number` counts those of a kind from
    nought; `count` is how many people it is about, `still_in` how many of them are there yet."""

    kind: Kind
    number: int
    since: datetime
    until: datetime | None = None
    count: int = 0
    still_in: int = 0


@dataclass(frozen=True)
class Rules:
    """What a meeting asks for: how many workers are with the participants, and whether it may be recorded."""

    workers: int = 1
    may_record: bool = False


class _Occasion:
    """The meeting from its opening to its end."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._present: dict[str, Seen] = {}
        self._team: set[str] = set()
        self._strangers: dict[str, datetime] = {}
        self._recording = False
        self._open: dict[Kind, datetime] = {}
        self.found: list[tuple[Kind, datetime, datetime | None, int, int]] = []

    def happens(self, at: datetime, together: Iterable[Seen]) -> None:
        """Take what happened in one second, and look at what is so after it."""
        for one in (every := list(together)):
            self._take(one)
        if any(one.what is Happened.ENDED for one in every):
            self._present.clear()
            self._recording = False
        now = self._so()
        for kind in (Kind.RECORDING, Kind.NO_HOST, Kind.TOO_FEW):
            if kind in now and kind not in self._open:
                self._open[kind] = at
            elif kind not in now and kind in self._open:
                self._close(kind, at)

    def _take(self, one: Seen) -> None:
        if one.what is Happened.JOINED:
            self._present[one.person] = one
            if one.who is Who.OTHER:
                self._strangers.setdefault(one.identity, one.at)
        elif one.what is Happened.LEFT:
            self._present.pop(one.person, None)
        elif one.what in (Happened.RECORDING, Happened.RECORDING_STOPPED):
            self._recording = one.what is Happened.RECORDING
        if one.who is Who.TEAM and one.identity:
            self._team.add(one.identity)

    def _so(self) -> set[Kind]:
        there = list(self._present.values())
        team = {one.identity for one in there if one.who is Who.TEAM}
        unsure = {one.identity for one in there if one.who in (Who.MAYBE, Who.OTHER)}
        others = [one for one in there if one.who is not Who.TEAM]
        # Whom nobody could tell by name may be one of the team, unless somebody of the team has gone.
        gone, wanted = bool(self._team - team), self._rules.workers
        found = set()
        if self._recording and not self._rules.may_record:
            found.add(Kind.RECORDING)
        if others and not team and (gone or not unsure):
            found.add(Kind.NO_HOST)
        if others and 0 < len(team) < wanted and (gone or len(team) + len(unsure) < wanted):
            found.add(Kind.TOO_FEW)
        return found

    def _close(self, kind: Kind, at: datetime) -> None:
        since = self._open.pop(kind)
        if kind is Kind.RECORDING or at - since >= SHORTEST:
            self.found.append((kind, since, at, 0, 0))

    def over(self) -> None:
        """Note what is still so, and who came that nobody expects."""
        self.found += [(kind, since, None, 0, 0) for kind, since in self._open.items()]
        if self._strangers:
            still = {one.identity for one in self._present.values() if one.who is Who.OTHER}
            first = min(self._strangers.values())
            self.found.append((Kind.NOT_LISTED, first, None, len(self._strangers), len(still)))


def alarms(seen: Iterable[Seen], rules: Rules) -> tuple[Alarm, ...]:
    """What the team of a meeting must know, the earliest first within a kind."""
    found: list[tuple[Kind, datetime, datetime | None, int, int]] = []
    by_occasion = sorted(set(seen), key=lambda one: (one.occasion, one.at, one.sent_at, one.what, one.person))
    for _, of_one in groupby(by_occasion, key=lambda one: one.occasion):
        occasion = _Occasion(rules)
        every = list(of_one)
        end = min((one.at for one in every if one.what is Happened.ENDED), default=None)
        within = (one for one in every if end is None or one.at <= end)
        for at, together in groupby(within, key=lambda one: one.at):
            occasion.happens(at, together)
        occasion.over()
        found += occasion.found
    made = []
    for kind in Kind:
        mine = sorted((one for one in found if one[0] is kind), key=lambda one: one[1])
        made += [Alarm(kind, number, *one[1:]) for number, one in enumerate(mine)]
    return tuple(made)
