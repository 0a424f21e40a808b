"""What is owed to the provider, and the host's notice when it is done."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Later, Record
from bot.deps import Deps
from bot.diary import cards, doors, states
from bot.gates import anew, clearing_views, gating, readiness
from bot.meetings import card_views, drift, hosting, relinking, retrying, upkeep, views
from bot.meetings.card import Card, gather
from bot.policy import load_pack
from bot.providers import (
    MeetingPlan,
    NoSuchMeeting,
    Provider,
    ProviderError,
    ProviderMeeting,
    SettingKey,
    State,
    ends_calls,
    has_passcode,
    needs_link,
    title_of,
)
from bot.slack.call import Say
from db.models import Delivery, Meeting, MeetingState, Organisation
from db.owed import Claimed, owe
from db.scope import of

STARTED = "Started. Admit people one by one, and lock the meeting when all are in."
T = TypeVar("T")
Changed = Callable[[Session, Meeting, datetime], None]
_MADE, _REMADE, _MOVED, _RELINKED = 0, -1, -2, -3
_WHY = {
    _REMADE: "It had been deleted there",
    _MOVED: "It belonged to another host",
    _RELINKED: "The old one had got out",
}
_TOLD_AT = 3
"""The try after which a passing failure is told: most are over by then."""
AFTERWARDS = timedelta(hours=12)
"""How long after its end a meeting is still ended or deleted at its provider: until then somebody could be in it."""


def ended_words(meeting: Meeting) -> str:
    """What is said when somebody ended a meeting: whether the bot ends it at its provider, too."""
    if needs_link(meeting.provider) or ends_calls(meeting.provider):
        return "Ended. Be the last to leave."
    name = title_of(meeting.provider)
    return f"Ended here. {name} lets no program end a call: end it there for everybody, and be the last to leave."


def register(jobs: Jobs, changed: Changed) -> None:
    """Make the room's deliveries known. `changed` is told of a meeting whose provider was asked about it."""
    make, look = partial(_make, changed), partial(_look, changed)
    jobs.on("meeting.create", make, lane=lanes.PROVIDERS)
    jobs.on("meeting.change", make, lane=lanes.PROVIDERS)
    jobs.on("meeting.look", look, lane=lanes.PROVIDERS)
    jobs.on("meeting.drop", drop, lane=lanes.PROVIDERS)
    jobs.on("meeting.cancel", cancel, lane=lanes.PROVIDERS)
    jobs.on("meeting.end", end, lane=lanes.PROVIDERS)
    jobs.on("meeting.tell_host", tell_host, lane=lanes.MESSAGES)
    jobs.on(drift.TELL, drift.tell, lane=lanes.ALARMS)
    jobs.on("meeting.not_ready", tell_not_ready, lane=lanes.MESSAGES)
    jobs.on("meeting.settle", judge_all, lane=lanes.MESSAGES)


