"""Gates about the staff of a meeting: who hosts, how many, in which roles, from which platform and accounts."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.policy.cited import Item
from bot.policy.gates.facts import MeetingFacts, Worker
from bot.policy.gates.gate import Asked, Gate, judge, strength_of
from bot.policy.model import Pack
from bot.policy.overrides import Approved, Overrides

_OWN_DOMAINS = frozenset({"work_only", "organisation_only", "shared_account", "work_preferred"})


def gates(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    """Every gate about the staff and what they use."""
    yield _platform(pack, overrides, facts)
    yield from _host(pack, facts)
    yield from _enough(pack, facts)
    yield from _one_to_one(pack, facts)
    yield from _roles(pack, facts)
    yield from _contact(pack, overrides, facts)
    yield from _holders(pack, overrides, facts)
    yield from _hours(pack, overrides, facts)
    for item in pack.staffing.training:
        yield _trained(item, facts)


def _platform(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Gate:
    rule, other, used = pack.meeting.platforms, pack.meeting.other_platform, facts.platform
    if used is None:
        wrong = "Not recorded yet: say which platform this meeting uses."
        return judge(facts, Asked("platform", "ready", rule, "required", rule.say, wrong, needs_reason=True), met=False)
    own, named = overrides.approved(used), used in rule.value
    if overrides.approved_platforms and own is None:
        allowed = ", ".join(one.platform for one in overrides.approved_platforms)
        wrong = f"Your organisation uses {allowed}, and not {used.capitalize()}."
        return judge(facts, Asked("platform", "ready", rule, "required", rule.say, wrong, can_tick=False), met=False)
    match other.value:
        case "refuse":
            wrong = f"{used.capitalize()} is not allowed."
            asked = Asked("platform", "ready", rule, strength_of(rule.strength), rule.say, wrong, can_tick=False)
            return judge(facts, asked, named, used)
        case "if_gdpr_compliant" | "if_secure":
            # An act of the organisation: said once by a manager, it holds for every meeting on that platform.
            wrong = (
                f"Nobody has recorded who checked {used.capitalize()} for this, and when. "
                "A manager says so once, under /facilitator policy."
            )
            asked = Asked(
                "platform",
                "ready",
                other,
                "advice" if other.strength == "when_possible" else strength_of(other.strength),
                other.say,
                wrong,
                needs_reason=True,
                needs_manager=True,
            )
            checked = own is not None and own.checked_by is not None and own.checked_on is not None
            return judge(facts, asked, checked, f"{used}: checked by {own.checked_by}" if own else "")
        case "if_right_for_age":
            return _old_enough(pack, own, used, facts)
        case _:
            wrong = f"{used.capitalize()} is not one that the policy names. Write down why you use it."
            asked = Asked("platform", "ready", other, strength_of(other.strength), other.say, wrong, needs_reason=True)
            return judge(facts, asked, named or own is not None, used)


def _old_enough(pack: Pack, own: Approved | None, used: str, facts: MeetingFacts) -> Gate:
    """The provider's minimum age stands, whoever asks: it is not the organisation's to lower."""
    rule, name = pack.meeting.other_platform, used.capitalize()
    said = [one for one in (own.minimum_age if own else None, facts.platform_age) if one is not None]
    least = max(said, default=None)
    ages = [one.age for one in facts.people if one.age is not None]
    youngest = min(ages, default=None)
    unknown = any(one.age is None and not one.grown_up for one in facts.people)
    too_young = least is not None and youngest is not None and youngest < least
    if too_young:
        wrong = f"{name} is for {least} and over, and the youngest here is {youngest}. Use another platform."
    elif least is None:
        wrong = f"Nobody has recorded from which age {name} may be used. Confirm that it is right for everybody here."
    else:
        wrong = f"{name} is for {least} and over, and not everybody’s age is recorded. Confirm that all are old enough."
    asked = Asked(
        "platform", "ready", rule, strength_of(rule.strength), rule.say, wrong, can_tick=not too_young, lasts="people"
    )
    return judge(facts, asked, least is not None and not too_young and not unknown, f"{used}: {least} and over")


def _host(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.staffing.host_is_staff
    if not rule.value:
        return
    wrong = f"{facts.host.name} is not a member of staff. Give the meeting another host."
    asked = Asked("host-is-staff", "ready", rule, strength_of(rule.strength), rule.say, wrong, can_tick=False)
    yield judge(facts, asked, facts.host.staff, facts.host.name)


def _enough(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.meeting.staff_minimum
    if facts.kind != "group" or rule.value < 2:
        return
    here = _staff(facts)
    wrong = f"{len(here)} of {rule.value} workers so far. Add a co-worker, or write down why it is not possible."
    asked = Asked("two-workers", "ready", rule, strength_of(rule.strength), rule.say, wrong, needs_reason=True)
    yield judge(facts, asked, len(here) >= rule.value, ", ".join(one.name for one in here))


def _one_to_one(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    if facts.kind != "one_to_one":
        return
    allowed, here = pack.one_to_one.allowed, _staff(facts)
    with_another = len(here) > 1
    if allowed.value == "not_alone":
        wrong = "Add a second worker, or write down which other person is there throughout."
        asked = Asked(
            "not-alone", "ready", allowed, strength_of(allowed.strength), allowed.say, wrong, needs_reason=True
        )
        yield judge(facts, asked, with_another, ", ".join(one.name for one in here))
    elif allowed.value == "if_vital" or allowed.default:
        wrong = "Write down why it is needed."
        asked = Asked(
            "one-to-one-vital", "ready", allowed, strength_of(allowed.strength), allowed.say, wrong, needs_reason=True
        )
        yield judge(facts, asked, met=False)
    if pack.one_to_one.colleague.value:
        rule = pack.one_to_one.colleague
        wrong = "Add a colleague, or write down why there is none."
        asked = Asked("colleague", "ready", rule, strength_of(rule.strength), rule.say, wrong, needs_reason=True)
        yield judge(facts, asked, with_another, ", ".join(one.name for one in here))
    if pack.one_to_one.adult_nearby.value:
        rule = pack.one_to_one.adult_nearby
        wrong = "Check it at the start, before anything else, and tick it."
        asked = Asked("adult-nearby", "start", rule, strength_of(rule.strength), rule.say, wrong, at_door=True)
        yield judge(facts, asked, met=False)


def _staff(facts: MeetingFacts) -> list[Worker]:
    return [one for one in facts.workers if one.staff]


def _roles(pack: Pack, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.staffing.roles
    if rule.value == "free" or len(facts.workers) < 2:
        return
    by_role = {one.role: one.name for one in facts.workers}
    wrong = "Not recorded yet: say who leads and who supports."
    asked = Asked("roles", "start", rule, strength_of(rule.strength), rule.say, wrong, needs_reason=True)
    told = {"lead", "support"} <= set(by_role)
    yield judge(facts, asked, told, f"{by_role['lead']} leads, {by_role['support']} supports" if told else "")


def _contact(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    rule = pack.staffing.contact
    if rule.value not in _OWN_DOMAINS:
        return
    shared = rule.value == "shared_account"
    address = overrides.account.email if shared else facts.host.email
    domain, domains = _domain(address), overrides.staff_email_domains
    # The school's account being its own says nothing of the host, who could write from an account of their own.
    if shared and domain and domains and domain in domains and facts.host.email:
        domain = _domain(facts.host.email)
    foreign = bool(domains and domain and domain not in domains)
    if foreign:
        wrong = f"{domain} is not one of your organisation’s domains ({', '.join(domains)}). Use another address."
    elif domain is None:
        wrong = "No address is recorded. Confirm that only work accounts are used."
    else:
        wrong = "Your organisation’s domains are not recorded. Confirm that only work accounts are used."
    preferred = rule.value == "work_preferred"
    asked = Asked(
        "work-accounts",
        "ready",
        rule,
        strength_of(rule.strength),
        rule.say,
        wrong,
        can_tick=preferred or not foreign,
        needs_reason=foreign,
        lasts="team",
    )
    yield judge(facts, asked, bool(domains and domain) and not foreign, domain or "")


def _domain(address: str | None) -> str | None:
    return address.rpartition("@")[2].lower() if address else None


def _holders(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    rule, holders = pack.staffing.account_holders, overrides.account.holders
    if rule.value < 2:
        return
    wrong = f"{len(holders)} of {rule.value} people are named. An administrator names them under account.holders."
    asked = Asked(
        "account-holders",
        "ready",
        rule,
        strength_of(rule.strength),
        rule.say,
        wrong,
        "/facilitator policy",
        can_tick=False,
    )
    yield judge(facts, asked, len(holders) >= rule.value, ", ".join(holders))


def _hours(pack: Pack, overrides: Overrides, facts: MeetingFacts) -> Iterator[Gate]:
    rule, hours = pack.staffing.working_hours, overrides.working_hours
    if not rule.value:
        return
    day = facts.starts_at.astimezone(ZoneInfo(facts.zone))
    outside = hours is not None and not hours.hold(facts.starts_at, facts.ends_at, facts.zone)
    if hours is not None and outside:
        wrong = f"The hours on {day:%A} are {hours.of(day.weekday())}. Move the meeting, or a manager says why not."
    else:
        wrong = "Your organisation’s hours are not recorded. Confirm that the meeting lies within your own."
    asked = Asked(
        "working-hours",
        "ready",
        rule,
        strength_of(rule.strength),
        rule.say,
        wrong,
        needs_reason=outside,
        needs_manager=outside,
        lasts=None if outside else "team",
    )
    evidence = f"{day:%A}: {hours.of(day.weekday())}" if hours else ""
    yield judge(facts, asked, hours is not None and not outside, evidence)


def _trained(item: Item, facts: MeetingFacts) -> Gate:
    """Every worker of the meeting has a day on which this training was taken."""
    lacking = [one.name for one in facts.workers if one.trained is None or item.id not in one.trained]
    strength = "advice" if item.strength == "when_possible" else strength_of(item.strength)
    wrong = f"Not recorded yet for {', '.join(lacking)}. A manager records it once: /facilitator trained."
    asked = Asked(f"training-{item.id}", "ready", item, strength, f"Training: {item.text}.", wrong, lasts="team")
    return judge(facts, asked, not lacking, "recorded for every worker")
