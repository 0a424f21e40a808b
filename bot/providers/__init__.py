"""Whoever hosts meetings, behind one Protocol. Knows neither Slack nor the database."""

from bot.providers.base import (
    MeetingPlan,
    NoSuchMeeting,
    Provider,
    ProviderError,
    ProviderMeeting,
    Scope,
    Setting,
    State,
)
from bot.providers.bigbluebutton import BigBlueButtonProvider
from bot.providers.manual import ManualProvider
from bot.providers.passcodes import PasscodeRules, generate
from bot.providers.rules import SettingKey
from bot.providers.unset import UnsetProvider
from bot.providers.zoom import ZoomProvider
from bot.reading.invites import links
from bot.reading.invites.services import room_of

_TITLES = {BigBlueButtonProvider.name: "BigBlueButton"}


def needs_link(name: str) -> bool:
    """Whether the hosts of meetings at this provider make them by hand and paste the link."""
    return name == ManualProvider.name


def title_of(name: str) -> str:
    """What people call a provider."""
    return _TITLES.get(name, name.title())


def platform_of(provider: str, link: str | None) -> str | None:
    """The meeting service that a meeting is on, by the policies' name for it: the provider's, or the one that the
    pasted link leads to; None where neither tells."""
    return links.platform_of(link or "") if needs_link(provider) else provider


def same_room(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    """Whether two meetings, each by its provider and its link, are held in the same room there."""
    (provider, link), (others, other_link) = one, other
    return provider == others and bool(link and other_link) and room_of(link or "") == room_of(other_link or "")


__all__ = [
    "BigBlueButtonProvider",
    "ManualProvider",
    "MeetingPlan",
    "NoSuchMeeting",
    "PasscodeRules",
    "Provider",
    "ProviderError",
    "ProviderMeeting",
    "Scope",
    "Setting",
    "SettingKey",
    "State",
    "UnsetProvider",
    "ZoomProvider",
    "generate",
    "needs_link",
    "platform_of",
    "same_room",
    "title_of",
]
