"""Gates about participants before the link goes out: consents, agreement, group size, address and day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.policy.cited import Cited, Ruled
from bot.policy.gates.facts import MeetingFacts, Person
from bot.policy.gates.gate import NOT_RECORDED, Asked, Gate, Moment, Strength, judge, judge_people, names, strength_of
from bot.policy.model import Pack
from bot.policy.overrides import Overrides
from bot.policy.rules import Step


def gates(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    """Every gate about who takes part, and about their link."""
    yield from _size(pack, overrides, facts)
    yield from _steps(pack, overrides, facts)
    yield from _agreed(pack, facts)
    yield from _known(pack, facts)
    yield from _address(pack, facts)
    yield from _banned(pack, facts)
    yield from _day(pack, facts)
    yield from _through_staff(pack, facts)


def under_age(pack: Pack, person: Person) -> bool:
    """Whether somebody is below the pack's age of consent; where the age is not known, whoever does not come as an
    adult is taken to be."""
    age = pack.consent.age.value
    if age is None:
        return False
    return person.age < age if person.age is not None else not person.grown_up


SHOW = "/participant show NAME"
"""What opens the form about a person."""
_IN_THEIR_FORM = ("new_member", "high_risk", "access_concern")
_OF_AGE = 18
"""From this age on somebody is no young person any more, whatever the policy's own age of consent."""


def to_carer(pack: Pack, person: Person) -> bool:
    """Whether the link goes to the parent or carer. A letter to parents and carers is about pupils of every age; a
    grown-up guest has none."""
    to = pack.invitation.to.value
    return not person.grown_up if to == "carer" else to != "participant" and under_age(pack, person)


