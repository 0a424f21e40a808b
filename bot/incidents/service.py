"""The rules of incidents: who may see one, what is kept of it, and its follow-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings
from bot.errors import BadInput, Conflict, NotFound
from bot.incidents.forms import IncidentForm, today
from bot.paging import Page
from bot.reading.times import local_time
from db import audit
from db.base import new_id
from db.models import Incident, IncidentText, Meeting, MeetingStaff, Organisation, Role, Staff
from db.owed import owe
from db.scope import next_number, of

ASSIGNED = 0
_READS_ALL = (Role.LEAD, Role.DEPUTY, Role.HEAD)
_REMIND_AT = timedelta(hours=9)
_A_PAGE = 20
_NOT_FOUND = "I can't find that incident among yours. `/incident list` shows them."


@dataclass(frozen=True)
class Change:
    """One amendment: who made it, when and why, and what each changed field said before."""

    version: int
    by: str
    at: datetime
    reason: str
    before: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """An incident with its words as they are now, and how they came to be so, newest change first."""

    incident: Incident
    meeting: Meeting | None
    words: Mapping[str, str]
    changes: Sequence[Change]


def _fields(form: IncidentForm, meeting: Meeting | None) -> dict[str, str]:
    """Everything an amendment can change, as texts to seal."""
    return {
        "meeting": meeting.reference if meeting else "",
        "kind": form.kind.value,
        "what": form.what,
        "done": form.done,
        "named": form.named,
        "ladder": form.ladder,
        "follow_up": form.follow_up,
        "follow_up_by": form.follow_up_by or "",
        "follow_up_due": form.follow_up_due.isoformat() if form.follow_up_due else "",
    }


def fitting(session: Session, caller: Caller, now: datetime) -> list[Meeting]:
    """The caller's own meetings that an incident can belong to: of the last week, running, or about to begin."""
    return meetings.mine(session, caller, now, meetings.TO_REGISTER)


def record(session: Session, caller: Caller, form: IncidentForm, now: datetime) -> Incident:
    """Record an incident; its follow-up is owed a reminder on its day. Raises NotFound for a meeting that is
    not the caller's, BadInput for a follow-up by somebody who is no member of staff."""
    meeting = meetings.get(session, caller, form.meeting_id) if form.meeting_id else None
    incident = Incident(
        id=new_id(),
        organisation_id=caller.organisation_id,
        number=next_number(session, caller.organisation_id, Organisation.last_incident),
        meeting_id=form.meeting_id,
        kind=form.kind,
        recorded_by=caller.slack_id,
        recorded_at=now,
        version=1,
    )
    session.add(incident)
    session.flush()
    _seal(session, caller, incident, {name: text for name, text in _fields(form, meeting).items() if text}, now)
    audit.record(session, caller.organisation_id, now, caller.slack_id, "incident.recorded", "incident", incident.id)
    _follow_up(session, caller, incident, form, now)
    return incident


def _seal(session: Session, caller: Caller, incident: Incident, words: Mapping[str, str], now: datetime) -> None:
    session.add_all(
        IncidentText(
            organisation_id=incident.organisation_id,
            incident_id=incident.id,
            field=name,
            version=incident.version,
            words=text,
            by=caller.slack_id,
            at=now,
        )
        for name, text in words.items()
    )


def _follow_up(session: Session, caller: Caller, incident: Incident, form: IncidentForm, now: datetime) -> None:
    """Set who follows up by when, tell them, and owe the reminder; a reminder for an earlier day lapses."""
    by = (form.follow_up_by or caller.slack_id) if form.follow_up else None
    due = form.follow_up_due if form.follow_up else None
    if (by, due) == (incident.follow_up_by, incident.follow_up_due):
        return
    if by is not None and not _works_here(session, caller, by):
        raise BadInput("A follow-up is done by a member of staff of this workspace. Choose one.", field="by")
    told = incident.follow_up_by
    incident.follow_up_by, incident.follow_up_due = by, due
    incident.follow_up_done_by = incident.follow_up_done_at = None
    if by is None or due is None:
        return
    if by not in (caller.slack_id, told):
        _owe_notice(session, incident, by, ASSIGNED, now, now)
    at_nine = local_time.day_start(due, caller.zone) + _REMIND_AT
    _owe_notice(session, incident, by, due.toordinal(), now, max(now, at_nine))