async def _load(deps: Deps, claimed: Claimed, provider: str = "") -> tuple[Meeting, MeetingPlan, Provider]:
    def work(session: Session) -> tuple[Meeting, MeetingPlan]:
        meeting = session.get_one(Meeting, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        made_by = provider or meeting.provider
        return meeting, plan_of(session, organisation, meeting, made_by, meeting.relinked, deps.settings.export_base)

    meeting, plan = await deps.db.read(work, seconds=5)
    return meeting, plan, deps.provider(provider or meeting.provider)


def plan_of(
    session: Session, organisation: Organisation, meeting: Meeting, provider: str, number: int, pages: str | None
) -> MeetingPlan:
    """The meeting as its provider sees it: its title may hold a name, so the topic is only the reference. `number` is
    that of the link, so that one which got out is never found in the place of the one that stands; `pages` is where the
    bot's own pages are."""
    return MeetingPlan(
        reference=f"{meeting.reference}-{meeting.id.hex[:12]}{f'-{number}' if number else ''}",
        topic=f"{meeting.reference} · {organisation.name}"[:200],
        starts_at=meeting.starts_at,
        minutes=round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        timezone=organisation.timezone,
        passcode=meeting.passcode,
        host_email=hosting.accounts(session, organisation, provider, {meeting.host}).get(meeting.host),
        alternative_hosts=hosting.second_accounts(organisation, provider, meeting.co_workers),
        breakout_rooms=meeting.breakout_rooms,
        recorded=meeting.recorded,
        host_opens_mics=load_pack(organisation.policy).meeting.microphones.value == "host_mutes_and_unmutes",
        own_link=doors.of_meeting(pages, meeting) if pages else "",
        end_told_to=doors.of_end(pages, meeting) if pages else "",
    )


def _settings(room: ProviderMeeting) -> dict[str, Any]:
    return {
        one.key.value: {"state": one.state.value, "scope": one.scope.value, "evidence": one.evidence}
        for one in room.settings
    }


async def _make(changed: Changed, deps: Deps, claimed: Claimed) -> Record | None:
    """Make the meeting at its provider, or bring it in line with ours, and read every setting back."""
    meeting, plan, provider = await _load(deps, claimed)
    if meeting.state not in upkeep.MADE_IN:
        return None
    until = meeting.starts_at
    reference = meeting.provider_ref
    try:
        room = await _asked(deps, claimed, until, lambda: _made(provider, plan, reference))
    except NoSuchMeeting:
        return lambda session: _gone(session, claimed, reference, deps)
    return lambda session: _take(session, claimed, meeting, room, deps, changed)


async def _made(provider: Provider, plan: MeetingPlan, reference: str | None) -> ProviderMeeting:
    """The meeting as planned. One that belongs to another host cannot be handed over: it is made anew, and only then
    the old one deleted, so that a failure on the way leaves one that stands."""
    if not reference:
        return await provider.create(plan)
    room = await provider.change(reference, plan)
    if room.state(SettingKey.HOST) is not State.NOT_APPLIED:
        return room
    room = await provider.create(plan)
    await provider.cancel(reference)
    return room


async def _look(changed: Changed, deps: Deps, claimed: Claimed) -> Record | None:
    """See whether the provider's meeting still stands as planned, shortly before it is needed and while it is held."""
    meeting, plan, provider = await _load(deps, claimed)
    reference, now = meeting.provider_ref, deps.clock.now()
    if meeting.state not in states.OPEN or not reference or now >= meeting.ends_at:
        return None
    try:
        room = await provider.read_back(reference, plan)
    except NoSuchMeeting:
        return lambda session: _gone(session, claimed, reference, deps)
    except ProviderError as refused:
        due = retrying.next_try(refused, claimed, now, meeting.ends_at)
        if due is None:
            raise GiveUp(refused.code) from None
        raise Later(due, refused.code) from None
    return lambda session: _seen(session, claimed, reference, room, deps, changed)


def _seen(
    session: Session, claimed: Claimed, reference: str, room: ProviderMeeting, deps: Deps, changed: Changed
) -> None:
    """Write down how the provider's meeting stands; what is owed to the provider stays owed."""
    row = session.get_one(Meeting, claimed.record_id, with_for_update={"key_share": True})
    now = deps.clock.now()
    if row.provider_ref == reference:
        row.settings_read = drift.noted(row.settings_read, _settings(room), now)
        upkeep.owe_look(session, row, now)
        held_up = readiness.settle(session, row, readiness.SYSTEM, now) is MeetingState.SCHEDULED
        if drift.since(row, now) and not held_up:
            # Whose meeting is not ready any more is told by which of its gates.
            drift.owe_telling(session, row, now)
        changed(session, row, now)


def _more_to_make(session: Session, claimed: Claimed) -> bool:
    """Whether something else is owed to the provider, because the meeting was changed while it was being made. What
    changes nothing at the provider, such as a pasted link, owes it nothing."""
    query = of(claimed.organisation_id, Delivery).where(
        Delivery.record_id == claimed.record_id,
        Delivery.kind.in_(upkeep.MAKING),
        Delivery.done_at.is_(None),
        Delivery.id != claimed.id,
    )
    return session.scalars(query.limit(1)).first() is not None


def _take(
    session: Session, claimed: Claimed, drawn: Meeting, room: ProviderMeeting, deps: Deps, changed: Changed
) -> None:
    """Write down what the provider has made of the meeting, as it was when the provider was asked."""
    now = deps.clock.now()
    row = session.get_one(Meeting, claimed.record_id, with_for_update={"key_share": True})
    if row.relinked != drawn.relinked:
        # Its link got out meanwhile, or it is held elsewhere: what was made or changed is what has to go.
        return relinking.made_meanwhile(session, row, drawn.relinked, room.provider_ref, now)
    by_hand = needs_link(row.provider)
    told = (State.UNKNOWN, State.NOT_APPLIED)
    doubts = {key: found for key, found in row.settings_read.items() if by_hand and found["state"] in told}
    row.settings_read = {**_settings(room), **doubts}
    another = not by_hand and room.provider_ref != row.provider_ref
    step = _news(session, row) if another else _MADE
    # That it is made is told by its card, which is posted then.
    news = by_hand or (another and step != _MADE) or row.provider_error is not None
    if row.join_url and not by_hand and (another or (room.join_url, room.passcode) != (row.join_url, row.passcode)):
        row.link_since = now
    if not by_hand:
        # Of a meeting that is made by hand only the host knows the passcode, and may have pasted it meanwhile.
        row.passcode = room.passcode or (row.passcode if has_passcode(row.provider) else "")
    if not _more_to_make(session, claimed):
        row.provider_error = row.provider_since = row.provider_next = None
    if room.provider_ref:
        held_in = (row.provider, row.join_url)
        row.provider_ref, row.join_url = room.provider_ref, room.join_url
        anew.room_changed(session, row, held_in, readiness.SYSTEM, now)
        if row.state is MeetingState.DRAFT:
            states.move(row, MeetingState.SCHEDULED)
        if row.state is MeetingState.CANCELLED:
            upkeep.owe_call(session, row, "meeting.cancel", now)
        upkeep.owe_look(session, row, now)
    readiness.settle(session, row, readiness.SYSTEM, now)
    changed(session, row, now)
    if news:
        _owe_notice(session, row, deps, step)


def _news(session: Session, row: Meeting) -> int:
    """What another meeting at the provider is to its host: another's before, or one whose link is no more, and why."""
    if row.join_url:
        return _MOVED
    if row.link_since is None:
        return _MADE
    return _RELINKED if relinking.replaced(session, row) else _REMADE


def _gone(session: Session, claimed: Claimed, reference: str | None, deps: Deps) -> None:
    row = session.get_one(Meeting, claimed.record_id, with_for_update={"key_share": True})
    if row.provider_ref == reference and row.state in upkeep.MADE_IN:
        upkeep.gone(session, row, deps.clock.now())


async def _asked(deps: Deps, claimed: Claimed, until: datetime, call: Callable[[], Awaitable[T]]) -> T:
    """Ask the provider. A refusal is shown on the meeting, told to who runs it, and tried again until `until`."""
    try:
        return await call()
    except NoSuchMeeting:
        raise
    except ProviderError as refused:
        now = deps.clock.now()
        due, words, code = retrying.next_try(refused, claimed, now, until), refused.words, refused.code
        lasting = retrying.lasting(refused)

        def note(session: Session) -> None:
            meeting = session.get_one(Meeting, claimed.record_id)
            tell = meeting.provider_error != words if lasting else claimed.attempt == _TOLD_AT
            meeting.provider_error, meeting.provider_next = words[:200], due
            meeting.provider_since = meeting.provider_since or now
            cards.changed(session, meeting, now)
            if tell or due is None:
                _owe_notice(session, meeting, deps, step=claimed.attempt)

        if due is None:
            raise GiveUp(code, note) from None
        await deps.db.write(note, job=True)
        raise Later(due, code) from None


def _owe_notice(session: Session, meeting: Meeting, deps: Deps, step: int) -> None:
    """Tell the host; a trouble is told to who scheduled it, too."""
    told = [meeting.host] if step <= _MADE else dict.fromkeys((meeting.host, meeting.created_by))
    for one in told:
        now = deps.clock.now()
        owe(session, meeting.organisation_id, "meeting.tell_host", at=now, target=one, record_id=meeting.id, step=step)


async def cancel(deps: Deps, claimed: Claimed) -> Record | None:
    """Delete the provider's meeting, also one that was made while we were cancelling."""
    meeting, plan, provider = await _load(deps, claimed)
    if meeting.state is not MeetingState.CANCELLED:
        # It was taken back meanwhile: what is there now is the meeting that stands.
        return None
    await _asked(deps, claimed, meeting.ends_at + AFTERWARDS, lambda: _delete(provider, plan, meeting.provider_ref))
    return lambda session: _nothing_wrong(session, claimed)


async def drop(deps: Deps, claimed: Claimed) -> Record | None:
    """Delete what a provider still holds of a meeting that is held elsewhere; owed by versions of before."""
    meeting, plan, provider = await _load(deps, claimed, claimed.target)
    try:
        await _delete(provider, plan, None)
    except ProviderError as refused:
        due = retrying.next_try(refused, claimed, deps.clock.now(), meeting.ends_at + AFTERWARDS)
        if due is None:
            raise GiveUp(refused.code) from None
        raise Later(due, refused.code) from None
    return None


async def _delete(provider: Provider, plan: MeetingPlan, reference: str | None) -> None:
    found = reference or await provider.find(plan)
    if found:
        await provider.cancel(found)


async def end(deps: Deps, claimed: Claimed) -> Record | None:
    """End the provider's meeting for everybody."""
    meeting, _, provider = await _load(deps, claimed)
    reference = meeting.provider_ref
    if not reference:
        return None
    if meeting.state is MeetingState.STARTED:
        # It was taken back meanwhile, and somebody may be in it.
        return lambda session: _nothing_wrong(session, claimed)
    await _asked(deps, claimed, meeting.ends_at + AFTERWARDS, lambda: provider.end(reference))
    return lambda session: _nothing_wrong(session, claimed)


def _nothing_wrong(session: Session, claimed: Claimed) -> None:
    """Nothing is wrong with the meeting at its provider any more; of one that came back, more is owed."""
    row = session.get_one(Meeting, claimed.record_id)
    if row.state in upkeep.MADE_IN:
        return
    row.provider_error = row.provider_since = row.provider_next = None


async def tell_host(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell the host how their meeting stands at the provider."""

    def work(session: Session) -> Card:
        meeting = session.get_one(Meeting, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return gather(session, organisation, meeting, deps.clock.now(), claimed.target, stays=True)

    card = await deps.db.read(work, seconds=5)
    why = _WHY.get(claimed.step, "")
    said = card_views.news(card, views.made_text(card.meeting, why))
    if said is not None:
        channel = await deps.slack.direct(claimed.target)
        await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None


async def tell_not_ready(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell the host that a gate opened again and their meeting is not ready any more; nothing where it is."""

    def work(session: Session) -> Say | None:
        meeting = session.get_one(Meeting, claimed.record_id)
        refusal = readiness.before_ready(gating.of_meeting(session, meeting, deps.clock.now()))
        still = meeting.state is MeetingState.SCHEDULED and refusal is not None
        return clearing_views.not_ready(meeting, refusal) if still and refusal else None

    said = await deps.db.read(work, seconds=5)
    if said is not None:
        channel = await deps.slack.direct(claimed.target)
        await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None


async def judge_all(deps: Deps, claimed: Claimed) -> Record | None:
    """The organisation's settings changed: its meetings to come are ready, or not, by the new ones."""

    def record(session: Session) -> None:
        readiness.settle_all(session, claimed.organisation_id, deps.clock.now())

    return record
