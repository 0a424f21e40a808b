"""What is asked anew at a meeting, as that for which it was said is so no more: its room, its staff or its people."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.facts import points, standing
from bot.facts.points import Point
from bot.facts.recording import Saying, write
from bot.gates import again, changes, gating, posts
from bot.policy import Pack, load_pack
from bot.policy.gates import Gates
from bot.providers import SettingKey, same_room
from db import audit
from db.holding import hold
from db.models import Fact, FactAnswer, HowShown, Meeting, Organisation

Room = tuple[str, str | None]
"""A meeting's provider and its link."""


def room_changed(session: Session, meeting: Meeting, before: Room, by: str, now: datetime) -> None:
    """Take the staff's word for the settings of the room `before` back where the meeting is held in another one now:
    what was seen in one room says nothing of another. `by` is the Slack id of who changed it, or readiness.SYSTEM."""
    provider, link = before
    room = (meeting.provider, meeting.join_url)
    if same_room(before, room) or (link is None and provider == meeting.provider):
        return
    session.flush()
    settings = _settings(session, meeting, gating.of_meeting(session, meeting, now))
    said = standing.standing(standing.history(session, meeting))
    _take_back(session, meeting, [point for point in said if point in settings], by, now, "for another room")


def words(session: Session, meeting: Meeting, now: datetime) -> str:
    """What to say of that from which a change of this moment took the word; empty where it took none."""
    session.flush()
    newest = standing.newest(standing.history(session, meeting))
    back = {point for point, one in newest.items() if one.answer is FactAnswer.BACK and one.at == now}
    if not back:
        return ""
    settings = len(back & _settings(session, meeting, gating.of_meeting(session, meeting, now)))
    others = len(back) - settings
    told = [f"{settings} setting{' is' if settings == 1 else 's are'} asked anew, for it is another room."]
    more = f"{others} thing{' is' if others == 1 else 's are'} asked anew, for not all is as last time any more."
    return " ".join([*(told if settings else []), *([more] if others else [])])


def as_before(session: Session, meeting: Meeting, by: str, now: datetime) -> bool:
    """Take back what was confirmed as the same as last time and is so no more: others run the meeting, somebody else
    comes, it is held elsewhere, or something is known since. Whether anything was."""
    stands = standing.standing(standing.history(session, meeting))
    mine = {point: one for point, one in stands.items() if one.shown_by is HowShown.AS_BEFORE and one.within}
    gone: list[Point] = []
    for earlier_id in {(one.within or "").partition(":")[0] for one in mine.values()}:
        theirs = {point: one for point, one in mine.items() if (one.within or "").startswith(earlier_id)}
        gone += _gone(session, meeting, session.get_one(Meeting, UUID(earlier_id)), theirs, now)
    return _take_back(session, meeting, gone, by, now, "not as last time any more")


def _gone(
    session: Session, meeting: Meeting, earlier: Meeting, said: Mapping[Point, Fact], now: datetime
) -> list[Point]:
    pack = _pack(session, meeting)
    differ = {one.id for one in changes.between(session, pack, earlier, meeting).changes}
    if again.known_since(session, meeting, min(one.at for one in said.values())):
        differ.add(again.KNOWN.id)
    gates = gating.of_meeting(session, meeting, now)
    holds = again.conditions(meeting, earlier, differ)
    lasts = {points.gate(gate.id): holds[gate.lasts] for gate in gates if gate.lasts}
    lasts |= dict.fromkeys(_settings(session, meeting, gates), holds["link"])
    return [point for point in said if not lasts.get(point, not differ)]


def _pack(session: Session, meeting: Meeting) -> Pack:
    return load_pack(session.get_one(Organisation, meeting.organisation_id).policy)


def _settings(session: Session, meeting: Meeting, gates: Gates) -> set[Point]:
    """All that is said of the room of a meeting."""
    measures = (one for row in _pack(session, meeting).checklist.rows for one in row.measures)
    names = {*(key.value for key in SettingKey), *(one.setting for one in measures if one.setting)}
    return {points.setting(name) for name in names} | {points.gate(one.id) for one in gates if one.lasts == "link"}


def _take_back(session: Session, meeting: Meeting, gone: Collection[Point], by: str, now: datetime, why: str) -> bool:
    if not gone:
        return False
    hold(session, meeting)
    caller = Caller(session.get_one(Organisation, meeting.organisation_id), by, by, frozenset())
    write(session, caller, meeting, [Saying(point, FactAnswer.BACK) for point in gone], now)
    detail = f"{len(gone)} {why}"
    audit.record(session, meeting.organisation_id, now, by, "meeting.asked_anew", "meeting", meeting.id, detail)
    session.flush()
    posts.meeting_changed(session, meeting, now)
    return True
