"""The gates of a meeting: gathers what is recorded about it and asks the organisation's policy."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.checklists.sheet import draw_up
from bot.meetings import ticks
from bot.participants import service as participants
from bot.policy import load_pack
from bot.policy.gates import ChecklistState, Gates, MeetingFacts, Person, Reading, Tick, Worker, evaluate
from bot.policy.overrides import stored
from bot.providers import SettingKey
from db.models import Checklist, ChecklistTick, Meeting, Organisation, Registration, Staff
from db.scope import of

_PLATFORMS = {"zoom.us": "Zoom", "teams.microsoft.com": "Teams", "teams.live.com": "Teams", "meet.google.com": "Meet"}


def of_meeting(session: Session, meeting: Meeting, now: datetime, asked_by: str | None = None) -> Gates:
    """Every gate of a meeting as it stands now. `asked_by` is the Slack id of whoever wants to go on."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    return evaluate(
        load_pack(organisation.policy),
        stored(organisation.options),
        facts(session, organisation, meeting, now, asked_by),
    )


def facts(
    session: Session, organisation: Organisation, meeting: Meeting, now: datetime, asked_by: str | None = None
) -> MeetingFacts:
    """What is recorded about a meeting and the people on it."""
    state, set_by_host = _checklist(session, organisation, meeting)
    workers = _workers(session, meeting)
    return MeetingFacts(
        reference=meeting.reference,
        now=now,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=organisation.timezone,
        host=workers[0],
        co_workers=workers[1:],
        platform=platform(meeting),
        settings={**_settings(meeting), **set_by_host},
        people=tuple(_person(one) for one in participants.registered(session, meeting)),
        checklist=state,
        ticks=_gate_ticks(session, meeting),
        started_at=meeting.started_at,
        asked_by=asked_by,
    )


def platform(meeting: Meeting) -> str | None:
    """The service a meeting runs on: the provider's, or the one its link leads to."""
    if meeting.provider != "manual":
        return meeting.provider.title()
    host = urlsplit(meeting.join_url or "").hostname or ""
    return next((name for known, name in _PLATFORMS.items() if host == known or host.endswith(f".{known}")), None)


def _settings(meeting: Meeting) -> dict[str, Reading]:
    return {
        name: Reading(found["state"], found.get("evidence", ""))
        for name, found in meeting.settings_read.items()
        if name in SettingKey._value2member_map_
    }


def _workers(session: Session, meeting: Meeting) -> tuple[Worker, ...]:
    rows = session.scalars(of(meeting.organisation_id, Staff).where(Staff.slack_id.in_(meeting.team)))
    known = {one.slack_id: one for one in rows}
    return tuple(_worker(slack_id, known.get(slack_id)) for slack_id in meeting.team)


def _worker(slack_id: str, staff: Staff | None) -> Worker:
    if staff is None:
        return Worker(id=slack_id, name=slack_id, staff=False)
    return Worker(id=slack_id, name=staff.called, staff=not (staff.guest or staff.bot or staff.deactivated))


def _person(registration: Registration) -> Person:
    participant = registration.participant
    address = None
    if participant.email:
        address = "carer" if participant.email_is_carers else "own"
    return Person(
        id=registration.id.hex,
        name=participant.name,
        kind=participant.kind.value,
        invited=not registration.walk_in,
        address=address,  # type: ignore[arg-type]
    )


def _checklist(
    session: Session, organisation: Organisation, meeting: Meeting
) -> tuple[ChecklistState | None, dict[str, Reading]]:
    """How the checklist stands, and the settings that the host has ticked there."""
    checklist = session.scalar(of(organisation.id, Checklist).where(Checklist.meeting_id == meeting.id))
    if checklist is None:
        return None, {}
    rows = list(session.scalars(of(organisation.id, ChecklistTick).where(ChecklistTick.checklist_id == checklist.id)))
    sheet = draw_up(load_pack(organisation.policy), checklist, meeting, rows, organisation.timezone)
    ticked = {
        box.fact.removeprefix("setting:"): Reading("applied", f"<@{box.newest.by}> ticked it")
        for row in sheet.rows
        for box in row.boxes
        if box.fact.startswith("setting:") and box.ticked and box.newest
    }
    state = ChecklistState(
        done=sum(sheet.facts.values()),
        total=len(sheet.facts),
        signed_off_by=checklist.signed_off_by,
        changed_since=sheet.changed_after_sign_off,
    )
    return state, ticked


def _gate_ticks(session: Session, meeting: Meeting) -> dict[str, Tick]:
    """Staff ticks of gates, by the gate's id."""
    start = ticks.gate_key("")
    return {
        key.removeprefix(start): tick for key, tick in ticks.current(session, meeting).items() if key.startswith(start)
    }
