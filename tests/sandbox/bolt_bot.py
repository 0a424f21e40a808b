"""A small real Bolt app on a real port, for the sandbox to talk to."""

from contextlib import nullcontext
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import Sandbox
from bot.sandbox.server import ServerThread

Json = dict[str, Any]


def text(words: str, kind: str = "plain_text") -> Json:
    """A text object."""
    return {"type": kind, "text": words}


def modal(*blocks: Json, **fields: Any) -> Json:
    """A modal with a submit button."""
    view = {"type": "modal", "callback_id": "form", "title": text("Form"), "submit": text("Save")}
    return {**view, "blocks": list(blocks), **fields}


def field(block_id: str, element: Json | None = None, **fields: Any) -> Json:
    """An input block; a plain text input where no element is given."""
    inner = {"action_id": "value", **(element or {"type": "plain_text_input"})}
    return {"type": "input", "block_id": block_id, "label": text(block_id.title()), "element": inner, **fields}


def options(*words: str) -> list[Json]:
    """Options whose labels are the words and whose values are their lower case."""
    return [{"text": text(word), "value": word.lower()} for word in words]


def section(words: str, **fields: Any) -> Json:
    """A section block."""
    return {"type": "section", "text": text(words, "mrkdwn"), **fields}


def button(label: str, action_id: str, **fields: Any) -> Json:
    """A button."""
    return {"type": "button", "text": text(label), "action_id": action_id, **fields}


def actions(*elements: Json, block_id: str = "actions") -> Json:
    """An actions block."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


class BoltBot:
    """Listeners are added to `app` by each test; `bodies` holds what arrived, newest last."""

    def __init__(self, sandbox: Sandbox) -> None:
        settings = sandbox.settings
        self.client = AsyncWebClient(token=settings.bot_token, base_url=sandbox.api_url)
        self.app = AsyncApp(signing_secret=settings.signing_secret, client=self.client, process_before_response=True)
        self.bodies: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self._handler = AsyncSlackRequestHandler(self.app)
        routes = [Route("/slack/events", self._serve_one, methods=["POST"])]
        self._server = ServerThread(Starlette(routes=routes), nullcontext(), "127.0.0.1", 0)
        self.app.use(self._remember)

    async def _remember(self, body: Json, next_: Any) -> None:
        self.bodies.append(body)
        await next_()

    async def _serve_one(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        return await self._handler.handle(request)

    def start(self) -> str:
        """Serve, and return the address."""
        self._server.start()
        return self._server.url

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()
