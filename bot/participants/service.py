"""The rules of participants: one record a person, a registration for each meeting they are expected at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process, utils
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import Refused
from bot.participants.forms import ParticipantEntry
from db import audit
from db.base import new_id
from db.crypto import keyring
from db.models import Meeting, MeetingState, Participant, Registration
from db.scope import of

_CLOSE = 82.0


@dataclass(frozen=True)
class Added:
    """What came of adding people: newly registered, and those who were registered before."""

    new: tuple[Registration, ...]
    already: tuple[Registration, ...]


def registered(session: Session, meeting: Meeting) -> list[Registration]:
    """Those expected at a meeting, by name."""
    rows = session.scalars(
        of(meeting.organisation_id, Registration).where(
            Registration.meeting_id == meeting.id, Registration.removed_at.is_(None)
        )
    )
    return sorted(rows, key=lambda one: one.participant.name.casefold())


def add(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    entries: Sequence[ParticipantEntry],
    now: datetime,
    *,
    walk_in: bool = False,
) -> Added:
    """Register people on a meeting. Somebody of the same name on an earlier meeting of the same host team is
    taken to be the same person; the same name twice on one meeting is one registration."""
    if meeting.state is MeetingState.CANCELLED:
        raise Refused(f"{meeting.reference} is cancelled; nobody can be added to it.")
    new: list[Registration] = []
    already: list[Registration] = []
    present = {one.participant.name.casefold(): one for one in registered(session, meeting)}
    for entry in entries:
        known = present.get(entry.name.casefold())
        if known is not None:
            _fill_in(known.participant, entry)
            already.append(known)
            continue
        participant = _known(session, caller, meeting, entry) or _new(session, caller, entry, now)
        registration = _register(session, caller, meeting, participant, now, walk_in=walk_in)
        present[entry.name.casefold()] = registration
        new.append(registration)
    if new:
        action = "registration.walk_in" if walk_in else "registration.added"
        audit.record(
            session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, f"{len(new)}"
        )
    return Added(tuple(new), tuple(already))


def _fill_in(participant: Participant, entry: ParticipantEntry) -> None:
    if entry.email and not participant.email:
        participant.email, participant.email_is_carers = entry.email, entry.email_is_carers
        participant.email_index = keyring().blind_index(entry.email)


def _known(session: Session, caller: Caller, meeting: Meeting, entry: ParticipantEntry) -> Participant | None:
    """The person of this name whom this meeting's own team has registered before, and no other team's."""
    index = keyring().blind_index(entry.name)
    for participant in session.scalars(of(caller.organisation_id, Participant).where(Participant.name_index == index)):
        if participant.added_by in (*meeting.team, caller.slack_id):
            _fill_in(participant, entry)
            return participant
    return None


def _new(session: Session, caller: Caller, entry: ParticipantEntry, now: datetime) -> Participant:
    participant = Participant(
        id=new_id(),
        organisation_id=caller.organisation_id,
        name=entry.name,
        name_index=keyring().blind_index(entry.name),
        kind=entry.kind,
        email=entry.email,
        email_index=keyring().blind_index(entry.email) if entry.email else None,
        email_is_carers=entry.email_is_carers,
        added_by=caller.slack_id,
        added_at=now,
    )
    session.add(participant)
    session.flush()
    return participant


def _register(
    session: Session, caller: Caller, meeting: Meeting, participant: Participant, now: datetime, *, walk_in: bool
) -> Registration:
    back = session.scalar(
        select(Registration).where(Registration.meeting_id == meeting.id, Registration.participant_id == participant.id)
    )
    if back is not None:
        back.removed_at = back.removed_by = None
        back.walk_in = walk_in
        return back
    registration = Registration(
        id=new_id(),
        organisation_id=meeting.organisation_id,
        meeting_id=meeting.id,
        participant_id=participant.id,
        walk_in=walk_in,
        added_by=caller.slack_id,
        added_at=now,
    )
    registration.participant = participant
    session.add(registration)
    session.flush()
    return registration


@dataclass(frozen=True)
class Match:
    """Names as typed, matched with registrations: `found`, `unsure` (name → the closest), `unknown` names."""

    found: tuple[Registration, ...]
    unsure: dict[str, Registration]
    unknown: tuple[str, ...]


def match(names: Sequence[str], among: Sequence[Registration]) -> Match:
    """Match typed names with registrations: exactly, or by a first name that only one person has."""
    found: list[Registration] = []
    unsure: dict[str, Registration] = {}
    unknown: list[str] = []
    for name in names:
        folded = utils.default_process(name)
        whole = [one for one in among if utils.default_process(one.participant.name) == folded]
        first = [one for one in among if utils.default_process(one.participant.name).split(" ")[0] == folded]
        close = process.extractOne(
            name,
            {index: one.participant.name for index, one in enumerate(among)},
            scorer=fuzz.WRatio,
            processor=utils.default_process,
            score_cutoff=_CLOSE,
        )
        if whole or len(first) == 1:
            found.append((whole or first)[0])
        elif close:
            unsure[name] = among[close[2]]
        else:
            unknown.append(name)
    return Match(tuple(dict.fromkeys(found)), unsure, tuple(unknown))


def remove(
    session: Session, caller: Caller, meeting: Meeting, registrations: Sequence[Registration], now: datetime
) -> None:
    """Take people off a meeting; the registration stays, marked."""
    for one in registrations:
        one.removed_at, one.removed_by = now, caller.slack_id
    if registrations:
        count = f"{len(registrations)}"
        audit.record(
            session, meeting.organisation_id, now, caller.slack_id, "registration.removed", "meeting", meeting.id, count
        )
