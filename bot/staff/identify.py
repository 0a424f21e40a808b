"""Who is asking, and whether they may use the bot at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import NullType

from bot.caller import Caller
from bot.deps import Deps
from bot.errors import Refused
from bot.logs import log
from bot.slack import asking
from bot.slack.asking import REFUSAL, Changed
from bot.slack.problems import SlackProblem
from bot.staff.people import NOBODY, installed, upsert
from db import audit
from db.models import Organisation, Role, Staff
from db.scope import of
from db.session import bring

_DESCRIBED_WITHIN = 2.0
_ASK_AGAIN = timedelta(minutes=10)
"""After how long somebody who did not belong to the workspace is looked up once more."""
_MOST_KNOWN = 5000
_STAFF = Staff.__table__.columns
_ROWS = (
    select(Organisation, Staff)
    .join(Staff, Staff.organisation_id == Organisation.id)
    .where(Organisation.id == bindparam("organisation"), Staff.slack_id == bindparam("slack"))
)
"""Made once: every request begins with it."""
_NUMBERS = tuple(one.key for one in Organisation.__table__.columns if one.key.startswith("last_"))
"""The counters: what gives the next number asks the database, and they change all the time."""
_COUNTED = (*_NUMBERS, "staff_read_at")
_COLUMNS = [one for one in Organisation.__table__.columns if one.key not in _COUNTED]
_SETTINGS = [one.key for one in _COLUMNS]
_STORED = (
    # As the driver gives it: it is compared, and read by nobody.
    select(
        Organisation.staff_read_at,
        *(type_coerce(one, NullType()).label(f"{one.table.name}_{one.name}") for one in (*_COLUMNS, *_STAFF)),
    )
    .join_from(Organisation.__table__, Staff.__table__, Staff.organisation_id == Organisation.id)
    .where(Organisation.id == bindparam("organisation"), Staff.slack_id == bindparam("slack"))
)
NOT_SET_UP = "The bot is not set up for this workspace yet. An administrator runs `python -m bot setup`."


NO_ANSWER = "Slack did not answer when the bot asked who you are. Please try again in a minute."


class NotDescribed(Refused):
    """Slack did not say who somebody is: no refusal of theirs, they try again."""


@dataclass
class _Known:
    """Somebody who was identified, and what was stored of them and of their organisation when it was last found that
    they still are who they were taken for: while it is the same, nothing need be opened and judged anew."""

    caller: Caller
    stored: tuple[Any, ...] | None = None


class Standing:
    """Looks, as a unit of work begins, whether a caller still is who they were taken for. Called again after it has
    found so, it does nothing: one look for each request, in the transaction in which the request begins its work."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self.looked = False

    def __call__(self, session: Session) -> None:
        """Raises Changed."""
        if self.looked:
            return
        caller = self._known.caller
        asked = {"organisation": caller.organisation_id, "slack": caller.slack_id}
        row = session.connection().execute(_STORED, asked).first()
        stored = None if row is None else tuple(row[1:])
        if row is None or stored != self._known.stored:
            _judge(session, caller)
            # It was read before it was judged: what came between the two is judged the next time.
            self._known.stored = stored
        else:
            organisation = bring(session, caller.organisation)
            set_committed_value(organisation, "staff_read_at", row[0])
            session.expire(organisation, _NUMBERS)
        self.looked = True


def _judge(session: Session, caller: Caller) -> None:
    """Raises Changed where somebody is not who they were taken for."""
    organisation, staff = _found(session, caller)
    if organisation is None or staff is None or not staff.known_to_slack or _shut_out(staff, organisation):
        raise Changed
    if _told(_caller(organisation, staff)) != _told(caller):
        raise Changed


