"""What the stand-ins of several providers have in common: what arrived, and what they can be told to do wrong."""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response


@dataclass(frozen=True)
class Recorded:
    """A request that arrived, whether or not it was granted."""

    method: str
    path: str
    body: Any = None


@dataclass
class Faults:
    """What a stand-in can be told to do wrong; all of it is off until set.

    `lose_answers_to`: methods whose requests are carried out but answered with an error. `rate_limited`: one
    Retry-After for each of the next requests, which are all refused. `ignored`: fields that are taken without a word
    and not applied; `refused`: fields for which a request is refused.
    """

    down: bool = False
    hold_seconds: float = 0.0
    tokens_are_void: bool = False
    lose_answers_to: set[str] = field(default_factory=set)
    rate_limited: list[str] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    async def response(self) -> Response | None:
        """The answer that a fault gives in place of any other."""
        await asyncio.sleep(self.hold_seconds)
        if self.down:
            return Response(status_code=503)
        if self.rate_limited:
            return JSONResponse({"error": {"code": 429}}, 429, headers={"Retry-After": self.rate_limited.pop(0)})
        return None


class Refusal(Exception):
    """An answer to a request that is not carried out."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Served:
    """An application on a free port of the loopback address, served by a thread of its own."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=0,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = uvicorn.Server(config)
        socket = config.bind_socket()
        self.url = f"http://127.0.0.1:{socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._uvicorn.run, args=([socket],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join()


class StandIn:
    """A service of others over real HTTP. `app` can be mounted anywhere; `start` serves it on a port of its own."""

    app: Starlette

    def __init__(self) -> None:
        self._server: Served | None = None

    @property
    def base_url(self) -> str:
        """The address of the started stand-in."""
        if self._server is None:
            raise RuntimeError(f"{type(self).__name__} has not been started")
        return self._server.url

    def start(self) -> None:
        """Serve on a free port of this machine, in a thread."""
        self._server = Served(self.app)

    def stop(self) -> None:
        """Stop serving and free the port."""
        if self._server is not None:
            self._server.stop()
            self._server = None


class SignedIn(StandIn):
    """One whose calls need a token that it hands out; it remembers what arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Recorded] = []
        self.tokens_given = 0
        self._tokens: dict[str, str] = {}
        """Those that are good, and whose they are where they are somebody's."""

    def expire_tokens(self) -> None:
        """Let every token that was handed out be refused from now on."""
        self._tokens.clear()

    def sent(self, method: str) -> list[Recorded]:
        """The requests with this method, in the order of their arrival."""
        return [request for request in self.requests if request.method == method]
