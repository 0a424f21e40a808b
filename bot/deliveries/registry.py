"""Which kind of delivery is done by whom, in which lane, and with how much patience."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from bot.deliveries.lanes import LANES, Lane
from bot.deps import Deps
from db.owed import Claimed, Share

Record = Callable[[Session], None]
Step = Callable[[Deps, Claimed], Awaitable[Record | None]]


class Later(Exception):
    """This delivery must be tried again at `due`; `code` says why. It is no failure of the bot. `together`: whatever
    shares its lane and its target waits as long, for it would meet the same."""

    def __init__(self, due: datetime, code: str, *, together: bool = False) -> None:
        super().__init__(code)
        self.due = due
        self.code = code
        self.together = together


class GiveUp(Exception):
    """This delivery can never be made; `code` says why. `record` is written with the giving up."""

    def __init__(self, code: str, record: Record | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.record = record


class Patience(Enum):
    """When a delivery is given up, beside where its own step says so."""

    UNTIL_REFUSED = "until_refused"
    """As soon as Slack refuses what it is for: its channel, its person, its words."""
    WITHOUT_END = "without_end"
    """Never, whatever Slack answers."""


class Hand:
    """Deliveries of one kind and turn that one step makes, one after the other, and ends each by itself. What it leaves
    is given back, and counts as no try."""

    def __init__(
        self,
        claimed: Sequence[Claimed],
        ended: Callable[[Claimed, Record | Exception | None], Awaitable[bool]],
        given_back: Callable[[Sequence[Claimed]], Awaitable[None]],
        stopping: Callable[[], bool],
    ) -> None:
        self.rest = list(claimed)
        self._ended, self._given_back, self._stopping = ended, given_back, stopping

    @property
    def stopping(self) -> bool:
        """Whether the worker ends, so that nothing more is to be begun."""
        return self._stopping()

    async def end(self, one: Claimed, outcome: Record | Exception | None) -> bool:
        """One of them is made, and this is to be written down with it; or it failed. False where that could not be
        written down, so that nothing more is to be begun."""
        written = await self._ended(one, outcome)
        self.rest.remove(one)
        return written

    async def give_back(self, *, but: Claimed | None = None) -> None:
        """Leave the rest to whoever claims it next."""
        left = [one for one in self.rest if one is not but]
        self.rest[:] = [one for one in self.rest if one is but]
        if left:
            await self._given_back(left)


SliceStep = Callable[[Deps, Hand], Awaitable[None]]


@dataclass(frozen=True)
class Kind:
    """All that the worker knows of a kind of delivery; it has one of the two steps."""

    step: Step | None
    lane: Lane
    patience: Patience
    seconds: float | None = None
    kept: bool = False
    slice_step: SliceStep | None = None
    redraws: bool = False


class Jobs:
    """The kinds by name. A step reads the state, acts, and returns what to write down with its success."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}

    def on(
        self,
        kind: str,
        step: Step,
        *,
        lane: Lane,
        patience: Patience = Patience.UNTIL_REFUSED,
        seconds: float | None = None,
        kept: bool = False,
        redraws: bool = False,
    ) -> None:
        """Register a kind of delivery. `seconds` is how long one try may take, where it is longer than usual. `kept`:
        what was made is looked at afterwards, if only so that it is not made again, and is not removed with time.
        `redraws`: it shows how things stand, whatever it was owed for, so that one does for all that are due of its
        queue."""
        self.kinds[kind] = Kind(step, lane, patience, seconds, kept, redraws=redraws)

    def on_slices(
        self, kind: str, step: SliceStep, *, lane: Lane, seconds: float, patience: Patience = Patience.UNTIL_REFUSED
    ) -> None:
        """Register a kind of delivery of which its lane makes a slice at a time, in `seconds` at most."""
        self.kinds[kind] = Kind(None, lane, patience, seconds, slice_step=step)

    def beside(self, kind: str) -> list[str]:
        """The kinds that share a lane with this one, itself included."""
        return self.of_lane(self.kinds[kind].lane)

    def of_lane(self, lane: Lane) -> list[str]:
        """The kinds of a lane."""
        return [name for name, known in self.kinds.items() if known.lane is lane]

    def in_hands(self, claimed: Iterable[Claimed]) -> list[list[Claimed]]:
        """What was claimed together, as it is made: each by itself, or with those of its slice."""
        found: dict[object, list[Claimed]] = {}
        for one in claimed:
            alone = self.kinds[one.kind].slice_step is None
            found.setdefault(one.id if alone else (one.kind, one.target, one.turn), []).append(one)
        return list(found.values())

    def shares(self, in_hand: Iterable[Claimed]) -> list[Share]:
        """What may be claimed of each lane that has anything, while these are being made, one for each place; the first
        lane first."""
        held = [(self.kinds[one.kind].lane, one.target, one.turn) for one in in_hand]
        found = []
        for lane in LANES:
            if kinds := self.of_lane(lane):
                in_hand_of_it = [(target, turn) for its, target, turn in held if its is lane]
                found.append(lane.share(kinds, in_hand_of_it, [one for one in kinds if self.kinds[one].redraws]))
        return found
