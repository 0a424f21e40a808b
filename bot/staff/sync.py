"""Keeping the staff in step with Slack: hourly, and when Slack says that somebody changed or joined.

The people of the organisation file are looked up one by one, so that a lead's leaving waits for no long list. The list
of everybody is read a page a delivery: the next page's cursor is owed in the unit that took the last page over, so that
a refusal, a wait or a restart goes on where it was.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Later, Record
from bot.deps import Deps
from bot.logs import log
from bot.slack.problems import SlackProblem
from bot.slack.router import Router
from bot.staff import people as staff
from bot.staff.people import NOBODY, SYNC_EVERY, RightsChanged, installed, owe_next_sync, owe_sync, take_over, upsert
from db.inbox import forget_old
from db.models import Delivery, Organisation, Staff
from db.owed import Claimed, owe
from db.scope import of
from db.session import NotSaved

_PAGE = 999
"""How many accounts a page holds: Slack takes "under 1000", and twenty pages a minute."""
_SLICE = 100
"""How many rows one unit of work changes at most: others write between two."""
_MOST_PAGES = 1000
Hourly = Callable[[Session, Organisation, datetime], None]


def register(router: Router, jobs: Jobs, deps: Deps, then: RightsChanged, hourly: Hourly) -> None:
    """Make the events and the recurring deliveries known. `then` is told what Slack says that people are now, `hourly`
    that it is time for what an organisation is looked at for."""
    changed = partial(_changed, deps, then)
    router.event("user_change", changed)
    router.event("team_join", changed)
    jobs.on("staff.sync", partial(_sync_step, then, hourly), lane=lanes.READING)
    jobs.on("staff.page", partial(_page_step, then), lane=lanes.READING)


def begin(session: Session, now: datetime) -> None:
    """Owe a reading at the start: what changed while the bot was not there was told to nobody."""
    for organisation_id in session.scalars(select(Organisation.id)):
        owe_sync(session, organisation_id, now, now)


async def _sync_step(then: RightsChanged, hourly: Hourly, deps: Deps, claimed: Claimed) -> Record:
    """Look the people of the organisation file up and begin a reading of the whole list; each run owes its successor.
    Requests that are too old to come again are forgotten on the way."""
    users = await _named(deps, claimed)
    now = deps.clock.now()

    def record(session: Session) -> None:
        organisation = session.get(Organisation, claimed.organisation_id)
        if organisation is None:
            raise GiveUp("no_organisation")
        # Where nothing changed no right did: nobody's list is closed for an hour's having passed.
        news = staff.changed(session, organisation, users)
        take_over(session, organisation, users, now)
        if news:
            then(session, organisation.id, now)
        if not _reading(session, organisation):
            owe(session, organisation.id, "staff.page", at=now, record_id=claimed.id)
        owe_next_sync(session, organisation.id, now)
        hourly(session, organisation, now)
        forget_old(session, now)

    return record


async def _named(deps: Deps, claimed: Claimed) -> list[Mapping[str, Any]]:
    """What Slack says of each person of the organisation file; who is not there any more counts as deactivated."""
    query = of(claimed.organisation_id, Staff).where(Staff.in_file.is_(True)).order_by(Staff.file_order)
    named = await deps.db.read(lambda session: [one.slack_id for one in session.scalars(query)], seconds=5)
    users: list[Mapping[str, Any]] = []
    for slack_id in named:
        try:
            users.append((await deps.slack.query("users.info", user=slack_id))["user"])
        except SlackProblem as problem:
            if problem.passing:
                raise
            if problem.code in NOBODY:
                users.append({"id": slack_id, "deleted": True})
            else:
                log.warning("person not looked up", code=problem.code)
    return users


def _reading(session: Session, organisation: Organisation) -> bool:
    """Whether a reading of the list is still under way: a large one may take longer than the hour."""
    pages = of(organisation.id, Delivery).where(Delivery.kind == "staff.page", Delivery.done_at.is_(None))
    return session.scalar(pages.limit(1)) is not None


async def _page_step(then: RightsChanged, deps: Deps, claimed: Claimed) -> Record:
    """Read one page of the list, write what changed in slices, and owe the next page."""
    try:
        page = await deps.slack.query("users.list", limit=_PAGE, cursor=claimed.target)
    except SlackProblem as problem:
        if problem.code == "invalid_cursor":
            # Slack has forgotten where the reading was; the next hourly one begins anew.
            raise GiveUp(problem.code) from None
        if problem.passing:
            raise
        # Given up, the list would never be read again.
        raise Later(deps.clock.now() + SYNC_EVERY, problem.code) from None
    users = [user for user in page.get("members", []) if user.get("id") not in (None, "USLACKBOT")]
    for start in range(0, len(users), _SLICE):
        await _write(deps, claimed, then, users[start : start + _SLICE])
    cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")

    def record(session: Session) -> None:
        now, step = deps.clock.now(), claimed.step + 1
        if cursor and step < _MOST_PAGES:
            owe(session, claimed.organisation_id, "staff.page", at=now, target=cursor, step=step)
        else:
            session.get_one(Organisation, claimed.organisation_id).staff_read_at = now

    return record


async def _write(deps: Deps, claimed: Claimed, then: RightsChanged, users: Sequence[Mapping[str, Any]]) -> None:
    """Take over those of a slice of whom something changed."""

    def look(session: Session) -> list[Mapping[str, Any]]:
        organisation = session.get(Organisation, claimed.organisation_id)
        return staff.changed(session, organisation, users) if organisation is not None else []

    changed = await deps.db.read(look, seconds=5)
    if not changed:
        return

    def work(session: Session) -> None:
        now = deps.clock.now()
        organisation = session.get_one(Organisation, claimed.organisation_id)
        take_over(session, organisation, changed, now)
        then(session, organisation.id, now)

    await deps.db.write(work, job=True)


async def _changed(deps: Deps, then: RightsChanged, body: Mapping[str, Any]) -> None:
    user = (body.get("event") or {}).get("user") or {}
    now = deps.clock.now()

    def work(session: Session) -> None:
        organisation = installed(session, body.get("team_id"))
        if organisation is not None and isinstance(user, Mapping) and user.get("id"):
            upsert(session, organisation, user, now)
            then(session, organisation.id, now)

    await deps.db.write(work)
    with contextlib.suppress(NotSaved, OSError):  # looked at again within a minute
        await deps.numbers.refresh()
