"""The training of staff, from the organisation file to the gates of a meeting."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.facts import standing
from bot.organisation import file as organisation_file
from bot.organisation import service as organisations
from bot.rooms import rights_changed
from bot.sandbox import sample
from db.models import AuditEvent, Fact, Staff
from tests.support.meetings import say
from tests.support.world import World, open_world

OPEN_FOR = "Not recorded yet for"
COL = {"slack": "U0COW", "name": "Col Co-worker"}


def people(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """The sample's people and some more."""
    return [*sample.organisation()["people"], *more]


def held(world: World) -> dict[str, dict[str, date]]:
    """The trainings that stand, by Slack id."""

    def look(session: Session) -> dict[str, dict[str, date]]:
        people = {one.id: one.slack_id for one in session.scalars(select(Staff))}
        facts = session.scalars(select(Fact).where(Fact.subject_kind == "staff").order_by(Fact.sequence)).all()
        found = standing.trainings(facts, people)
        return {
            people[key]: {name: one.day for name, one in mine.items() if one.day} for key, mine in found.items() if mine
        }

    return world.read(look)


@pytest.mark.clause("JAM-088")
def test_training_meets_its_gate(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trained = {**COL, "training": {"platform": "2026-01-10"}}
    with open_world(database_url, tmp_path, people=people(trained)) as world:
        say(world, "new Art on Thursday at 16:00 with @Col.Co-worker")
        gates = say(world, "gates M-1")
        assert "Training: Knows the platform in use" in gates
        assert "Not recorded yet for Farah Facilitator. A manager records it once" in gates, (
            "of two workers one was trained"
        )
        assert held(world) == {"U0COW": {"platform": date(2026, 1, 10)}}
        in_file = world.read(lambda session: set(session.scalars(select(Staff.slack_id).where(Staff.in_file))))
        assert "U0COW" not in in_file, "training alone gives no role"
        both = people(trained, {"slack": "U0FAC", "name": "Farah", "training": {"platform": "2026-02-01"}})
        assert "Farah: training changed" in change(world, both)
        assert "recorded for every worker" in say(world, "gates M-1")
        named = world.read(lambda session: session.scalars(select(Staff).where(Staff.slack_id == "U0FAC")).one().name)
        assert named == "Farah Facilitator"
        assert change(world, both) == [], "the same file again says nothing new"
        assert "Col Co-worker: training taken away" in change(world, people())
        assert held(world) == {}
        assert "Not recorded yet for Farah Facilitator, Col Co-worker. A manager records it once" in say(
            world, "gates M-1"
        )
        assert world.sandbox.violations == []


@pytest.mark.clause("W4U-172", "W4U-110")
def test_a_manager_records_a_training_once_and_every_meeting_knows_it(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        max_, today = world.person("U0MAN"), datetime.fromtimestamp(world.now(), UTC).date()
        first, later = today - timedelta(days=22), today - timedelta(days=15)
        meets = today + timedelta(days=5)
        say(world, f"new Art on {meets:%-d %B %Y} at 16:00")
        say(world, f"new Chess on {meets:%-d %B %Y} at 17:00 with @Col.Co-worker")
        assert "A manager records it once: /facilitator trained" in say(world, "gates M-1")
        assert "manager" in told(world, "U0FAC", f"trained @Farah.Facilitator internet-safety {first:%d %B}")
        assert held(world) == {}
        assert "Recorded for nobody yet" in told(world, "U0MAN", "trained")
        said = told(world, "U0MAN", f"trained @Farah.Facilitator @Col.Co-worker internet safety {first:%d %b}")
        assert "Recorded for Farah Facilitator and Col Co-worker: Internet Safety course" in said
        assert f"I took “{first:%d %b}".lower() in said.lower()
        assert all("recorded for every worker" in say(world, f"gates M-{number}") for number in (1, 2))
        assert f"Farah Facilitator: {first:%A} {first.day} {first:%B}" in told(world, "U0MAN", "trained")
        again = told(world, "U0MAN", f"trained @Farah.Facilitator internet-safety {first:%d %B %Y}")
        assert "It stood so already for Farah Facilitator" in again
        told(world, "U0MAN", f"trained @Farah.Facilitator internet-safety {later:%d %B %Y}")
        for _ in range(2):  # a second press changes nothing
            max_.click("Take it back")
            assert held(world)["U0FAC"] == {"internet-safety": first}, "it stands as it stood"
        # What is left open is asked with what was understood.
        told(world, "U0MAN", "trained @Farah.Facilitator zoom-getting-started next month")
        assert held(world)["U0FAC"].keys() == {"internet-safety"}
        assert "I can’t read “next month” as a day that has been" in str(max_.view)
        max_.submit({"day": later.isoformat()})
        assert held(world)["U0FAC"]["zoom-getting-started"] == later
        for text in ("trained @Farah.Facilitator has not done internet-safety", "trained internet-safety yesterday"):
            told(world, "U0MAN", text)
            assert max_.view is not None, "it is asked, and nothing is recorded"
            max_.close(all_views=True)
        # What is over by the day of a meeting is not recorded for it; the list says so once the day has passed.
        told(world, "U0MAN", "trained")
        max_.click("Record a training")
        who = {"people": ["U0FAC"], "training": "internet-safety", "day": first.isoformat()}
        assert "at least on the day" in str(max_.submit({**who, "until": f"{first - timedelta(days=1)}"}).errors)
        max_.submit({"until": today.isoformat(), "how": "writing"})
        max_.close(all_views=True)
        assert "Not recorded yet for Farah Facilitator" in say(world, "gates M-1")
        said = told(world, "U0MAN", "trained")
        assert f"(in writing, until {today.day} {today:%B %Y})" in said
        assert "that is over" not in said
        # Typed, what cannot be its last day is asked, with all the rest understood.
        for until, why in ((f"{first:%d %B %Y}", "has passed"), ("the cows come home", "I can’t")):
            told(world, "U0MAN", f"trained @Farah.Facilitator internet-safety {first:%d %B} until {until}")
            assert "Until when does it hold?" in str(max_.view), until
            assert why in str(max_.view), until
            max_.close(all_views=True)
        ends = today + timedelta(days=2)
        said = told(world, "U0MAN", f"trained @Farah.Facilitator internet-safety {first:%d %B} until {ends:%-d %B}")
        assert f"It holds until {ends:%A} {ends.day} {ends:%B %Y}." in said
        assert "Not recorded yet for Farah Facilitator" in say(world, "gates M-1")
        told(world, "U0MAN", f"trained @Farah.Facilitator internet-safety {first:%d %B %Y}")
        assert "recorded for every worker" in say(world, "gates M-1")
        taken = told(world, "U0MAN", "untrained @Col.Co-worker internet-safety")
        assert "Taken off the record of Col Co-worker" in taken
        assert held(world).keys() == {"U0FAC"}
        assert "Not recorded yet for Col Co-worker" in say(world, "gates M-2")
        actions = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
        assert (actions.count("staff.trained"), actions.count("staff.untrained")) == (8, 1)
        assert world.sandbox.violations == []


def told(world: World, who: str, text: str) -> str:
    """What `/facilitator` answers somebody."""
    answer = world.person(who).command("/facilitator", text, channel="C0YOUTH")
    world.settle()
    return f"{answer.text} {answer.blocks}"


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
    assert file.people[-1].trained == {"platform": date(2026, 1, 10)}
