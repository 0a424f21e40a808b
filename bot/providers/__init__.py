"""Whoever hosts meetings, behind one Protocol. Knows neither Slack nor the database."""

from bot.providers.base import MeetingPlan, Provider, ProviderError, Room, Scope, Setting, State
from bot.providers.links import CheckedLink, LinkRefused, Platform, check_link
from bot.providers.manual import ManualProvider
from bot.providers.passcodes import PasscodeRules, generate
from bot.providers.rules import SettingKey
from bot.providers.zoom import ZoomProvider

__all__ = [
    "CheckedLink",
    "LinkRefused",
    "ManualProvider",
    "MeetingPlan",
    "PasscodeRules",
    "Platform",
    "Provider",
    "ProviderError",
    "Room",
    "Scope",
    "Setting",
    "SettingKey",
    "State",
    "ZoomProvider",
    "check_link",
    "generate",
]
