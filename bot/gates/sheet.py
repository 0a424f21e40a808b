"""A meeting's risk checklist as it stands: the policy's rows, the meeting's settings, and who ticked what."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.diary import states
from bot.facts import points, standing
from bot.facts.points import Point
from bot.policy import Pack
from bot.policy.cited import Cited
from bot.policy.gates import Reading, setting_reading
from bot.policy.model import ChecklistRow, Measure, Phase
from bot.providers import SettingKey, platform_of
from db.models import Checklist, Fact, FactAnswer, Meeting, MeetingKind, MeetingState

PHASES: tuple[Phase, ...] = ("before", "during", "after")
SETTINGS_ROW = "settings"
CHANGED_ROW = "changed"
_SETTINGS = {key.value: key for key in SettingKey}


@dataclass(frozen=True)
class Box:
    """One thing to tick.

    `id` names it in the form, and `point` is what ticking it says: measures that ask for the same setting say the
    same. `checked` is the provider's evidence where the bot met it, and `off` where it says that it is not so, against
    which only a tick with a reason counts; `newest` the last tick or untick, `how` what the host does about a setting.
    `changed`: its row differs from that of the meeting it was carried over from; `each`: it is asked
    anew at each meeting. `phase` is when it can be true.
    """

    id: str
    point: Point
    label: str
    detail: str = ""
    how: str = ""
    checked: str | None = None
    off: str | None = None
    newest: Fact | None = None
    changed: bool = False
    each: bool = False
    phase: Phase = "before"

    @property
    def ticked(self) -> bool:
        """Whether a person's tick on this meeting stands."""
        stands = self.newest is not None and self.newest.yes and not self.newest.carried
        return stands and (self.off is None or bool(self.newest and self.newest.reason))

    @property
    def left_open(self) -> Fact | None:
        """Why it is left open, where somebody said so at a sign-off."""
        return self.newest if self.newest is not None and self.newest.answer is FactAnswer.NO else None

    @property
    def carried(self) -> Fact | None:
        """The answer of the earlier meeting, while nobody has confirmed it or taken it back."""
        return self.newest if self.newest is not None and self.newest.carried and not self.read_back else None

    @property
    def read_back(self) -> bool:
        """Whether the provider says how it stands, so that there is nothing to tick here."""
        return self.checked is not None or self.off is not None

    @property
    def proposed(self) -> bool:
        """Whether that answer can stand as it is: it comes ticked, and a sign-off confirms it."""
        return self.carried is not None and not self.changed

    @property
    def done(self) -> bool:
        """Whether it is met, by the bot or by somebody's tick."""
        return self.checked is not None or self.ticked


@dataclass(frozen=True)
class Row:
    """The measures against one risk that can be true in one phase, or the meeting's settings. `number` is the risk's
    in the policy."""

    id: str
    title: str
    boxes: tuple[Box, ...]
    clauses: tuple[str, ...] = ()
    at_risk: str | None = None
    number: int = 0
    phase: Phase = "before"

    @property
    def done(self) -> int:
        """How many of its boxes are met."""
        return sum(box.done for box in self.boxes)

    @property
    def newest(self) -> Fact | None:
        """The last tick or untick among its boxes."""
        found = [box.newest for box in self.boxes if box.newest]
        return max(found, key=lambda one: one.sequence, default=None)


@dataclass(frozen=True)
class Change:
    """One thing that differs from the earlier meeting: a row of the checklist, or who and what the meeting is."""

    id: str
    title: str
    lines: tuple[str, ...]

    @property
    def looked(self) -> str:
        """What is ticked by whoever looked at it: another difference under the same title asks to be looked at anew."""
        return f"looked:{self.id}:{hashlib.sha256(repr(self.lines).encode()).hexdigest()[:12]}"

    @property
    def point(self) -> Point:
        """What looking at it says."""
        return points.measure(self.looked)


