"""The rules of the risk checklist: where it is posted, who ticks what, and the sign-off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.checklists.forms import Filled
from bot.diary import meetings, states
from bot.errors import BadInput, Conflict, NotFound, Refused
from bot.facts import form as forms
from bot.facts import standing
from bot.facts.points import Point
from bot.facts.recording import Saying, write
from bot.gates import changes, gating, posts, readiness, rows
from bot.gates.sheet import Sheet, draw_up
from bot.policy import load_pack
from bot.policy.gates import Refusal
from db import audit
from db.base import new_id
from db.holding import hold
from db.inbox import Claim, Outcome, once
from db.models import Checklist, ChecklistPost, FactAnswer, Meeting, MeetingState, Organisation
from db.scope import of


class Place(StrEnum):
    """What came of asking for a checklist in a channel."""

    NEW = "new"
    HERE = "here"
    MOVED = "moved"


@dataclass(frozen=True)
class Posted:
    """The message that shows a checklist now, and the one that did before."""

    post: ChecklistPost
    meeting: Meeting
    place: Place
    before: ChecklistPost | None = None


@dataclass(frozen=True)
class Saved:
    """What came of a submitted tick form; `again` where the same form had been saved before."""

    sheet: Sheet
    ticked: int
    unticked: int
    again: bool = False


@dataclass(frozen=True)
class SignedOff:
    """A checklist after its sign-off, and what still keeps its meeting from being ready."""

    sheet: Sheet
    left: Refusal | None


class Unanswered(Refused):
    """The policy requires the assessment, and some measures have neither a tick nor a reason."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(
            f"Your policy requires this assessment: {len(sheet.unanswered)} measures have neither a tick nor a reason. "
            "Nothing was signed off."
        )
        self.sheet = sheet


def sheet(session: Session, checklist: Checklist) -> Sheet:
    """A checklist as it stands under the organisation's present policy."""
    organisation = session.get_one(Organisation, checklist.organisation_id)
    meeting = session.get_one(Meeting, checklist.meeting_id)
    pack = load_pack(organisation.policy)
    carried = changes.since(session, pack, checklist, meeting)
    return draw_up(pack, checklist, meeting, standing.history(session, meeting), organisation.timezone, carried)


def read(session: Session, caller: Caller, checklist_id: UUID) -> Sheet:
    """A checklist by id, to be ticked. Raises NotFound or Refused."""
    checklist, meeting = _found(session, caller, checklist_id)
    _check_open(meeting)
    return sheet(session, checklist)


def _found(session: Session, caller: Caller, checklist_id: UUID) -> tuple[Checklist, Meeting]:
    checklist = session.scalar(of(caller.organisation_id, Checklist).where(Checklist.id == checklist_id))
    if checklist is None:
        raise NotFound("I can't find that checklist.")
    meeting = session.get_one(Meeting, checklist.meeting_id)
    _allow(caller, meeting)
    return checklist, meeting


def _allow(caller: Caller, meeting: Meeting) -> None:
    """Everybody in the channel sees the checklist; only those who may run the meeting change it."""
    if not meetings.may_run(caller, meeting):
        raise Refused(
            f"Only the host and the co-workers of {meeting.reference}, or a lead, deputy, head or administrator, "
            "can tick its checklist and sign it off."
        )


def _check_open(meeting: Meeting) -> None:
    if meeting.state in states.SHUT:
        raise Refused(f"{meeting.reference} is {meeting.state.value}; its checklist can't be changed any more.")


