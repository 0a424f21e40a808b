"""From names and ticks to what the register shall say, or to the questions that have to be asked first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.attendance.door import Held
from bot.attendance.forms import IS_WALK_IN, LEAVE_OUT, WALK_INS, TickedRegister, key
from bot.attendance.service import Intent, Register, Saved, save
from bot.caller import Caller
from bot.errors import BadInput
from bot.participants import service as participants
from bot.reading import Ask, Outcome, Refused, Understood
from bot.reading.persons.ages import Age
from bot.reading.persons.name import no_name
from bot.reading.persons.names import folded
from bot.reading.roll_call.presence import Presence
from bot.reading.roll_call.register_words import Op
from db.models import Registration

_OFFERED = 6


@dataclass(frozen=True)
class Question:
    """A name that is not sure. `absent`: it was said of somebody who was not there, otherwise of somebody who came.

    `may_be` are those registered, most alike first. `on_the_list`: somebody of exactly this name is.
    `alike`: somebody's name is like it.
    """

    name: str
    absent: bool
    may_be: tuple[Registration, ...]
    on_the_list: bool
    alike: bool


@dataclass(frozen=True)
class Plan:
    """What the register shall say, and what has to be asked before. `names` are all that were typed as having come,
    with their ages."""

    intent: Intent
    version: int
    names: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    said: tuple[str, ...] = ()
    """What was not typed but taken to be meant."""
    note: str = ""
    """What has to be asked that is no question about one name."""
    typed: str = field(default="", repr=False)
    """The words that are asked about, where they were typed as a command."""


class Unclear(Exception):
    """Names have to be asked about before the register can be saved."""

    def __init__(self, register: Register, plan: Plan) -> None:
        super().__init__(f"{len(plan.questions)} questions")
        self.register = register
        self.plan = plan


def fresh(register: Register) -> Plan:
    """The register as a form begins: as it stands, and whoever has no mark yet as present."""
    marks = {line.registration.id: line.mark.present if line.mark else None for line in register.lines}
    return Plan(Intent({one: mark is not False for one, mark in marks.items()}, marks), register.version)


def of_read(register: Register, outcome: Outcome[Presence], caller_id: str, typed: str = "") -> Plan:
    """What a typed register means, and the questions that it leaves. What is saved at once
    counts marks made by somebody else as not seen. A form shows the register as it stands, with what was understood;
    of a text that is in doubt as a whole that is nothing. Raises BadInput for what cannot be meant."""
    if isinstance(outcome, Refused):
        raise BadInput(outcome.why)
    people = register.registrations
    if isinstance(outcome, Ask) and (outcome.kept is None or outcome.kept.nothing):
        return Plan(_as_it_stands(register), register.version, note=outcome.question, typed=typed)
    value = outcome.value if isinstance(outcome, Understood) else outcome.kept or Presence()
    present = {people[place].id: True for place in value.present} | {people[place].id: False for place in value.absent}
    marks = {line.registration.id: line.mark for line in register.lines}
    seen = {one: mark.present if mark and mark.by == caller_id else None for one, mark in marks.items()}
    said = [one.words for one in outcome.said]
    ages = {folded(name): age for name, age in value.ages}
    for words, places in (("late", value.late), ("left early", value.left_early)):
        names = ", ".join(people[place].participant.name for place in places)
        said += [f"Present, and {words}: {names}. The register keeps that they were there."] if names else []
    if isinstance(outcome, Understood):
        nobody = not people and not value.walk_ins
        intent = Intent(present, seen, value.walk_ins, nobody=nobody, ages=ages)
        return Plan(intent, register.version, value.walk_ins, said=tuple(said))
    asked = [one for one in value.opens if one.said is not Op.PARTLY and (one.may_be or not no_name(one.words))]
    questions = [_question(one.words, people, absent=one.said in (Op.EXCEPT, Op.ABSENT)) for one in asked]
    came = (*value.walk_ins, *(one.words for one in asked if one.said not in (Op.EXCEPT, Op.ABSENT)))
    came = _aged(came, ages)
    note = "" if len(asked) == len(value.opens) and asked else outcome.question
    # Of whom two things are said, neither is ticked.
    in_two_ways = {one.words for one in value.opens if one.said is Op.PARTLY}
    doubtful = {one.id for one in people if one.participant.name in in_two_ways}
    present = {one: there for one, there in present.items() if one not in doubtful}
    stands = _as_it_stands(register)
    form = Intent({**stands.present, **present}, stands.seen)
    return Plan(form, register.version, came, _each_once(questions), tuple(said), note, typed)


def _as_it_stands(register: Register) -> Intent:
    marks = {line.registration.id: line.mark.present if line.mark else None for line in register.lines}
    return Intent({one: mark is True for one, mark in marks.items()}, marks)


def of_ticked(register: Register, ticked: TickedRegister) -> Plan:
    """What a form says. A name among the walk-ins that is like somebody's on the list is asked about once.
    Raises BadInput when one answer says that somebody came and another that they did not."""
    people = [one for one in register.registrations if one.id in ticked.drawn]
    ids = {f"{one.id}": one.id for one in register.registrations}
    present = {one.id: one.id in ticked.present for one in people}
    walk_ins: list[str] = []
    questions: list[Question] = []
    came = set()
    for name in ticked.walk_ins:
        answer = ticked.who.get(key(name))
        question = _question(name, register.registrations, absent=False)
        if answer in ids:
            came.add(ids[answer])
        elif answer == IS_WALK_IN or (answer is None and not question.alike):
            walk_ins.append(name)
        elif answer != LEAVE_OUT:
            questions.append(question)
    missing = {ids[answer] for answer in ticked.absent.values() if answer in ids}
    if came & missing:
        who = next(one.participant.name for one in register.registrations if one.id in came & missing)
        field = f"{WALK_INS}.{ticked.version}"
        raise BadInput(f"Your answers say both that {who} came and that they did not.", field=field)
    if not questions:
        present |= dict.fromkeys(came, True) | dict.fromkeys(missing, False)
    intent = Intent(present, ticked.drawn, tuple(walk_ins), ticked.answers, ages=ticked.ages)
    return Plan(intent, ticked.version, _aged(ticked.walk_ins, ticked.ages), tuple(questions))


def _aged(names: Sequence[str], ages: Mapping[str, Age]) -> tuple[str, ...]:
    """Names with the ages that stand behind them, as they are read again."""
    return tuple(f"{one} {ages[folded(one)].as_typed}" if folded(one) in ages else one for one in names)


def _question(name: str, people: Sequence[Registration], *, absent: bool) -> Question:
    exact = tuple(one for one in people if folded(one.participant.name) == folded(name))
    ranked = tuple(participants.closest(name, people, _OFFERED, alike=0))
    alike = bool(participants.closest(name, people, 1))
    return Question(name, absent, exact or ranked, bool(exact), alike)


def _each_once(questions: Sequence[Question]) -> tuple[Question, ...]:
    return tuple({(one.absent, key(one.name)): one for one in questions}.values())


def carry_out(session: Session, caller: Caller, held: Register, plan: Plan, now: datetime) -> Saved:
    """Save what is planned. Raises Unclear, with nothing written, where something has to be asked before."""
    if plan.questions or plan.note:
        raise Unclear(held, plan)
    try:
        done = save(session, caller, held, plan.intent, now)
    except Held as refused:
        before = {one.id for one in held.registrations}
        whom = [{one.id: one.participant.name for one in flag.people} for flag in refused.flags]
        names = {folded(name) for people in whom for one, name in people.items() if one not in before}
        kept_out = [one for one in plan.intent.walk_ins if folded(one) in names]
        refused.walk_ins = dict(zip(kept_out, _aged(kept_out, plan.intent.ages), strict=True))
        refused.of_walk_ins = bool(kept_out) and all(people and before.isdisjoint(people) for people in whom)
        raise
    return replace(done, said=plan.said)


def without_walk_ins(plan: Plan, refused: Held) -> Plan:
    """The rest of what was planned, where walk-ins may not be let in. Raises Held where there is nothing else."""
    intent = replace(plan.intent, walk_ins=tuple(one for one in plan.intent.walk_ins if one not in refused.walk_ins))
    if not (intent.present or intent.walk_ins):
        raise refused
    return replace(plan, intent=intent)
