"""What a provider told is kept, once, and what follows from it for a meeting is worked out."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.diary import doors, roster
from bot.live import naming
from bot.live.alarms import Alarm, Rules, Seen, Who, alarms
from bot.meetings import hosting, upkeep
from bot.policy import load_pack
from bot.providers.told import Happened, Told
from bot.staff.people import emails, names
from db.base import new_id
from db.insert import insert_unless_there
from db.models import LiveAlarm, LiveEvent, Meeting, MeetingKind, MeetingState, Organisation
from db.owed import owe
from db.scope import of

_AT_DOOR_AGAIN = timedelta(minutes=10)
JUDGE, TELL, FORGET, AT_DOOR = "live.judge", "live.tell", "live.forget", "live.at_door"
SETTLES = timedelta(seconds=2)
"""What belongs together, such as a going and a coming back, is told within moments, in any order."""
_AROUND = timedelta(hours=24)
"""How long before its time a meeting may be opened, and after it still be held."""
KEPT_FOR = timedelta(days=30)
"""How long it is kept who came and went, by the provider's word: the register is what stays."""
_AT_ONCE = (Happened.RECORDING,)
_TEAM, _LISTED = "team:", "listed"
_TWICE = 60
"""Said again within so many seconds, an end is the same one."""


def take(session: Session, provider: str, told: Told, now: datetime) -> bool:
    """Keep what a provider told of a meeting of ours, and owe what follows from it; whether it is one. What was told
    already changes nothing."""
    meeting = _meeting(session, provider, told.ref, now)
    if meeting is None:
        return False
    if told.what is Happened.CHANGED:
        upkeep.owe_look_now(session, meeting, now)
        return True
    row = {
        "id": new_id(),
        "organisation_id": meeting.organisation_id,
        "meeting_id": meeting.id,
        "key": told.key,
        "what": told.what.value,
        "occasion": _digest(meeting, told.occasion),
        "person": _digest(meeting, told.person) if told.person else "",
        "account": _account(session, meeting, told) if told.person else "",
        "at": told.at,
        "sent_at": told.sent_at,
        "received_at": now,
    }
    if not insert_unless_there(session, LiveEvent, [row]):
        return True
    if told.name and not row["account"]:
        session.get_one(LiveEvent, row["id"]).name = told.name
    if told.what is Happened.STARTED:
        upkeep.owe_look_now(session, meeting, now)
    owe_judging(session, meeting, now, at_once=told.what in _AT_ONCE)
    due, once = max(meeting.ends_at, now) + KEPT_FOR, f"{FORGET}:{meeting.id.hex}"
    owe(session, meeting.organisation_id, FORGET, at=now, due=due, record_id=meeting.id, only_once=once)
    return True


def take_end(session: Session, token: str, now: datetime, *, recorded: bool) -> None:
    """Keep that the meeting has ended whose own address this is; an alarm, where it was recorded."""
    meeting = doors.ended(session, token)
    ref = meeting.provider_ref if meeting is not None else None
    if meeting is None or ref is None:
        return
    occasion, before = f"{ref} {int(now.timestamp()) // _TWICE}", now - timedelta(seconds=1)
    for what, at in [*([(Happened.RECORDING, before)] if recorded else []), (Happened.ENDED, now)]:
        key = hashlib.sha256(f"{occasion} {what.value}".encode()).hexdigest()
        take(session, meeting.provider, Told(key, what, ref, occasion, at, at), now)


def owe_judging(session: Session, meeting: Meeting, now: datetime, *, at_once: bool = False) -> None:
    """Owe a look at what follows from all that was told of a meeting; one a second at most."""
    due = now if at_once else now + SETTLES
    once = f"{JUDGE}:{meeting.id.hex}:{int(due.timestamp())}{':now' if at_once else ''}"
    queue, organisation_id = f"live:{meeting.id}", meeting.organisation_id
    owe(session, organisation_id, JUDGE, at=now, due=due, record_id=meeting.id, queue=queue, only_once=once)


