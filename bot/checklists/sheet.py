"""A meeting's risk checklist as it stands: the policy's rows, the meeting's settings, and who ticked what."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.policy import Pack
from bot.policy.cited import Cited
from bot.policy.model import ChecklistRow, Measure
from bot.providers import SettingKey
from db.models import Checklist, ChecklistTick, Meeting, MeetingState

SETTINGS_ROW = "settings"
_SETTINGS = {key.value: key for key in SettingKey}


@dataclass(frozen=True)
class Box:
    """One thing to tick.

    `id` names it in the form and `fact` in the records: measures that ask for the same setting share a fact.
    `checked` is the provider's evidence where the bot met it, `newest` the last tick or untick, `how` what
    the host does about a setting.
    """

    id: str
    fact: str
    label: str
    detail: str = ""
    how: str = ""
    checked: str | None = None
    newest: ChecklistTick | None = None

    @property
    def ticked(self) -> bool:
        """Whether a person's tick stands."""
        return self.newest is not None and self.newest.ticked

    @property
    def done(self) -> bool:
        """Whether it is met, by the bot or by somebody's tick."""
        return self.checked is not None or self.ticked


@dataclass(frozen=True)
class Row:
    """One risk with its measures, or the meeting's settings."""

    id: str
    title: str
    boxes: tuple[Box, ...]
    clauses: tuple[str, ...] = ()
    at_risk: str | None = None

    @property
    def done(self) -> int:
        """How many of its boxes are met."""
        return sum(box.done for box in self.boxes)

    @property
    def newest(self) -> ChecklistTick | None:
        """The last tick or untick among its boxes."""
        found = [box.newest for box in self.boxes if box.newest]
        return max(found, key=lambda one: one.sequence, default=None)


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

    @property
    def facts(self) -> dict[str, bool]:
        """Everything that can be met, each once, and whether it is."""
        return {box.fact: box.done for row in self.rows for box in row.boxes}

    @property
    def done(self) -> int:
        """How many are met."""
        return sum(self.facts.values())

    @property
    def unticked(self) -> int:
        """How many are not met."""
        return len(self.facts) - self.done

    @property
    def changed_after_sign_off(self) -> bool:
        """Whether somebody ticked or unticked after the sign-off."""
        signed = self.checklist.signed_off_sequence
        return signed is not None and signed != self.sequence

    @property
    def open(self) -> bool:
        """Whether it can still be ticked."""
        return self.meeting.state not in (MeetingState.CANCELLED, MeetingState.CLOSED)


def standing(ticks: Iterable[ChecklistTick]) -> dict[str, ChecklistTick]:
    """The newest tick or untick of each fact."""
    return {one.measure: one for one in sorted(ticks, key=lambda one: one.sequence)}


def draw_up(pack: Pack, checklist: Checklist, meeting: Meeting, ticks: Iterable[ChecklistTick], zone: str) -> Sheet:
    """The checklist of a meeting under its policy, with these ticks."""
    newest = standing(ticks)
    rows = [_policy_row(row, meeting, newest) for row in pack.checklist.rows]
    settings = _settings_row(pack, meeting, newest)
    return Sheet(
        checklist=checklist,
        meeting=meeting,
        policy=pack.title,
        rows=(*rows, settings) if settings.boxes else tuple(rows),
        sequence=max((one.sequence for one in newest.values()), default=0),
        confirmed=tuple(key.label for name, key in _SETTINGS.items() if _evidence(meeting, name) is not None),
        zone=zone,
    )


def _evidence(meeting: Meeting, setting: str | None) -> str | None:
    """How the bot knows that the provider applied a setting; None where it does not know."""
    found = meeting.settings_read.get(setting or "")
    return str(found["evidence"]) if found and found["state"] == "applied" else None


def _policy_row(row: ChecklistRow, meeting: Meeting, newest: dict[str, ChecklistTick]) -> Row:
    boxes = tuple(_box(measure, meeting, newest) for measure in row.measures)
    clauses = dict.fromkeys([*row.clauses, *(clause for one in row.measures for clause in one.clauses)])
    return Row(row.id, row.title, boxes, tuple(clauses), row.at_risk)


def _box(measure: Measure, meeting: Meeting, newest: dict[str, ChecklistTick]) -> Box:
    fact = f"setting:{measure.setting}" if measure.setting in _SETTINGS else measure.id
    return Box(
        id=measure.id,
        fact=fact,
        label=measure.short,
        detail=measure.detail or "",
        checked=_evidence(meeting, measure.setting),
        newest=newest.get(fact),
    )


def _settings_row(pack: Pack, meeting: Meeting, newest: dict[str, ChecklistTick]) -> Row:
    """The settings that the provider has not confirmed: each is the host's to see to and to tick."""
    keys = [
        key for name, key in _SETTINGS.items() if name in meeting.settings_read and _evidence(meeting, name) is None
    ]
    boxes = tuple(
        Box(
            id=f"setting:{key.value}",
            fact=f"setting:{key.value}",
            label=key.label,
            detail="Only once the meeting has started." if key.in_meeting else "",
            how=key.how,
            newest=newest.get(f"setting:{key.value}"),
        )
        for key in keys
    )
    rules = [getattr(pack.meeting, key.value, None) for key in keys]
    clauses = dict.fromkeys(clause for rule in rules if isinstance(rule, Cited) for clause in rule.clauses)
    return Row(SETTINGS_ROW, "Meeting settings, yours to set", boxes, tuple(clauses))
