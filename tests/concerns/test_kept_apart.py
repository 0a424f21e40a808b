"""Whoever a concern is about, or must not reach, meets it in no pattern, offer, question or link; over generated
organisations of up to six people and every subject."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries, rights, texts
from bot.concerns.raising import service as raising
from bot.concerns.raising.forms import ConcernForm
from bot.concerns.record import correcting, handover, patterns, questions, service, working
from bot.concerns.texts import PARTICIPANTS
from bot.errors import NotFound, Problem
from bot.sandbox import sample
from db.base import Base, new_id
from db.crypto import Keyring, keyring, use_keyring
from db.inbox import Claim
from db.models import Concern, Organisation, Participant, ParticipantKind, Role, Staff
from db.models.concern import About, Urgency
from db.scope import of
from tests.support.world import KEYS

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
IDS = ["U1", "U2", "U3", "U4", "U5", "U6"]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    use_keyring(Keyring.parse(KEYS))
    made = create_engine("sqlite://")
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def organisation(session: Session, roles: list[frozenset[Role]]) -> Organisation:
    """An organisation with these people, in this order."""
    content = sample.organisation()
    kept = ("team_id", "name", "nation", "timezone", "policy", "provider", "concern_channel", "programmes")
    made = Organisation(
        id=new_id(),
        **{name: content[name] for name in kept},
        acknowledge_within=content["acknowledge_within"],
        options={},
        updated_at=NOW,
    )
    session.add(made)
    session.flush()
    for order, (slack_id, held) in enumerate(zip(IDS, roles, strict=False)):
        session.add(
            Staff(
                organisation_id=made.id,
                slack_id=slack_id,
                name=f"Person {order}",
                roles=[one.value for one in held],
                in_file=True,
                file_order=order,
            )
        )
    session.flush()
    return made


def caller_of(session: Session, made: Organisation, slack_id: str) -> Caller:
    staff = session.scalars(of(made.id, Staff).where(Staff.slack_id == slack_id)).one()
    return Caller(made, slack_id, staff.called, frozenset(Role(one) for one in staff.roles))


def raise_about(session: Session, made: Organisation, who: Participant, subject: str | None, raiser: str) -> Concern:
    """A concern that the participant is in; about staff where there is a subject."""
    about = About.STAFF if subject else About.CHILD
    form = ConcernForm(about=about, subject_staff=subject, urgency=Urgency.TODAY, texts={"facts": "f", "who": who.name})
    caller = caller_of(session, made, raiser)
    concern = raising.raise_concern(session, caller, form, NOW)
    texts.write_texts(session, caller, concern, {PARTICIPANTS: str(who.id)}, NOW)
    return concern


ROLES = st.lists(st.frozensets(st.sampled_from(list(Role)), min_size=1, max_size=3), min_size=1, max_size=6)


def mair(session: Session, made: Organisation) -> Participant:
    """A child whom the concerns are about."""
    who = Participant(
        id=new_id(),
        organisation_id=made.id,
        name="Mair Example",
        name_index=keyring().blind_index("Mair Example"),
        kind=ParticipantKind.CHILD,
        added_by="U1",
        added_at=NOW,
    )
    session.add(who)
    session.flush()
    return who


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=ROLES,
    subjects=st.lists(st.none() | st.sampled_from(IDS), min_size=1, max_size=5),
    raiser=st.integers(0, 5),
)
def test_nobody_meets_what_is_not_for_them(
    engine: Engine, roles: list[frozenset[Role]], subjects: list[str | None], raiser: int
) -> None:
    with Session(engine) as session:
        made = organisation(session, roles)
        people = IDS[: len(roles)]
        who = mair(session, made)
        by = people[raiser % len(people)]
        every = [raise_about(session, made, who, one if one in people else None, by) for one in subjects]
        readers = {one.id: set(rights.recipients(session, one)) for one in every}
        for slack_id in people:
            caller = caller_of(session, made, slack_id)
            for concern in every:
                if concern.subject_staff == slack_id:
                    assert slack_id not in readers[concern.id]
                met(session, caller, concern, every, readers)
        session.rollback()


def met(
    session: Session, caller: Caller, concern: Concern, every: list[Concern], readers: Mapping[UUID, set[str]]
) -> None:
    """What one person meets, of every concern, through one concern."""
    if caller.slack_id not in readers[concern.id]:
        with pytest.raises(NotFound) as refused:
            working.take(session, caller, concern.id, "concern.read", NOW)
        assert refused.value.words == rights.GONE
        assert correcting.find(session, caller, concern.reference) is None
        return
    working.take(session, caller, concern.id, "concern.read", NOW)
    assert correcting.find(session, caller, concern.reference) is not None
    (one,) = patterns.of_concern(session, caller, concern)
    expected = {each.id for each in every if each is not concern and caller.slack_id in readers[each.id]}
    assert {each.concern.id for each in one.concerns} == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(roles=ROLES, subject=st.none() | st.sampled_from(IDS), to=st.sampled_from(IDS), raiser=st.integers(0, 5))
def test_it_is_offered_and_asked_only_where_it_may_be_known(
    engine: Engine, roles: list[frozenset[Role]], subject: str | None, to: str, raiser: int
) -> None:
    with Session(engine) as session:
        made = organisation(session, roles)
        people = IDS[: len(roles)]
        who = mair(session, made)
        by = people[raiser % len(people)]
        concern = raise_about(session, made, who, subject if subject in people else None, by)
        may = rights.recipients(session, concern)
        for slack_id in may[:1]:
            caller = caller_of(session, made, slack_id)
            service.acknowledge(session, caller, concern.id, NOW)
            assert _offered(session, caller, concern, to) == (to in may and to != slack_id)
            about_the_raiser = concern.subject_staff == by
            assert _asked(session, made, caller, concern) == (set() if about_the_raiser else {by})
        assert concern.subject_staff not in may
        session.rollback()


def _offered(session: Session, caller: Caller, concern: Concern, to: str) -> bool:
    """Whether the concern can be handed to this person."""
    try:
        handover.offer(session, caller, concern, Claim(f"o{new_id()}"), to, "", NOW)
    except Problem:
        return False
    return True


def _asked(session: Session, made: Organisation, caller: Caller, concern: Concern) -> set[str]:
    """Who sees a question to the raiser; nobody where it cannot be asked."""
    try:
        questions.ask(session, caller, concern, Claim(f"q{new_id()}"), "Tell me more", NOW + timedelta(minutes=1))
    except Problem:
        return set()
    entry = entries.versions(session, concern)[-1]
    people = session.scalars(select(Staff.slack_id).where(Staff.organisation_id == made.id)).all()
    return {one for one in people if questions.asked(session, caller_of(session, made, one), entry.id, NOW)}
