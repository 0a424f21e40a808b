"""The sandbox's HTTP server, in a thread and event loop of its own."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from bot.sandbox.dropping import remembering_transport
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.sender import Sender
from bot.sandbox.socket_mode import Sockets
from bot.sandbox.web_api import WebApi

T = TypeVar("T")


def make_app(api: WebApi, sockets: Sockets, sender: Sender, extra_routes: Sequence[BaseRoute]) -> ASGIApp:
    """The whole sandbox as one ASGI app."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await sender.open()
        yield
        await sender.close()

    routes: list[BaseRoute] = [
        Route("/api/{method}", api.handle, methods=["GET", "POST"]),
        Route("/response/{token}", ResponseUrls(api).handle, methods=["POST"]),
        WebSocketRoute("/link/", sockets.serve),
        *extra_routes,
    ]
    return remembering_transport(Starlette(routes=routes, lifespan=lifespan))


class ServerThread:
    """Runs an ASGI app until stopped."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """The address without a trailing slash; known once started."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        """Serve; returns when requests are answered."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self._host, self._port))
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="on"
        )
        self._server = uvicorn.Server(config)
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(self._server, listener, ready), name="sandbox", daemon=True
        )
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The sandbox's server did not start.")
            ready.wait(0.005)

    def stop(self) -> None:
        """Close every connection and end the thread."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=10)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry out a coroutine on the sandbox's loop, from another thread."""
        if self._loop is None or threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("Call this on a started sandbox, and not from its own thread.")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self, server: uvicorn.Server, listener: socket.socket, ready: threading.Event) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await server.serve(sockets=[listener])

        asyncio.run(serve())
        ready.set()
