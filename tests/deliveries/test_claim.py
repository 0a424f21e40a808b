"""What is claimed, and in which order: the shares in theirs, and in one each turn's first before anybody's second."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from db.models import Delivery, Organisation
from db.owed import Claimed, Share, claim, finish, let_go, outlook, owe, put_back, waiting
from db.session import Database

pytestmark = pytest.mark.both

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
CONCERNS = Share(frozenset(["concern.dm"]), 8)
MESSAGES = Share(frozenset(["home.draw"]), 4)
PROVIDERS = Share(frozenset(["meeting.create"]), 2, each_target=True)
SHARES = (CONCERNS, MESSAGES, PROVIDERS)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session over a database with one organisation."""
    database = Database(database_url)
    with Session(database.engine) as opened:
        plain = dict.fromkeys(("name", "nation", "timezone", "policy", "provider", "concern_channel"), "any")
        opened.add(
            Organisation(id=uuid.uuid4(), team_id="T1", programmes=[], acknowledge_within={}, updated_at=NOW, **plain)
        )
        opened.flush()
        yield opened
        opened.rollback()
    database.close()


def _owe(session: Session, kind: str, number: int = 1, *, after: float = 0, **more: Any) -> None:
    organisation = session.scalars(select(Organisation)).one()
    for one in range(number):
        at = NOW - timedelta(hours=1) + timedelta(seconds=after + one / 1000)
        owe(session, organisation.id, kind, at=at, record_id=uuid.uuid4(), **more)


def _told(claimed: list[Claimed]) -> list[tuple[str, str]]:
    return [(one.kind, one.turn) for one in claimed]


def test_concerns_come_before_what_has_waited_longer(session: Session) -> None:
    _owe(session, "home.draw", 50, target="U1")
    _owe(session, "concern.dm", after=60, target="U2")
    assert _told(claim(session, NOW, SHARES))[0] == ("concern.dm", "U2")


def test_one_flood_holds_up_nobody_else_and_leaves_a_place(session: Session) -> None:
    _owe(session, "concern.dm", 300, turn="flood")
    _owe(session, "concern.dm", 2, after=60, turn="other")
    first = claim(session, NOW, [CONCERNS])
    assert _told(first)[:2] == [("concern.dm", "flood"), ("concern.dm", "other")]
    assert Counter(one.turn for one in first) == {"flood": 6, "other": 2}
    _owe(session, "concern.dm", 300, turn="flood")
    held = tuple((one.target, one.turn) for one in first if one.turn == "flood")
    again = claim(session, NOW, [Share(CONCERNS.kinds, 8, in_hand=held)])
    assert [one.turn for one in again] == ["flood"]


def test_a_slice_of_one_turn_takes_one_place_and_what_is_left_of_it_counts_as_no_try(session: Session) -> None:
    _owe(session, "concern.dm", 9, turn="flood")
    _owe(session, "concern.dm", 2, after=60, turn="other")
    share = Share(CONCERNS.kinds, 4, each_turn=1, slice=5)
    first = claim(session, NOW, [share])
    assert Counter(one.turn for one in first) == {"flood": 5, "other": 2}
    held = (("", "flood"),)
    assert claim(session, NOW, [Share(CONCERNS.kinds, 4, in_hand=held, each_turn=1, slice=5)]) == []
    assert finish(session, first[0], NOW)
    let_go(session, [one for one in first if one.turn == "flood"])
    again = claim(session, NOW, [share])
    assert [(one.turn, one.attempt) for one in again] == [("flood", 1)] * 5
    assert first[0].id not in {one.id for one in again}


def test_a_full_share_takes_nothing_from_another(session: Session) -> None:
    _owe(session, "home.draw", 9)
    _owe(session, "concern.dm", 9)
    full = Share(MESSAGES.kinds, 4, in_hand=(("", "a"),) * 4)
    assert {one.kind for one in claim(session, NOW, [full, CONCERNS])} == {"concern.dm"}


def test_each_provider_has_its_own_small_share(session: Session) -> None:
    for host in ("U1", "U2", "U3"):
        _owe(session, "meeting.create", 50, target="zoom", turn=host)
    _owe(session, "meeting.create", 1, after=60, target="teams", turn="U1")
    first = claim(session, NOW, [PROVIDERS])
    assert Counter(one.target for one in first) == {"zoom": 2}
    held = tuple((one.target, one.turn) for one in first)
    second = claim(session, NOW, [Share(PROVIDERS.kinds, 2, each_target=True, in_hand=held)])
    assert [one.target for one in second] == ["teams"]


def test_one_of_a_queue_at_a_time(session: Session) -> None:
    _owe(session, "concern.dm", 3, queue="one message")
    (first,) = claim(session, NOW, SHARES)
    assert claim(session, NOW, SHARES) == []
    assert finish(session, first, NOW)
    assert len(claim(session, NOW, SHARES)) == 1


