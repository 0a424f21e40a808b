"""Other ways to reach a person than Slack and mail: SMS, voice, push, a webhook, through the apprise library."""

from bot.alerts.send import MOST_SECONDS, AlertError, send
from bot.alerts.understood import kind_of, wrong_with

__all__ = ["MOST_SECONDS", "AlertError", "kind_of", "send", "wrong_with"]
