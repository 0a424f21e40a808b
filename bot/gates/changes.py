"""What differs between a meeting and the earlier one of its series whose checklist was carried over."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.diary import roster
from bot.gates import rows as lists
from bot.gates.sheet import Carried, Change
from bot.policy import Pack
from bot.policy.model import ChecklistRow, Measure
from bot.providers import SettingKey, needs_link, platform_of
from bot.staff.people import names
from db.models import Checklist, Incident, IncidentKind, Meeting, ParticipantKind, Registration
from db.scope import of

Wordings = Mapping[str, Sequence[str]]
"""By fact: the id of the row, the label, and a fingerprint of all its words."""

PEOPLE, TEAM, PLAN, SETTINGS, INCIDENTS = "people", "team", "plan", "settings", "incidents"
_ABOUT_STAFF = (IncidentKind.STAFFING, IncidentKind.ONE_TO_ONE)
_KINDS = {
    ParticipantKind.CHILD: "children",
    ParticipantKind.YOUNG_PERSON: "young people",
    ParticipantKind.ADULT: "adults",
    ParticipantKind.PROFESSIONAL: "professionals",
}
_STATES = {"applied": "set", "not_applied": "not set", "by_host": "yours to set", "unknown": "not known"}
_STATES |= {"impossible": "not possible"}
_MOST = 6


def wordings(pack: Pack) -> dict[str, list[str]]:
    """What each measure of the policy says today. Settings are left out: the provider says how they stand."""
    return {
        measure.id: [row.id, measure.short, _fingerprint(row, measure)]
        for row in pack.checklist.rows
        for measure in row.measures
        if measure.setting is None
    }


def worked_on(pack: Pack, before: Wordings, facts: Iterable[str]) -> dict[str, Sequence[str]]:
    """The wordings to keep once these facts were worked on: what was not keeps the words that it was answered to."""
    today = wordings(pack)
    known = {fact: before[fact] for fact in today if fact in before}
    return {**today, **known, **{fact: today[fact] for fact in facts if fact in today}}


def _fingerprint(row: ChecklistRow, measure: Measure) -> str:
    words = (row.title, row.at_risk, measure.short, measure.detail)
    return hashlib.sha256(repr(words).encode()).hexdigest()[:16]


def since(session: Session, pack: Pack, checklist: Checklist, meeting: Meeting) -> Carried | None:
    """What changed since the meeting that a checklist was carried over from; None where it was not.

    A sentence names no participant: how many are new, and which kind of people they are.
    """
    if checklist.carried_from is None:
        return None
    earlier = session.scalars(of(meeting.organisation_id, Meeting).where(Meeting.id == checklist.carried_from)).one()
    return between(session, pack, earlier, meeting)


def between(session: Session, pack: Pack, earlier: Meeting, meeting: Meeting) -> Carried:
    """What changed since an earlier meeting."""
    theirs = lists.of_meeting(session, earlier)
    rows = tuple(_rows(pack, theirs.wordings)) if theirs else ()
    changes = (*_meeting(session, earlier, meeting), *rows)
    return Carried(earlier.reference, earlier.starts_at, changes, frozenset(one.id for one in rows))


def _rows(pack: Pack, then: Wordings) -> Iterator[Change]:
    """The rows of which a measure is new, gone or worded anew."""
    today = wordings(pack)
    if not then:
        yield from (Change(row.id, row.title, ("What it said then is not known.",)) for row in pack.checklist.rows)
        return
    titles = {row.id: row.title for row in pack.checklist.rows}
    gone = {fact: said for fact, said in then.items() if fact not in today}
    for row_id, title in titles.items():
        lines = []
        for fact, (row, label, fingerprint) in today.items():
            if row == row_id and fact not in then:
                lines.append(f"New: {label}")
            elif row == row_id and then[fact][2] != fingerprint:
                lines.append(f"Worded anew: {label}")
        lines += [f"Gone: {label}" for row, label, _ in gone.values() if row == row_id]
        if lines:
            yield Change(row_id, title, _few(lines))
    lost = [f"Gone: {label}" for row, label, _ in gone.values() if row not in titles]
    if lost:
        yield Change("rows-gone", "Measures that your policy no longer has", _few(lost))


def _few(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - _MOST
    return (*(line.rstrip(".,;") + "." for line in lines[:_MOST]), *([f"And {more} more."] if more > 0 else []))


def _meeting(session: Session, earlier: Meeting, meeting: Meeting) -> Iterator[Change]:
    """What differs in the meetings themselves."""
    parts = (
        (TEAM, "Who runs it", _team(session, earlier, meeting)),
        (PLAN, "What is planned", _plan(earlier, meeting)),
        (SETTINGS, "Where it runs, and its settings", _settings(earlier, meeting)),
        (PEOPLE, "Who takes part", _people(session, earlier, meeting)),
        (INCIDENTS, f"What happened at {earlier.reference}", incidents(session, [earlier])),
    )
    for change_id, title, lines in parts:
        if lines:
            yield Change(change_id, title, _few(lines))


def _team(session: Session, earlier: Meeting, meeting: Meeting) -> list[str]:
    if set(earlier.team) == set(meeting.team) and earlier.host == meeting.host:
        return []
    known = names(session, meeting.organisation_id, {*earlier.team, *meeting.team})
    called = {one: name if not name.startswith("<@") else "somebody unknown" for one, name in known.items()}
    before, now = (" and ".join(called[one] for one in team) for team in (earlier.team, meeting.team))
    return [f"It was {before}, it is {now}."]


def _plan(earlier: Meeting, meeting: Meeting) -> list[str]:
    pairs = (
        (earlier.kind, meeting.kind, f"It is a {meeting.kind.value.replace('_', '-')} meeting"),
        (earlier.recorded, meeting.recorded, "It is recorded" if meeting.recorded else "It is not recorded"),
        (
            earlier.breakout_rooms,
            meeting.breakout_rooms,
            "It has breakout rooms" if meeting.breakout_rooms else "It has no breakout rooms",
        ),
        (
            bool(earlier.sensitive),
            bool(meeting.sensitive),
            "It is about sensitive matters" if meeting.sensitive else "It is not about sensitive matters",
        ),
    )
    return [f"{said} now." for before, now, said in pairs if before != now]


def _settings(earlier: Meeting, meeting: Meeting) -> list[str]:
    lines = []
    before, now = (platform_of(one.provider, one.join_url) or one.provider for one in (earlier, meeting))
    if meeting.join_url and (before, earlier.provider) != (now, meeting.provider):
        lines.append(f"It was on {_service(earlier, before)}, it is on {_service(meeting, now)} now.")
    if not meeting.settings_read:
        return lines
    for key in SettingKey:
        then, today = (_state(one.settings_read, key.value) for one in (earlier, meeting))
        if then != today:
            lines.append(f"{key.label}: {_STATES[then]} then, {_STATES[today]} now.")
    return lines


def _service(meeting: Meeting, platform: str) -> str:
    """`Zoom`; where the host makes it there, and a provider may have made the other, `Zoom by hand`."""
    by_hand = needs_link(meeting.provider) and platform != meeting.provider
    return f"{platform.title()} by hand" if by_hand else platform.title()


def _state(read: Mapping[str, Any], name: str) -> str:
    found = read.get(name)
    return str(found["state"]) if found else "unknown"


def _people(session: Session, earlier: Meeting, meeting: Meeting) -> list[str]:
    """How many are new or gone, and what is known of the new ones that a risk can hang on."""
    before, now = (_by_person(roster.registered(session, one)) for one in (earlier, meeting))
    new, gone = now.keys() - before.keys(), before.keys() - now.keys()
    lines = [f"{len(new)} {'is' if len(new) == 1 else 'are'} new"] if new else []
    lines += [f"{len(gone)} {'is' if len(gone) == 1 else 'are'} not on it this time"] if gone else []
    kinds = {one.participant.kind for one in now.values()} - {one.participant.kind for one in before.values()}
    lines += [f"There are {_KINDS[kind]} on it, for the first time" for kind in ParticipantKind if kind in kinds]
    return lines


def _by_person(registrations: Iterable[Registration]) -> dict[UUID, Registration]:
    return {one.participant.id: one for one in registrations}


def incidents(session: Session, meetings: Sequence[Meeting]) -> list[str]:
    """How many incidents were recorded there. Those about staff are left out: staff read this."""
    query = select(func.count()).where(
        Incident.organisation_id == meetings[0].organisation_id,
        Incident.meeting_id.in_([one.id for one in meetings]),
        Incident.kind.not_in(_ABOUT_STAFF),
    )
    count = session.scalar(query)
    if not count:
        return []
    were = "incident was" if count == 1 else "incidents were"
    return [f"{count} {were} recorded. /incident list shows those that you may see."]
