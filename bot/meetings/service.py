"""The rules of meetings: their states, and what is owed to the provider when one changes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import cards, sendings, states
from bot.diary.meetings import get
from bot.diary.states import OVER
from bot.errors import BadInput, Conflict, NotNow
from bot.gates import anew, readiness, urgent
from bot.meetings import card_times, keys, planning, upkeep
from bot.meetings.forms import MeetingForm
from bot.participants import firsts
from bot.providers import needs_link
from bot.reading.invites.services import Link
from bot.reading.outcome import Understood
from db import audit
from db.base import new_id
from db.models import Meeting, MeetingState, Organisation
from db.scope import next_number

EARLY = timedelta(minutes=30)
"""A start longer before a meeting's time is asked about."""
CANCEL_UNDONE_FOR = timedelta(minutes=10)
"""How long a cancellation can be taken back."""
Move = Callable[[Session, Caller, UUID, datetime], Meeting]


def schedule(
    session: Session,
    caller: Caller,
    form: MeetingForm,
    passcode: str,
    now: datetime,
    problem: str | None = None,
    repeat: UUID | None = None,
    group_id: UUID | None = None,
    provider: str | None = None,
) -> Meeting:
    """Schedule a meeting. It stays a draft until the provider has made it, or the host has pasted its link; `problem`
    is what is known to keep the provider from it, `repeat` what it has in common with those made together with it,
    `group_id` the group that meets, `provider` what hosts it where that is not the organisation's.

    Raises planning.NotAllowed or planning.ReasonWanted where the policy does not take what is planned.
    """
    organisation = caller.organisation
    meeting = Meeting(
        id=new_id(),
        organisation_id=organisation.id,
        number=next_number(session, organisation.id, Organisation.last_meeting),
        title=form.title,
        programme=form.programme,
        starts_at=form.starts_at,
        ends_at=form.starts_at + timedelta(minutes=form.minutes),
        state=MeetingState.DRAFT,
        host=form.host or caller.slack_id,
        co_workers=[one for one in form.co_workers if one != (form.host or caller.slack_id)],
        created_by=caller.slack_id,
        created_at=now,
        repeat=repeat,
        group_id=group_id,
        provider=provider or planning.chosen(organisation, form.provider),
        passcode=passcode,
        settings_read={},
        provider_error=problem,
    )
    session.add(meeting)
    session.flush()
    audit.record(session, organisation.id, now, caller.slack_id, "meeting.scheduled", "meeting", meeting.id)
    planning.take(session, caller, meeting, form.model_dump(), now)
    upkeep.owe_making(session, meeting, now)
    card_times.owe_cards(session, meeting, now, new=True)
    return meeting


class Early(NotNow):
    """A start long before a meeting's time, or after it (`late`): it may be the wrong meeting. Nothing was changed."""

    def __init__(self, meeting: Meeting, *, late: bool = False) -> None:
        how = "was to be over by now" if late else "does not begin yet"
        super().__init__(f"{meeting.reference} {how}. Nothing was changed.")
        self.meeting, self.late = meeting, late


def as_it_stands(meeting: Meeting) -> dict[str, object]:
    """What is known of a meeting itself, to see whether a change changed anything."""
    return {one.key: getattr(meeting, one.key) for one in Meeting.__mapper__.column_attrs if one.key != "version"}


def check_changeable(meeting: Meeting) -> None:
    """Raises NotNow for a meeting that has begun, or was cancelled."""
    if meeting.state not in states.TO_COME:
        raise NotNow(f"{meeting.reference} is {meeting.state.value}; it can't be changed any more.")