@dataclass(frozen=True)
class Carried:
    """From which meeting answers were carried over, and what changed since. `rows` are the changed rows' ids."""

    reference: str
    starts_at: datetime
    changes: tuple[Change, ...]
    rows: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Sheet:
    """The whole checklist. `sequence` names the state it was read in: it grows with every tick or untick."""

    checklist: Checklist
    meeting: Meeting
    policy: str
    rows: tuple[Row, ...]
    sequence: int
    confirmed: tuple[str, ...]
    zone: str
    carried: Carried | None = None
    newest: Mapping[Point, Fact] = field(default_factory=dict)
    """The last that was said of each thing at this meeting."""
    required: bool = False
    """Whether the policy requires the assessment, so that a sign-off has to answer for each measure."""

    @property
    def points(self) -> dict[Point, bool]:
        """Everything that can be met, each once, and whether it is."""
        return {box.point: box.done for row in self.rows for box in row.boxes}

    @property
    def done(self) -> int:
        """How many are met."""
        return sum(self.points.values())

    def of_phase(self, phase: Phase) -> dict[Point, bool]:
        """The same for what can be true in one phase."""
        return {box.point: box.done for row in self.rows if row.phase == phase for box in row.boxes}

    @property
    def phase(self) -> Phase:
        """Where the meeting is: before it, while it runs, or after."""
        if self.meeting.state is MeetingState.STARTED:
            return "during"
        return "after" if self.meeting.state in (MeetingState.ENDED, MeetingState.CLOSED) else "before"

    @property
    def due(self) -> tuple[Row, ...]:
        """The rows that can be true by now: what belongs to the session is ticked once it runs, and not ahead."""
        return tuple(row for row in self.rows if PHASES.index(row.phase) <= PHASES.index(self.phase))

    @property
    def unmet(self) -> tuple[Box, ...]:
        """What a sign-off answers for and nobody has met: what can be true before the session, each once. What was
        carried over unchanged is confirmed by the sign-off; what changed is looked at, and needs no reason."""
        rows = (row for row in self.rows if row.phase == "before" and row.id != CHANGED_ROW)
        found = {box.point: box for row in rows for box in row.boxes}
        return tuple(box for box in found.values() if not box.done and not box.proposed)

    @property
    def unanswered(self) -> tuple[Box, ...]:
        """Those of them for which no reason stands either."""
        return tuple(box for box in self.unmet if box.left_open is None)

    @property
    def unconfirmed(self) -> tuple[Box, ...]:
        """What was carried over and waits to be confirmed."""
        return tuple(box for row in self.rows for box in row.boxes if box.carried)

    @property
    def not_looked_at(self) -> tuple[Box, ...]:
        """What changed since the earlier meeting and was not looked at yet."""
        return tuple(box for row in self.rows if row.id == CHANGED_ROW for box in row.boxes if not box.done)

    @property
    def changed_after_sign_off(self) -> bool:
        """Whether somebody ticked or unticked after the sign-off something that it answers for."""
        signed = self.checklist.signed_off_sequence
        return signed is not None and self.answered_for > signed

    @property
    def answered_for(self) -> int:
        """The state that a sign-off answers for: the newest answer to what can be true before the session."""
        boxes = (box for row in self.rows if row.phase == "before" for box in row.boxes)
        return standing.drawn(self.meeting, [box.newest for box in boxes if box.newest])

    @property
    def open(self) -> bool:
        """Whether it can still be ticked."""
        return self.meeting.state not in states.SHUT


def draw_up(
    pack: Pack,
    checklist: Checklist,
    meeting: Meeting,
    facts: Iterable[Fact],
    zone: str,
    carried: Carried | None = None,
) -> Sheet:
    """The checklist of a meeting under its policy, with these facts; what changed since an earlier one comes first."""
    every = list(facts)
    newest, assessment = standing.newest(every), pack.checklist.assessment
    changed, read = carried.rows if carried else frozenset(), settings_read(meeting)
    rows = [
        one
        for number, row in enumerate(pack.checklist.rows, start=1)
        for one in _policy_rows(row, number, meeting, read, newest, row.id in changed)
    ]
    rows += _settings_rows(pack, meeting, read, newest)
    rows.sort(key=lambda one: PHASES.index(one.phase))
    changes = _changed_row(carried, newest)
    return Sheet(
        checklist=checklist,
        meeting=meeting,
        policy=pack.title,
        rows=(*([changes] if changes.boxes else []), *rows),
        sequence=standing.drawn(meeting, every),
        confirmed=tuple(key.label for name, key in _SETTINGS.items() if _evidence(read, name) is not None),
        zone=zone,
        carried=carried,
        newest=newest,
        required=assessment.value == "each_meeting" and assessment.strength == "required",
    )


