"""What the commands of meetings have in common: the meeting that was typed, and its card."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.diary import meetings, naming
from bot.meetings import card as cards
from bot.meetings import card_views, planning
from bot.reading.times.plans import Around
from bot.slack.call import Call, Say
from bot.slack.text import unescape
from db import inbox
from db.inbox import Outcome
from db.models import Meeting, MeetingCard
from db.scope import of


def named(
    session: Session,
    call: Call,
    now: datetime,
    word: str,
    wanted: meetings.Wanted = meetings.ANY,
    *,
    acts: bool = False,
    running: bool = False,
) -> Meeting:
    """The meeting that was typed behind a word; what `acts` stops at anything left over. `running` and what is raised
    are those of `naming.find`."""
    to_change = acts and word != "cancel"
    command = f"meeting {word}"
    text = unescape(call.text)
    return naming.find(
        session, call.caller, text, now, wanted, command=command, acts=acts, to_change=to_change, running=running
    )


def once(
    session: Session,
    call: Call,
    now: datetime,
    make: Callable[[], Meeting],
    amend: Callable[[UUID], Meeting] | None = None,
) -> Outcome[Meeting]:
    """Do what a request asks of a meeting once: the same request again finds the meeting, and a form that is sent again
    with other content may `amend` it."""
    caller = call.caller
    return inbox.once(
        session,
        caller.organisation_id,
        call.claim,
        now,
        make=make,
        find=lambda made: meetings.get(session, caller, made),
        amend=amend,
    )


def around(call: Call, now: datetime) -> Around:
    """What the reading of a moment must know."""
    organisation = call.caller.organisation
    return Around(now, organisation.timezone, organisation.nation, organisation.programmes)


def beside_its_card(call: Call, meeting: Meeting) -> bool:
    """Whether whoever asks has the meeting's card before them: its host, among their direct messages."""
    return call.channel.startswith("D") and meeting.host == call.caller.slack_id


def on_its_card(session: Session, call: Call, meeting: Meeting) -> bool:
    """Whether a button of the card in its host's messages was pressed, which shows by itself what came of it. Any other
    message of the bot there does not."""
    if call.message is None or not beside_its_card(call, meeting):
        return False
    asked = of(meeting.organisation_id, MeetingCard).where(MeetingCard.meeting_id == meeting.id)
    posted = session.scalar(asked)
    return posted is not None and (posted.channel, posted.message_ts) == (call.message.channel, call.message.ts)


def card(
    session: Session,
    call: Call,
    meeting: Meeting,
    now: datetime,
    intro: str = "",
    said: Mapping[str, Any] | None = None,
) -> Say:
    """A meeting's card for whoever asks, with the open gates that follow from what was `said` first; under a
    button of that card, which moves on by itself, only the words."""
    organisation = call.caller.organisation
    wanted = planning.wanted_by(said or {})
    if intro and not wanted and on_its_card(session, call, meeting):
        return card_views.told(meeting, organisation.timezone, intro)
    drawn = cards.gather(session, organisation, meeting, now, call.caller.slack_id)
    return card_views.shown(replace(drawn, asked=planning.concerning(drawn.gates, wanted)), intro)
