"""The policy's review date: administrators are reminded before it and once when it has passed, and only once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.organisation.review import LOOK, TELL
from db.models import Delivery, Organisation
from tests.support.world import World, open_world, set_up

DAY = 24 * 3600
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def of_policy(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[World]:
    """A world whose organisation file has these changes."""
    monkeypatch.chdir(tmp_path)
    with open_world(database_url, tmp_path, **request.param) as opened:
        yield opened
        assert opened.sandbox.violations == []


def told(world: World, who: str = "U0ADM") -> list[str]:
    """The reminders that somebody received, oldest first."""
    return [message.words for message in world.sandbox.dm(who) if "review" in message.words]


def morning(world: World, days: int = 1) -> None:
    """The clock goes to just after nine on the next morning, or that of a later day."""
    now = datetime.fromtimestamp(world.now(), LONDON)
    nine = datetime.combine(now.date() + timedelta(days=days), datetime.min.time(), LONDON) + timedelta(hours=9)
    world.clock_forward(nine.timestamp() - world.now() + 5)
    world.settle()
    world.settle()


def in_days(days: int) -> str:
    """A day to come, as the organisation file has it."""
    return (datetime.now(UTC).astimezone(LONDON).date() + timedelta(days=days)).isoformat()


def looks(world: World) -> int:
    """How many looks are still to come."""
    query = select(func.count()).select_from(Delivery).where(Delivery.kind == LOOK, Delivery.done_at.is_(None))
    return world.read(lambda session: session.scalar(query) or 0)


@pytest.mark.clause("SEN-049")
@pytest.mark.parametrize("of_policy", [{"policy": "sendiass"}], indirect=True)
def test_a_day_that_has_passed_is_told_once_with_its_clause(of_policy: World) -> None:
    assert told(of_policy) == []
    morning(of_policy)
    (said,) = told(of_policy)
    assert "was to be reviewed by 30 September 2021 (SEN-049)" in said
    assert "The day of your policy's review has passed" in said
    for _ in range(3):
        morning(of_policy)
    assert len(told(of_policy)) == 1
    assert looks(of_policy) == 1
    for who in ("U0LEAD", "U0FAC", "U0MAN"):
        assert told(of_policy, who) == []


@pytest.mark.parametrize(
    ("of_policy", "quiet"),
    [({"review_due": in_days(33)}, 2), ({"review_due": in_days(10), "remind_before_review": 7}, 2)],
    indirect=["of_policy"],
)
def test_it_is_told_so_many_days_before_and_again_when_it_has_passed(of_policy: World, quiet: int) -> None:
    due = date.fromisoformat(str(of_policy.organisation().options["overrides"]["review_due"]))
    for _ in range(quiet):
        morning(of_policy)
        assert told(of_policy) == []
    morning(of_policy)
    (near,) = told(of_policy)
    assert f"is to be reviewed by {due.day} {due:%B %Y}." in near
    left = due - datetime.fromtimestamp(of_policy.now(), LONDON).date()
    morning(of_policy, left.days)
    assert len(told(of_policy)) == 1
    morning(of_policy)
    assert "has passed" in told(of_policy)[1]
    morning(of_policy)
    assert len(told(of_policy)) == 2


@pytest.mark.parametrize("of_policy", [{"policy": "sendiass"}], indirect=True)
def test_a_restart_and_setting_up_again_remind_nobody_twice_and_a_new_date_begins_anew(of_policy: World) -> None:
    morning(of_policy)
    of_policy.stop_bot()
    set_up(of_policy.settings, policy="sendiass")
    of_policy.start_bot()
    morning(of_policy)
    assert len(told(of_policy)) == 1
    of_policy.stop_bot()
    set_up(of_policy.settings, policy="sendiass", review_due=in_days(20))
    of_policy.start_bot()
    morning(of_policy)
    assert "Your policy is due for review" in told(of_policy)[1]
    assert "SEN-049" not in told(of_policy)[1]
    assert looks(of_policy) == 1


@pytest.mark.parametrize("of_policy", [{"policy": "sendiass"}], indirect=True)
def test_a_reminder_that_waits_while_the_date_is_changed_is_not_sent(of_policy: World) -> None:
    of_policy.sandbox.faults.error("chat.postMessage", "internal_error", times=1)
    now = datetime.fromtimestamp(of_policy.now(), LONDON)
    nine = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), LONDON) + timedelta(hours=9)
    of_policy.clock_forward(nine.timestamp() - of_policy.now() + 5)

    def failed(session: Session) -> Any:
        return session.scalar(select(Delivery.error_code).where(Delivery.kind == TELL)) or None

    of_policy.sandbox.wait_for(lambda: of_policy.read(failed), 10)

    def reviewed(session: Session) -> None:
        session.scalars(select(Organisation)).one().options = {"overrides": {"review_due": in_days(400)}}

    of_policy.write(reviewed)
    of_policy.clock_forward(DAY // 2)
    of_policy.settle()
    assert told(of_policy) == []


@pytest.mark.parametrize("of_policy", [{}, {"policy": "working4u"}], indirect=True)
def test_without_a_date_nobody_is_told_anything(of_policy: World) -> None:
    for _ in range(2):
        morning(of_policy)
    assert told(of_policy) == []
    assert looks(of_policy) == 1
