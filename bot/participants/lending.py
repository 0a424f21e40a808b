"""The people of one meeting offered for another: shown as a list to register, never registered by themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings, naming
from bot.diary.naming import Again
from bot.errors import BadInput, NotFound, Unclear
from bot.participants import merging, service, views
from bot.participants.forms import Listed
from bot.participants.views import Target
from bot.reading import Refused, Said, numbering
from bot.reading.persons import people
from bot.reading.persons.borrowed import Borrowed
from bot.reading.persons.names import folded
from bot.slack.call import Modal
from bot.slack.text import clip, plain_when
from db.models import Meeting

_LENDING = meetings.Wanted(meetings.TO_REGISTER.states, since=timedelta(days=70))
_ADD = "participant add"
_BUTTONS = 5


def shown(session: Session, caller: Caller, borrowed: Borrowed, now: datetime) -> Modal:
    """The form with the people of the meeting that is meant, to be looked at and sent off. Raises Unclear with a button
    for each meeting that may be meant, or NotFound."""
    target = _target(session, caller, borrowed, now)
    service.check_open(target)
    source = _source(session, caller, borrowed, target, now)
    known = [one.participant.name for one in service.registered(session, target)]
    there = {folded(one) for one in known}
    names = [one.participant.name for one in service.registered(session, source)]
    new = [one for one in names if folded(one) not in there]
    if not new:
        raise NotFound(f"Everybody of {source.reference} is on {target.reference} already. Nothing was changed.")
    text = "\n".join(new)
    outcome = people.read(text, known, merging.elsewhere(session, caller, target, now), form=True)
    if isinstance(outcome, Refused):
        raise BadInput(outcome.why)
    whose = f"They are on the list of {source.reference}, {source.title}, {_day(source, caller)}."
    outcome = replace(outcome, said=(Said("lent", source.reference, whose), *outcome.said))
    return Modal(views.check(Target.of([target], caller.zone), outcome, Listed(text)))


def _day(meeting: Meeting, caller: Caller) -> str:
    return plain_when(meeting.starts_at.astimezone(ZoneInfo(caller.zone)))


def _target(session: Session, caller: Caller, borrowed: Borrowed, now: datetime) -> Meeting:
    numbers = numbering.numbers(borrowed.target)
    again = Again(_ADD, borrowed.words)
    if numbers or not borrowed.target:
        return naming.numbered(session, caller, numbers[0] if numbers else None, now, meetings.TO_COME, again)
    found = naming.called(session, caller, borrowed.target, now, nearly=True)
    fitting = [one for one in found if meetings.fits(one, now, meetings.TO_COME)]
    if len(fitting) == 1:
        return fitting[0]
    others = fitting or meetings.mine(session, caller, now, meetings.TO_COME)
    raise naming.unclear("To which meeting?", others, _ADD, caller, borrowed.words)


def _source(session: Session, caller: Caller, borrowed: Borrowed, target: Meeting, now: datetime) -> Meeting:
    """The meeting whose people are meant: of one title, the last one before the other."""
    if numbers := numbering.numbers(borrowed.source):
        return naming.numbered(session, caller, numbers[0], now, meetings.ANY, Again(_ADD))
    mine = [one for one in meetings.mine(session, caller, now, _LENDING) if one.id != target.id]
    mine = [one for one in mine if service.registered(session, one)]
    if borrowed.last:
        found = [one for one in mine if folded(one.title) == folded(target.title)]
    else:
        called = {one.id for one in naming.called(session, caller, borrowed.source, now, nearly=True)}
        title = folded(borrowed.source)
        found = [one for one in mine if one.id in called or title in (folded(one.title), folded(one.programme or ""))]
    before = [one for one in found if one.starts_at < target.starts_at] or found
    if before and len({folded(one.title) for one in before}) == 1:
        return before[-1]
    raise _which(before or mine, target, caller)


def _which(offered: Sequence[Meeting], target: Meeting, caller: Caller) -> Exception:
    if not offered:
        return NotFound("None of your meetings has anybody on its list whom I could offer. Nothing was changed.")
    latest = list(offered)[-_BUTTONS:][::-1]
    choices = [(clip(f"{one.reference} {one.title}", 70), f"{_ADD} {target.reference}") for one in latest]
    carried = [f"everyone from {one.reference}" for one in latest]
    return Unclear(f"Whose people are to come to {target.reference}? Nothing was changed.", choices, carried)