def edit(
    session: Session, caller: Caller, meeting_id: UUID, changes: Mapping[str, Any], now: datetime, version: int = 0
) -> Meeting:
    """Change a meeting. `changes` may hold title, starts_at, minutes, programme, host, co_workers, passcode and
    link, and the fields of Options; `asked_about` is what a pasted invitation says that was asked about already,
    `got_out` that the link of before did.
    `version` is the one that the form was drawn for; another one raises Conflict.
    Raises planning.NotAllowed or planning.ReasonWanted where the policy does not take what is planned, and
    keys.AnotherMeeting for the invitation of another meeting."""
    meeting = get(session, caller, meeting_id, to_change=True)
    if version and meeting.version != version:
        raise Conflict(f"Somebody changed {meeting.reference} meanwhile. Open it again to see how it is now.")
    check_changeable(meeting)
    before, room = (meeting.starts_at, meeting.ends_at), (meeting.provider, meeting.join_url)
    meeting.version += 1
    for name in ("title", "programme", "host"):
        if changes.get(name) is not None:
            setattr(meeting, name, changes[name])
    if changes.get("co_workers") is not None:
        meeting.co_workers = [one for one in changes["co_workers"] if one != meeting.host]
    _set_time(session, meeting, changes, now)
    wanted = changes.get("provider")
    if wanted and wanted != meeting.provider:
        upkeep.move_to(session, meeting, planning.chosen(caller.organisation, wanted), now)
    _set_keys(session, meeting, changes, now)
    anew.room_changed(session, meeting, room, caller.slack_id, now)
    planning.take(session, caller, meeting, changes, now)
    action = "meeting.relinked" if changes.get("got_out") else "meeting.changed"
    audit.record(session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id)
    if not needs_link(meeting.provider):
        upkeep.owe_making(session, meeting, now)
    if before != (meeting.starts_at, meeting.ends_at):
        sendings.look_again(session, meeting, now)
        card_times.owe_cards(session, meeting, now)
    readiness.settle(session, meeting, caller.slack_id, now)
    return meeting


def _set_time(session: Session, meeting: Meeting, changes: Mapping[str, Any], now: datetime) -> None:
    minutes = changes.get("minutes") or round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    starts_at = changes.get("starts_at") or meeting.starts_at
    if changes.get("starts_at") and starts_at <= now:
        raise BadInput("That moment is in the past. Give a date and time still to come.", field="date")
    moved = starts_at != meeting.starts_at
    meeting.starts_at, meeting.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    if moved:
        # The register opens half an hour before: somebody may be marked as present already.
        firsts.look_again(session, meeting)


def _set_keys(session: Session, meeting: Meeting, changes: Mapping[str, Any], now: datetime) -> None:
    """Take a new passcode and a pasted link; whoever has the old ones cannot come in with them. The passcode of a
    pasted link is the one that was pasted or typed with it, and none where none was."""
    typed = changes.get("passcode")
    passcode = typed if typed and typed != meeting.passcode else None
    if changes.get("link"):
        pasted = keys.pasted(session, meeting, changes["link"])
        if not keys.is_own(meeting, pasted.value.url or ""):
            passcode = pasted.value.passcode or passcode
            if pasted.value.url and pasted.value.url != meeting.join_url:
                keys.check_meeting(session, meeting, changes["link"], changes.get("asked_about"), now)
                _set_link(session, meeting, pasted, now)
                passcode = passcode or ""
    if passcode is None or passcode == meeting.passcode:
        return
    keys.check_passcode(meeting, passcode)
    meeting.passcode = passcode
    meeting.link_since = now if meeting.join_url else meeting.link_since


def _set_link(session: Session, meeting: Meeting, pasted: Understood[Link], now: datetime) -> None:
    """Take the link that the host pasted. Where the bot was to make the meeting, the host has made another: what the
    provider holds of it is deleted, and the settings are the host's to see to."""
    if not needs_link(meeting.provider):
        upkeep.take_over_by_hand(session, meeting, now)
    if meeting.join_url is not None:
        meeting.link_since = now
    meeting.join_url = pasted.value.url
    meeting.settings_read = keys.told_of(pasted, meeting.settings_read)
    if meeting.state is MeetingState.DRAFT:
        states.move(meeting, MeetingState.SCHEDULED)


