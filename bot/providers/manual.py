"""Meetings that the host makes by hand: the bot keeps the link and asks the host for every setting."""

from bot.providers.base import MeetingPlan, ProviderMeeting, Scope, Setting, State
from bot.providers.passcodes import PasscodeRules
from bot.providers.rules import SettingKey

_EVIDENCE = "The host makes this meeting, so the host sets it and says so."


class ManualProvider:
    """A Provider that reaches no service: a host pastes a link that `bot.reading.invites.links` has passed."""

    name = "manual"
    problem = None
    needs_link = True
    passcode_rules = PasscodeRules()

    async def create(self, plan: MeetingPlan) -> ProviderMeeting:
        """A room without a link yet, and every rule as the host's to see to."""
        skipped = {SettingKey.HOST}
        if not plan.alternative_hosts:
            skipped.add(SettingKey.SECOND_HOST)
        skipped.add(SettingKey.NO_BREAKOUT_ROOMS if plan.breakout_rooms else SettingKey.BREAKOUT_ROOMS)
        settings = tuple(
            Setting(key, State.BY_HOST, Scope.NOWHERE, _EVIDENCE) for key in SettingKey if key not in skipped
        )
        return ProviderMeeting(provider_ref="", join_url="", passcode=plan.passcode, settings=settings)

    async def read_back(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """The same as after `create`: only the host knows more."""
        return await self.create(plan)

    async def change(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """The same as after `create`: the host changes the meeting."""
        return await self.create(plan)

    async def cancel(self, ref: str) -> None:
        """Nothing to reach: the host deletes the meeting."""

    async def end(self, ref: str) -> None:
        """Nothing to reach: the host ends the meeting."""

    async def find(self, plan: MeetingPlan) -> str | None:
        """None: the bot made nothing that could be found again."""
        return None

    async def knows(self, account: str) -> bool:
        """Yes: whoever the host is makes the meeting."""
        return True

    async def check(self) -> None:
        """Nothing needs setting up."""

    async def aclose(self) -> None:
        """No connection is ever open."""
