"""What may go wrong between the bot and Slack, switched on by a test."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from bot.sandbox.journal import ApiCall

EVERY_METHOD = "*"


@dataclass
class Hold:
    """Requests of one method that are accepted and not answered until `release`.

    Usable as a context manager that releases at its end.
    """

    method: str
    after: bool
    _count: int = 0
    _condition: threading.Condition = field(default_factory=threading.Condition)
    _released: threading.Event = field(default_factory=threading.Event)

    @property
    def held(self) -> int:
        """How many requests have arrived at the hold so far."""
        return self._count

    @property
    def released(self) -> bool:
        """Whether requests pass again."""
        return self._released.is_set()

    def arrive(self) -> None:
        """Count one more request."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, count: int = 1, timeout: float = 5.0) -> None:
        """Return when `count` requests have arrived; AssertionError after `timeout` seconds."""
        with self._condition:
            if not self._condition.wait_for(lambda: self._count >= count, timeout):
                raise AssertionError(f"{self._count} of {count} calls of {self.method} within {timeout:g} s")

    def release(self) -> None:
        """Let the held requests and all later ones pass."""
        self._released.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


@dataclass
class _Planned:
    method: str
    kind: str
    times: float
    seconds: float = 0.0
    code: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Outcome:
    """What shall happen to one call before it is carried out."""

    drop: bool = False
    status: int = 200
    error: str = ""
    retry_after: int = 0
    delay: float = 0.0
    lose_reply: bool = False
    page: bool = False


class Faults:
    """The faults switched on; a method named "*" means every method.

    `down` is False, "drop" (the connection is closed), or "503" or True (status 503 without JSON).
    """

    def __init__(self) -> None:
        self.down: bool | str = False
        self._planned: list[_Planned] = []
        self._holds: list[Hold] = []
        self._callbacks: list[Callable[[ApiCall], None]] = []
        self._lock = threading.Lock()

    def rate_limit(self, method: str, seconds: int = 1, times: float = 1, *, channel: str = "") -> None:
        """Answer the next `times` calls, or of one `channel` alone, with 429 and Retry-After `seconds`."""
        self._plan(_Planned(method, "rate_limit", times, seconds=seconds, channel=channel))

    def error(self, method: str, code: str, times: float = 1, *, channel: str = "") -> None:
        """Answer the next `times` calls, or of one `channel` alone, with that error code of Slack's."""
        self._plan(_Planned(method, "error", times, code=code, channel=channel))

    def server_error(self, method: str, status: int = 500, times: float = 1) -> None:
        """Answer the next `times` calls with an HTTP error status and no JSON."""
        self._plan(_Planned(method, "server_error", times, seconds=status))

    def page(self, method: str, status: int = 200, times: float = 1) -> None:
        """Answer the next `times` calls with a page, as a proxy on the way does."""
        self._plan(_Planned(method, "page", times, seconds=status))

    def delay(self, method: str, seconds: float, times: float = float("inf"), *, channel: str = "") -> None:
        """Answer the next `times` calls, or of one `channel` alone, that much later."""
        self._plan(_Planned(method, "delay", times, seconds=seconds, channel=channel))

    def lose_reply(self, method: str, times: float = 1) -> None:
        """Carry the next `times` calls out, but close the connection instead of answering."""
        self._plan(_Planned(method, "lose_reply", times))

    def hold(self, method: str, *, after: bool = False) -> Hold:
        """Block calls of the method until released: before they are carried out, or after it."""
        hold = Hold(method, after)
        with self._lock:
            self._holds.append(hold)
        return hold

    def on_call(self, callback: Callable[[ApiCall], None]) -> Callable[[], None]:
        """Run `callback` with every call as it arrives, on the sandbox's thread; returns what ends that."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def clear(self) -> None:
        """Switch every fault off and release what is held."""
        self.release_all()
        self.down = False
        with self._lock:
            self._planned.clear()
            self._holds.clear()

    def release_all(self) -> None:
        """Release every hold."""
        for hold in list(self._holds):
            hold.release()

    def arrived(self, call: ApiCall) -> None:
        """Run the callbacks of a call."""
        for callback in list(self._callbacks):
            callback(call)

    def outcome(self, method: str, channel: str = "") -> Outcome:
        """What is planned for this call; each planned fault is used up by one call."""
        if self.down:
            return Outcome(drop=True) if self.down == "drop" else Outcome(status=503)
        taken = {planned.kind: planned for planned in self._take(method, channel)}
        delay = taken["delay"].seconds if "delay" in taken else 0.0
        if "rate_limit" in taken:
            seconds = int(taken["rate_limit"].seconds)
            return Outcome(status=429, error="ratelimited", retry_after=seconds, delay=delay)
        if "page" in taken:
            return Outcome(status=int(taken["page"].seconds), delay=delay, page=True)
        if "server_error" in taken:
            return Outcome(status=int(taken["server_error"].seconds), delay=delay)
        code = taken["error"].code if "error" in taken else ""
        return Outcome(error=code, delay=delay, lose_reply="lose_reply" in taken)

    def holding(self, method: str, *, after: bool) -> Hold | None:
        """The hold that this call runs into now, or None."""
        fitting = [h for h in self._holds if h.method in (method, EVERY_METHOD) and h.after == after]
        return next((hold for hold in fitting if not hold.released), None)

    def _plan(self, planned: _Planned) -> None:
        with self._lock:
            self._planned.append(planned)

    def _take(self, method: str, channel: str) -> list[_Planned]:
        taken: list[_Planned] = []
        with self._lock:
            for planned in self._planned:
                first_of_kind = planned.kind not in {other.kind for other in taken}
                meant = planned.method in (method, EVERY_METHOD) and planned.channel in ("", channel)
                if meant and first_of_kind:
                    planned.times -= 1
                    taken.append(planned)
            self._planned = [planned for planned in self._planned if planned.times > 0]
        return taken


CALLS_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
BURST = 3


class RateLimiter:
    """Slack's documented tiers: so many calls of a method a minute, one message a second and channel."""

    def __init__(self) -> None:
        self._seen: dict[str, list[float]] = {}

    def wait(self, key: str, tier: int, *, per_second: bool = False) -> int:
        """0 where the call may pass, else the whole seconds to wait."""
        now = time.monotonic()
        window, allowed = (float(BURST), BURST) if per_second else (60.0, CALLS_A_MINUTE[tier])
        recent = [at for at in self._seen.get(key, []) if now - at < window]
        self._seen[key] = recent
        if len(recent) >= allowed:
            return max(1, round(window - (now - recent[0])))
        recent.append(now)
        return 0
