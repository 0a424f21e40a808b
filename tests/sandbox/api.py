"""Web API calls as the bot makes them, through Slack's own client."""

import asyncio
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

Json = dict[str, Any]


def call(sandbox: Sandbox, method: str, token: str | None = None, **args: Any) -> Json:
    """The answer to one call with the bot's token, whether Slack takes it or not."""

    async def run() -> Json:
        chosen = sandbox.settings.bot_token if token is None else token
        client = AsyncWebClient(token=chosen, base_url=sandbox.api_url)
        try:
            answer = await client.api_call(method, json=args)
        except SlackApiError as error:
            answer = error.response
        data: Json = answer.data if isinstance(answer.data, dict) else {}
        return data

    return asyncio.run(run())


def error(sandbox: Sandbox, method: str, **args: Any) -> str:
    """The error code of a call that must fail; what it put on record is cleared."""
    answer = call(sandbox, method, **args)
    assert answer["ok"] is False, answer
    sandbox.violations.clear()
    return str(answer["error"])
