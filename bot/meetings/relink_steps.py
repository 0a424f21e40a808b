"""Deleting, at the provider, the meeting whose link got out, and telling how that went."""

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Later, Record
from bot.deps import Deps
from bot.meetings import relink_views, relinking, retrying, upkeep
from bot.meetings.steps import AFTERWARDS, plan_of
from bot.providers import MeetingPlan, Provider, ProviderError
from bot.slack.call import Say
from db.models import Meeting, Organisation, RetiredLink
from db.owed import Claimed

_TOLD_AT = 3
"""The try after which a passing failure is told: somebody may have to delete the meeting by hand."""


def register(jobs: Jobs) -> None:
    """Make the deliveries known."""
    jobs.on(upkeep.REVOKE, revoke, lane=lanes.PROVIDERS)
    jobs.on("meeting.tell_revoked", tell, lane=lanes.MESSAGES)


async def revoke(deps: Deps, claimed: Claimed) -> Record:
    """Delete what the provider holds under a link that got out, by its number and by its reference, so that what a
    crash left behind is found as well."""

    def read(session: Session) -> tuple[RetiredLink, Meeting, MeetingPlan]:
        old = session.get_one(RetiredLink, claimed.record_id)
        meeting = session.get_one(Meeting, old.meeting_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return old, meeting, plan_of(session, organisation, meeting, old.provider, old.number, None)

    old, meeting, plan = await deps.db.read(read, seconds=5)
    provider, now = deps.provider(old.provider), deps.clock.now()
    try:
        await _delete(provider, plan, old.provider_ref)
    except ProviderError as refused:
        due = retrying.next_try(refused, claimed, now, meeting.ends_at + AFTERWARDS)
        first = claimed.attempt == 1 if retrying.lasting(refused) else claimed.attempt == _TOLD_AT

        def note(session: Session) -> None:
            relinking.tell(session, session.get_one(Meeting, old.meeting_id), old, now)

        if due is None:
            raise GiveUp(refused.code, note if old.got_out else None) from None
        if first and old.got_out:
            await deps.db.write(note, job=True)
        raise Later(due, refused.code) from None
    return lambda session: relinking.revoked(session, old.id, deps.clock.now(), claimed.step)


async def _delete(provider: Provider, plan: MeetingPlan, reference: str | None) -> None:
    if reference:
        await provider.cancel(reference)
    left = await provider.find(plan)
    if left and left != reference:
        await provider.cancel(left)


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell how the revocation of a link stands by now."""

    def read(session: Session) -> Say:
        old = session.get_one(RetiredLink, claimed.record_id)
        return relink_views.revoked(session.get_one(Meeting, old.meeting_id), old)

    said = await deps.db.read(read, seconds=5)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None
