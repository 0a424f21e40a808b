"""What the stand-ins of several providers have in common: what arrived, and what they can be told to do wrong."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

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
