"""The training of staff, from the organisation file to the gates of a meeting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.organisation import file as organisation_file
from bot.organisation import service as organisations
from bot.rooms import rights_changed
from bot.sandbox import sample
from db.models import Staff
from tests.meetings.test_schedule import say
from tests.support.world import World, open_world

COL = {"slack": "U0COW", "name": "Col Co-worker"}


def people(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """The sample's people and some more."""
    return [*sample.organisation()["people"], *more]


def staff(world: World, slack_id: str) -> Staff:
    """One member of staff as the database has them."""
    return world.read(lambda session: next(one for one in session.query(Staff) if one.slack_id == slack_id))


@pytest.mark.clause("JAM-088")
def test_training_meets_its_gate(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trained = {**COL, "training": {"platform": "2026-01-10"}}
    with open_world(database_url, tmp_path, people=people(trained)) as world:
        say(world, "new Art on Thursday at 16:00 with @Col.Co-worker")
        gates = say(world, "gates M-1")
        assert "Training: Knows the platform in use" in gates
        assert "Not recorded yet for Farah Facilitator. (JAM-088)" in gates, "of two workers one was trained"
        assert staff(world, "U0COW").training == {"platform": "2026-01-10"}
        assert not staff(world, "U0COW").in_file, "training alone gives no role"
        both = people(trained, {"slack": "U0FAC", "name": "Farah", "training": {"platform": "2026-02-01"}})
        assert "Farah: training changed" in change(world, both)
        assert "recorded for every worker" in say(world, "gates M-1")
        assert staff(world, "U0FAC").name == "Farah Facilitator"
        assert "Col Co-worker: training taken away" in change(world, people())
        assert staff(world, "U0COW").training == {}
        assert "Not recorded yet for Farah Facilitator, Col Co-worker. (JAM-088)" in say(world, "gates M-1")
        assert world.sandbox.violations == []


def change(world: World, wanted: list[dict[str, Any]]) -> list[str]:
    """Set the organisation up again with other people; what changed, once Slack was asked about them."""
    file = organisation_file.parse(sample.organisation(people=wanted))
    now = datetime.fromtimestamp(world.now(), UTC)
    changes = world.write(lambda session: organisations.apply(session, file, now, rights_changed))
    world.clock_forward(61)
    world.settle()
    return changes


TOMORROW = (datetime.now(UTC) + timedelta(days=3)).date()


@pytest.mark.parametrize(
    ("policy", "training", "said"),
    [
        (
            "james",
            {"platfrom": "2026-01-10"},
            "people: Col Co-worker has the training “platfrom”, which the policy james does not know. "
            "It asks for: platform.",
        ),
        (
            "working4u",
            {"platform": "2026-01-10"},
            "people: Col Co-worker has the training “platform”, which the policy working4u does not know. "
            "It asks for: internet-safety, zoom-getting-started.",
        ),
        (
            "sendiass",
            {"platform": "2026-01-10"},
            "people: Col Co-worker has the training “platform”, which the policy sendiass does not know. "
            "It asks for none.",
        ),
        ("james", {"platform": "soon"}, "Col Co-worker: the training “platform” needs its day, such as 2026-01-10."),
        ("james", {"platform": 2026}, "Col Co-worker: the training “platform” needs its day, such as 2026-01-10."),
        ("james", {"platform": None}, "Col Co-worker: the training “platform” needs its day, such as 2026-01-10."),
        (
            "james",
            {"platform": TOMORROW},
            f"Col Co-worker: the training “platform” is dated {TOMORROW}, which is still to come.",
        ),
        ("james", {}, "Col Co-worker needs roles or training; everybody else need not be listed."),
    ],
)
def test_wrong_training_is_refused_by_name(policy: str, training: dict[str, Any], said: str) -> None:
    content = sample.organisation(policy=policy, people=people({**COL, "training": training}))
    with pytest.raises(organisation_file.FileProblem) as wrong:
        organisation_file.parse(content)
    assert any(one.endswith(said) for one in wrong.value.problems), wrong.value.problems


def test_a_day_may_be_a_date_or_text() -> None:
    given = {"platform": datetime(2026, 1, 10, tzinfo=UTC).date()}
    file = organisation_file.parse(sample.organisation(people=people({**COL, "training": given})))
    assert file.people[-1].trained == {"platform": "2026-01-10"}