def owe_at_door(session: Session, door: doors.Door, now: datetime) -> None:
    """Owe the team word that the link of somebody who may not come in was opened; of one person once in ten minutes."""
    meeting, place = door.meeting, door.registration
    if place is None:
        return
    slot = int(now.timestamp() // _AT_DOOR_AGAIN.total_seconds())
    for number, person in enumerate(meeting.team):
        once = f"{AT_DOOR}:{place.id.hex}:{slot}:{number}"
        owe(session, meeting.organisation_id, AT_DOOR, at=now, target=person, record_id=meeting.id, only_once=once)


def standing(session: Session, meeting: Meeting) -> tuple[Alarm, ...]:
    """What the team of a meeting must know, by all that was told of it."""
    rows = session.scalars(of(meeting.organisation_id, LiveEvent).where(LiveEvent.meeting_id == meeting.id)).all()
    if not rows:
        return ()
    organisation = session.get_one(Organisation, meeting.organisation_id)
    listed = [one.participant.name for one in roster.registered(session, meeting)]
    team = names(session, meeting.organisation_id, set(meeting.team))
    return alarms([_seen(row, listed, team) for row in rows], rules_of(organisation, meeting))


def rules_of(organisation: Organisation, meeting: Meeting) -> Rules:
    """What the policy and the plan of a meeting ask for while it is held."""
    pack = load_pack(organisation.policy).meeting
    group = meeting.kind is MeetingKind.GROUP
    never = pack.recording.value == "never"
    # A meeting that was planned with fewer has its reason for it.
    workers = min(pack.staff_minimum.value if group else 1, len(meeting.team))
    return Rules(workers, meeting.recorded and not never)


def judge(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe every alarm that is new, and the change of every message that shows one which is so no more."""
    found = {(one.kind.value, one.number): one for one in standing(session, meeting)}
    query = of(meeting.organisation_id, LiveAlarm).where(LiveAlarm.meeting_id == meeting.id)
    known = {(one.kind, one.number, one.slack_id): one for one in session.scalars(query)}
    for kind, number in found:
        for person in meeting.team:
            if (kind, number, person) not in known:
                row = LiveAlarm(
                    id=new_id(),
                    organisation_id=meeting.organisation_id,
                    meeting_id=meeting.id,
                    slack_id=person,
                    kind=kind,
                    number=number,
                    raised_at=now,
                )
                session.add(row)
                known[kind, number, person] = row
    session.flush()
    for row in known.values():
        queue = f"{TELL}:{row.id}"
        owe(session, row.organisation_id, TELL, at=now, target=row.slack_id, record_id=row.id, queue=queue)


def forget(session: Session, meeting: Meeting) -> None:
    """Remove what was told of a meeting, and the alarms' places."""
    mine = (LiveEvent.organisation_id == meeting.organisation_id, LiveEvent.meeting_id == meeting.id)
    session.execute(delete(LiveEvent).where(*mine))
    theirs = (LiveAlarm.organisation_id == meeting.organisation_id, LiveAlarm.meeting_id == meeting.id)
    session.execute(delete(LiveAlarm).where(*theirs))


def _meeting(session: Session, provider: str, ref: str, now: datetime) -> Meeting | None:
    """The meeting that the provider knows by this number. It is kept sealed, so those of these days are looked at."""
    for organisation_id in session.scalars(select(Organisation.id)):
        near = of(organisation_id, Meeting).where(
            Meeting.provider == provider,
            Meeting.ends_from(now - _AROUND),
            Meeting.starts_at <= now + _AROUND,
            Meeting.state != MeetingState.CANCELLED,
        )
        for meeting in session.scalars(near):
            if meeting.provider_ref == ref:
                return meeting
    return None


def _account(session: Session, meeting: Meeting, told: Told) -> str:
    """Whose account somebody is signed in with, where the provider tells."""
    if told.hosts:
        return f"{_TEAM}{meeting.host}"
    address = told.address.casefold()
    if not address:
        return ""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    team = set(meeting.team)
    accounts = {
        **emails(session, meeting.organisation_id, team),
        **hosting.accounts(session, organisation, meeting.provider, team),
    }
    whose = next((one for one, known in accounts.items() if known.casefold() == address), None)
    if whose is not None:
        return f"{_TEAM}{whose}"
    expected = any(address in one.participant.addresses for one in roster.registered(session, meeting))
    return _LISTED if expected else ""


def _seen(row: LiveEvent, listed: list[str], team: Mapping[str, str]) -> Seen:
    who, identity = Who.OTHER, row.person
    if row.account.startswith(_TEAM):
        who, identity = Who.TEAM, row.account.removeprefix(_TEAM)
    elif row.account == _LISTED:
        who = Who.LISTED
    elif row.name:
        who, slack_id = naming.who(row.name, listed, team)
        identity = slack_id or " ".join(naming.words(row.name)) or row.person
    return Seen(Happened(row.what), row.occasion, row.at, row.sent_at, row.person, who, identity)


def _digest(meeting: Meeting, text: str) -> str:
    """What tells one from another within a meeting, and leads back to nobody."""
    return hashlib.sha256(f"{meeting.id.hex} {text}".encode()).hexdigest()[:24]