def _owe_notice(session: Session, incident: Incident, to: str, step: int, now: datetime, due: datetime) -> None:
    owe(
        session,
        incident.organisation_id,
        "incident.follow_up",
        at=now,
        due=due,
        target=to,
        record_id=incident.id,
        step=step,
        only_once=f"incident.follow_up:{incident.id.hex}:{to}:{step}",
    )


def reminder_stands(incident: Incident, to: str, step: int) -> bool:
    """Whether a notice owed earlier still fits: the follow-up is open, and still that person's for that day."""
    if incident.follow_up_done_at is not None or incident.follow_up_by != to or incident.follow_up_due is None:
        return False
    return step in (ASSIGNED, incident.follow_up_due.toordinal())


def _works_here(session: Session, caller: Caller, slack_id: str) -> bool:
    staff = session.scalar(of(caller.organisation_id, Staff).where(Staff.slack_id == slack_id))
    if staff is None or staff.deactivated or staff.guest or staff.bot:
        return False
    return staff.slack_team in (None, caller.organisation.team_id)


def _may_see(caller: Caller, incident: Incident, meeting: Meeting | None) -> bool:
    own = (incident.recorded_by, incident.follow_up_by, *(meeting.staff if meeting else ()))
    return caller.slack_id in own or caller.has(*_READS_ALL)


def find(session: Session, caller: Caller, number: int) -> Incident:
    """The incident `I-number`. Raises NotFound, also where the caller may not see it."""
    found = session.scalar(of(caller.organisation_id, Incident).where(Incident.number == number))
    return _checked(session, caller, found)


def get(session: Session, caller: Caller, incident_id: UUID) -> Incident:
    """An incident by id. Raises NotFound, also where the caller may not see it."""
    found = session.scalar(of(caller.organisation_id, Incident).where(Incident.id == incident_id))
    return _checked(session, caller, found)


def _locked(session: Session, caller: Caller, incident_id: UUID) -> Incident:
    query = of(caller.organisation_id, Incident).where(Incident.id == incident_id)
    return _checked(session, caller, session.scalar(query.with_for_update(key_share=True)))


def _checked(session: Session, caller: Caller, incident: Incident | None) -> Incident:
    if incident is None or not _may_see(caller, incident, meeting_of(session, incident)):
        raise NotFound(_NOT_FOUND)
    return incident


def meeting_of(session: Session, incident: Incident) -> Meeting | None:
    """The meeting that an incident belongs to, if any."""
    if incident.meeting_id is None:
        return None
    return session.scalar(of(incident.organisation_id, Meeting).where(Meeting.id == incident.meeting_id))


Seen = tuple[Incident, Meeting | None]


def visible(session: Session, caller: Caller, number: int = 0) -> Page[Seen]:
    """A page of the incidents that the caller may see, newest first, each with its meeting."""
    query = of(caller.organisation_id, Incident).order_by(Incident.number.desc())
    if not caller.has(*_READS_ALL):
        ran = of(caller.organisation_id, MeetingStaff).where(
            MeetingStaff.meeting_id == Incident.meeting_id, MeetingStaff.slack_id == caller.slack_id
        )
        query = query.where(
            or_(
                Incident.recorded_by == caller.slack_id,
                Incident.follow_up_by == caller.slack_id,
                ran.exists(),
            )
        )
    start = max(0, number) * _A_PAGE
    rows = session.scalars(query.offset(start).limit(_A_PAGE + 1)).all()
    wanted = {one.meeting_id for one in rows if one.meeting_id}
    held = {one.id: one for one in session.scalars(of(caller.organisation_id, Meeting).where(Meeting.id.in_(wanted)))}
    found = [(one, held.get(one.meeting_id) if one.meeting_id else None) for one in rows]
    return Page.cut([one for one in found if _may_see(caller, *one)], max(0, number), _A_PAGE)