def try_again(session: Session, caller: Caller, meeting_id: UUID, now: datetime) -> Meeting:
    """Ask the provider anew for what it has not done, at once."""
    meeting = get(session, caller, meeting_id, to_change=True)
    if meeting.state not in upkeep.MADE_IN or needs_link(meeting.provider):
        raise NotNow(f"{meeting.reference} is {meeting.state.value}; there is nothing to try again.")
    if meeting.provider_since is not None:
        meeting.provider_error = None
        cards.changed(session, meeting, now)
        upkeep.owe_making(session, meeting, now)
    return meeting


def cancel(session: Session, caller: Caller, meeting_id: UUID, now: datetime) -> Meeting:
    """Cancel a meeting; the provider's is deleted, and whoever was mailed about it is told, once that cannot be taken
    back any more, or at once where somebody may come to it before. A meeting that has ended cannot be cancelled."""
    meeting = get(session, caller, meeting_id, to_change=True)
    if meeting.state is MeetingState.CANCELLED:
        return meeting
    if meeting.state in states.BEGUN:
        raise NotNow(f"{meeting.reference} has {meeting.state.value} already; it can't be cancelled.")
    _move(session, caller, meeting, MeetingState.CANCELLED, now)
    meeting.cancelled_at = now
    firsts.look_again(session, meeting)
    final = now + CANCEL_UNDONE_FOR
    due = final if final < meeting.starts_at else now
    sendings.tell_cancelled(session, meeting, caller.slack_id, now, due)
    if not needs_link(meeting.provider):
        upkeep.owe_call(session, meeting, "meeting.cancel", now, due=due)
    return meeting


def start(session: Session, caller: Caller, meeting_id: UUID, now: datetime, *, early: bool = False) -> Meeting:
    """Note that the meeting has begun. Raises readiness.NotYet while a gate of the policy refuses it, and Early more
    than half an hour before its time or after it, unless it is to begin `early`, or is urgent contact, which nothing
    holds up."""
    meeting = get(session, caller, meeting_id, to_change=True)
    if meeting.state is MeetingState.STARTED:
        return meeting
    if meeting.state is MeetingState.DRAFT:
        raise NotNow(f"{meeting.reference} has no link yet. {_next_step(meeting)}")
    if meeting.state not in states.SET_UP:
        raise NotNow(f"{meeting.reference} is {meeting.state.value}; it can't be started.")
    readiness.check_start(session, meeting, now)
    late = now >= meeting.ends_at
    if (late or now < meeting.starts_at - EARLY) and not early and readiness.urgent(session, meeting) is None:
        raise Early(meeting, late=late)
    _move(session, caller, meeting, MeetingState.STARTED, now)
    meeting.started_at = now
    card_times.owe_cards(session, meeting, now)
    return meeting


def _next_step(meeting: Meeting) -> str:
    paste = f"`/meeting edit {meeting.reference} link https://…`"
    if needs_link(meeting.provider):
        return f"Paste it: {paste}"
    if meeting.provider_error:
        return f"{meeting.provider_error} You can make it yourself and paste its link: {paste}"
    return "It is still being made; try again in a moment."


def end(session: Session, caller: Caller, meeting_id: UUID, now: datetime) -> Meeting:
    """Note that the meeting is over, and end it at the provider."""
    meeting = get(session, caller, meeting_id, to_change=True)
    if meeting.state in OVER:
        return meeting
    if meeting.state is MeetingState.CANCELLED:
        raise NotNow(f"{meeting.reference} is cancelled; there is nothing to end.")
    if meeting.state is not MeetingState.STARTED:
        raise NotNow(f"{meeting.reference} has not been started. `/meeting start {meeting.reference}` starts it.")
    _move(session, caller, meeting, MeetingState.ENDED, now)
    meeting.ended_at = now
    if not needs_link(meeting.provider):
        upkeep.owe_call(session, meeting, "meeting.end", now)
    card_times.owe_cards(session, meeting, now)
    urgent.ended(session, meeting, now)
    return meeting


def _move(session: Session, caller: Caller, meeting: Meeting, to: MeetingState, now: datetime) -> None:
    states.move(meeting, to)
    meeting.version += 1
    cards.changed(session, meeting, now)
    audit.record(session, meeting.organisation_id, now, caller.slack_id, f"meeting.{to.value}", "meeting", meeting.id)
