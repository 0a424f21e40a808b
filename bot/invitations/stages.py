"""What somebody is to be sent about a meeting now, or why not: the policy's order, judged by the facts alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.diary.addresses import Address
from bot.diary.sendings import History
from bot.policy import Pack
from bot.policy.gates import Gate, Gates, MeetingFacts, Person, may
from db.models import Meeting, MeetingState, Stage

LINK_DAY = "link-day"
"""The gate of the day on which the link goes out."""
_RULES_AGREED, _BANNED = "rules-agreed", "banned"
_MORNING = time(9)
"""When on its day the link goes out by itself."""


class Why(StrEnum):
    """Why somebody is sent nothing, beside the gates of their policy."""

    WALKED_IN = "walked_in"
    SAID_NO = "said_no"
    NO_ADDRESS = "no_address"
    NO_LINK = "no_link"
    TOO_EARLY = "too_early"
    OVER = "over"
    REMOVED = "removed"
    NOT_NEEDED = "not_needed"
    GATES = "gates"


@dataclass(frozen=True)
class Verdict:
    """What somebody is to be sent: a stage, `later` where it goes by itself on its day; or none, and why, with the
    gates that hold it."""

    stage: Stage | None = None
    later: datetime | None = None
    why: Why | None = None
    gates: Gates = ()

    @property
    def code(self) -> str:
        """Why not, as it is kept: the first gate, where it may be named."""
        first = next((gate for gate in self.gates), None)
        return "private" if first and first.private else first.id if first else str(self.why or Why.NOT_NEEDED)


def of_person(
    pack: Pack, meeting: Meeting, facts: MeetingFacts, gates: Iterable[Gate], person: Person, address: Address | None
) -> Verdict:
    """The stage at which somebody is, of a meeting that is still to be held."""
    if not person.invited:
        return Verdict(why=Why.WALKED_IN)
    refusal = may(gates, "invite", person.id)
    held = refusal.gates if refusal else ()
    if any(gate.id == _BANNED for gate in held):
        return Verdict(why=Why.GATES, gates=held)
    if _said_no(pack, person, held):
        return Verdict(why=Why.SAID_NO, gates=held)
    stage, day = _stage(pack, meeting, facts, held)
    if stage is None:
        return Verdict(why=Why.GATES, gates=held)
    if address is None or (stage is Stage.ABOUT and not address.carers):
        return Verdict(why=Why.NO_ADDRESS, gates=tuple(one for one in held if one.id.endswith("address")))
    if stage is Stage.LINK and not meeting.join_url:
        return Verdict(why=Why.NO_LINK)
    return Verdict(stage, day)


def _stage(pack: Pack, meeting: Meeting, facts: MeetingFacts, held: Gates) -> tuple[Stage | None, datetime | None]:
    """The stage that open gates leave, and when it goes by itself, where that is later."""
    still = {gate.id for gate in held if gate.id != LINK_DAY}
    if not held:
        return Stage.LINK, None
    if not still:
        # What waits for nothing but its day goes then; where the day is over, only a reason helps.
        day = window(facts, meeting)
        return (Stage.LINK, day) if day > facts.now else (None, None)
    talk = _talk_first(pack)
    if asked_of_carers(pack) & still:
        return (None if talk & still else Stage.ABOUT), None
    if pack.invitation.order.value == "rules_before_link" and _RULES_AGREED in still:
        return Stage.RULES, None
    return None, None


def asked_of_carers(pack: Pack) -> frozenset[str]:
    """The steps that are a parent's or carer's to allow, for somebody under age."""
    if pack.consent.age_covers.value != "joining":
        return frozenset()
    under_age = (step for step in pack.consent.steps if step.who == "under_age" and step.strength == "required")
    return frozenset(step.id for step in under_age)


def _talk_first(pack: Pack) -> frozenset[str]:
    """The step that comes before anything is sent to a parent or carer at all."""
    rule = pack.consent.carer_talk_first
    if not rule.value:
        return frozenset()
    return frozenset(step.id for step in pack.consent.steps if step.clauses and set(step.clauses) <= set(rule.clauses))


def _said_no(pack: Pack, person: Person, held: Gates) -> bool:
    """Whether a parent or carer, or they themselves, said no to what is asked for: then nobody asks them again."""
    steps, open_ones = person.steps or {}, {gate.id for gate in held}
    asked = [one for one in (*(step.id for step in pack.consent.steps), _RULES_AGREED) if one in open_ones]
    no_to_rules = person.agreed is not None and not person.agreed.given and _RULES_AGREED in open_ones
    return no_to_rules or any(one in steps and not steps[one].given for one in asked)


def window(facts: MeetingFacts, meeting: Meeting) -> datetime:
    """When the link of a policy that has it sent the day before goes by itself: on the morning of that day."""
    zone = ZoneInfo(facts.zone)
    day = meeting.starts_at.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(day, _MORNING, zone)


@dataclass(frozen=True)
class Next:
    """What is offered for one person: a stage, and when it goes by itself where that is later; None: nothing."""

    stage: Stage | None = None
    later: datetime | None = None


def offered(meeting: Meeting, verdict: Verdict, history: History, *, again: bool = False) -> Next:
    """What goes to somebody after what they have: the next stage, or that something changed; nothing twice, unless it
    is asked for `again`."""
    if meeting.state is MeetingState.CANCELLED:
        told = history.sent and history.sent[-1].stage is not Stage.CANCELLED
        return Next(Stage.CANCELLED if told and not history.waiting(Stage.CANCELLED) else None)
    stage = verdict.stage
    if stage is not None and history.waiting(stage):
        return Next()
    if stage is not None and (again or not _has(meeting, stage, history)):
        return Next(stage, verdict.later)
    changed = may_be_told(verdict) and history.knows_another_time(meeting) and not history.waiting(Stage.CHANGED)
    return Next(Stage.CHANGED if changed else None)


def _has(meeting: Meeting, stage: Stage | None, history: History) -> bool:
    """Whether somebody has what belongs to a stage: the link, where it is the one that counts."""
    if stage is Stage.LINK:
        return history.had(Stage.LINK, since=meeting.link_since) is not None
    return history.had(Stage.ABOUT, Stage.RULES) is not None


def may_be_told(verdict: Verdict) -> bool:
    """Whether somebody who was told of a meeting is told what changes: not who is banned, or said no."""
    said = verdict.why in (Why.WALKED_IN, Why.SAID_NO)
    return not said and not any(gate.id == _BANNED for gate in verdict.gates)
