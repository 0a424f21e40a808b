"""What the bot asks of whoever hosts a meeting: one Protocol, and the few facts that pass through it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.errors import Problem
from bot.providers.passcodes import PasscodeRules
from bot.providers.rules import SettingKey


class State(StrEnum):
    """Whether a rule of a secure meeting is met, as the provider itself reports it."""

    APPLIED = "applied"
    NOT_APPLIED = "not_applied"
    UNKNOWN = "unknown"
    BY_HOST = "by_host"
    IMPOSSIBLE = "impossible"
    """The service has nothing of the kind."""


class Scope(StrEnum):
    """Where a rule is set: on the meeting, in the host's account for all meetings, or by no program."""

    MEETING = "meeting"
    ACCOUNT = "account"
    NOWHERE = "nowhere"


@dataclass(frozen=True, kw_only=True)
class MeetingPlan:
    """One meeting as the bot wants it.

    `reference` finds the meeting again after a crash: it stays the same for one meeting and is unique among
    all that share the provider's account. `topic` is what everybody invited can read: it names nobody.
    `starts_at` is aware; `timezone` an IANA name. `host_email` is the host's own account at the provider.
    """

    reference: str
    topic: str
    starts_at: datetime
    minutes: int
    timezone: str
    passcode: str = field(repr=False)
    host_email: str | None = None
    alternative_hosts: tuple[str, ...] = ()
    breakout_rooms: bool = False
    recorded: bool = False
    host_opens_mics: bool = False
    """Whether nobody speaks before the host lets them, as some policies have it."""
    own_link: str = field(default="", repr=False)
    """The bot's own address that leads to the meeting, where it has one."""
    end_told_to: str = field(default="", repr=False)
    """The bot's own address, known to the provider alone, that is to be called when the meeting has ended."""

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None:
            raise ValueError("starts_at must be an aware time")


@dataclass(frozen=True)
class Setting:
    """One rule and how it stands; `evidence` says in a short sentence how the bot knows."""

    key: SettingKey
    state: State
    scope: Scope
    evidence: str


@dataclass(frozen=True)
class ProviderMeeting:
    """A meeting at its provider. Link and passcode let people in: they stay out of logs and `repr`."""

    provider_ref: str
    join_url: str = field(repr=False)
    passcode: str = field(repr=False)
    settings: tuple[Setting, ...]

    @property
    def unmet(self) -> tuple[Setting, ...]:
        """The settings that are not known to be applied: each is the host's to see to, by `key.how`."""
        return tuple(setting for setting in self.settings if setting.state is not State.APPLIED)

    def state(self, key: SettingKey) -> State:
        """How one rule stands; UNKNOWN if the provider reported nothing about it."""
        return next((setting.state for setting in self.settings if setting.key is key), State.UNKNOWN)


class ProviderError(Problem):
    """A provider did not do what it was asked.

    `code` is a short stable word for logs, `words` is for the facilitator, `retry_after` counts seconds, and
    `permanent` means that asking again changes nothing until somebody mends it. Holds no secret, link or passcode.
    """

    def __init__(self, code: str, words: str, *, retry_after: float | None = None, permanent: bool = False) -> None:
        super().__init__(words)
        self.code = code
        self.retry_after = retry_after
        self.permanent = permanent

    def __str__(self) -> str:
        return self.code


class NoSuchMeeting(ProviderError):
    """The provider has no such meeting any more: somebody deleted it there."""


class Provider(Protocol):
    """Whoever hosts meetings. Every call ends within 8 seconds and raises ProviderError when it fails.

    A call may be repeated after a crash: `create` adopts a meeting that already carries the plan's reference,
    and `cancel` and `end` are content with a meeting that is gone.
    """

    @property
    def name(self) -> str:
        """The provider's name in the organisation's file."""

    @property
    def problem(self) -> str | None:
        """What keeps it from being used at all, as far as is known without asking; a sentence."""

    @property
    def needs_link(self) -> bool:
        """Whether the host makes the meeting and gives the link, instead of the bot."""

    @property
    def passcode_rules(self) -> PasscodeRules | None:
        """The rules to draw a new meeting's passcode by; `create` replaces one that the account refuses. None where
        its meetings have none."""

    async def create(self, plan: MeetingPlan) -> ProviderMeeting:
        """Make the meeting and read it back. The passcode in the answer may differ from the plan's."""

    async def read_back(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """How the meeting `ref` stands now, compared with `plan`."""

    async def change(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """Bring the meeting `ref` in line with `plan`, and read it back."""

    async def cancel(self, ref: str) -> None:
        """Delete the meeting `ref`."""

    async def end(self, ref: str) -> None:
        """End the running meeting `ref` for everybody."""

    async def find(self, plan: MeetingPlan) -> str | None:
        """The `ref` of the meeting that carries the plan's reference, if the provider has one."""

    async def knows(self, account: str) -> bool:
        """Whether a host can have meetings under this account, an e-mail address."""

    async def check(self) -> None:
        """See whether the provider can be used as set up; the error's words name the remedy."""

    async def aclose(self) -> None:
        """Close what connections are open."""
