"""The addresses to which an interaction is answered later: five uses within half an hour."""

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.sandbox.journal import ApiCall
from bot.sandbox.methods.content import read_content
from bot.sandbox.methods.registry import SlackError
from bot.sandbox.model import Json, Message
from bot.sandbox.state import ResponseUrl
from bot.sandbox.web_api import WebApi

USES = 5
KNOWN = frozenset(
    [
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "metadata",
        "unfurl_links",
        "unfurl_media",
    ]
)


class ResponseUrls:
    """Answers `POST /response/<token>`; its calls are recorded under the method "response_url"."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._state = api.state

    async def handle(self, request: Request) -> Response:
        """Take one answer of the bot to an interaction."""
        raw = await request.body()
        try:
            body: Any = json.loads(raw)
        except ValueError:
            body = None
        call = ApiCall("response_url", body if isinstance(body, dict) else {}, request.path_params["token"])
        return await self._api.guarded(call, lambda: self._answer(call, body))

    def _answer(self, call: ApiCall, body: Any) -> Response:
        try:
            right = self._right(call.token)
            if not isinstance(body, dict):
                raise SlackError("invalid_payload")
            for name in sorted(set(body) - KNOWN):
                self._violation(f"Slack does not know the argument {name}")
            with self._state.lock:
                self._carry_out(right, body)
        except SlackError as error:
            call.response = {"ok": False, "error": error.code, **error.extra}
            self._violation(f"{error.code} {json.dumps(error.extra) if error.extra else ''}".strip())
            return JSONResponse(call.response, 404 if error.code.endswith("_url") else 400)
        call.response = {"ok": True}
        return PlainTextResponse("ok")

    def _violation(self, sentence: str) -> None:
        self._api.journal.violation(f"response_url: {sentence}")

    def _right(self, token: str) -> ResponseUrl:
        right = self._state.response_url(token)
        if right is None:
            raise SlackError("invalid_url")
        if time.monotonic() - right.at > self._state.settings.response_url_seconds:
            raise SlackError("expired_url")
        if right.uses >= USES:
            raise SlackError("used_url")
        right.uses += 1
        return right

    def _carry_out(self, right: ResponseUrl, body: Json) -> None:
        original = right.message
        if body.get("delete_original"):
            if original is None:
                raise SlackError("message_not_found")
            original.deleted = True
            self._state.changed("message")
            return
        public = body.get("response_type", "ephemeral") == "in_channel"
        content = read_content(body.get("text"), body.get("blocks"), body.get("attachments"))
        for complaint in content.complaints:
            self._violation(complaint)
        if body.get("replace_original"):
            if original is None:
                raise SlackError("message_not_found")
            if public and original.visible_to:
                self._violation("an ephemeral message cannot be replaced by a public one")
            self._state.rewrite(original, content.text or "", content.blocks or [], content.attachments)
            return
        message = Message(
            ts=self._state.new_ts(),
            channel=right.channel,
            user=self._state.settings.bot_user_id,
            text=content.text or "",
            blocks=content.blocks or [],
            thread_ts=body.get("thread_ts"),
            visible_to=None if public else right.user,
            cause=right.cause,
            attachments=content.attachments or [],
        )
        if public:
            self._state.post(message)
        else:
            self._state.give(message)
