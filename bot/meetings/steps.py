"""What is owed to the provider, and the host's notice when it is done."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.checklists import service as checklists
from bot.jobs.registry import GiveUp, Jobs, Later, Record
from bot.kit import Kit
from bot.meetings import clearing_views, gating, readiness, service, views
from bot.participants import service as participants
from bot.providers import MeetingPlan, Provider, ProviderError, Room
from bot.slack.call import Say
from db.models import Meeting, MeetingState, Organisation
from db.owed import Claimed, owe

STARTED = "Started. Admit people one by one, and lock the meeting when all are in."
ENDED = "Ended. Be the last to leave. Then take the register."


def register(jobs: Jobs) -> None:
    """Make the room's deliveries known."""
    jobs.on("meeting.create", create)
    jobs.on("meeting.change", change)
    jobs.on("meeting.cancel", cancel)
    jobs.on("meeting.end", end)
    jobs.on("meeting.tell_host", tell_host)
    jobs.on("meeting.not_ready", tell_not_ready)
    jobs.on("meeting.settle", settle)


async def _load(kit: Kit, claimed: Claimed) -> tuple[Meeting, MeetingPlan, Provider]:
    def work(session: Session) -> tuple[Meeting, MeetingPlan]:
        meeting = session.get_one(Meeting, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return meeting, _plan(organisation, meeting)

    meeting, plan = await kit.db.read(work, seconds=5)
    return meeting, plan, kit.providers[meeting.provider]


def _plan(organisation: Organisation, meeting: Meeting) -> MeetingPlan:
    """The meeting as its provider sees it: its title may hold a name, so the topic is only the reference."""
    zoom_users = organisation.options.get("zoom_users", {})
    return MeetingPlan(
        reference=f"{meeting.reference}-{meeting.id.hex[:12]}",
        topic=f"{meeting.reference} · {organisation.name}"[:200],
        starts_at=meeting.starts_at,
        minutes=round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        timezone=organisation.timezone,
        passcode=meeting.passcode,
        host_email=organisation.options.get("zoom_host") or zoom_users.get(meeting.host),
        alternative_hosts=tuple(zoom_users[one] for one in meeting.co_workers if one in zoom_users),
    )


def _settings(room: Room) -> dict[str, Any]:
    return {
        one.key.value: {"state": one.state.value, "scope": one.scope.value, "evidence": one.evidence}
        for one in room.settings
    }


async def _asked(kit: Kit, claimed: Claimed, call: Callable[[], Awaitable[Room | None]]) -> Room | None:
    """Ask the provider. A passing failure is tried again; a lasting one is shown on the meeting and told."""
    try:
        return await call()
    except ProviderError as refused:
        words = refused.words
        if not refused.permanent and claimed.attempt < 12:
            wait = refused.retry_after or min(60.0, 2.0 ** min(claimed.attempt, 6))
            if claimed.attempt == 3:
                await kit.db.write(lambda session: _note_error(session, claimed, words, kit), job=True)
            raise Later(kit.clock.now() + timedelta(seconds=wait), refused.code) from None
        raise GiveUp(refused.code, lambda session: _note_error(session, claimed, words, kit)) from None


def _note_error(session: Session, claimed: Claimed, words: str, kit: Kit) -> None:
    meeting = session.get_one(Meeting, claimed.record_id)
    meeting.provider_error = words[:200]
    _owe_notice(session, meeting, kit, step=claimed.attempt)


def _owe_notice(session: Session, meeting: Meeting, kit: Kit, step: int) -> None:
    owe(
        session,
        meeting.organisation_id,
        "meeting.tell_host",
        at=kit.clock.now(),
        target=meeting.host,
        record_id=meeting.id,
        step=step,
    )


async def create(kit: Kit, claimed: Claimed) -> Record | None:
    """Make the meeting at its provider and read every setting back."""
    meeting, plan, provider = await _load(kit, claimed)
    if meeting.state is MeetingState.CANCELLED:
        return None
    room = await _asked(kit, claimed, lambda: provider.create(plan))

    def record(session: Session) -> None:
        row = session.get_one(Meeting, claimed.record_id, with_for_update={"key_share": True})
        if room is None:
            return
        row.settings_read, row.provider_error = _settings(room), None
        row.passcode = room.passcode or row.passcode
        if room.provider_ref:
            row.provider_ref, row.join_url = room.provider_ref, room.join_url
            if row.state is MeetingState.DRAFT:
                row.state = MeetingState.SCHEDULED
            if row.state is MeetingState.CANCELLED:
                service.owe_provider(session, row, "meeting.cancel", kit.clock.now())
        readiness.settle(session, row, readiness.SYSTEM, kit.clock.now())
        checklists.meeting_changed(session, row, kit.clock.now())
        _owe_notice(session, row, kit, step=0)

    return record


async def change(kit: Kit, claimed: Claimed) -> Record | None:
    """Bring the provider's meeting in line with ours and read it back."""
    meeting, plan, provider = await _load(kit, claimed)
    reference = meeting.provider_ref
    if meeting.state is MeetingState.CANCELLED or not reference:
        return None
    room = await _asked(kit, claimed, lambda: provider.change(reference, plan))

    def record(session: Session) -> None:
        row = session.get_one(Meeting, claimed.record_id, with_for_update={"key_share": True})
        if room is not None:
            row.settings_read, row.provider_error = _settings(room), None
            row.passcode = room.passcode or row.passcode
            row.join_url = room.join_url or row.join_url
            readiness.settle(session, row, readiness.SYSTEM, kit.clock.now())
            checklists.meeting_changed(session, row, kit.clock.now())

    return record


async def cancel(kit: Kit, claimed: Claimed) -> Record | None:
    """Delete the provider's meeting, also one that was made while we were cancelling."""
    meeting, plan, provider = await _load(kit, claimed)

    async def call() -> None:
        reference = meeting.provider_ref or await provider.find(plan)
        if reference:
            await provider.cancel(reference)

    await _asked(kit, claimed, call)
    return None


async def end(kit: Kit, claimed: Claimed) -> Record | None:
    """End the provider's meeting for everybody."""
    meeting, _, provider = await _load(kit, claimed)
    reference = meeting.provider_ref
    if reference:
        await _asked(kit, claimed, lambda: _nothing(provider.end(reference)))
    return None


async def _nothing(call: Awaitable[None]) -> None:
    await call


async def tell_host(kit: Kit, claimed: Claimed) -> Record | None:
    """Tell the host how their meeting stands at the provider."""

    def work(session: Session) -> tuple[Meeting, int, str]:
        meeting = session.get_one(Meeting, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return meeting, len(participants.registered(session, meeting)), organisation.timezone

    meeting, registered, zone = await kit.db.read(work, seconds=5)
    intro = "" if meeting.provider_error or meeting.provider == "manual" else f"*{views.made_text(meeting)}*"
    said = views.shown(views.MeetingCard(meeting, zone, registered, titled=False), intro)
    channel = await kit.slack.direct(claimed.target)
    await kit.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None


async def tell_not_ready(kit: Kit, claimed: Claimed) -> Record | None:
    """Tell the host that a gate opened again and their meeting is not ready any more; nothing where it is."""

    def work(session: Session) -> Say | None:
        meeting = session.get_one(Meeting, claimed.record_id)
        refusal = readiness.before_ready(gating.of_meeting(session, meeting, kit.clock.now()))
        still = meeting.state is MeetingState.SCHEDULED and refusal is not None
        return clearing_views.not_ready(meeting, refusal) if still and refusal else None

    said = await kit.db.read(work, seconds=5)
    if said is not None:
        channel = await kit.slack.direct(claimed.target)
        await kit.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None


async def settle(kit: Kit, claimed: Claimed) -> Record | None:
    """The organisation's settings changed: its meetings to come are ready, or not, by the new ones."""

    def record(session: Session) -> None:
        readiness.settle_all(session, claimed.organisation_id, kit.clock.now())

    return record