def _size(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    rule, limit, number = pack.meeting.group_size, overrides.group_size, len(facts.people)
    if facts.kind != "group":
        return
    if rule.value == "considered":
        wrong = f"{number} are registered. Write down what that means for safety."
        asked = Asked(
            "group-size-considered", "ready", rule, "advice", rule.say, wrong, needs_reason=True, lasts="people"
        )
        yield judge(facts, asked, met=False)
    if limit is None:
        return
    strict = rule.value == "limited"
    asked = Asked(
        "group-size",
        "ready",
        rule if strict else Cited(default=True),
        "required" if strict else "when_possible",
        f"Your organisation’s own limit is {limit} people in a group.",
        f"{number} are registered.",
        can_tick=not strict,
        needs_reason=True,
    )
    yield judge(facts, asked, number <= limit, f"{number} of {limit}")


def _steps(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    for step in pack.consent.steps:
        if step.before == "group" and facts.kind != "group":
            continue
        if is_agreement(pack, step):
            continue
        if step.about == "group":
            yield _of_group(step, facts)
            continue
        concerned = [one for one in facts.people if concerns(pack, step, one)]
        if concerned:
            missing = [one for one in concerned if not _done(step, one)]
            own = overrides.texts.get(step.slot) if step.slot else None
            text = f"{step.text.removesuffix('.')}{f': {own}' if own else '.'}"
            for some, refused in _by_answer(missing, step.id):
                yield judge_people(facts, _asked_of_step(pack, step, text, refused), some)


def _asked_of_step(pack: Pack, step: Step, text: str, refused: Sequence[Person]) -> Asked:
    """What a circumstance of a person asks for is recorded where that circumstance is, in the form about them. Over a
    no nobody passes with a mere tick."""
    moment: Moment = "entry" if step.before == "entry" else "invite"
    if step.who not in _IN_THEIR_FORM:
        wrong, reason = _answered_no(refused) or NOT_RECORDED, bool(refused)
        return Asked(step.id, moment, step, _strength(pack, step), text, wrong, needs_reason=reason, said_no=reason)
    private = step.who != "new_member"
    return Asked(
        step.id, moment, step, _strength(pack, step), text, NOT_RECORDED, SHOW, can_tick=False, private=private
    )


def _said_no(person: Person, step_id: str) -> bool:
    answer = person.steps.get(step_id) if person.steps else None
    return answer is not None and not answer.given


def _by_answer(missing: Sequence[Person], step_id: str) -> Iterator[tuple[Sequence[Person], Sequence[Person]]]:
    """Those whose answer is missing, and apart from them those who said no, with these again: what is ticked for the
    others never stands over a no. Once with nobody where nobody is missing."""
    refused = [one for one in missing if _said_no(one, step_id)]
    waiting = [one for one in missing if one not in refused]
    if waiting or not refused:
        yield waiting, ()
    if refused:
        yield refused, refused


def _answered_no(refused: Sequence[Person]) -> str:
    """Whose answer was no, and what it takes to record another; empty where nobody's was."""
    if not refused:
        return ""
    return f"The answer for {names(refused)} was no. If that has changed, write down who said so, and when."


def _of_group(step: Step, facts: MeetingFacts) -> Gate:
    """What those who meet do together cannot be true before they have met: it keeps nobody's link back, and nobody out.
    It is asked once, of all of them; what was said of each by an earlier version counts."""
    text = f"{step.text.removesuffix('.')}."
    wrong = f"{NOT_RECORDED} It is asked once, of the whole group."
    of_each = bool(facts.people) and all(_done(step, one) for one in facts.people)
    return judge(facts, Asked(step.id, "entry", step, "advice", text, wrong), of_each)


def is_agreement(pack: Pack, step: Step) -> bool:
    """Whether the step is the agreement to the rules, which has a gate of its own."""
    rule = pack.consent.rules_agreement
    return rule.value == "before_link" and set(step.clauses) <= set(rule.clauses)


def concerns(pack: Pack, step: Step, person: Person) -> bool:
    """Whether a step is asked for of somebody."""
    match step.who:
        case "under_age":
            reached = pack.consent.age_covers.value == "joining" or person.by_social_media
            return reached and under_age(pack, person)
        case "of_age":
            # Whoever comes in the course of their work is not asked to consent for themselves.
            return not under_age(pack, person) and person.kind != "professional"
        case "young":
            return person.age < _OF_AGE if person.age is not None else not person.grown_up
        case "new_member":
            return person.new_member
        case "high_risk":
            return person.high_risk
        case "access_concern":
            return person.access_concern
        case _:
            return True


def _done(step: Step, person: Person) -> bool:
    answer = person.steps.get(step.id) if person.steps else None
    return answer is not None and answer.given


def _strength(pack: Pack, step: Step) -> Strength:
    """A step is as hard as the pack has it; what it would only like to see done is advice."""
    if step.who == "under_age" and pack.consent.age_covers.value == "social_media":
        return "reminder" if step.strength == "reminder" else "required"
    everyone = pack.consent.everyone_agrees
    if everyone.value and step.clauses == everyone.clauses:
        return strength_of(everyone.strength)
    return "advice" if step.strength == "when_possible" else strength_of(step.strength)


def _agreed(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.consent.rules_agreement
    if rule.value != "before_link":
        return
    missing = [one for one in facts.people if one.agreed is None or not one.agreed.given]
    still = f"No agreement to the {pack.consent.rules_name.value} is recorded: the rules only, no link and no passcode."
    for some, refused in _by_answer(missing, "rules-agreed"):
        wrong, reason = _answered_no(refused) or still, bool(refused)
        strength = strength_of(rule.strength)
        asked = Asked("rules-agreed", "invite", rule, strength, rule.say, wrong, needs_reason=reason, said_no=reason)
        yield judge_people(facts, asked, some)


def _known(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.consent.eligible
    if rule.value != "known":
        return
    missing = [one for one in facts.people if not one.known and not one.new_member]
    wrong = "Not recorded as known to the worker. A new member comes in through a talk of their own first."
    asked = Asked("known", "invite", rule, strength_of(rule.strength), rule.say, wrong)
    yield judge_people(facts, asked, missing)


def _address(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    to, channel = pack.invitation.to, pack.invitation.channel
    if to.value != "participant":
        theirs = [one for one in facts.people if to_carer(pack, one)]
        missing = [one for one in theirs if one.address != "carer"]
        wrong = "The address is not recorded as a parent’s or carer’s."
        if to.value != "carer" and any(one.age is None for one in missing):
            wrong += " Whoever’s age is not known counts as under age: say how old they are."
        yield _addressed(facts, "carer-address", to, wrong, missing)
        inherited = [one for one in facts.people if one not in theirs and one.address == "carer"]
        if inherited and not to.default:
            wrong = "The address recorded is a parent’s or carer’s. Agree on one of their own with them."
            yield _addressed(facts, "own-address", to, wrong, inherited)
    if channel.value in ("agreed_email", "email"):
        wrong = "No address is recorded."
        yield _addressed(facts, "address", channel, wrong, [one for one in facts.people if one.address is None])


def _addressed(facts: MeetingFacts, gate_id: str, rule: Ruled[Any], wrong: str, missing: list[Person]) -> Gate:
    strict = rule.strength == "required"
    command = f"/participant list {facts.reference}" if strict else ""
    strength = strength_of(rule.strength)
    asked = Asked(
        gate_id, "invite", rule, strength, rule.say, wrong, command, can_tick=not strict, needs_reason=not strict
    )
    return judge_people(facts, asked, missing)


def _banned(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    banned = [one for one in facts.people if one.banned]
    if not banned:
        return
    step = next((one for one in pack.incidents.ladder if one.id == "banned"), None)
    rule = step or Cited(default=True)
    for gate_id, moment in (("banned", "invite"), ("banned-entry", "entry")):
        asked = Asked(
            gate_id,
            "invite" if moment == "invite" else "entry",
            rule,
            "required",
            "Whoever is banned is neither invited nor let in.",
            "A manager can lift the ban in the form about them.",
            SHOW,
            can_tick=False,
            private=True,
        )
        yield judge_people(facts, asked, banned)


def _day(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.invitation.send
    if rule.value != "day_before":
        return
    zone = ZoneInfo(facts.zone)
    day = facts.starts_at.astimezone(zone).date() - timedelta(days=1)
    today = facts.today == day
    late = [one for one in facts.people if not today and not _went(one, zone, day)]
    wrong = f"The day for it is {day:%A} {day.day} {day:%B}. On another day, write down why."
    asked = Asked("link-day", "invite", rule, strength_of(rule.strength), rule.say, wrong, needs_reason=True)
    told = f"{day:%A} {day.day} {day:%B}"
    if facts.people:
        yield judge_people(facts, asked, late, told)
    else:
        yield judge(facts, asked, today, told)


def _went(person: Person, zone: ZoneInfo, day: date) -> bool:
    return person.link_went is not None and person.link_went.astimezone(zone).date() == day


def _through_staff(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.invitation.channel
    if rule.value != "through_staff":
        return
    ours = facts.asked_by is None or facts.asked_by in {one.id for one in facts.workers}
    wrong = f"Ask {facts.host.name}, who is in charge of this meeting."
    asked = Asked("through-staff", "invite", rule, strength_of(rule.strength), rule.say, wrong, can_tick=False)
    yield judge(facts, asked, ours, facts.host.name)
