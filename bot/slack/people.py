"""Who is asking, and whether they may use the bot at all."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import Refused
from bot.kit import Kit
from bot.logs import log
from bot.organisation.staff import upsert
from bot.slack.client import SlackProblem
from db import audit
from db.models import Organisation, Role, Staff
from db.scope import of

REFUSAL = "You can't use this here. If you think you should be able to, ask your administrator."
NOT_SET_UP = "The bot is not set up for this workspace yet. An administrator runs `python -m bot setup`."


class People:
    """Identifies callers."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def identify(self, team_id: str, slack_id: str, home_team: str | None) -> Caller:
        """The caller behind a request. Raises Refused (after an audit row) or Unavailable.

        `team_id` is the workspace the request came from, `home_team` the one the person belongs to.
        """
        found = await self._kit.db.read(lambda session: _look_up(session, team_id, slack_id))
        organisation, staff = found
        if organisation is None:
            raise Refused(NOT_SET_UP if await self._empty() else REFUSAL)
        if home_team and home_team != team_id:
            await self._record(organisation.id, slack_id, "other workspace")
            raise Refused(REFUSAL)
        if staff is None or not staff.known_to_slack:
            staff = await self._ask_slack(organisation, slack_id)
        reason = _shut_out(staff, organisation)
        if staff is None or reason:
            await self._record(organisation.id, slack_id, reason or "unknown")
            raise Refused(REFUSAL)
        roles = frozenset([Role.FACILITATOR, *[Role(name) for name in staff.roles]])
        return Caller(organisation, slack_id, staff.called, roles)

    async def refused(self, caller: Caller, what: str) -> None:
        """Write down that somebody tried what their roles do not allow; a unit of work of its own."""
        await self._record(caller.organisation_id, caller.slack_id, what)

    async def _record(self, organisation_id: UUID, slack_id: str, reason: str) -> None:
        now = self._kit.clock.now()
        await self._kit.db.write(
            lambda session: audit.record(session, organisation_id, now, slack_id, "refused", detail=reason[:200])
        )

    async def _empty(self) -> bool:
        return await self._kit.db.read(lambda session: session.scalar(select(Organisation.id).limit(1)) is None)

    async def _ask_slack(self, organisation: Organisation, slack_id: str) -> Staff | None:
        """One short question to Slack about somebody new; None without an answer in a second."""
        try:
            answer = await self._kit.slack.query("users.info", user=slack_id, seconds=1.0)
        except SlackProblem as problem:
            log.warning("unknown person not looked up", code=problem.code)
            return None
        now = self._kit.clock.now()
        return await self._kit.db.write(lambda session: upsert(session, organisation, answer["user"], now))


def _look_up(session: Session, team_id: str, slack_id: str) -> tuple[Organisation | None, Staff | None]:
    organisation = session.scalar(select(Organisation).where(Organisation.team_id == team_id))
    if organisation is None:
        return None, None
    return organisation, session.scalar(of(organisation.id, Staff).where(Staff.slack_id == slack_id))


def _shut_out(staff: Staff | None, organisation: Organisation) -> str | None:
    if staff is None:
        return "unknown"
    if staff.deactivated:
        return "deactivated"
    if staff.bot:
        return "bot"
    if staff.guest:
        return "guest"
    if staff.slack_team and staff.slack_team != organisation.team_id:
        return "other workspace"
    return None
