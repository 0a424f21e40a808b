"""Mail: plain messages, each to one address, over SMTP."""

from bot.mail.send import MailError, MailServer, build, send

__all__ = ["MailError", "MailServer", "build", "send"]
