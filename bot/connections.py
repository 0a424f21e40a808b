"""Connections that are slow, half open or too many: none of them keeps others out.

uvicorn waits for ever for a request that has begun, and for one that has not. Here a request has to arrive whole
within a time, and of too many connections the one that has been idle longest makes room for the new one.
"""

import resource
from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

READ_SECONDS = 10.0
"""How long the headers and the body of one request may take to arrive, together."""
_MOST = 1_000


def most_connections() -> int:
    """How many connections are held: half of the files that the process may open, the rest is for its own work."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if allowed == resource.RLIM_INFINITY else max(16, min(_MOST, allowed // 2))


class Guarded(HttpToolsProtocol):
    """uvicorn's protocol with a limit to waiting. Each server has a class of its own, made by `guarded`."""

    most: int
    seconds: float
    idle: dict["Guarded", None]
    """In the order in which they fell idle: a dict keeps it, and finds one at once."""
    _patience: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > self.most:
            # Its end is told later: until then another new one must not choose the same.
            oldest = next(iter(self.idle))
            oldest._stop_waiting()
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_message_complete(self) -> None:
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # From here on uvicorn itself closes what stays idle; until then it may make room.
        if self._patience is None and self.cycle.response_complete and not self.transport.is_closing():
            self.idle[self] = None

    def _wait(self) -> None:
        """Wait for a request from now on; idle it is until it has arrived whole."""
        self._stop_waiting()
        self._patience = self.loop.call_later(self.seconds, self.transport.abort)
        self.idle[self] = None

    def _stop_waiting(self) -> None:
        self.idle.pop(self, None)
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def guarded(most: int, seconds: float = READ_SECONDS) -> type[Guarded]:
    """The protocol of a server that holds at most `most` connections and waits `seconds` for each request."""
    return type("Guarded", (Guarded,), {"most": most, "seconds": seconds, "idle": {}})


def options(**given: Any) -> dict[str, Any]:
    """What `uvicorn.Config` takes for the bot's server."""
    return {
        "http": guarded(most_connections()),
        # How many wait to be accepted: taken all at once, they must not use up what is kept free.
        "backlog": 128,
        "log_config": None,
        "access_log": False,
        "timeout_graceful_shutdown": 5,
        "server_header": False,
        **given,
    }
