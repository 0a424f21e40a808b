"""The states of a concern: the table itself, its drawing, and a machine that drives the services along it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries
from bot.concerns.alerting import ladder
from bot.concerns.raising import service as raising
from bot.concerns.raising.forms import ConcernForm
from bot.concerns.record import (
    actions,
    closing,
    conflicts,
    correcting,
    deciding,
    guards,
    informed,
    people,
    service,
    triage,
    working,
)
from bot.concerns.record.conflicts import Clash
from bot.concerns.states import CLOCKS, OPEN, TABLE, Clock, Event, Need, Who, after, possible, runs
from bot.concerns.states_doc import page
from bot.errors import Conflict, Problem
from bot.organisation import file as organisation_file
from bot.organisation import service as organisations
from bot.rooms import rights_changed
from bot.sandbox import sample
from db.base import Base
from db.crypto import Keyring, use_keyring
from db.models import Concern, ConcernEntry, Delivery, EntryKind, Organisation, Role
from db.models.concern import About, ConcernState, Urgency
from tests.support.world import KEYS, ROOT

PEOPLE = {"U0LEAD": Role.LEAD, "U0DEP": Role.DEPUTY}


def test_every_state_is_in_the_table_and_can_be_left() -> None:
    assert set(TABLE) == set(CLOCKS) == set(ConcernState)
    reached = {step.to for steps in TABLE.values() for step in steps.values() if step.to}
    assert reached | {ConcernState.RAISED} == set(ConcernState)
    for state, steps in TABLE.items():
        assert any(step.to not in (None, state) for step in steps.values()), state


def test_what_is_not_in_the_table_is_not_possible() -> None:
    for state in ConcernState:
        for event in Event:
            if event in TABLE[state]:
                assert after(state, event) is (TABLE[state][event].to or state)
            else:
                with pytest.raises(Conflict) as refused:
                    after(state, event)
                assert "can't be done now" in refused.value.words


def test_nothing_is_waited_for_where_it_is_over() -> None:
    for state in ConcernState:
        assert bool(CLOCKS[state]) is (state in OPEN)
        assert runs(state, Clock.ANSWER) is (state is ConcernState.RAISED)


def test_every_need_of_a_persons_step_can_be_told_in_words() -> None:
    told_elsewhere = {Need.UNTOUCHED}
    for state, steps in TABLE.items():
        for event, step in steps.items():
            if step.who in (Who.PERMITTED, Who.ANOTHER):
                for need in set(step.needs) - told_elsewhere:
                    assert need in guards.WORDS, (state, event, need)


def test_the_page_of_the_docs_is_fresh() -> None:
    stored = (ROOT / "docs" / "concern-states.md").read_text(encoding="utf-8")
    assert stored == page(), "run `make states`"


class Life(RuleBasedStateMachine):
    """One concern, worked on by a lead and a deputy in any order; beside it, a model that reads only the table."""

    second_sign_off = False
    settings: ClassVar[dict[str, Any]] = {}
    reached: ClassVar[set[ConcernState]] = set()

    def __init__(self) -> None:
        super().__init__()
        use_keyring(Keyring.parse(KEYS))
        self.engine = create_engine("sqlite://")
        Base.metadata.create_all(self.engine)
        self.now = datetime(2026, 3, 2, 10, tzinfo=UTC)
        self.state = ConcernState.RAISED
        self.written: dict[tuple[UUID, int], bytes] = {}
        self.asked: str | None = None

    @initialize()
    def begin(self) -> None:
        wanted = organisation_file.parse(sample.organisation(second_sign_off=self.second_sign_off, **self.settings))
        with Session(self.engine) as session:
            organisations.apply(session, wanted, self.now, rights_changed)
            form = ConcernForm(
                about=About.CHILD, subject_staff=None, urgency=Urgency.TODAY, texts={"facts": "Something was said"}
            )
            caller = self.caller(session, "U0FAC")
            self.concern_id = raising.raise_concern(session, caller, form, self.now).id
            session.commit()

    def caller(self, session: Session, who: str) -> Caller:
        organisation = session.scalars(select(Organisation)).one()
        roles = frozenset({PEOPLE[who]}) if who in PEOPLE else frozenset({Role.FACILITATOR})
        return Caller(organisation, who, who, roles)

    @contextmanager
    def work(self, who: str) -> Iterator[tuple[Session, Caller, Concern]]:
        """One unit of work, as a handler has it; rolled back where it is refused."""
        self.now += timedelta(minutes=1)
        with Session(self.engine) as session:
            caller = self.caller(session, who)
            yield session, caller, working.take(session, caller, self.concern_id, "concern.read", self.now)
            session.commit()

    def attempt(self, who: str, event: Event, done: Any, *, allowed: bool = True) -> bool:
        """Try a step: it works exactly where the table and what must hold allow it, and the state follows."""
        expected = possible(self.state, event) and allowed
        try:
            with self.work(who) as (session, caller, concern):
                result = done(session, caller, concern)
                assert not isinstance(result, Clash)
        except Problem:
            assert not expected, f"{event} from {self.state} should be possible"
            return False
        assert expected, f"{event} from {self.state} should be refused"
        self.state = after(self.state, event)
        return True

    who = st.sampled_from(list(PEOPLE))

    @rule(who=who)
    def acknowledge(self, who: str) -> None:
        with Session(self.engine) as session:
            service.acknowledge(session, self.caller(session, who), self.concern_id, self.now)
            session.commit()
        if possible(self.state, Event.ACKNOWLEDGE):
            self.state = after(self.state, Event.ACKNOWLEDGE)

    @rule(who=who, level=st.sampled_from([value for value, _ in triage.LEVELS]))
    def triage(self, who: str, level: str) -> None:
        found = {"level": level, "level_reason": f"because {level}", "nation": "england", "categories": []}

        def done(session: Session, caller: Caller, concern: Concern) -> Any:
            return triage.save(
                session, caller, concern, found, self.version(session, concern, EntryKind.TRIAGE), self.now
            )

        self.attempt(who, Event.TRIAGE, done)

    @rule(who=who, decision=st.sampled_from(list(deciding.EVENTS)))
    def decide(self, who: str, decision: str) -> None:
        found = {"decision": decision, "decision_reason": "so", "agreed": "yes", "review_on": "2026-12-01"}

        def done(session: Session, caller: Caller, concern: Concern) -> Any:
            version = self.version(session, concern, EntryKind.DECISION)
            return deciding.save(session, caller, concern, found, version, self.now)

        triaged = bool(self.newest(EntryKind.TRIAGE))
        self.attempt(who, deciding.EVENTS[decision], done, allowed=triaged)

    @rule(who=who, owner=who)
    def add_action(self, who: str, owner: str) -> None:
        found = {"action_what": "Ring", "action_due": "2026-11-20", actions.OWNER: owner}
        self.attempt(who, Event.NOTE, lambda s, c, k: actions.save(s, c, k, None, 0, found, self.now))

    @rule(who=who)
    def link_somebody(self, who: str) -> None:
        found = {"person_name": "Ash", "person_part": "subject"}
        self.attempt(who, Event.NOTE, lambda s, c, k: people.save(s, c, k, None, 0, found, self.now))

    @rule(who=who)
    def finish_action(self, who: str) -> None:
        action = next((one for one in self.newest(EntryKind.ACTION) if one.done_at is None), None)
        if action is None:
            return
        self.attempt(
            who,
            Event.NOTE,
            lambda s, c, k: actions.done(s, c, k, action.id, action.version, "Done", self.now),
        )

    @rule(who=who)
    def inform(self, who: str) -> None:
        found = informed.from_state({"who": "parent", "told": "no", "why_not": "Not safe"})

        def done(session: Session, caller: Caller, concern: Concern) -> Any:
            entries.add(session, caller, concern, EntryKind.INFORMED, found, self.now)
            working.changed(session, concern, self.now, Event.NOTE)

        self.attempt(who, Event.NOTE, done)

    @rule(who=who, signed=st.booleans())
    def do_all_that_a_closing_asks(self, who: str, signed: bool) -> None:
        self.acknowledge(who)
        self.triage(who, "high")
        self.decide(who, "support")
        while any(one.done_at is None for one in self.newest(EntryKind.ACTION)) and possible(self.state, Event.NOTE):
            self.finish_action(who)
        self.inform(who)
        self.close(who)
        if signed:
            self.sign_off(next(one for one in PEOPLE if one != who), "standing")

    @rule(who=who)
    def close(self, who: str) -> None:
        found = {"outcome": "resolved", "closing_reason": "so", "regulator": "reported", "keep_until": "2027-03-01"}

        def done(session: Session, caller: Caller, concern: Concern) -> Any:
            version = self.version(session, concern, EntryKind.CLOSURE)
            return closing.close(session, caller, concern, found, version, self.now)

        event = Event.ASK_SIGN_OFF if self.second_sign_off else Event.CLOSE
        if self.attempt(who, event, done, allowed=self.gates_hold()):
            self.asked = who

    @rule(who=who, version=st.sampled_from(["standing", "older"]))
    def sign_off(self, who: str, version: str) -> None:
        stands = self.newest(EntryKind.CLOSURE)
        seen = (stands[0].version if stands else 0) - (version == "older")
        allowed = bool(stands) and version == "standing" and who != self.asked and self.gates_hold()
        self.attempt(who, Event.SIGN_OFF, lambda s, c, k: closing.sign_off(s, c, k, seen, self.now), allowed=allowed)

    @rule(who=who)
    def send_back(self, who: str) -> None:
        stands = self.newest(EntryKind.CLOSURE)
        seen = stands[0].version if stands else 0
        self.attempt(
            who,
            Event.SEND_BACK,
            lambda s, c, k: closing.send_back(s, c, k, seen, "Not yet", self.now),
            allowed=bool(stands),
        )

    @rule(who=who)
    def reopen(self, who: str) -> None:
        self.attempt(who, Event.REOPEN, lambda s, c, k: closing.reopen(s, c, k, "More came", self.now))

    @rule(who=who, chance=st.integers(0, 7))
    def enter_in_error(self, who: str, chance: int) -> None:
        if chance:
            return
        self.attempt(who, Event.MARK_ERROR, lambda s, c, k: correcting.mark_error(s, c, k, "Wrong one", self.now))

    @rule(chance=st.integers(0, 7))
    def nobody_touches_it(self, chance: int) -> None:
        if chance or not possible(self.state, Event.LAPSE):
            return
        with self.work("U0LEAD") as (session, _caller, concern):
            ladder.come_open(session, concern, "concern.lapsed", self.now)
        self.state = after(self.state, Event.LAPSE)

    @rule(who=who)
    def save_for_an_older_version(self, who: str) -> None:
        if not self.newest(EntryKind.TRIAGE):
            return
        stands = self.newest(EntryKind.TRIAGE)[0]
        found = {"level": "low", "level_reason": f"stale {self.now}", "nation": "wales", "categories": []}
        with self.work(who) as (session, caller, concern):
            saved = triage.save(session, caller, concern, found, stands.version - 1, self.now)
            assert isinstance(saved, Clash)
            assert saved.standing.fields == stands.fields

    @invariant()
    def the_state_follows_the_table(self) -> None:
        if not hasattr(self, "concern_id"):
            return
        with Session(self.engine) as session:
            concern = session.get_one(Concern, self.concern_id)
            assert concern.state is self.state
            self.reached.add(self.state)
            assert (concern.closed_at is not None) is (concern.state is ConcernState.CLOSED)
            if concern.state is ConcernState.CLOSED:
                assert self.gates_hold()

    @invariant()
    def an_acknowledged_concern_asks_nobody_else(self) -> None:
        if not hasattr(self, "concern_id") or self.state is ConcernState.RAISED:
            return
        with Session(self.engine) as session:
            before = session.scalars(select(Delivery.id).where(Delivery.kind == "concern.dm")).all()
            concern = session.get_one(Concern, self.concern_id)
            asks = session.scalars(select(Delivery).where(Delivery.kind == "concern.escalate")).all()
            for one in asks:
                ladder.ask_next(session, self.concern_id, one.step, one.target, self.now + timedelta(days=30))
            session.flush()
            assert session.scalars(select(Delivery.id).where(Delivery.kind == "concern.dm")).all() == before
            assert concern.state is self.state
            session.rollback()

    @invariant()
    def no_version_is_lost_or_overwritten(self) -> None:
        if not hasattr(self, "concern_id"):
            return
        with Session(self.engine) as session:
            rows = session.scalars(select(ConcernEntry)).all()
            found = {(row.entry, row.version): vars(row)["words_sealed"] for row in rows}
        assert self.written.items() <= found.items()
        for entry, version in found:
            assert version == 1 or (entry, version - 1) in found
        self.written = found

    def teardown(self) -> None:
        self.engine.dispose()

    def newest(self, *kinds: EntryKind) -> list[entries.Entry]:
        with Session(self.engine) as session:
            return entries.current(session, session.get_one(Concern, self.concern_id), *kinds)

    def version(self, session: Session, concern: Concern, kind: EntryKind) -> int:
        found = conflicts.only(session, concern, kind)
        return found.version if found else 0

    def gates_hold(self) -> bool:
        return (
            bool(self.newest(EntryKind.DECISION))
            and all(one.done_at for one in self.newest(EntryKind.ACTION))
            and bool(self.newest(EntryKind.INFORMED))
        )


class LifeWithSignOff(Life):
    """The same where a second person signs off."""

    second_sign_off = True


@pytest.mark.parametrize("machine", [Life, LifeWithSignOff])
def test_every_path_keeps_to_the_table(machine: type[Life]) -> None:
    quick = settings(
        max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    machine.reached = set()
    run_state_machine_as_test(machine, settings=quick)
    ends = {ConcernState.CLOSED, *([ConcernState.CLOSING] if machine.second_sign_off else [])}
    assert ends <= machine.reached
