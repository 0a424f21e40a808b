"""Gates about letting somebody in, and about who counts as having taken part."""

from collections.abc import Iterable, Iterator

from bot.policy.cited import Cited
from bot.policy.gates.facts import MeetingFacts, Person
from bot.policy.gates.gate import NOT_RECORDED, Asked, Gate, judge, judge_people, strength_of
from bot.policy.gates.people import under_age
from bot.policy.model import Pack

_ABOUT_MAILING = ("link-day", "carer-address", "own-address", "address")
"""What stands before a link goes out, and says nothing of who may come by it."""
_OUT = ("banned-entry", "removed", "agreement")
"""What keeps somebody out of the lobby too; all else at the door is settled there."""


def kept_out(gates: Iterable[Gate], person: str) -> bool:
    """Whether somebody who has a link is not to come in by it: theirs would not go out now, or they are to leave."""
    theirs = [one for one in gates if one.refuses and person in one.people]
    return any(one.id not in _ABOUT_MAILING if one.moment == "invite" else one.id in _OUT for one in theirs)


def gates(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    """Every gate at the door."""
    yield from _staff_first(pack, facts)
    yield from _on_list(pack, facts)
    yield from _consent(pack, facts)
    yield from _agreed_aloud(pack, facts)
    yield from _removed(pack, facts)
    yield from _recognised(pack, facts)


def _staff_first(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.entry.staff_first
    if not rule.value:
        return
    wrong = "The meeting is not marked as started."
    command = f"/meeting start {facts.reference}"
    asked = Asked("staff-first", "entry", rule, strength_of(rule.strength), rule.say, wrong, command, at_door=True)
    yield judge(facts, asked, facts.started_at is not None, "a worker started the meeting")


def _on_list(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.consent.eligible
    if rule.value == "free":
        return
    strict = rule.strength == "required"
    wrong = "Not on the list of this meeting: do not let them in. If they got in, record an /incident."
    asked = Asked(
        "on-list",
        "entry",
        rule,
        strength_of(rule.strength),
        rule.say,
        wrong,
        can_tick=not strict,
        needs_reason=True,
    )
    yield judge_people(facts, asked, [one for one in facts.people if not one.invited])


def _consent(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    """Somebody under age is let in only where the pack's steps for them are recorded."""
    if pack.consent.age_covers.value != "joining":
        return
    steps = [one for one in pack.consent.steps if one.who == "under_age" and one.strength == "required"]
    if not steps:
        return
    clauses = tuple(dict.fromkeys(clause for step in (pack.consent.age, *steps) for clause in step.clauses))
    rule = Cited(clauses=clauses, default=not clauses)
    young = [one for one in facts.people if under_age(pack, one)]
    missing = [one for one in young if not all(_done(one, step.id) for step in steps)]
    wrong = "The parent’s or carer’s part is not recorded yet."
    asked = Asked("consent-at-entry", "entry", rule, "required", pack.consent.age.say, wrong)
    yield judge_people(facts, asked, missing)


def _done(person: Person, step_id: str) -> bool:
    answer = person.steps.get(step_id) if person.steps else None
    return answer is not None and answer.given


def _agreed_aloud(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    """A no keeps somebody out; an empty answer is open, and is not read as a no."""
    rule, without = pack.consent.rules_agreement, pack.consent.without_agreement
    if without.value != "no_entry":
        return
    said_no = [one for one in facts.people if one.agreed is not None and not one.agreed.given]
    wrong = "Said no. Ask them to leave, and talk with them afterwards."
    asked = Asked("agreement", "entry", without, strength_of(without.strength), without.say, wrong, can_tick=False)
    yield judge_people(facts, asked, said_no)
    unasked = [one for one in facts.people if one.agreed is None]
    wrong = NOT_RECORDED
    command = f"/attendance {facts.reference}"
    asked = Asked("agreement-asked", "entry", rule, "reminder", rule.say, wrong, command, at_door=True)
    yield judge_people(facts, asked, unasked)


def _removed(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.removed_cannot_rejoin
    removed = [one for one in facts.people if one.removed]
    if not removed or not rule.value:
        return
    strict = rule.strength == "required"
    wrong = "Was removed from this meeting."
    asked = Asked(
        "removed", "entry", rule, strength_of(rule.strength), rule.say, wrong, can_tick=not strict, needs_reason=True
    )
    yield judge_people(facts, asked, removed)


def _recognised(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.entry.admit
    if rule.value not in ("recognised", "identified"):
        return
    unsure = [one for one in facts.people if one.identified is False]
    camera = pack.entry.camera
    both = tuple(dict.fromkeys((*rule.clauses, *(camera.clauses if camera.value == "optional_if_known" else ()))))
    cited = Cited(clauses=both, default=not both)
    if unsure:
        wrong = "The workers are not sure who this is. Ask something that only that person knows."
        strength = strength_of(rule.strength)
        asked = Asked("recognised", "entry", cited, strength, rule.say, wrong, needs_reason=True, at_door=True)
        yield judge_people(facts, asked, unsure)
        return
    asked = Asked("recognised", "entry", cited, "reminder", rule.say, NOT_RECORDED, at_door=True)
    yield judge_people(facts, asked, [one for one in facts.people if one.identified is None])
