"""The gates of a meeting: pure functions from a policy, the organisation's own settings and plain facts."""

from bot.policy.gates import entering, meeting, people, staff
from bot.policy.gates.entering import kept_out
from bot.policy.gates.facts import (
    Answer,
    ChecklistState,
    MeetingFacts,
    Person,
    Reading,
    Recording,
    Tick,
    Worker,
)
from bot.policy.gates.gate import (
    BEFORE,
    NOT_RECORDED,
    SET_YOURSELF,
    Gate,
    Gates,
    Moment,
    Refusal,
    Strength,
    Summary,
    may,
    summary,
)
from bot.policy.gates.meeting import reported_as, setting_reading, settings_asked
from bot.policy.gates.people import to_carer
from bot.policy.model import Pack
from bot.policy.overrides import Overrides, applied

__all__ = [
    "BEFORE",
    "NOT_RECORDED",
    "SET_YOURSELF",
    "Answer",
    "ChecklistState",
    "Gate",
    "Gates",
    "MeetingFacts",
    "Moment",
    "Person",
    "Reading",
    "Recording",
    "Refusal",
    "Strength",
    "Summary",
    "Tick",
    "Worker",
    "evaluate",
    "kept_out",
    "may",
    "reported_as",
    "setting_reading",
    "settings_asked",
    "summary",
    "to_carer",
]


def evaluate(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Gates:
    """Every gate that the policy, with the organisation's own rules, sets before this meeting, each once.

    The overrides must have passed ``check``. Nothing is read or changed, and the same facts give the same gates.
    """
    own = applied(pack, overrides)
    return (
        *meeting.gates(own, overrides, facts),
        *staff.gates(own, overrides, facts),
        *people.gates(own, overrides, facts),
        *entering.gates(own, facts),
    )
