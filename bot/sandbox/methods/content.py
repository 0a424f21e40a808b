"""The words and blocks of a message, held against Slack's limits."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.limits import ATTACHMENTS, MESSAGE_CHARACTERS, blocks_too_long, check_blocks
from bot.sandbox.methods.registry import SlackError, refused
from bot.sandbox.model import Json


@dataclass
class Content:
    """What a message is to hold; None where nothing was said about it."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None = None
    complaints: list[str] = field(default_factory=list)


def read_content(text: Any, blocks: Any, attachments: Any = None) -> Content:
    """The content of a message; SlackError where Slack would refuse it.

    `complaints` holds what Slack takes but what is wrong all the same.
    """
    if text is not None and not isinstance(text, str):
        raise refused("invalid_arguments", ["[ERROR] text must be a string"])
    if text is not None and len(text) > MESSAGE_CHARACTERS:
        raise SlackError("msg_too_long")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if blocks:
        problems = check_blocks(blocks, "message")
        if problems:
            raise refused("invalid_blocks", problems)
        if blocks_too_long(blocks):
            raise SlackError("msg_blocks_too_long")
    _check_attachments(attachments)
    content = Content(text, blocks, attachments)
    if not text:
        content.complaints.append("the top-level text is missing, so notifications and screen readers get none")
    return content


def _check_attachments(attachments: Any) -> None:
    if attachments is None:
        return
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if not isinstance(attachment, dict):
            raise SlackError("invalid_attachments")
        problems = check_blocks(attachment.get("blocks", []), "message", f"/attachments/{index}/blocks")
        if problems:
            raise refused("invalid_attachments", problems)
