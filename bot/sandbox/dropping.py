"""Closing a connection without an answer."""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

TRANSPORT = "sandbox.transport"


def remembering_transport(app: ASGIApp) -> ASGIApp:
    """An app whose requests know the connection that they came over."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await app(scope, receive, send)

    return wrapped


class DroppedResponse(Response):
    """No response: the caller sees its connection closed. Recorded with status 0."""

    def __init__(self) -> None:
        super().__init__()
        self.status_code = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection, and return when the server has noticed."""
        scope[TRANSPORT].abort()
        while (await receive())["type"] != "http.disconnect":
            continue
