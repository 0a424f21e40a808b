"""Events API callbacks, delivered again while they are not acknowledged."""

import secrets
import time

from bot.sandbox.answers import Answer
from bot.sandbox.around import Around
from bot.sandbox.journal import Reply
from bot.sandbox.model import Json
from bot.sandbox.sender import Request
from bot.sandbox.settings import Settings


def event_body(settings: Settings, kind: str, fields: Json, event_id: str | None) -> Json:
    """The callback around one event; a `channel_type` makes message.im of message."""
    now = time.time()
    return {
        "token": settings.verification_token,
        "team_id": settings.team_id,
        "context_team_id": settings.team_id,
        "context_enterprise_id": None,
        "api_app_id": settings.app_id,
        "event": {"type": kind, "event_ts": f"{now:.6f}", **fields},
        "type": "event_callback",
        "event_id": event_id or f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": settings.team_id,
                "user_id": settings.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_urlsafe(16),
    }


def deliver_event(sandbox: Around, body: Json) -> Answer:
    """Deliver a callback; what is not acknowledged comes up to three more times, faster than Slack's."""
    name = f"event {body['event']['type']}"
    request = Request("events_api", name, body, takes_body=False)
    reply = sandbox.deliver(request)
    if not sandbox.bot_listens:
        return Answer(sandbox.state, None, reply)
    for number, delay in enumerate(sandbox.settings.event_retry_delays, start=1):
        if reply.status == 200 or reply.headers.get("x-slack-no-retry") == "1":
            break
        time.sleep(delay)
        request.retry = (number, _reason(reply))
        reply = sandbox.deliver(request)
    if reply.status not in (0, 200):
        sandbox.journal.violation(f"{name}: answered with status {reply.status} to the last")
    return Answer(sandbox.state, None, reply)


def _reason(reply: Reply) -> str:
    if reply.problem == "operation_timeout":
        return "http_timeout"
    return "connection_failed" if reply.status == 0 else "http_error"