def _changed_row(carried: Carried | None, newest: dict[Point, Fact]) -> Row:
    """What changed since the earlier meeting, a box for each: ticking it says that one has looked."""
    changes = carried.changes if carried else ()
    boxes = tuple(
        Box(one.looked, one.point, one.title, how=" ".join(one.lines), newest=newest.get(one.point)) for one in changes
    )
    title = f"Changed since {carried.reference}: look, and tick what you looked at" if carried else ""
    return Row(CHANGED_ROW, title, boxes)


def settings_read(meeting: Meeting) -> dict[str, Reading]:
    """What the provider said of each setting of a meeting."""
    return {
        name: Reading(found["state"], found.get("evidence", ""))
        for name, found in meeting.settings_read.items()
        if name in _SETTINGS
    }


def _evidence(read: Mapping[str, Reading], setting: str | None) -> str | None:
    """How the bot knows that the provider applied a setting; None where it does not know."""
    found = setting_reading(read, setting) if setting else None
    return found.evidence if found and found.state == "applied" else None


def _off(read: Mapping[str, Reading], setting: str | None) -> str | None:
    """How the bot knows that a setting is not as it should be, or cannot be; None where it does not know."""
    found = setting_reading(read, setting) if setting else None
    return found.evidence if found and found.state in ("not_applied", "impossible") else None


def _policy_rows(
    row: ChecklistRow,
    number: int,
    meeting: Meeting,
    read: Mapping[str, Reading],
    newest: dict[Point, Fact],
    changed: bool,
) -> Iterator[Row]:
    """A row of the policy, once for each phase in which some of its measures can be true."""
    for phase in PHASES:
        measures = [one for one in row.measures if one.phase == phase]
        if measures:
            boxes = tuple(_box(measure, meeting, read, newest, changed) for measure in measures)
            clauses = dict.fromkeys([*row.clauses, *(clause for one in measures for clause in one.clauses)])
            row_id = row.id if phase == row.measures[0].phase else f"{row.id}.{phase}"
            yield Row(row_id, row.title, boxes, tuple(clauses), row.at_risk, number, phase)


def point_of(measure: Measure) -> Point:
    """What ticking a measure says: of the setting that it asks for, where it asks for one."""
    return points.setting(measure.setting) if measure.setting else points.measure(measure.id)


def _box(
    measure: Measure, meeting: Meeting, read: Mapping[str, Reading], newest: dict[Point, Fact], changed: bool
) -> Box:
    point = point_of(measure)
    asked_anew = ("each_meeting", "each_one_to_one") if meeting.kind is MeetingKind.ONE_TO_ONE else ("each_meeting",)
    return Box(
        id=measure.id,
        point=point,
        label=measure.short,
        detail=measure.detail or "",
        checked=_evidence(read, measure.setting),
        off=_off(read, measure.setting),
        newest=newest.get(point),
        changed=changed,
        each=measure.stands in asked_anew,
        phase=measure.phase,
    )


def _settings_rows(
    pack: Pack, meeting: Meeting, read: Mapping[str, Reading], newest: dict[Point, Fact]
) -> Iterator[Row]:
    """The settings that the provider has not confirmed: each is the host's to see to and to tick, some of them only
    once the meeting runs."""
    keys = [key for name, key in _SETTINGS.items() if name in read and _evidence(read, name) is None]
    kinds: tuple[tuple[Phase, str], ...] = (("before", SETTINGS_ROW), ("during", f"{SETTINGS_ROW}.during"))
    for phase, row_id in kinds:
        mine = [key for key in keys if key.in_meeting is (phase == "during")]
        boxes = tuple(
            Box(
                id=f"setting:{key.value}",
                point=points.setting(key.value),
                label=key.label,
                detail="Only once the meeting has started." if key.in_meeting else "",
                how=key.how_on(
                    platform_of(meeting.provider, meeting.join_url), to_host_only=pack.meeting.chat.value == "host_only"
                ),
                off=_off(read, key.value),
                newest=newest.get(points.setting(key.value)),
                phase=phase,
            )
            for key in mine
        )
        rules = [getattr(pack.meeting, key.value, None) for key in mine]
        clauses = dict.fromkeys(clause for rule in rules if isinstance(rule, Cited) for clause in rule.clauses)
        if boxes:
            yield Row(row_id, "Meeting settings, yours to set", boxes, tuple(clauses), phase=phase)