class People:
    """Identifies callers, and remembers them: each request looks, with its first statement, whether it still holds."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._known: dict[tuple[str, str], _Known] = {}

    async def identify(self, teams: Sequence[str], slack_id: str) -> Caller:
        """The caller behind a request. Raises Refused (after an audit row), NotDescribed or Unavailable.

        `teams` are the workspaces that the request names, the likeliest first. On an Enterprise Grid none of them
        need be ours: what counts is whether the person belongs to ours. Somebody known is taken for who they were;
        `Standing` must look before anything is done or shown.
        """
        known = self._known.get((teams[0], slack_id)) if teams else None
        if known is not None:
            return known.caller
        caller = await self._identified(teams, slack_id)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        # Of a request that names another workspace first, a later set-up may say that it is for that one.
        self._known[caller.organisation.team_id, slack_id] = _Known(caller)
        return caller

    def standing(self, caller: Caller) -> Standing:
        """The look at whether a caller still is who they were taken for."""
        known = self._known.get((caller.organisation.team_id, caller.slack_id))
        return Standing(known if known is not None and known.caller is caller else _Known(caller))

    def forget(self, caller: Caller) -> None:
        """Look somebody up anew the next time."""
        self._known.pop((caller.organisation.team_id, caller.slack_id), None)

    async def look(self, standing: asking.Standing) -> None:
        """Look whether a caller still is who they were taken for, where their request did not do so itself."""
        if not standing.looked:
            await self._deps.db.read(standing)

    async def _identified(self, teams: Sequence[str], slack_id: str) -> Caller:
        # Whatever they ask for: it may be a concern.
        organisation, staff = await self._deps.db.read(lambda session: _look_up(session, teams, slack_id), first=True)
        if organisation is None:
            raise Refused(NOT_SET_UP if await self._empty() else REFUSAL)
        if staff is None or not staff.known_to_slack or self._may_have_come(staff, organisation):
            staff = await self._ask_slack(organisation, slack_id, staff)
        reason = _shut_out(staff, organisation)
        if staff is None or reason:
            await self._record(organisation.id, slack_id, reason or "unknown")
            raise Refused(REFUSAL)
        return _caller(organisation, staff)

    async def refused(self, caller: Caller, what: str) -> None:
        """Write down that somebody tried what their roles do not allow; a unit of work of its own."""
        await self._record(caller.organisation_id, caller.slack_id, what)

    async def _record(self, organisation_id: UUID, slack_id: str, reason: str) -> None:
        now = self._deps.clock.now()
        await self._deps.db.write(
            lambda session: audit.record(session, organisation_id, now, slack_id, "refused", detail=reason[:200])
        )

    async def _empty(self) -> bool:
        return await self._deps.db.read(lambda session: session.scalar(select(Organisation.id).limit(1)) is None)

    def _may_have_come(self, staff: Staff, organisation: Organisation) -> bool:
        """Whether somebody who did not belong here may do so by now: events of other workspaces do not reach us."""
        looked = staff.synced_at
        return _elsewhere(staff, organisation) and (looked is None or looked < self._deps.clock.now() - _ASK_AGAIN)

    async def _ask_slack(self, organisation: Organisation, slack_id: str, known: Staff | None) -> Staff | None:
        """One short question to Slack about somebody new; None where there is nobody. Raises NotDescribed."""
        try:
            answer = await self._deps.slack.query("users.info", user=slack_id, seconds=_DESCRIBED_WITHIN)
        except SlackProblem as problem:
            log.warning("unknown person not looked up", code=problem.code)
            if problem.code in NOBODY:
                return None
            if known is not None and known.known_to_slack:
                return known
            raise NotDescribed(NO_ANSWER) from None
        now = self._deps.clock.now()
        return await self._deps.db.write(lambda session: upsert(session, organisation, answer["user"], now))


def _look_up(session: Session, teams: Sequence[str], slack_id: str) -> tuple[Organisation | None, Staff | None]:
    organisation = installed(session, *teams)
    if organisation is None:
        return None, None
    return organisation, session.scalar(of(organisation.id, Staff).where(Staff.slack_id == slack_id))


def _found(session: Session, caller: Caller) -> tuple[Organisation | None, Staff | None]:
    """The rows of somebody who was looked up before, with one statement."""
    row = session.execute(_ROWS, {"organisation": caller.organisation_id, "slack": caller.slack_id}).first()
    return (None, None) if row is None else (row[0], row[1])


def _caller(organisation: Organisation, staff: Staff) -> Caller:
    roles = frozenset([Role.FACILITATOR, *[Role(name) for name in staff.roles]])
    return Caller(organisation, staff.slack_id, staff.called, roles)


def _told(caller: Caller) -> list[object]:
    """All that is known of a caller and their organisation, but for the numbers that it counts on."""
    return [caller.name, caller.roles, *[getattr(caller.organisation, name) for name in _SETTINGS]]


def _shut_out(staff: Staff | None, organisation: Organisation) -> str | None:
    if staff is None:
        return "unknown"
    if not staff.genuine:
        return "changed outside the bot"
    if staff.deactivated:
        return "deactivated"
    if staff.bot:
        return "bot"
    if staff.guest:
        return "guest"
    if _elsewhere(staff, organisation):
        return "other workspace"
    return None


def _elsewhere(staff: Staff, organisation: Organisation) -> bool:
    return staff.slack_team not in (None, organisation.team_id)
