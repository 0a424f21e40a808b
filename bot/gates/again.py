"""The same as last time: what was confirmed for the meeting before and may stand for this one, in one tap."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy.orm import Session

from bot.diary import roster, states
from bot.facts import points, standing
from bot.facts.points import Point
from bot.gates import changes, rows
from bot.gates.sheet import Change, Sheet, draw_up
from bot.policy import Pack, load_pack
from bot.policy.gates import Gate, Gates
from bot.providers import needs_link, platform_of, same_room
from db.crypto import keyring
from db.models import Checklist, Fact, FactAnswer, Meeting, MeetingState, Organisation, SubjectKind
from db.models.meeting import series_words
from db.scope import of

_LOOKS_BACK = 20
_NEVER_HELD = (MeetingState.DRAFT, MeetingState.CANCELLED)
KNOWN = Change("known", "What is known of somebody", ("Something was recorded since. The form about them says what.",))
_MOST_LEFT_OPEN = 3


@dataclass(frozen=True)
class Again:
    """What one tap confirms of the meeting before, each with what was said there, and what changed since.

    `labels` say in words what it covers, settings first. `whole`: nothing is left to be ticked on the checklist then,
    so that it can be signed off with it.
    """

    meeting: Meeting
    earlier: Meeting
    said: Mapping[Point, Fact]
    labels: Mapping[Point, str]
    settings: frozenset[Point]
    changes: tuple[Change, ...]
    whole: bool

    @property
    def by(self) -> tuple[str, ...]:
        """Who confirmed it last."""
        return tuple(dict.fromkeys(one.by for one in self.said.values()))

    @property
    def drawn(self) -> str:
        """What was shown: a tap confirms exactly that, or nothing."""
        told = sorted(one.id.hex for one in self.said.values())
        words = [*told, *sorted(one.looked for one in self.changes), str(self.whole)]
        return f"{self.meeting.id}:{hashlib.sha256(' '.join(words).encode()).hexdigest()[:16]}"

    @property
    def within(self) -> str:
        """As what its facts stand: the meeting before, and what was shown."""
        return f"{self.earlier.id}:{self.drawn.partition(':')[2]}"


Runs = Callable[[Meeting], bool]
"""Whether a meeting is one that counts, such as those that whoever asks may run."""


def before(session: Session, meeting: Meeting, now: datetime, runs: Runs) -> Sequence[Meeting]:
    """The earlier meetings of the same group, or of the series that bears the same title in the same programme, the
    last one first. Only those that `runs` says yes to."""
    return [one for one in _before(session, meeting, now) if runs(one)]


def _before(session: Session, meeting: Meeting, now: datetime) -> Sequence[Meeting]:
    if meeting.group_id is not None:
        same = Meeting.group_id == meeting.group_id
    else:
        same = Meeting.series.in_(keyring().blind_indexes(series_words(meeting.title, meeting.programme)))
    query = of(meeting.organisation_id, Meeting).where(
        same,
        Meeting.state.not_in(_NEVER_HELD),
        Meeting.starts_at < meeting.starts_at,
        Meeting.starts_at <= now,
        Meeting.id != meeting.id,
    )
    return session.scalars(query.order_by(Meeting.starts_at.desc(), Meeting.number.desc()).limit(_LOOKS_BACK)).all()


def of_meeting(session: Session, meeting: Meeting, gates: Gates, now: datetime) -> Again | None:
    """What of the meeting before may be confirmed for this one, the same for whoever may run it; None where nothing is.

    The meeting before is the last one that somebody of this one's team ran. A setting stands while the meeting has the
    same link, or is the same host's at a service where the bot makes the meetings; what is the staff's while the same
    people run it; what belongs to the risks of the session only where nothing changed at all. What a policy asks at
    each meeting is never among it, nor what was left open.
    """
    if meeting.state not in states.SET_UP or now >= meeting.ends_at:
        return None
    if not any(gate.open and (gate.lasts or gate.id == "checklist") for gate in gates):
        return None
    team, every = set(meeting.team), _before(session, meeting, now)
    between = list(takewhile(lambda one: not team & set(one.team), every))
    if len(between) == len(every):
        return None
    earlier = every[len(between)]
    organisation = session.get_one(Organisation, meeting.organisation_id)
    pack, theirs = load_pack(organisation.policy), standing.standing(standing.history(session, earlier))
    # Of a title alone nobody knows whether others mean the same series by it.
    differ = _since(session, pack, earlier, meeting, between if meeting.group_id else [])
    sheet = draw_up(pack, _list(session, meeting), meeting, standing.history(session, meeting), organisation.timezone)
    found = dict(_standing(pack, sheet, gates, earlier, theirs, differ))
    if found and known_since(session, meeting, min(theirs[point].at for point in found)):
        differ = (*differ, KNOWN)
        found = dict(_standing(pack, sheet, gates, earlier, theirs, differ))
    said = {point: theirs[point] for point in found if not theirs[point].carried}
    if not said:
        return None
    left = {box.point for box in sheet.unanswered} - set(said)
    settings = frozenset(points.setting(name) for name in _names(sheet, gates)) & set(said)
    labels = {point: found[point] for point in sorted(said, key=lambda one: one not in settings)}
    told = (*differ, *_left_open(sheet, theirs))
    return Again(meeting, earlier, said, labels, settings, told, whole=not left and not told)


def _list(session: Session, meeting: Meeting) -> Checklist:
    return rows.of_meeting(session, meeting) or Checklist(meeting_id=meeting.id)


def _since(
    session: Session, pack: Pack, earlier: Meeting, meeting: Meeting, between: Sequence[Meeting]
) -> tuple[Change, ...]:
    """What changed, also in the sessions `between` that others ran: how many they were, and nothing of what is in
    them."""
    found = changes.between(session, pack, earlier, meeting).changes
    if not between:
        return found
    were = "session in between was" if len(between) == 1 else "sessions in between were"
    lines = (f"{len(between)} {were} run by others.", *changes.incidents(session, between))
    return (*found, Change("by-others", "What others ran", lines))


def known_since(session: Session, meeting: Meeting, at: datetime) -> bool:
    """Whether something was recorded after a moment of what is known of the people on a meeting: a risk, maybe."""
    people = standing.gathered(session, meeting, roster.registered(session, meeting))
    theirs = (one for one in people if one.subject_kind is SubjectKind.PERSON and one.at > at)
    return any(one.requirement.startswith("person:") for one in theirs)


def _left_open(sheet: Sheet, theirs: Mapping[Point, Fact]) -> Iterator[Change]:
    """What was left open at the meeting before, whose reason was for that one, and nobody answered yet at this one."""
    boxes = {box.point: box for box in sheet.unanswered if not box.each}
    labels = [box.label for point, box in boxes.items() if (one := theirs.get(point)) and one.answer is FactAnswer.NO]
    if labels:
        more = len(labels) - _MOST_LEFT_OPEN
        named = "; ".join(one.rstrip(".") for one in labels[:_MOST_LEFT_OPEN])
        line = f"Left open last time: {named}{f'; and {more} more' if more > 0 else ''}."
        yield Change("left-open", "Left open last time", (line,))


def _names(sheet: Sheet, gates: Iterable[Gate]) -> Iterator[str]:
    yield from (gate.id for gate in gates if gate.lasts == "link")
    yield from (box.point.gate for row in sheet.rows for box in row.boxes if box.point.gate)


def conditions(meeting: Meeting, earlier: Meeting, changed: Collection[str]) -> dict[str, bool]:
    """Whether what a gate lasts with is as it was at the meeting before, after the ids of what `changed`."""
    one, other = ((each.provider, each.join_url) for each in (meeting, earlier))
    same_service = one[0] == other[0] and platform_of(*one) == platform_of(*other)
    # What no program reads of such a meeting is set in the account of its host, for all meetings of that host.
    same_account = not needs_link(meeting.provider) and (meeting.provider, meeting.host) == (
        earlier.provider,
        earlier.host,
    )
    return {
        "link": same_account or same_room(one, other),
        "team": changes.TEAM not in changed,
        "people": not {changes.PEOPLE, KNOWN.id} & set(changed) and same_service,
    }


def _standing(
    pack: Pack, sheet: Sheet, gates: Gates, earlier: Meeting, theirs: Mapping[Point, Fact], differ: Sequence[Change]
) -> Iterator[tuple[Point, str]]:
    """What stands still, with its words."""
    holds = conditions(sheet.meeting, earlier, {one.id for one in differ})
    for gate in gates:
        point = points.gate(gate.id)
        asked = gate.open and gate.can_tick and not gate.needs_manager and gate.moment == "ready"
        if asked and gate.lasts and holds[gate.lasts] and _counts(theirs.get(point), reason=gate.needs_reason):
            yield point, gate.rule
    boxes = [box for row in sheet.rows if row.phase == "before" for box in row.boxes]
    for box in boxes:
        same = holds["link"] if box.point.gate else not differ and not box.each
        if same and not box.done and not box.read_back and _counts(theirs.get(box.point), reason=False):
            yield box.point, box.label
    for item in pack.prompts.planning if not differ else ():
        point = points.reminder("planning", item)
        if item.stands == "until_changed" and _counts(theirs.get(point), reason=False) and not _said(sheet, point):
            yield point, item.text


def _counts(fact: Fact | None, *, reason: bool) -> bool:
    return fact is not None and fact.yes and not fact.carried and (bool(fact.reason) or not reason)


def _said(sheet: Sheet, point: Point) -> bool:
    return point in sheet.newest and sheet.newest[point].yes
