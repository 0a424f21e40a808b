"""Mail: plain messages, each to one address, over SMTP."""

from bot.mail.message import build
from bot.mail.server import MailError, MailServer, OAuth
from bot.mail.smtp import MOST_SECONDS, Sender, probe, send

__all__ = ["MOST_SECONDS", "MailError", "MailServer", "OAuth", "Sender", "build", "probe", "send"]
