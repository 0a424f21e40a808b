"""The gates of a meeting: gathers what is recorded about it and asks the organisation's policy."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.diary import addresses, ages, roster
from bot.facts import people, points, standing
from bot.facts.people import Circumstance
from bot.facts.points import Point
from bot.gates import rows
from bot.gates.sheet import draw_up, settings_read
from bot.organisation import acts
from bot.policy import Pack, load_pack
from bot.policy.gates import (
    Answer,
    ChecklistState,
    Gates,
    MeetingFacts,
    Person,
    Recording,
    Tick,
    Worker,
    evaluate,
)
from bot.policy.overrides import Overrides, applied, stored
from bot.providers import platform_of
from bot.staff.people import by_slack_id
from db.models import Fact, Meeting, Organisation, Registration, Staff


def of_meeting(session: Session, meeting: Meeting, now: datetime, asked_by: str | None = None) -> Gates:
    """Every gate of a meeting as it stands now. `asked_by` is the Slack id of whoever wants to go on."""
    return looked_at(session, meeting, now, asked_by)[1]


def of_some(
    session: Session, meeting: Meeting, registrations: Sequence[Registration], now: datetime, asked_by: str
) -> tuple[MeetingFacts, Gates]:
    """What is recorded about a meeting and some of its people, and the gates that follow: for what goes to each of them
    alone. Gates about everybody together are not to be asked for here."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    found = facts(session, organisation, meeting, now, asked_by, registrations)
    return found, evaluate(load_pack(organisation.policy), stored(organisation.options), found)


