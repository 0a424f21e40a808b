"""What one sandbox workspace is configured with, read from the app's manifest where nothing is said."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ALL_SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "mpim:read",
    "reactions:write",
    "team:read",
    "users:read",
    "users:read.email",
]
DEFAULT_EVENTS = [
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "team_join",
    "user_change",
]


@dataclass
class Settings:
    """The workspace's identity, the app's rights, and Slack's time limits in seconds."""

    team_id: str
    team_name: str
    signing_secret: str
    bot_token: str
    app_token: str
    bot_user_id: str
    scopes: list[str]
    commands: list[str] | None
    events: list[str]
    rate_limits: bool
    home_tab: bool = True
    messages_tab: bool = True
    should_escape: bool = True
    app_id: str = "A0SANDBOX"
    bot_id: str = "B0SANDBOX"
    verification_token: str = "sandbox-verification-token"  # noqa: S105
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    response_url_seconds: float = 1800.0
    event_retry_delays: list[float] = field(default_factory=lambda: [0.0, 0.2, 0.5])
    edit_window_seconds: float | None = None

    @property
    def domain(self) -> str:
        """The workspace's part of its web address."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.team_name.lower()).split())


@dataclass(frozen=True)
class Manifest:
    """What the sandbox needs of an app manifest."""

    scopes: list[str]
    events: list[str]
    home_tab: bool
    messages_tab: bool
    should_escape: bool


def read_manifest(path: Path) -> Manifest | None:
    """The manifest at `path`, or None where there is none."""
    return _read(path.read_text(encoding="utf-8")) if path.is_file() else None


@cache
def _read(text: str) -> Manifest:
    content: dict[str, Any] = yaml.safe_load(text)
    features = content.get("features", {})
    home = features.get("app_home", {})
    commands = features.get("slash_commands", [])
    return Manifest(
        scopes=list(content.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        events=list(content.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled")),
        should_escape=all(command.get("should_escape") for command in commands),
    )


def make_settings(
    *,
    scopes: Iterable[str] | None,
    commands: Iterable[str] | None,
    events: Iterable[str] | None,
    manifest: Path,
    **identity: Any,
) -> Settings:
    """Settings where what is None comes from the manifest, and without a manifest is everything."""
    found = read_manifest(manifest)
    if scopes is None:
        scopes = found.scopes if found else ALL_SCOPES
    if events is None:
        events = found.events if found else DEFAULT_EVENTS
    settings = Settings(
        scopes=list(scopes),
        commands=None if commands is None else list(commands),
        events=list(events),
        **identity,
    )
    if found:
        settings.home_tab = found.home_tab
        settings.messages_tab = found.messages_tab
        settings.should_escape = found.should_escape
    return settings
