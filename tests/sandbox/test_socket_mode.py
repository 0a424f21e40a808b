"""Socket Mode, with Slack's own client on the other side."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.person import Person
from tests.sandbox.bolt_bot import Json, field, modal


class SocketBot:
    """A Bolt app with two Socket Mode connections, on a loop of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.bodies: list[Json] = []
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.done: asyncio.Event | None = None
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)

    async def serve(self) -> None:
        """Connect, and stay until told to stop."""
        settings = self.sandbox.settings
        self.loop, self.done = asyncio.get_running_loop(), asyncio.Event()
        client = AsyncWebClient(token=settings.bot_token, base_url=self.sandbox.api_url)
        app = AsyncApp(signing_secret=settings.signing_secret, client=client, process_before_response=True)
        self.listen(app)
        handlers = []
        for _ in range(2):
            web = AsyncWebClient(token=settings.app_token, base_url=self.sandbox.api_url)
            handlers.append(AsyncSocketModeHandler(app, settings.app_token, web_client=web))
            await handlers[-1].connect_async()  # type: ignore[no-untyped-call]
        self.ready.set()
        await self.done.wait()
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]

    def listen(self, app: AsyncApp) -> None:
        """The listeners of the tests."""

        @app.middleware
        async def remember(body: Json, next_: Any) -> None:
            self.bodies.append(body)
            await next_()

        @app.command("/open")
        async def command(ack: Any, body: Json, client: Any) -> None:
            if body["text"] == "late":
                await asyncio.sleep(0.4)
            if body["text"]:
                await ack(text=f"You said {body['text']}.")
                return
            await client.views_open(trigger_id=body["trigger_id"], view=modal(field("line")))
            await ack()

        @app.view("form")
        async def submitted(ack: Any) -> None:
            await ack(response_action="errors", errors={"line": "No."})

        @app.event("user_change")
        async def changed() -> None:
            return None

    def stop(self) -> None:
        """Close the connections."""
        if self.loop is not None and self.done is not None:
            self.loop.call_soon_threadsafe(self.done.set)
        self.thread.join(timeout=5)


@pytest.fixture
def bot(sandbox: Sandbox) -> Iterator[SocketBot]:
    """A bot that is reached over Socket Mode only."""
    made = SocketBot(sandbox)
    made.thread.start()
    assert made.ready.wait(5)
    sandbox.wait_for(lambda: sandbox.sockets.count == 2)
    yield made
    made.stop()


def test_commands_modals_and_events_come_over_the_socket(bot: SocketBot, sandbox: Sandbox, ada: Person) -> None:
    assert ada.command("/open", "hello").text == "You said hello."
    assert ada.command("/open").opened is not None
    assert ada.submit(line="x").errors == {"line": "No."}
    assert sandbox.event("user_change", {"user": {"id": "U0ADA"}}).status == 200
    assert [body.get("command", body.get("type")) for body in bot.bodies] == [
        "/open",
        "/open",
        "view_submission",
        "event_callback",
    ]


def test_what_is_not_acknowledged_has_failed(bot: SocketBot, sandbox: Sandbox, ada: Person) -> None:
    sandbox.settings.ack_seconds = 0.2
    answer = ada.command("/open", "late")
    assert answer.text == '/open failed with the error "operation_timeout"'
    assert sandbox.violations == ["/open: not acknowledged within 0.2 s"]
    sandbox.violations.clear()


def test_a_refreshed_connection_is_made_anew(bot: SocketBot, sandbox: Sandbox, ada: Person) -> None:
    opened = len([call for call in sandbox.calls if call.method == "apps.connections.open"])
    sandbox.refresh_sockets()
    sandbox.wait_for(lambda: len([call for call in sandbox.calls if call.method == "apps.connections.open"]) > opened)
    sandbox.wait_for(lambda: sandbox.sockets.count == 2)
    assert ada.command("/open", "again").text == "You said again."


def test_without_a_connection_nothing_arrives(sandbox: Sandbox, ada: Person) -> None:
    assert ada.command("/open").problem == "dispatch_failed (no connection)"
