"""The card of a meeting: all that it shows, gathered once, whoever sees it and wherever it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.diary import roster, sendings, states
from bot.facts import points, standing
from bot.facts.points import Point
from bot.gates import again, gating
from bot.gates.again import Again
from bot.meetings import hosting, relinking
from bot.organisation.words import words_of
from bot.participants import counting
from bot.policy import Pack, load_pack
from bot.policy.filling import Words
from bot.policy.gates import Gate, Gates, Tick, may
from bot.policy.model import Reminder
from db.models import Meeting, MeetingKind, MeetingState, Moment, Organisation, Registration, SendingState, Stage

HOUSEKEEPING = "housekeeping"
SETTLED_IN = timedelta(minutes=5)
EARLY = timedelta(minutes=30)
"""A start longer before a meeting's time is asked about, and its register opens then."""


@dataclass(frozen=True)
class Lack:
    """Why some people cannot have the link yet: the gate that keeps it back, and how many they are."""

    gate: Gate
    people: int


@dataclass(frozen=True)
class People:
    """How many are registered, how many may have the link, to how many it went, how many may have it and have not, and
    what the others lack; `came` and `marked` are of the register. Of what the bot mails: how many mails the server
    refused, how many people have mails that are to go by themselves, of how many that is the link, and how many people
    were told another time than it is at. `said_no`: how many may not come in, since they, or their carers, said no."""

    registered: int = 0
    may_have: int = 0
    went: int = 0
    waiting: int = 0
    lacks: tuple[Lack, ...] = ()
    came: int = 0
    marked: int = 0
    refused: int = 0
    on_their_way: int = 0
    link_on_its_way: int = 0
    told_wrong: int = 0
    said_no: int = 0

    @property
    def sent(self) -> bool:
        """Whether everybody who is registered has the link, or is to be mailed it."""
        return 0 < self.registered <= self.went + self.on_their_way


@dataclass(frozen=True)
class Card:
    """What the card of a meeting shows at a moment. It holds no participant's name but of those `with_old_link`, which
    are shown to nobody but whoever asks.

    `judged` is false where the gates were not asked for. `reminders` are those of the policy that nobody has ticked, by
    moment; `said` what is read out at the start, where nobody said yet that it was. `asked` are the open gates that
    follow from what was planned just now; `beside` the meetings that the same account hosts at the same time.
    """

    meeting: Meeting
    zone: str
    now: datetime
    people: People = People()
    gates: Gates = ()
    judged: bool = True
    reminders: Mapping[Moment, tuple[str, ...]] | None = None
    said: int = 0
    urgent: Tick | None = None
    asked: Gates = ()
    agreed: Sequence[str] = ()
    """What of a start the policy requires, in its words."""
    by_hand: frozenset[str] = frozenset()
    """The settings that somebody ticked, wherever that was."""
    again: Again | None = None
    """What may be confirmed as the same as last time."""
    beside: Sequence[Meeting] = ()
    with_old_link: Sequence[str] = ()
    got_out: bool = False
    """Whether a link that got out still stands at the provider."""
    register_taken: bool = False
    locks: frozenset[str] = frozenset()
    """Those of the reminders that ask for the lock."""
    met_before: bool = False
    """Whether somebody of the team ran the meeting before, of the same group or series."""
    last_time: datetime | None = None
    """When that began, where all that its policy has for a start was said and done there."""
    stays: bool = False
    """Whether it stays in Slack, as a direct message does: then nothing that staff typed about somebody is on it."""

    @property
    def titled(self) -> bool:
        """Whether the title is shown: that of a meeting with one person, or about something sensitive, may say whom it
        is about, and is left out of what stays in Slack."""
        private = self.meeting.kind is MeetingKind.ONE_TO_ONE or bool(self.meeting.sensitive)
        return not (self.stays and private)

    @property
    def settled(self) -> bool:
        """Whether it has run for some minutes, so that those who come are in."""
        return self.now >= (self.meeting.started_at or self.meeting.starts_at) + SETTLED_IN

    @property
    def starts_soon(self) -> bool:
        """Whether it may begin without a question."""
        return self.now >= self.meeting.starts_at - EARLY

    @property
    def never_held(self) -> bool:
        """Whether its time is over and nobody started it."""
        return self.meeting.state in states.TO_COME and self.now >= self.meeting.ends_at

    def refusing(self, moment: str) -> Gates:
        """The open gates that hold something up before a moment."""
        return tuple(gate for gate in self.gates if gate.moment == moment and gate.refuses)

    def left(self, *moments: Moment) -> tuple[str, ...]:
        """The reminders of some moments that nobody has ticked."""
        every = self.reminders or {}
        return tuple(text for moment in moments for text in every.get(moment, ()))