def test_what_redraws_does_for_all_that_is_due_of_its_queue_and_for_nothing_else(session: Session) -> None:
    redraws = Share(frozenset(["meeting.card", "home.draw"]), 4, redraws=frozenset(["meeting.card"]))
    _owe(session, "meeting.card", 3, target="U1", queue="card:1")
    _owe(session, "meeting.card", target="U1", queue="card:2")
    _owe(session, "meeting.card", target="U1", queue="card:1", due=NOW + timedelta(minutes=1))
    _owe(session, "home.draw", 2, target="U2", queue="home:2")
    first = claim(session, NOW, [redraws])
    assert Counter(one.kind for one in first) == {"meeting.card": 2, "home.draw": 1}
    assert Counter(session.scalars(select(Delivery.queue).where(Delivery.done_at.is_(None)))) == {
        "card:1": 2,  # the one in hand, which stays owed until it is made, and the one whose time has not come
        "card:2": 1,
        "home:2": 2,
    }
    # What changes while a card is drawn is owed anew, and drawn after it.
    _owe(session, "meeting.card", target="U1", queue="card:1")
    assert claim(session, NOW, [redraws]) == []
    for one in first:
        assert finish(session, one, NOW)
    assert Counter(one.kind for one in claim(session, NOW, [redraws])) == {"meeting.card": 1, "home.draw": 1}


def test_a_limit_holds_back_its_own_lane_and_counts_as_no_try(session: Session) -> None:
    _owe(session, "home.draw", target="U1")
    (mine,) = claim(session, NOW, [MESSAGES])
    _owe(session, "home.draw", target="U1")
    _owe(session, "concern.dm", target="U1")
    later = NOW + timedelta(seconds=30)
    assert put_back(session, mine, later, "ratelimited", together=["home.draw"], tried=False)
    assert [one.kind for one in claim(session, NOW, SHARES)] == ["concern.dm"]
    assert [one.attempt for one in claim(session, later, [MESSAGES])] == [1, 1]


def test_what_is_limited_together_comes_due_together_and_the_smaller_turn_first(session: Session) -> None:
    _owe(session, "concern.dm", 9, target="C1", turn="a flood")
    held = claim(session, NOW, [CONCERNS])
    _owe(session, "concern.dm", after=60, target="C1", turn="other")
    other = claim(session, NOW, [Share(CONCERNS.kinds, 8, in_hand=tuple((one.target, one.turn) for one in held))])
    assert [one.turn for one in other] == ["other"]
    for late, one in enumerate([*held, *other]):
        due = NOW + timedelta(seconds=30 + late / 50)
        assert put_back(session, one, due, "ratelimited", together=["concern.dm"], tried=False)
    assert claim(session, NOW + timedelta(seconds=29), SHARES) == []
    again = claim(session, NOW + timedelta(seconds=30), SHARES)
    assert [one.turn for one in again[:2]] == ["other", "a flood"]
    assert Counter(one.target for one in again) == {"C1": 8}


def test_what_failed_is_no_younger(session: Session) -> None:
    _owe(session, "home.draw")
    (mine,) = claim(session, NOW, SHARES)
    put_back(session, mine, NOW + timedelta(seconds=30), "token_revoked")
    assert outlook(session, NOW) == (False, NOW + timedelta(seconds=30))
    assert waiting(session, NOW) == (1, NOW - timedelta(hours=1))


def test_a_claim_costs_the_same_however_much_is_owed(session: Session) -> None:
    counted: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *given: counted.append(given[2]))
    _owe(session, "home.draw", 400)
    outlook(session, NOW)
    counted.clear()
    claim(session, NOW, SHARES)
    assert len(counted) <= 2 * len(SHARES) + 2
    undone = session.scalars(select(Delivery.id).where(Delivery.lease_until.is_not(None))).all()
    assert len(undone) == MESSAGES.places - 1


def test_what_a_claim_looks_at_grows_no_faster_than_a_flood(session: Session) -> None:
    """PostgreSQL counted the table while it was empty, and takes it for that."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE deliveries"))
    looked_at = []
    for _ in range(2):
        _owe(session, "concern.dm", 300, turn="flood")
        _owe(session, "concern.remind", 600, after=7200, turn="flood")
        looked_at.append(_looked_at(session, lambda: claim(session, NOW, SHARES)))
    once, twice = looked_at
    assert twice < 3 * once


def _looked_at(session: Session, work: Callable[[], object]) -> int:
    """How many rows PostgreSQL reads for `work`, or how many steps SQLite makes."""
    outlook(session, NOW)  # what waits to be written is
    if session.get_bind().dialect.name == "postgresql":
        counted = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'deliveries'"
        read = text(counted)
        before = session.scalars(read).one()
        work()
        return int(session.scalars(read).one() - before)
    steps: list[int] = []
    connection = session.connection().connection.driver_connection
    assert connection is not None
    connection.set_progress_handler(lambda: steps.append(100), 100)
    work()
    connection.set_progress_handler(None, 0)
    return sum(steps)