def readable(session: Session, caller: Caller) -> Sequence[Incident]:
    """Every incident, for those who may see them all; none for anybody else."""
    if not caller.has(*_READS_ALL):
        return []
    return session.scalars(of(caller.organisation_id, Incident)).all()


def story(session: Session, incident: Incident) -> Story:
    """An incident's words in plain text, with every earlier wording."""
    rows = session.scalars(
        of(incident.organisation_id, IncidentText)
        .where(IncidentText.incident_id == incident.id)
        .order_by(IncidentText.version, IncidentText.field)
    )
    words: dict[str, str] = {}
    changes: dict[int, Change] = {}
    for row in rows:
        text = row.words
        if row.version > 1:
            known = changes.get(row.version) or Change(row.version, row.by, row.at, "", {})
            if row.field == "reason":
                changes[row.version] = Change(row.version, row.by, row.at, text, known.before)
                continue
            before = {**known.before, row.field: words.get(row.field, "")}
            changes[row.version] = Change(row.version, row.by, row.at, known.reason, before)
        words[row.field] = text
    return Story(incident, meeting_of(session, incident), words, [changes[one] for one in sorted(changes)][::-1])


def amend(
    session: Session,
    caller: Caller,
    incident_id: UUID,
    form: IncidentForm,
    reason: str,
    now: datetime,
    version: int = 0,
) -> Incident:
    """Change an incident; what it said before is kept. `version` is the one that the form was drawn for;
    another one raises Conflict, 0 asks for no such check. The same words again change nothing."""
    incident = _locked(session, caller, incident_id)
    if version and version != incident.version:
        raise Conflict(f"Somebody amended {incident.reference} meanwhile. Open it again to see how it is now.")
    meeting = meeting_of(session, incident)
    if form.meeting_id != incident.meeting_id:
        meeting = meetings.get(session, caller, form.meeting_id) if form.meeting_id else None
    _check_day(incident, form.follow_up_due, now, caller.zone)
    old = story(session, incident).words
    changed = {name: text for name, text in _fields(form, meeting).items() if text != old.get(name, "")}
    if not changed:
        return incident
    incident.version += 1
    incident.kind, incident.meeting_id = form.kind, form.meeting_id
    _seal(session, caller, incident, {**changed, "reason": reason}, now)
    audit.record(session, incident.organisation_id, now, caller.slack_id, "incident.amended", "incident", incident.id)
    _follow_up(session, caller, incident, form, now)
    return incident


def _check_day(incident: Incident, due: date | None, now: datetime, zone: str) -> None:
    if due is not None and due != incident.follow_up_due and due < today(now, zone):
        raise BadInput("That day is in the past. Choose a day still to come.", field="due")


def finish(session: Session, caller: Caller, incident_id: UUID, now: datetime) -> tuple[Incident, bool]:
    """The follow-up is done; False in the second place where it was done before, or there is none."""
    incident = _locked(session, caller, incident_id)
    if incident.follow_up_by is None or incident.follow_up_done_at is not None:
        return incident, False
    incident.follow_up_done_by, incident.follow_up_done_at = caller.slack_id, now
    audit.record(
        session, incident.organisation_id, now, caller.slack_id, "incident.followed_up", "incident", incident.id
    )
    return incident, True


def not_worried(session: Session, caller: Caller, incident_id: UUID, now: datetime) -> Incident:
    """The recorder is not worried about anybody's safety. A worry leaves no trace here: whoever may read
    the incident must not learn from it that there is a concern."""
    incident = get(session, caller, incident_id)
    if incident.worried is None:
        incident.worried = False
        audit.record(
            session, incident.organisation_id, now, caller.slack_id, "incident.no_worry", "incident", incident.id
        )
    return incident
