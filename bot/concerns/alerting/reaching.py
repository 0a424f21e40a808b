"""Reaching people and the channel in Slack: what the steps share."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import rights
from bot.concerns.alerting import rerouting, telling
from bot.concerns.owing import owe_for
from bot.concerns.rights import people_of
from bot.deliveries.registry import GiveUp
from bot.deps import Deps
from bot.slack.problems import OF_ONE_METHOD, SlackProblem
from bot.staff.people import COVERING
from bot.staff.ways import SLACK
from db.models import Concern, Organisation
from db.owed import Claimed, owe

NEVER = frozenset(
    ["user_not_found", "user_disabled", "users_not_found", "user_not_visible", "is_inactive", "cannot_dm_bot"]
)
"""What Slack answers where this account will never take a message; anything else may pass."""


async def load(deps: Deps, claimed: Claimed) -> tuple[Concern, Organisation, list[str]]:
    """The concern of a delivery, its organisation, and who may know of it now."""

    def work(session: Session) -> tuple[Concern, Organisation, list[str]]:
        concern = session.get_one(Concern, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return concern, organisation, rights.recipients(session, concern)

    return await deps.db.read(work, seconds=5)


async def strangers(deps: Deps, channel: str, known: Collection[str]) -> set[str] | None:
    """Who is in the channel now and is neither among `known` nor the bot; None for a channel that cannot be used.
    Raises SlackProblem where that may pass."""
    try:
        members = await deps.slack.members(channel)
        return members - {*known, await deps.slack.me()} if members else None
    except SlackProblem as problem:
        # Without the scope to look, the channel cannot be trusted; each is written to instead.
        if problem.passing and problem.code not in OF_ONE_METHOD:
            raise
        return None


async def covering_ids(deps: Deps, organisation_id: UUID) -> list[str]:
    """The leads and deputies: those who belong in the channel."""

    def work(session: Session) -> list[str]:
        people = people_of(session, organisation_id, deps.clock.now())
        return [one.slack_id for one in people if one.roles & set(COVERING)]

    return await deps.db.read(work, seconds=5)


async def send(
    deps: Deps, slack_id: str, concern_id: UUID, text: str, blocks: Any = None, *, attempt: int = 0
) -> Mapping[str, Any]:
    """Write to one person. Where their account will never take it, gives up, and whoever is next is asked. That a
    first `attempt` was refused is kept in the record."""
    try:
        channel = await deps.slack.direct(slack_id)
        more = {"blocks": blocks} if blocks else {}
        return await deps.slack.call("chat.postMessage", channel=channel, text=text, unfurl_links=False, **more)
    except SlackProblem as problem:
        code = problem.code
        if code not in NEVER:
            if attempt == 1:
                await deps.db.write(lambda session: _refused(session, deps, concern_id, slack_id, code), job=True)
            raise

        def never(session: Session) -> None:
            _refused(session, deps, concern_id, slack_id, code)
            rerouting.unreachable(session, concern_id, slack_id, code, deps.clock.now())

        raise GiveUp(code, never) from None


def _refused(session: Session, deps: Deps, concern_id: UUID, slack_id: str, code: str) -> None:
    concern = session.get_one(Concern, concern_id)
    telling.note_tried(session, concern, slack_id, SLACK, deps.clock.now(), code)


def owe_messages(session: Session, concern: Concern, to: Collection[str], deps: Deps) -> None:
    """Owe each of these people a direct message about the concern."""
    for slack_id in to:
        owe_for(session, concern, "concern.dm", deps.clock.now(), target=slack_id)


def owe_membership(session: Session, organisation_id: UUID, why: str, deps: Deps) -> None:
    """Owe the leads a word about who is in the channel; once for each reason `why`."""
    owe(session, organisation_id, "concern.membership", at=deps.clock.now(), only_once=f"concern.membership:{why}")
