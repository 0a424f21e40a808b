"""From names and ticks to what the register shall say, or to the questions that have to be asked first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.attendance.forms import IS_WALK_IN, LEAVE_OUT, WALK_INS, TickedRegister, TypedRegister, key
from bot.attendance.service import Intent, Register, Saved, save
from bot.caller import Caller
from bot.errors import BadInput
from bot.participants import service as participants
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
    """What the register shall say, and what has to be asked before. `names` are all that were typed as having come."""

    intent: Intent
    version: int
    names: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


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


def of_typed(register: Register, typed: TypedRegister, caller_id: str) -> Plan:
    """What `all except NAME plus NAME` means. A name after `plus` is always asked about, the others where
    they are not sure. Marks made by somebody else count as not seen."""
    people = register.registrations
    found = participants.match(typed.exceptions, people)
    present = {one.id: typed.everybody for one in people}
    present |= {one.id: not typed.everybody for one in found.found}
    unsure = [name for name in typed.exceptions if name in found.unsure or name in found.unknown]
    questions = [_question(name, people, absent=typed.everybody) for name in unsure]
    questions += [_question(name, people, absent=False) for name in typed.plus]
    came = typed.plus if typed.everybody else (*unsure, *typed.plus)
    marks = {line.registration.id: line.mark for line in register.lines}
    seen = {one: mark.present if mark and mark.by == caller_id else None for one, mark in marks.items()}
    return Plan(Intent(present, seen), register.version, came, _each_once(questions))


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
    intent = Intent(present, ticked.drawn, tuple(walk_ins), ticked.answers)
    return Plan(intent, ticked.version, ticked.walk_ins, tuple(questions))


def _question(name: str, people: Sequence[Registration], *, absent: bool) -> Question:
    exact = tuple(one for one in people if one.participant.name.casefold() == name.casefold())
    ranked = tuple(participants.closest(name, people, _OFFERED, alike=0))
    alike = bool(participants.closest(name, people, 1))
    return Question(name, absent, exact or ranked, bool(exact), alike)


def _each_once(questions: Sequence[Question]) -> tuple[Question, ...]:
    return tuple({(one.absent, key(one.name)): one for one in questions}.values())


def carry_out(session: Session, caller: Caller, held: Register, plan: Plan, now: datetime) -> Saved:
    """Save what is planned. Raises Unclear, with nothing written, where something has to be asked before."""
    if plan.questions:
        raise Unclear(held, plan)
    return save(session, caller, held, plan.intent, now)
