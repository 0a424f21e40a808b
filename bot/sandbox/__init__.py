"""A local Slack workspace for trying and testing the bot."""

from bot.sandbox.journal import ApiCall, Reply
from bot.sandbox.model import Channel, Message, NotPossibleError, User
from bot.sandbox.workspace import Sandbox

__all__ = ["ApiCall", "Channel", "Message", "NotPossibleError", "Reply", "Sandbox", "User"]
