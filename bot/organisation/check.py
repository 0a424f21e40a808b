"""Whether everything is in order: the token, scopes, channels, database, keys, provider and mail."""

import asyncio
import smtplib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from sqlalchemy import select

from bot import contacts
from bot.mail import MailServer
from bot.organisation.staff import people_with
from bot.providers import Provider, ProviderError
from bot.settings import Settings
from bot.slack.client import SlackClient, SlackProblem
from db import migrate
from db.crypto import Unreadable
from db.models import Organisation, Role, Staff
from db.session import Database, NotSaved, durability


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is in order, and what to do when it is not."""

    what: str
    ok: bool
    remedy: str = ""

    def line(self) -> str:
        """One line for a terminal."""
        return f"{'ok  ' if self.ok else 'BAD '} {self.what}" + ("" if self.ok else f": {self.remedy}")