def start(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> Sheet:
    """The checklist of a meeting, begun where there is none yet."""
    checklist = begun(session, caller, meeting, now)
    _check_open(meeting)
    return sheet(session, checklist)


def begun(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> Checklist:
    """The checklist of a meeting, which is held now; begun where there is none yet."""
    hold(session, meeting)
    checklist = rows.of_meeting(session, meeting)
    if checklist is None:
        checklist = Checklist(
            id=new_id(), organisation_id=meeting.organisation_id, meeting_id=meeting.id, created_at=now
        )
        session.add(checklist)
        session.flush()
        audit.record(session, checklist.organisation_id, now, caller.slack_id, "checklist.begun", "meeting", meeting.id)
    return checklist


def post(session: Session, caller: Caller, meeting: Meeting, channel: str, claim: Claim, now: datetime) -> Posted:
    """Show a meeting's checklist in a channel.

    Where it is there already, nothing is posted twice; in another channel the message there is replaced.
    """
    checklist = begun(session, caller, meeting, now)
    _check_open(meeting)
    before = posts.present(session, checklist)
    if before is not None and before.channel == channel:
        posts.owe_drawing(session, before, now, posts.IN_ANY_CASE)
        return Posted(before, meeting, Place.HERE)

    def make() -> ChecklistPost:
        made = ChecklistPost(
            id=new_id(),
            organisation_id=checklist.organisation_id,
            checklist_id=checklist.id,
            number=before.number + 1 if before else 1,
            channel=channel,
            asked_by=caller.slack_id,
            created_at=now,
        )
        session.add(made)
        session.flush()
        posts.owe_drawing(session, made, now)
        if before is not None:
            posts.owe_drawing(session, before, now)
        return made

    def find(post_id: UUID) -> ChecklistPost:
        return session.get_one(ChecklistPost, post_id)

    outcome = once(session, caller.organisation_id, claim, now, make=make, find=find)
    if outcome.again:
        return Posted(outcome.record, meeting, Place.HERE)
    return Posted(outcome.record, meeting, Place.MOVED if before else Place.NEW, before)


def held(session: Session, caller: Caller, checklist_id: UUID) -> Checklist:
    """The checklist, its meeting held. Raises NotFound, or Refused to those who may not change it."""
    checklist, meeting = _found(session, caller, checklist_id)
    # Whatever changes a checklist holds its meeting, so that two changes go one after the other.
    hold(session, meeting)
    _check_open(meeting)
    session.refresh(checklist)
    return checklist


def tick(session: Session, caller: Caller, form: Filled, claim: Claim, now: datetime) -> Saved:
    """Store what a form changed against the state it was drawn in; what others did meanwhile stays."""
    checklist = held(session, caller, form.checklist_id)
    done: dict[Point, bool] = {}

    def store(own_later: bool) -> Checklist:
        before = sheet(session, checklist)
        done.update(_changes(session, before, form, caller.slack_id if own_later else ""))
        _write(session, caller, before, done, now)
        return checklist

    outcome: Outcome[Checklist] = once(
        session,
        caller.organisation_id,
        claim,
        now,
        make=lambda: store(own_later=False),
        find=lambda _made: checklist,
        amend=lambda _made: store(own_later=True),
        record_id=checklist.id,
    )
    on = sum(done.values())
    return Saved(sheet(session, checklist), on, len(done) - on, outcome.again)


def _changes(session: Session, before: Sheet, form: Filled, by: str) -> dict[Point, bool]:
    """What the person ticked or unticked and what that changes now.

    An answer that was carried over comes ticked: left ticked it is confirmed, unticked it is taken back. One whose row
    changed comes unticked, and to leave it so says nothing.
    """
    boxes = [box for row in before.due for box in row.boxes if box.id in form.shown]
    shown = [(box.point, box.id in form.ticked) for box in boxes if not box.read_back]
    seen = standing.seen(before.meeting, form.drawn, by)
    found = forms.changed(standing.history(session, before.meeting), shown, seen)
    refused = {
        box.point: False
        for box in boxes
        if box.proposed and box.id not in form.ticked and box.newest is not None and seen(box.newest)
    }
    return {**found, **refused}


def _write(session: Session, caller: Caller, before: Sheet, ticks: dict[Point, bool], now: datetime) -> None:
    checklist = before.checklist
    said = [Saying(point, FactAnswer.YES if on else FactAnswer.BACK) for point, on in ticks.items()]
    write(session, caller, before.meeting, said, now)
    if ticks:
        worked_on(session, checklist, (point.measure for point in ticks))
        ticked = sum(ticks.values())
        detail = f"{ticked} ticked, {len(ticks) - ticked} unticked"
        audit.record(
            session,
            checklist.organisation_id,
            now,
            caller.slack_id,
            "checklist.ticked",
            "checklist",
            checklist.id,
            detail,
        )
        readiness.settle(session, before.meeting, caller.slack_id, now)
        posts.redraw(session, checklist, now)


def worked_on(session: Session, checklist: Checklist, facts: Iterable[str]) -> None:
    """Keep what the measures said to whoever answered them, for the next meeting of the series."""
    pack = load_pack(session.get_one(Organisation, checklist.organisation_id).policy)
    checklist.wordings = changes.worked_on(pack, checklist.wordings, facts)


def _confirm(session: Session, caller: Caller, found: Sheet, now: datetime) -> Sheet:
    """The sign-off confirms what was carried over. Raises BadInput while something that changed was not looked at."""
    confirmed = {box.point: True for box in _looked(found).unconfirmed if box.proposed}
    if not confirmed:
        return found
    _write(session, caller, found, confirmed, now)
    return sheet(session, found.checklist)


def _looked(found: Sheet) -> Sheet:
    if found.carried and found.not_looked_at:
        listed = ", ".join(f"“{box.label}”" for box in found.not_looked_at[:5])
        raise BadInput(
            f"Some things changed since {found.carried.reference}, and nobody has looked at them yet: {listed}. "
            "Open the measures, read the first part and tick what you looked at. Then sign off."
        )
    return found


def to_sign_off(session: Session, caller: Caller, checklist_id: UUID) -> Sheet:
    """A checklist that somebody is about to sign off. Raises as `read` does, and BadInput as a sign-off would."""
    return _looked(read(session, caller, checklist_id))


def signed_off(session: Session, found: Sheet, now: datetime) -> SignedOff:
    """A sheet that is signed off, with what keeps its meeting from being ready all the same."""
    return SignedOff(found, readiness.before_ready(gating.of_meeting(session, found.meeting, now)))


def sign_off(
    session: Session,
    caller: Caller,
    checklist_id: UUID,
    sequence: int,
    now: datetime,
    reasons: Mapping[str, str] | None = None,
) -> SignedOff:
    """Sign a checklist off as it stood at `sequence`; a scheduled meeting becomes ready where no gate is open.

    It answers for what can be true before the session. `reasons` say of measures, by box, why they are left open; each
    is kept, sealed, with name and time. The same sign-off again changes nothing. Raises Unanswered where the policy
    requires the assessment and something has neither a tick nor a reason, Conflict where somebody ticked or unticked
    meanwhile.
    """
    checklist = held(session, caller, checklist_id)
    found = sheet(session, checklist)
    if checklist.signed_off_sequence is not None and not found.changed_after_sign_off:
        return signed_off(session, found, now)
    if found.answered_for != sequence:
        raise Conflict("Somebody changed the checklist meanwhile. Look at it once more, then sign off.")
    if found.meeting.state is MeetingState.DRAFT:
        raise Refused(
            f"{found.meeting.reference} has no link yet, so its settings can't be checked. "
            "Sign off when the meeting is set up."
        )
    found = _leave_open(session, caller, _confirm(session, caller, found, now), reasons or {}, now)
    if found.unanswered and found.required:
        raise Unanswered(found)
    sign(session, caller, found, now)
    readiness.settle(session, found.meeting, caller.slack_id, now)
    posts.redraw(session, checklist, now)
    return signed_off(session, found, now)


def sign(session: Session, caller: Caller, found: Sheet, now: datetime) -> None:
    """Put a name to the checklist as it stands; what must be answered was."""
    found.checklist.signed_off_by, found.checklist.signed_off_at = caller.slack_id, now
    found.checklist.signed_off_sequence = found.answered_for
    audit.record(
        session,
        found.checklist.organisation_id,
        now,
        caller.slack_id,
        "checklist.signed_off",
        "checklist",
        found.checklist.id,
        f"{len(found.unmet)} left open",
    )


def _leave_open(session: Session, caller: Caller, found: Sheet, reasons: Mapping[str, str], now: datetime) -> Sheet:
    """Keep why measures are left open; a reason for what is met meanwhile says nothing."""
    unmet = {box.id: box for box in found.unmet}
    said = [Saying(unmet[box].point, FactAnswer.NO, why) for box, why in reasons.items() if box in unmet]
    if not said:
        return found
    write(session, caller, found.meeting, said, now)
    worked_on(session, found.checklist, [one.point.measure for one in said])
    session.flush()
    return sheet(session, found.checklist)
