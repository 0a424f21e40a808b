"""A small bot of one command, which shows one of everything and keeps what it receives."""

import asyncio
import re
import threading
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.browser.gallery_blocks import Json, field, form_blocks, mrkdwn, plain, report_blocks, shown_blocks

COMMANDS = [
    {"command": "/gallery", "description": "One of everything", "usage_hint": "form | shown | report"},
    {"command": "/garden", "description": "Never used"},
]
SHORTCUTS = [
    {"name": "Raise a worry", "type": "global", "callback_id": "worry", "description": "From anywhere"},
    {"name": "Raise a worry about this", "type": "message", "callback_id": "worry_about"},
]
TOO_LONG = 4.0


def form(blocks: list[Json], callback_id: str, title: str = "Form", **more: Any) -> Json:
    """A modal."""
    view = {"type": "modal", "callback_id": callback_id, "title": plain(title), "blocks": blocks}
    return view | {"submit": plain("Save"), "close": plain("Cancel")} | more


class Gallery:
    """The bot; `received` holds every payload in order."""

    def __init__(self, api_url: str, token: str, signing_secret: str) -> None:
        client = AsyncWebClient(token=token, base_url=api_url)
        self.app = AsyncApp(client=client, token=token, signing_secret=signing_secret, process_before_response=True)
        self.received: list[Json] = []
        self.app.command("/gallery")(self._command)
        self.app.view("everything")(self._everything)
        self.app.view("slow")(self._slow)
        self.app.view("stack")(self._stack)
        self.app.view("top")(self._acknowledge_view)
        self.app.action({"block_id": "branch", "action_id": "value"})(self._branch)
        self.app.action(re.compile(".*"))(self._action)
        self.app.shortcut("worry")(self._shortcut)
        self.app.shortcut("worry_about")(self._shortcut)
        self.app.event("app_home_opened")(self._home)
        self.app.event("message")(self._message)

    def last(self) -> Json:
        """The payload received last, or {} before the first."""
        return self.received[-1] if self.received else {}

    async def _command(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.received.append(body)
        await COMMAND_ANSWERS.get(body["text"], _repeat)(ack, body, client)

    async def _everything(self, ack: Any, body: Json, view: Json) -> None:
        self.received.append(body)
        title = view["state"]["values"]["title"]["value"]["value"]
        if title == "Taken":
            await ack(response_action="errors", errors={"title": "There is a meeting of that name."})
        else:
            await ack()

    async def _slow(self, ack: Any, body: Json) -> None:
        self.received.append(body)
        await asyncio.sleep(TOO_LONG)
        await ack()

    async def _stack(self, ack: Any, body: Json) -> None:
        self.received.append(body)
        await ack(response_action="push", view=form([field("second", "plain_text_input")], "top", "Above"))

    async def _acknowledge_view(self, ack: Any, body: Json) -> None:
        self.received.append(body)
        await ack()

    async def _branch(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.received.append(body)
        blocks = [*branch_blocks(), field("reason", "plain_text_input")]
        await client.views_update(view_id=body["view"]["id"], view=form(blocks, "everything"))
        await ack()

    async def _action(self, ack: Any, body: Json) -> None:
        self.received.append(body)
        await ack()

    async def _shortcut(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.received.append(body)
        await client.views_open(
            trigger_id=body["trigger_id"], view=form([field("facts", "plain_text_input")], "top", "Worry")
        )
        await ack()

    async def _home(self, event: Json, client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            button = {"type": "button", "action_id": "go", "text": plain("Go"), "value": event["user"]}
            blocks = [
                {"type": "section", "block_id": "hello", "text": mrkdwn(f"Good day <@{event['user']}>")},
                {"type": "actions", "block_id": "home-actions", "elements": [button]},
            ]
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    async def _message(self, event: Json) -> None:
        self.received.append(event)


def branch_blocks() -> list[Json]:
    """A form whose first choice adds a question."""
    choices = [{"value": "yes", "text": plain("Yes")}, {"value": "no", "text": plain("No")}]
    return [
        field("title", "plain_text_input"),
        field("branch", "static_select", dispatch=True, options=choices),
    ]


async def _open(ack: Any, body: Json, client: AsyncWebClient, view: Json) -> None:
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _post(ack: Any, body: Json, client: AsyncWebClient, blocks: list[Json]) -> None:
    await client.chat_postMessage(channel=body["channel_id"], text="One of everything", blocks=blocks)
    await ack()


async def _repeat(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack(f"You said {body['text']}")


async def _file(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await _open(ack, body, client, form([field("list", "file_input", filetypes=["csv"], max_files=1)], "top"))


async def _form(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await _open(ack, body, client, form(form_blocks(), "everything"))


async def _branching(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await _open(ack, body, client, form(branch_blocks(), "everything"))


async def _slowly(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await _open(ack, body, client, form([field("title", "plain_text_input")], "slow"))


async def _stacked(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await _open(ack, body, client, form([field("first", "plain_text_input")], "stack"))


async def _shown(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await _post(ack, body, client, shown_blocks())


async def _report(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await _post(ack, body, client, report_blocks())


async def _bad(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack(text="too many", blocks=[{"type": "header", "text": plain("x" * 200)}])


async def _never(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await asyncio.sleep(TOO_LONG)
    await ack()


COMMAND_ANSWERS = {
    "file": _file,
    "form": _form,
    "branch": _branching,
    "slow form": _slowly,
    "stack": _stacked,
    "shown": _shown,
    "report": _report,
    "bad": _bad,
    "never": _never,
}


class BotServer:
    """Serves a gallery on a port of its own until stopped."""

    def __init__(self, gallery: Gallery) -> None:
        handler = AsyncSlackRequestHandler(gallery.app)

        async def events(request: Request) -> Response:
            return await handler.handle(request)

        routes = [Route("/slack/events", events, methods=["POST"])]
        config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="warning", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> str:
        """Serve, and give the address without a trailing slash."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The sample bot did not start.")
            threading.Event().wait(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """End the server and its thread."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
