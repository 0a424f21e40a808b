"""Socket Mode: the WebSocket connections that the bot keeps open instead of having an address."""

import asyncio
import json
import secrets
import time
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.journal import Reply
from bot.sandbox.model import Json
from bot.sandbox.settings import Settings

CONNECTIONS = 10
ACCEPTING_A_PAYLOAD = frozenset({"slash_commands", "interactive"})


class Sockets:
    """The open connections; envelopes go to them in turn, and an acknowledgement may come over any."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: list[WebSocket] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def new_url(self, base_url: str) -> str:
        """An address for one connection; it works once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}"

    async def serve(self, socket: WebSocket) -> None:
        """Keep one connection until either side closes it."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= CONNECTIONS:
            await socket.close(1008)
            return
        self._tickets.remove(ticket)
        await socket.accept()
        self._open.append(socket)
        try:
            await socket.send_text(json.dumps(self._hello()))
            while True:
                self._acknowledged(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            if socket in self._open:
                self._open.remove(socket)

    async def deliver(self, kind: str, payload: Json, seconds: float, retry: tuple[int, str] | None = None) -> Reply:
        """Send one envelope and wait for its acknowledgement; status 0 where none comes."""
        if not self._open:
            return Reply(kind, 0, None, 0.0, "dispatch_failed (no connection)")
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind in ACCEPTING_A_PAYLOAD,
        }
        if retry:
            envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        self._turn += 1
        socket = self._open[self._turn % len(self._open)]
        answer = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        started = time.monotonic()
        try:
            await socket.send_text(json.dumps(envelope))
            async with asyncio.timeout(seconds):
                body = await answer
        except TimeoutError:
            return Reply(kind, 0, None, time.monotonic() - started, "operation_timeout")
        except (WebSocketDisconnect, RuntimeError):
            return Reply(kind, 0, None, time.monotonic() - started, "dispatch_failed (connection lost)")
        finally:
            self._waiting.pop(envelope_id, None)
        return Reply(kind, 200, body, time.monotonic() - started)

    async def refresh(self) -> None:
        """Ask every connection to be made anew, as Slack does from time to time; no envelope goes there again."""
        leaving, self._open = self._open, []
        for socket in leaving:
            await socket.send_text(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": self._settings.app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
        }

    def _acknowledged(self, text: str) -> None:
        message = json.loads(text)
        waiting = self._waiting.get(str(message.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(_body(message.get("payload")))


def _body(payload: Any) -> Any:
    """An empty payload is no body; a bare text comes from the SDK as {"text": …}."""
    return payload or None
