"""Keeping the staff list in step with Slack: hourly, and when Slack says that somebody changed or joined."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.concerns import viewing
from bot.jobs.registry import GiveUp, Jobs, Later, Record
from bot.kit import Kit
from bot.organisation.review import owe_look
from bot.organisation.staff import SYNC_EVERY, installed, owe_next_sync, upsert
from bot.slack.client import SlackProblem
from bot.slack.router import Router
from db.inbox import forget_old
from db.models import Organisation
from db.owed import Claimed


def register(router: Router, jobs: Jobs, kit: Kit) -> None:
    """Make the events and the recurring delivery known."""
    changed = partial(_changed, kit)
    router.event("user_change", changed)
    router.event("team_join", changed)
    jobs.on("staff.sync", sync_step)


async def sync_step(kit: Kit, claimed: Claimed) -> Record:
    """Read everybody from Slack and take it over; each run owes its successor. Requests that are too old to come
    again are forgotten on the way."""
    try:
        users = await _everybody(kit)
    except SlackProblem as problem:
        if problem.passing:
            raise
        # Given up, it would owe no successor, and the list would never be read again.
        raise Later(kit.clock.now() + SYNC_EVERY, problem.code) from None
    now = kit.clock.now()

    def record(session: Session) -> None:
        organisation = session.get(Organisation, claimed.organisation_id)
        if organisation is None:
            raise GiveUp("no_organisation")
        for user in users:
            if user.get("id") != "USLACKBOT":
                upsert(session, organisation, user, now)
        viewing.end_lost(session, organisation.id, now)
        owe_next_sync(session, organisation.id, now)
        owe_look(session, organisation, now)
        forget_old(session, now)

    return record


async def _everybody(kit: Kit) -> list[Mapping[str, Any]]:
    users: list[Mapping[str, Any]] = []
    cursor = ""
    while True:
        page = await kit.slack.query("users.list", limit=200, cursor=cursor)
        users.extend(page.get("members", []))
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return users


async def _changed(kit: Kit, body: Mapping[str, Any]) -> None:
    user = (body.get("event") or {}).get("user") or {}
    now = kit.clock.now()

    def work(session: Session) -> None:
        organisation = installed(session, body.get("team_id"))
        if organisation is not None and isinstance(user, Mapping) and user.get("id"):
            upsert(session, organisation, user, now)
            viewing.end_lost(session, organisation.id, now)

    await kit.db.write(work)
