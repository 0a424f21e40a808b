"""Whether the bot can post where a command was typed, asked of Slack before anything is saved."""

from bot.checklists.views import ADD_ME
from bot.errors import BadInput
from bot.logs import log
from bot.slack.client import SlackClient
from bot.slack.problems import SlackProblem

_SECONDS = 1.0
_OUTSIDE = ("channel_not_found", "not_in_channel")


async def check(slack: SlackClient, asked_by: str, channel: str, name: str) -> None:
    """Raise BadInput, saying how to mend it, where the bot is not in the conversation.

    `name` is Slack's name of the conversation. Where Slack does not answer within a second the delivery finds
    out and tells.
    """
    try:
        inside = await (_own(slack, asked_by, channel) if channel.startswith("D") else _member(slack, channel))
    except SlackProblem as problem:
        if problem.code not in _OUTSIDE:
            log.warning("membership not known", code=problem.code)
            return
        inside = False
    if inside:
        return
    if channel.startswith("D") or name.startswith("mpdm-"):
        raise BadInput("I am not part of this conversation. Type it in a channel, or in your messages with me.")
    raise BadInput(f"I am not in this channel yet, so I can't post here. Add me with `{ADD_ME}`, then type it again.")


async def _member(slack: SlackClient, channel: str) -> bool:
    found = await slack.query("conversations.info", seconds=_SECONDS, channel=channel)
    return bool(found["channel"].get("is_member", True))


async def _own(slack: SlackClient, asked_by: str, channel: str) -> bool:
    opened = await slack.call("conversations.open", seconds=_SECONDS, users=asked_by)
    return bool(opened["channel"]["id"] == channel)
