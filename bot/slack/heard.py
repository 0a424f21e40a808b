"""What somebody typed after a command, as an answer may speak of it: whether it can be given back, and whether 999 and
the way to the safeguarding lead come before whatever is answered."""

import re
from collections.abc import Mapping
from typing import Any

from bot.errors import BadInput
from bot.reading.danger import tells
from bot.slack import notices, payloads
from bot.slack.call import Kind, typed_into
from bot.slack.command import AGAIN, first_word
from bot.slack.delicate import is_so, sounds_like_worry
from bot.slack.notices import Typed
from bot.slack.router import Router
from bot.slack.text import unescape

_NAMED = re.compile(r"<@[UW][A-Z0-9]+\|([^<>]+)>")
_MOST = 12_000
"""How many typed characters are looked at to give them back: what fits into one message."""


async def typed(kind: Kind, identifier: str, body: Mapping[str, Any]) -> Typed:
    """What to offer back after a refusal; what could be a concern is never repeated in a message."""
    command, text = _text(kind, identifier, body)
    if not text.strip():
        return notices.NOTHING
    if await is_so(sounds_like_worry, f"{command} {text}"):
        return Typed(secret=text)
    return Typed(f"/{command} " + _NAMED.sub(r"@\1", text))


async def of_danger(router: Router, kind: Kind, identifier: str, body: Mapping[str, Any]) -> bool:
    """Whether what was typed tells of somebody in danger, and was typed after a command that does not speak of it
    itself; of a form the same."""
    if kind is Kind.SUBMISSION:
        written = "\n".join(typed_into(body["view"]).values())
        return bool(written) and not router.answers_worries(identifier) and await is_so(tells, written[:_MOST])
    if kind is not Kind.COMMAND and not identifier.startswith(AGAIN):
        return False
    identifier, text = _text(kind, identifier, body)
    try:
        command, _ = router.named(identifier, text)
    except BadInput:
        return False
    return not command.answers_worries and await is_so(tells, text)


def _text(kind: Kind, identifier: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """The command that a request is, or a button stands for, and what was typed after it, as people read it."""
    text = payloads.typed_text(body) if kind is Kind.COMMAND else ""
    if kind is Kind.ACTION and identifier.startswith(AGAIN):
        identifier, text = first_word(str((body.get("actions") or [{}])[0].get("value") or ""))
    return identifier, unescape(text[:_MOST])
