"""The same as last time: what was confirmed for the meeting before and may stand for this one, in one tap."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.diary import roster, states
from bot.facts import points, standing
from bot.facts.points import Point
from bot.gates import changes, rows
from bot.gates.sheet import Carried, Change, Sheet, draw_up
from bot.policy import Pack, load_pack
from bot.policy.gates import Gate, Gates
from db.crypto import keyring
from db.models import Checklist, Fact, FactAnswer, Meeting, MeetingState, Organisation, SubjectKind
from db.models.meeting import series_words
from db.scope import of

_LOOKS_BACK = 20
_NEVER_HELD = (MeetingState.DRAFT, MeetingState.CANCELLED)
_KNOWN = Change("known", "What is known of somebody", ("Something was recorded since. The form about them says what.",))


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


Runs = Callable[[Meeting], bool]
"""Whether whoever asks may run a meeting."""


def before(session: Session, meeting: Meeting, now: datetime, runs: Runs) -> Sequence[Meeting]:
    """The earlier meetings of the same group, or of the series that bears the same title in the same programme, the
    last one first. Only those count that whoever asks may run."""
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
    found = session.scalars(query.order_by(Meeting.starts_at.desc(), Meeting.number.desc()).limit(_LOOKS_BACK))
    return [one for one in found if runs(one)]


def of_meeting(session: Session, meeting: Meeting, gates: Gates, now: datetime, runs: Runs) -> Again | None:
    """What of the meeting before may be confirmed for this one; None where nothing is.

    A setting stands while the meeting has the same link, what is the staff's while the same people run it; what belongs
    to the risks of the session only where nothing changed at all. What a policy asks at each meeting is never among it.
    """
    if meeting.state not in states.SET_UP or not runs(meeting):
        return None
    if not any(gate.open and (gate.lasts or gate.id == "checklist") for gate in gates):
        return None
    earlier = next(iter(before(session, meeting, now, runs)), None)
    if earlier is None:
        return None
    organisation = session.get_one(Organisation, meeting.organisation_id)
    pack, theirs = load_pack(organisation.policy), standing.standing(standing.history(session, earlier))
    carried = _since(session, pack, earlier, meeting)
    sheet = draw_up(pack, _list(session, meeting), meeting, standing.history(session, meeting), organisation.timezone)
    found = dict(_standing(pack, sheet, gates, earlier, theirs, carried.changes))
    said = {point: theirs[point] for point in found if not theirs[point].carried}
    if not said:
        return None
    left = {box.point for box in sheet.unanswered} - set(said)
    settings = frozenset(points.setting(name) for name in _names(sheet, gates)) & set(said)
    labels = {point: found[point] for point in sorted(said, key=lambda one: one not in settings)}
    return Again(meeting, earlier, said, labels, settings, carried.changes, whole=not left and not carried.changes)


def _list(session: Session, meeting: Meeting) -> Checklist:
    return rows.of_meeting(session, meeting) or Checklist(meeting_id=meeting.id)


def _since(session: Session, pack: Pack, earlier: Meeting, meeting: Meeting) -> Carried:
    """What changed, also of what is known of the people: a risk that was found since."""
    found = changes.between(session, pack, earlier, meeting)
    people = standing.gathered(session, meeting, roster.registered(session, meeting))
    since = (one for one in people if one.subject_kind is SubjectKind.PERSON and one.at > earlier.starts_at)
    if any(one.requirement.startswith("person:") for one in since):
        return Carried(found.reference, found.starts_at, (*found.changes, _KNOWN), found.rows)
    return found


def _names(sheet: Sheet, gates: Iterable[Gate]) -> Iterator[str]:
    yield from (gate.id for gate in gates if gate.lasts == "link")
    yield from (box.point.gate for row in sheet.rows for box in row.boxes if box.point.gate)


def _standing(
    pack: Pack, sheet: Sheet, gates: Gates, earlier: Meeting, theirs: Mapping[Point, Fact], differ: Sequence[Change]
) -> Iterator[tuple[Point, str]]:
    """What stands still, with its words."""
    meeting, changed = sheet.meeting, {one.id for one in differ}
    link = meeting.join_url is not None and _room(meeting) == _room(earlier)
    holds = {
        "link": link,
        "team": changes.TEAM not in changed,
        "people": not changed & {changes.PEOPLE, _KNOWN.id} and meeting.provider == earlier.provider,
    }
    for gate in gates:
        point = points.gate(gate.id)
        asked = gate.open and gate.can_tick and not gate.needs_manager and gate.moment == "ready"
        if asked and gate.lasts and holds[gate.lasts] and _counts(theirs.get(point), reason=gate.needs_reason):
            yield point, gate.rule
    boxes = [box for row in sheet.rows if row.phase == "before" for box in row.boxes]
    for box in boxes:
        same = link if box.point.gate else not differ and not box.each
        if same and not box.done and not box.read_back and _answers(theirs.get(box.point)):
            yield box.point, box.label
    for item in pack.prompts.planning if not differ else ():
        point = points.reminder("planning", item)
        if item.stands == "until_changed" and _counts(theirs.get(point), reason=False) and not _said(sheet, point):
            yield point, item.text


def _room(meeting: Meeting) -> tuple[str, str | None]:
    return meeting.provider, meeting.join_url


def _counts(fact: Fact | None, *, reason: bool) -> bool:
    return fact is not None and fact.yes and not fact.carried and (bool(fact.reason) or not reason)


def _answers(fact: Fact | None) -> bool:
    """Whether it is a tick, or why it was left open."""
    return fact is not None and (fact.yes or (fact.answer is FactAnswer.NO and bool(fact.reason)))


def _said(sheet: Sheet, point: Point) -> bool:
    return point in sheet.newest and sheet.newest[point].yes
