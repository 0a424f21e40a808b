"""What a room's handlers are given: the database, the clock, Slack, the providers, the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.clock import Clock
from bot.numbers import Numbers
from bot.providers.base import Provider
from bot.providers.unset import UnsetProvider
from bot.settings import Settings
from bot.signs import Sign
from bot.slack.client import SlackClient
from db.session import Database


@dataclass(frozen=True)
class Deps:
    """The composition root's parts, handed to every room."""

    settings: Settings
    db: Database
    clock: Clock
    slack: SlackClient
    providers: Mapping[str, Provider]
    signs: dict[str, Sign] = field(default_factory=dict)
    """What is not well and nothing here can look up: said by whoever finds it, under a name of its own."""

    @cached_property
    def numbers(self) -> Numbers:
        """Whom to telephone, by workspace."""
        return Numbers(self.settings.contacts_file, self.db)

    def provider(self, name: str) -> Provider:
        """The provider of this name; one that says what is missing where there are no settings for it."""
        return self.providers.get(name) or UnsetProvider(name)
