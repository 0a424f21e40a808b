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
from bot.providers.meet import MeetProvider
from bot.providers.passcodes import PasscodeRules, generate
from bot.providers.rules import SettingKey
from bot.providers.teams import TeamsProvider
from bot.providers.unset import UnsetProvider
from bot.providers.zoom import ZoomProvider
from bot.reading.invites import links
from bot.reading.invites.services import room_of

_TITLES = {BigBlueButtonProvider.name: "BigBlueButton", TeamsProvider.name: "Microsoft Teams"}
_TITLES[MeetProvider.name] = "Google Meet"
_WITHOUT_PASSCODE = (TeamsProvider.name, MeetProvider.name)
_ENDED_BY_HOST = (TeamsProvider.name,)


def needs_link(name: str) -> bool:
    """Whether the hosts of meetings at this provider make them by hand and paste the link."""
    return name == ManualProvider.name


def has_passcode(name: str) -> bool:
    """Whether meetings at this provider have a passcode."""
    return name not in _WITHOUT_PASSCODE


def new_passcode(name: str, rules: PasscodeRules | None = None) -> str:
    """A passcode for a new meeting at this provider; none where its meetings have none."""
    return generate(rules) if has_passcode(name) else ""


def removal(name: str) -> str:
    """What becomes of a meeting at this provider that is held no more: `deleted`, or `closed` where it deletes none."""
    return "closed" if name == MeetProvider.name else "deleted"


def ends_calls(name: str) -> bool:
    """Whether a running meeting at this provider can be ended for everybody by the bot."""
    return not needs_link(name) and name not in _ENDED_BY_HOST


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
    "MeetProvider",
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
    "TeamsProvider",
    "UnsetProvider",
    "ZoomProvider",
    "ends_calls",
    "has_passcode",
    "needs_link",
    "new_passcode",
    "platform_of",
    "removal",
    "same_room",
    "title_of",
]