def gather(
    session: Session,
    organisation: Organisation,
    meeting: Meeting,
    now: datetime,
    asked_by: str,
    *,
    asked: Gates = (),
    stays: bool = False,
) -> Card:
    """The card of a meeting as it stands, for whoever asks."""
    registered = roster.registered(session, meeting)
    to_come, over = meeting.state in states.TO_COME, meeting.state in states.SHUT
    gates = () if over else gating.of_meeting(session, meeting, now, asked_by)
    ticks, pack = standing.current(session, meeting), load_pack(organisation.policy)
    words, every = words_of(organisation), {one: items(pack, meeting, one) for one in Moment}
    # Only the card that leads its host is shortened for those who met before.
    earlier = _before(session, meeting, now) if stays else None
    people, taken = _mailed(session, meeting, registered, _people(meeting, registered, gates)), False
    if not to_come or now >= meeting.ends_at:
        came, marked = counting.marks(session, meeting)
        people = replace(people, came=came, marked=marked)
        taken = marked > 0 or meeting.nobody_came_at is not None
    return Card(
        meeting,
        organisation.timezone,
        now,
        people,
        gates,
        reminders={one: _left(every[one], one, ticks, words, sent=people.sent) for one in Moment},
        said=0 if _read_out(ticks) else len(pack.housekeeping),
        agreed=_agreed(every[Moment.START], ticks, words),
        urgent=ticks.get(points.URGENT),
        asked=asked,
        by_hand=frozenset(point.gate.replace("-", "_") for point in ticks if point.gate and not point.person),
        again=again.of_meeting(session, meeting, gates, now),
        beside=hosting.clashes(session, organisation, meeting) if to_come else (),
        with_old_link=tuple(one.participant.name for one in roster.with_old_link(meeting, registered)),
        got_out=relinking.standing(session, meeting) is not None,
        register_taken=taken,
        locks=frozenset(words.filled(one) for theirs in every.values() for one in theirs if one.setting == "lock"),
        met_before=earlier is not None,
        last_time=_done_at_its_start(session, pack, meeting, earlier),
        stays=stays,
    )


def _before(session: Session, meeting: Meeting, now: datetime) -> Meeting | None:
    """The last meeting of the same group or series that somebody of this one's team ran."""
    team = set(meeting.team)
    return next(iter(again.before(session, meeting, now, lambda one: bool(team & set(one.team)))), None)


def _done_at_its_start(session: Session, pack: Pack, meeting: Meeting, earlier: Meeting | None) -> datetime | None:
    """When an earlier meeting began, where all that belongs to a start was ticked at it; asked while this one runs."""
    if earlier is None or meeting.state is not MeetingState.STARTED:
        return None
    ticks = standing.current(session, earlier)
    wanted = [points.reminder(Moment.START.value, one) for one in items(pack, meeting, Moment.START)]
    return earlier.starts_at if _read_out(ticks) and all(one in ticks for one in wanted) else None


def items(pack: Pack, meeting: Meeting, moment: Moment) -> tuple[Reminder, ...]:
    """What a policy reminds the host of at a moment of this meeting."""
    every: tuple[Reminder, ...] = getattr(pack.prompts, moment.value)
    return tuple(one for one in every if one.only is None or getattr(meeting, one.only))


def _left(
    every: Sequence[Reminder], moment: Moment, ticks: Mapping[Point, Tick], words: Words, *, sent: bool
) -> tuple[str, ...]:
    """Those that nobody has ticked; what the policy only permits is not waited for, nor, once all that families are to
    have was `sent`, what reminds of it."""
    asked = (one for one in every if one.strength != "may" and not (sent and one.sent))
    return tuple(words.filled(one) for one in asked if points.reminder(moment.value, one) not in ticks)


def _agreed(every: Sequence[Reminder], ticks: Mapping[Point, Tick], words: Words) -> tuple[str, ...]:
    hard = (one for one in every if one.strength == "required")
    return tuple(words.filled(one) for one in hard if points.reminder(Moment.START.value, one) not in ticks)


def _read_out(ticks: Mapping[Point, Tick]) -> bool:
    return points.prompt(Moment.START.value, HOUSEKEEPING) in ticks


def _people(meeting: Meeting, registered: Sequence[Registration], gates: Gates) -> People:
    """How the people of a meeting stand with its link."""
    free = [one for one in registered if may(gates, "invite", one.id.hex) is None]
    went = [one for one in registered if roster.link_went(meeting, one) is not None]
    # Somebody who has it may have it no more, as after a ban: they make up for nobody who waits.
    waiting = len([one for one in free if one not in went])
    held = (gate for gate in gates if gate.moment == "invite" and gate.refuses and gate.people)
    noes = {person for gate in gates if gate.said_no and gate.refuses for person in gate.people}
    lacks = tuple(Lack(gate, len(gate.people)) for gate in held)
    return People(len(registered), len(free), len(went), waiting, lacks, said_no=len(noes))


def _mailed(session: Session, meeting: Meeting, registered: Sequence[Registration], people: People) -> People:
    """The same with how what the bot mails them stands; of most meetings nothing was mailed."""
    if not meeting.has_sendings:
        return people
    here = {one.id for one in registered}
    histories = sendings.by_person(sendings.of_meeting(session, meeting), registered)
    theirs = [history for key, history in histories.items() if key in here]
    refused = sum(one.last is not None and one.last.state is SendingState.REFUSED for one in theirs)
    waiting = sum(one.waiting(*Stage) is not None for one in theirs)
    links = sum(one.waiting(Stage.LINK) is not None for one in theirs)
    wrong = sum(one.knows_another_time(meeting) and one.waiting(*Stage) is None for one in theirs)
    return replace(people, refused=refused, on_their_way=waiting, link_on_its_way=links, told_wrong=wrong)
