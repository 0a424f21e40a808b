"""What a measurement gives: a number, and where there is a promise, the number that it must not exceed."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its unit. `limit` is what was promised; none where the number is only of interest."""

    name: str
    number: float
    unit: str
    limit: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.limit is None or self.number < self.limit

    def line(self) -> str:
        """A row of the table: the figure, what was promised, whether it is kept, and what it is of."""
        promise = "" if self.limit is None else f"{self.limit:g} {self.unit}"
        kept = "" if self.limit is None else "kept" if self.kept else "OVER"
        return f"{f'{self.number:.3g} {self.unit}':>16}  {promise:>14}  {kept:4}  {self.name}"


HEAD = f"{'figure':>16}  {'promised under':>14}  {'kept':4}  of what"


def median_ms(
    work: Callable[[], object], *, times: int, warm_up: int = 10, clock: Callable[[], float] = perf_counter
) -> float:
    """The median of so many runs, in milliseconds, after some that are not counted. What only computes may be measured
    by the processor's clock, so that a machine's other work is not counted."""
    for _ in range(warm_up):
        work()
    taken = []
    for _ in range(times):
        begun = clock()
        work()
        taken.append(clock() - begun)
    return median(taken) * 1000
