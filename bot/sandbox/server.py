"""The sandbox's HTTP server, in a thread and event loop of its own."""

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from bot.sandbox.dropping import remembering_transport
from bot.sandbox.files import Contents, sign_in
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.socket_mode import Sockets
from bot.sandbox.web_api import WebApi

T = TypeVar("T")


def make_app(api: WebApi, sockets: Sockets, extra_routes: Sequence[BaseRoute]) -> ASGIApp:
    """The whole sandbox as one ASGI app."""

    routes: list[BaseRoute] = [
        Route("/api/{method}", api.handle, methods=["GET", "POST"]),
        Route("/files-pri/{team}-{file}/{name:path}", Contents(api).handle),
        Route("/sign-in", sign_in),
        Route("/response/{token}", ResponseUrls(api).handle, methods=["POST"]),
        WebSocketRoute("/link/", sockets.serve),
        *extra_routes,
    ]
    return remembering_transport(Starlette(routes=routes))


class _Server(uvicorn.Server):
    """Stops as soon as it is told to; uvicorn's own looks ten times a second, three times over."""

    stopping: asyncio.Event

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()


class ServerThread:
    """Runs an ASGI app until stopped, inside a context that is entered on its own loop."""

    def __init__(self, app: ASGIApp, around: AbstractAsyncContextManager[object], host: str, port: int) -> None:
        self._around = around
        self._host = host
        self._port = port
        config = uvicorn.Config(app, log_config=None, access_log=False, date_header=False, lifespan="off")
        self._server = _Server(config)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """The address without a trailing slash; known once started."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        """Serve; returns when requests are answered."""
        # asyncio sends small answers at once only where the socket says that it is TCP; else each waits 40 ms.
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self._host, self._port))
        self._port = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(listener,), name="sandbox", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The sandbox's server did not start.")
            time.sleep(0.001)

    def stop(self) -> None:
        """Close every connection and end the thread."""
        if self._thread is not None and self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._server.stopping.set)
            self._thread.join(timeout=10)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry out a coroutine on the sandbox's loop, from another thread."""
        if self._loop is None or threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("Call this on a started sandbox, and not from its own thread.")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self, listener: socket.socket) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._server.stopping = asyncio.Event()
            async with self._around:
                await self._server.serve(sockets=[listener])

        with listener:
            asyncio.run(serve())