def looked_at(
    session: Session, meeting: Meeting, now: datetime, asked_by: str | None = None
) -> tuple[MeetingFacts, Gates]:
    """What is recorded about a meeting and its people, and the gates that follow."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    found = facts(session, organisation, meeting, now, asked_by)
    pack, overrides = load_pack(organisation.policy), stored(organisation.options)
    # The same facts, the same gates: what a request changes may leave them all as they were, and most only look.
    known = _judged.get(meeting.id)
    asked = _Asked(pack, overrides, found, found.today, found.at_door)
    if known is None or known[0] != asked:
        if len(_judged) >= _MOST_JUDGED:
            _judged.clear()
        known = _judged[meeting.id] = (asked, evaluate(pack, overrides, found))
    return found, known[1]


class _Asked(NamedTuple):
    """All that gates follow from."""

    pack: Pack
    overrides: Overrides
    facts: MeetingFacts
    today: date
    at_door: bool


_MOST_JUDGED = 500
_judged: dict[UUID, tuple[_Asked, Gates]] = {}
"""The gates of the meetings that were asked about last."""


def facts(
    session: Session,
    organisation: Organisation,
    meeting: Meeting,
    now: datetime,
    asked_by: str | None = None,
    only: Sequence[Registration] | None = None,
) -> MeetingFacts:
    """What is recorded about a meeting and the people on it, or these of them `only`."""
    registered = roster.registered(session, meeting) if only is None else only
    team = by_slack_id(session, meeting.organisation_id, meeting.team)
    staff = [one.id for one in team.values()]
    stands = standing.known(session, meeting, registered, staff)
    trained = standing.trained(session, meeting, registered, staff)
    ticks, agreed, said = standing.ticks(stands), standing.agreements(session, meeting), _by_person(stands)
    # Whose address counts follows from the age of consent, which the organisation may have raised.
    pack = applied(load_pack(organisation.policy), stored(organisation.options))
    workers = tuple(_worker(meeting, one, team.get(one), trained) for one in meeting.team)
    return MeetingFacts(
        reference=meeting.reference,
        now=now,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=organisation.timezone,
        host=workers[0],
        co_workers=workers[1:],
        kind=meeting.kind.value,
        platform=platform_of(meeting.provider, meeting.join_url),
        purpose=meeting.purpose or "",
        sensitive=meeting.sensitive,
        recording=_recording(meeting),
        breakout_rooms=meeting.breakout_rooms,
        settings=settings_read(meeting),
        people=tuple(
            _person(meeting, one, pack, agreed.get(one.id.hex), said.get(one.id.hex, {}), organisation.timezone)
            for one in registered
        ),
        checklist=_checklist(session, organisation, meeting),
        ticks=_gate_ticks(ticks),
        started_at=meeting.started_at,
        asked_by=asked_by,
        platform_age=acts.minimum_age(stands.get(Point(points.MINIMUM_AGE))),
        urgent=ticks.get(points.URGENT),
    )


def _recording(meeting: Meeting) -> Recording | None:
    """What was said about the recording of a meeting; None where it is not recorded."""
    if not meeting.recorded:
        return None
    return Recording(meeting.recording_purpose or "", meeting.recording_reason or "", meeting.recording_days)


def _worker(meeting: Meeting, slack_id: str, staff: Staff | None, trained: Mapping[UUID, Mapping[str, date]]) -> Worker:
    """One worker; who supports follows from who leads."""
    role: Literal["lead", "support"] | None = None
    if meeting.lead_worker:
        role = "lead" if meeting.lead_worker == slack_id else "support"
    if staff is None:
        return Worker(id=slack_id, name=slack_id, staff=False, role=role)
    return Worker(
        id=slack_id,
        name=staff.called,
        staff=not (staff.guest or staff.bot or staff.deactivated),
        role=role,
        email=staff.email,
        trained=trained[staff.id],
    )


def _by_person(stands: Mapping[Point, Fact]) -> dict[str, dict[str, Fact]]:
    """What is known of each person, by registration and requirement."""
    found: dict[str, dict[str, Fact]] = {}
    for point, one in stands.items():
        if point.person:
            found.setdefault(point.person, {})[point.requirement] = one
    return found


def _steps(pack: Pack, said: Mapping[str, Fact]) -> dict[str, Answer]:
    """What was done for a person, by gate; what was done before the circumstance arose that asks for it, is asked for
    anew."""
    steps = {point.gate: one for name, one in said.items() if (point := Point(name)).gate}
    for step in pack.consent.steps:
        since = said.get(f"person:{step.who}")
        if since and step.id in steps and steps[step.id].at < since.at:
            del steps[step.id]
    return {name: Answer(one.yes, one.by, one.at) for name, one in steps.items()}


def _person(
    meeting: Meeting,
    registration: Registration,
    pack: Pack,
    agreed: Answer | None,
    said: Mapping[str, Fact],
    zone: str,
) -> Person:
    participant, steps = registration.participant, _steps(pack, said)
    removed = said.get(points.REMOVED)
    address = None
    found = addresses.of(pack, participant, meeting.starts_at, zone)
    if found:
        address = "carer" if found.carers else "own"
    return Person(
        id=registration.id.hex,
        name=participant.name,
        kind=participant.kind.value,
        age=ages.least(participant, meeting.starts_at, zone),
        invited=not registration.walk_in,
        address=address,  # type: ignore[arg-type]
        link_went=roster.link_went(meeting, registration),
        steps=steps,
        recording_agreed=steps.get("recording-agreement"),
        known=_said(steps.get("known")),
        identified=_said(steps.get("recognised")),
        agreed=agreed,
        new_member=people.is_so(said, Circumstance.NEW_MEMBER),
        high_risk=people.is_so(said, Circumstance.HIGH_RISK),
        access_concern=people.is_so(said, Circumstance.ACCESS_CONCERN),
        by_social_media=people.is_so(said, Circumstance.BY_SOCIAL_MEDIA),
        banned=people.banned(said, meeting.starts_at.astimezone(ZoneInfo(zone)).date()),
        removed=removed is not None and removed.yes,
    )


def _said(answer: Answer | None) -> bool | None:
    return answer.given if answer else None


def _checklist(session: Session, organisation: Organisation, meeting: Meeting) -> ChecklistState | None:
    """How the checklist stands before the session; None where it is not begun."""
    checklist = rows.of_meeting(session, meeting)
    if checklist is None:
        return None
    said = standing.history(session, meeting)
    sheet = draw_up(load_pack(organisation.policy), checklist, meeting, said, organisation.timezone)
    before = sheet.of_phase("before")
    return ChecklistState(
        done=sum(before.values()),
        total=len(before),
        unanswered=len(sheet.unanswered),
        signed_off_by=checklist.signed_off_by,
        changed_since=sheet.changed_after_sign_off,
    )


def _gate_ticks(stands: Mapping[Point, Tick]) -> dict[str, Tick]:
    """Staff ticks of gates, by the gate's id, and by gate and person where they are for one alone."""
    return {str(Point(point.gate, point.person)): tick for point, tick in stands.items() if point.gate}
