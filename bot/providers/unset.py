"""A provider that the organisation uses and the bot has no settings for."""

from typing import NoReturn

from bot.providers.base import MeetingPlan, ProviderError, ProviderMeeting
from bot.providers.passcodes import PasscodeRules

_SETTINGS = {
    "zoom": ("Zoom", "ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET"),
    "bigbluebutton": ("BigBlueButton", "BBB_URL and BBB_SECRET"),
    "meet": ("Google Meet", "GOOGLE_CREDENTIALS_FILE"),
    "teams": ("Microsoft Teams", "MS_TENANT_ID, MS_CLIENT_ID and MS_CLIENT_SECRET"),
}


class UnsetProvider:
    """A Provider that refuses everything and says what is missing, in a sentence."""

    needs_link = False
    passcode_rules = PasscodeRules()

    def __init__(self, name: str, wrong: str = "") -> None:
        """`wrong`: what is the matter with the settings that it has, where it has them."""
        self.name, self._wrong = name, wrong

    @property
    def problem(self) -> str:
        """What is missing, and who can mend it."""
        if self._wrong:
            return f"{self._wrong} An administrator can correct it."
        title, settings = _SETTINGS.get(self.name, (self.name.title(), "all of its settings"))
        return (
            f"The organisation’s meetings are on {title}, but the bot’s settings lack {settings}. An "
            "administrator can add them."
        )

    async def create(self, plan: MeetingPlan) -> ProviderMeeting:
        """Refused."""
        self._refuse()

    async def read_back(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """Refused."""
        self._refuse()

    async def change(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """Refused."""
        self._refuse()

    async def cancel(self, ref: str) -> None:
        """Refused."""
        self._refuse()

    async def end(self, ref: str) -> None:
        """Refused."""
        self._refuse()

    async def find(self, plan: MeetingPlan) -> str | None:
        """None: without its settings the bot has made nothing there."""
        return None

    async def knows(self, account: str) -> bool:
        """Refused."""
        self._refuse()

    async def check(self) -> None:
        """Refused."""
        self._refuse()

    async def aclose(self) -> None:
        """No connection is ever open."""

    def _refuse(self) -> NoReturn:
        raise ProviderError("provider_unset", self.problem, permanent=True, retry_after=3600)
