"""What would be sent about a meeting, to whom and to whom not, and asking for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zlib import crc32

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import addresses, cards, meetings, roster, sendings, states
from bot.diary.addresses import Address
from bot.diary.sendings import History
from bot.errors import Conflict, NotNow
from bot.gates import gating
from bot.invitations import letter, service, stages
from bot.invitations.making import PASSCODE_AFTER
from bot.invitations.stages import Verdict, Why
from bot.policy import Pack
from db import audit
from db.base import new_id
from db.models import Meeting, MeetingState, Registration, Sending, SendingState, Stage

WAYS = ("phone", "text", "letter", "hand")
"""How something is given by hand, as one types it after `by`."""


@dataclass(frozen=True)
class Item:
    """What one person would be sent. `later`: when it goes by itself, where that is not at once; `refused`: why the
    server did not take it the last time."""

    registration: Registration
    stage: Stage
    address: Address
    later: datetime | None = None
    refused: str = ""


@dataclass(frozen=True)
class Held:
    """Somebody who is sent nothing now, and why."""

    registration: Registration
    verdict: Verdict


@dataclass(frozen=True)
class Preview:
    """What would be sent about a meeting, to whom, and to whom not.

    `on_its_way` is asked for already, `done` have what there is for them. `blanks` are the words that a letter still
    lacks; while there are any, or a `problem`, nothing can be sent.
    """

    meeting: Meeting
    pack: Pack
    zone: str
    sender: str
    now: datetime
    items: tuple[Item, ...] = ()
    held: tuple[Held, ...] = ()
    on_its_way: tuple[tuple[Registration, Sending], ...] = ()
    done: tuple[Registration, ...] = ()
    blanks: tuple[str, ...] = ()
    problem: str = ""
    only: UUID | None = None

    @property
    def can_send(self) -> bool:
        """Whether there is something that can be asked for."""
        return bool(self.items) and not self.blanks and not self.problem

    @property
    def apart(self) -> int:
        """How many of them get the passcode in a mail of its own."""
        if self.pack.invitation.passcode.value != "apart" or not self.meeting.passcode:
            return 0
        return sum(one.stage is Stage.LINK for one in self.items)

    @property
    def mails(self) -> int:
        """How many mails that are."""
        return len(self.items) + self.apart

    @property
    def stamp(self) -> int:
        """Who would be sent what, and where: a form carries it, and it tells nobody anything."""
        drawn = [f"{one.registration.id} {one.stage} {one.address.email} {one.later}" for one in self.items]
        return crc32("\n".join(drawn).encode()) & 0x7FFFFFFF


NO_SERVER = "no_server"
PASSCODE_INSIDE = "passcode_inside"


def preview(
    session: Session, caller: Caller, meeting: Meeting, now: datetime, sender: str, only: UUID | None = None
) -> Preview:
    """What would be sent about a meeting now, to everybody or to one person, who is sent it again. Raises NotNow for a
    meeting that is over."""
    if meeting.state in states.OVER or now >= meeting.ends_at:
        raise NotNow(f"{meeting.reference} is over. There is nothing to send about it.")
    registered = [one for one in roster.registered(session, meeting) if only in (None, one.id)]
    histories = sendings.by_person(sendings.of_meeting(session, meeting), registered)
    pack = service.pack_of(caller.organisation)
    seen = Preview(meeting, pack, caller.zone, sender, now, only=only)
    items, held, on_its_way, done = _sorted(session, caller, seen, registered, histories)
    blanks = _blanks(session, caller, meeting, pack, items)
    problem = NO_SERVER if not sender else ""
    if not problem and _passcode_inside(meeting) and any(one.stage is Stage.LINK for one in items):
        problem = PASSCODE_INSIDE if pack.invitation.passcode.value == "apart" else ""
    return Preview(
        meeting, pack, caller.zone, sender, now, items, held, on_its_way, done, blanks, problem=problem, only=only
    )


def _sorted(
    session: Session,
    caller: Caller,
    seen: Preview,
    registered: Sequence[Registration],
    histories: dict[UUID, History],
) -> tuple[tuple[Item, ...], tuple[Held, ...], tuple[tuple[Registration, Sending], ...], tuple[Registration, ...]]:
    meeting, items, held, on_its_way, done = seen.meeting, [], [], [], []
    verdicts = _verdicts(session, caller, seen, registered)
    for one in registered:
        history, (verdict, address) = histories.get(one.id, History()), verdicts[one.id]
        following = stages.offered(meeting, verdict, history, again=seen.only == one.id)
        waiting = history.waiting(*Stage)
        if following.stage is not None and address is not None:
            last = history.last
            refused = last.code or "" if last and last.state is SendingState.REFUSED else ""
            items.append(Item(one, following.stage, address, following.later, refused))
        elif waiting is not None:
            on_its_way.append((one, waiting))
        elif verdict.why is not None:
            held.append(Held(one, verdict))
        else:
            done.append(one)
    return tuple(items), tuple(held), tuple(on_its_way), tuple(done)


def _verdicts(
    session: Session, caller: Caller, seen: Preview, registered: Sequence[Registration]
) -> dict[UUID, tuple[Verdict, Address | None]]:
    meeting, pack = seen.meeting, seen.pack
    where = {one.id: addresses.of(pack, one.participant, meeting.starts_at, seen.zone) for one in registered}
    if meeting.state is MeetingState.CANCELLED:
        return {key: (Verdict(), address) for key, address in where.items()}
    facts, gates = gating.looked_at(session, meeting, seen.now, caller.slack_id)
    people = {one.id: one for one in facts.people}
    return {
        key: (stages.of_person(pack, meeting, facts, gates, people[key.hex], address), address)
        for key, address in where.items()
    }


def _blanks(session: Session, caller: Caller, meeting: Meeting, pack: Pack, items: Sequence[Item]) -> tuple[str, ...]:
    """What the letters of these stages still lack; that is the same for everybody."""
    firsts = {(one.stage, one.address.carers): one.registration for one in items}
    facts = service.facts_of(session, caller.organisation, meeting) if firsts else None
    if facts is None:
        return ()
    texts = (letter.of_stage(pack, meeting, facts, one, stage) for (stage, _), one in firsts.items())
    return tuple(dict.fromkeys(word for text in texts for word in letter.to_fill_in(text)))


def _passcode_inside(meeting: Meeting) -> bool:
    """Whether the link holds its passcode, so that they cannot go apart."""
    return bool(meeting.settings_read.get("passcode_apart", {}).get("state") == "not_applied")


class Others(Conflict):
    """Not what was shown: somebody or something changed meanwhile. Nothing was sent. `seen` is what there is now."""

    def __init__(self, seen: Preview) -> None:
        super().__init__("Something changed meanwhile. Nothing was sent. Please look at it again.")
        self.seen = seen


def confirm(
    session: Session,
    caller: Caller,
    meeting_id: UUID,
    stamp: int,
    now: datetime,
    sender: str,
    only: UUID | None = None,
) -> Preview:
    """Ask for what was shown, one sending for each person, and nothing else: raises Others where it is not the same any
    more."""
    meeting = meetings.get(session, caller, meeting_id, to_change=True)
    seen = preview(session, caller, meeting, now, sender, only)
    if seen.stamp != stamp or not seen.can_send:
        raise Others(seen)
    made = sendings.begin_round(session, meeting, caller.slack_id, now)
    for one in seen.items:
        due = one.later or now
        key, by = one.registration.id, caller.slack_id
        sendings.ask(session, meeting, key, one.stage, by, now, due, made)
        if one.stage is Stage.LINK and seen.apart:
            sendings.ask(session, meeting, key, Stage.PASSCODE, by, now, due + PASSCODE_AFTER, made)
    for later in sorted({one.later for one in seen.items if one.later}):
        sendings.owe_progress(session, made, now, later)
    _audited(session, caller, meeting, "invitation.sending", f"{seen.mails}", now)
    cards.changed(session, meeting, now)
    return seen


def _audited(session: Session, caller: Caller, meeting: Meeting, action: str, detail: str, now: datetime) -> None:
    audit.record(session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, detail)


@dataclass(frozen=True)
class ByHand:
    """Who was noted as having been given something by hand, and who was not, and why."""

    meeting: Meeting
    how: str
    noted: tuple[Item, ...]
    held: tuple[Held, ...] = ()


def note_by_hand(
    session: Session, caller: Caller, meeting: Meeting, how: str, now: datetime, only: UUID | None = None
) -> ByHand:
    """Note that the people of a meeting, or one of them, were given by hand what may go to them now."""
    seen = preview(session, caller, meeting, now, "", only)
    given = tuple(one for one in seen.items if one.later is None)
    early = tuple(Held(one.registration, Verdict(why=Why.TOO_EARLY)) for one in seen.items if one.later is not None)
    for one in given:
        row = Sending(
            id=new_id(),
            organisation_id=meeting.organisation_id,
            meeting_id=meeting.id,
            registration_id=one.registration.id,
            stage=one.stage,
            state=SendingState.SENT,
            how=how,
            carers=one.address.carers,
            asked_by=caller.slack_id,
            asked_at=now,
            due_at=now,
            sent_at=now,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
        )
        sendings.note(session, meeting, row)
        if one.stage is Stage.LINK and roster.link_went(meeting, one.registration) is None:
            one.registration.link_shown_at = now
    if given:
        _audited(session, caller, meeting, "invitation.by_hand", f"{len(given)}", now)
        cards.changed(session, meeting, now)
    return ByHand(meeting, how, given, (*early, *seen.held))


@dataclass(frozen=True)
class Standing:
    """What went to each person of a meeting and what is on its way, by name."""

    meeting: Meeting
    zone: str
    people: tuple[tuple[Registration, History], ...]

    @property
    def rows(self) -> Iterable[Sending]:
        """All of it."""
        return (row for _, history in self.people for row in history.rows)


def standing(session: Session, caller: Caller, meeting: Meeting) -> Standing:
    """What went to whom about a meeting: of those who are on it, and of those who were taken off it."""
    histories = sendings.by_person(sendings.of_meeting(session, meeting))
    here = roster.registered(session, meeting)
    gone = [key for key in histories if key not in {one.id for one in here}]
    off = service.registrations(session, meeting, gone) if gone else []
    people = tuple((one, histories.get(one.id, History())) for one in (*here, *off))
    return Standing(meeting, caller.zone, people)
