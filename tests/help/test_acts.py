"""What the organisation does once, under `/facilitator policy`: recorded by a manager, looked at anew by a day."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Fact, HowShown, SubjectKind
from tests.support.clearing import words
from tests.support.meetings import say
from tests.support.world import World, open_world

ZOOM = "https://zoom.us/j/12345678901"


def policy(world: World, who: str = "U0MAN") -> str:
    """What somebody reads under `/facilitator policy`."""
    return world.person(who).command("/facilitator", "policy", channel="C0GENERAL").text


def record(world: World, values: dict[str, Any], who: str = "U0MAN") -> str:
    """Fill in the form under it; what it then says."""
    person = world.person(who)
    policy(world, who)
    person.click("Record one of these")
    answer = person.submit(values)
    said = str(answer.errors) if answer.errors else words(person.view)
    person.close(all_views=True)
    return said


def today(world: World) -> date:
    """The day that it is there."""
    return datetime.fromtimestamp(world.now(), UTC).date()


def of_organisation(world: World) -> list[Fact]:
    """What was recorded of the organisation, oldest first."""
    query = select(Fact).where(Fact.subject_kind == SubjectKind.ORGANISATION).order_by(Fact.sequence)
    return world.read(lambda session: list(session.scalars(query)))


def morning(world: World, days: int) -> None:
    """Some days on, shortly after nine."""
    now = datetime.fromtimestamp(world.now(), UTC)
    nine = datetime.combine(now.date() + timedelta(days=days), datetime.min.time(), UTC) + timedelta(hours=10)
    world.clock_forward(nine.timestamp() - world.now())
    world.settle()


def told(world: World, who: str = "U0MAN") -> list[str]:
    """The reminders that somebody had."""
    return [one.words for one in world.sandbox.dm(who) if "looked at anew" in one.words]


@pytest.mark.clause("SEN-047", "SEN-007")
def test_a_platform_is_checked_once_is_due_and_then_asked_for_anew(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="sendiass") as world:
        farah, max_ = world.person("U0FAC"), world.person("U0MAN")
        farah.command("/meeting", "new Talk tomorrow at 16:00", channel="C0GENERAL")
        farah.command("/meeting", f"edit M-1 link {ZOOM}", channel="C0GENERAL")
        assert "A manager says so once" in say(world, "gates M-1")
        said = policy(world, "U0FAC")
        assert "🔴 *Platform checked* (SEN-007, SEN-047): not recorded yet; meetings wait for it." in said
        assert "Risk assessment" not in said, "this policy asks for none of the organisation"
        assert "Record one of these" not in said, "a facilitator records none of it"
        day = today(world)
        values = {"what": "platform", "platform": "zoom", "said": "Dev read Zoom's terms", "how": "writing"}
        assert "Choose a day to come" in record(world, {**values, "review": day.isoformat()})
        said = record(world, values)
        review = day + timedelta(days=365)
        assert f"✅ *Platform checked: Zoom* (SEN-007, SEN-047): <@U0MAN>, {day.day} {day:%B %Y}, in writing;" in said
        assert f"look at it anew by {review.day} {review:%B %Y}." in said
        assert "A manager says so once" not in say(world, "gates M-1")
        (fact,) = of_organisation(world)
        assert (fact.until, fact.shown_by, fact.within) == (review, HowShown.WRITING, "zoom")
        # Taken back it was never said; an administrator says it, too, with a nearer day.
        policy(world)
        max_.click("Record one of these")
        max_.submit({**values, "said": "Another look"})
        max_.click("Take it back")
        max_.close(all_views=True)
        assert of_organisation(world)[-1].reason == "Dev read Zoom's terms"
        near = day + timedelta(days=40)
        assert "✅" in record(world, {**values, "review": near.isoformat()}, "U0ADM")
        morning(world, 1)
        assert told(world) == []
        morning(world, 11)
        assert "🟠 *Platform checked: Zoom*" in policy(world)
        (reminder,) = told(world)
        assert (
            f"*Platform checked: Zoom* (SEN-007, SEN-047) is to be looked at anew by {near.day} {near:%B %Y}."
            in reminder
        )
        assert "meetings wait for it" in reminder
        assert "Dev" not in reminder
        morning(world, 30)
        assert len(told(world)) == 1, "once"
        assert told(world, "U0FAC") == []
        # Overdue it counts as not recorded, at meetings after that day.
        assert "⚠️ *Platform checked: Zoom*" in policy(world)
        farah.command("/meeting", "new Talk again tomorrow at 16:00", channel="C0GENERAL")
        farah.command("/meeting", f"edit M-2 link {ZOOM}", channel="C0GENERAL")
        assert "A manager says so once" in say(world, "gates M-2")
        assert world.sandbox.violations == []


@pytest.mark.clause("VOL-006", "VOL-012", "VOL-027")
def test_what_a_guide_advises_of_the_organisation_holds_nothing_up_and_a_remit_is_approved_once(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path, policy="voluntary_sector") as world:
        farah = world.person("U0FAC")
        farah.command("/meeting", "new Talk tomorrow at 16:00 in Cooking about soup", channel="C0GENERAL")
        said = policy(world)
        assert (
            "⚪ *Risk assessment of this way of working* (VOL-006): not recorded yet; no meeting waits for it." in said
        )
        assert "🔴 *Remit of the sessions approved: Cooking* (VOL-011, VOL-012)" in said
        assert "A manager has to approve what this meeting is for" in say(world, "gates M-1")
        record(world, {"what": "remit", "programme": "Cooking", "said": "Trustees, 3 November: soup for all"})
        assert "A manager has to approve what this meeting is for" not in say(world, "gates M-1")
        # Of another programme nobody approved it.
        farah.command("/meeting", "new Chess tomorrow at 18:00 about chess", channel="C0GENERAL")
        assert "A manager has to approve what this meeting is for" in say(world, "gates M-2")
        record(world, {"what": "assessment", "said": "Trustees"})
        assert "✅ *Risk assessment of this way of working*" in policy(world)
        assert world.sandbox.violations == []


VERSIONS = {
    "sendiass": ("SEN-001", "Version V.01"),
    "voluntary_sector": ("VOL-010, VOL-002, VOL-003", "3 April 2020"),
    "james": ("JAM-113", "updated in 2020 and in January 2023"),
}


@pytest.mark.parametrize(
    "policy_name",
    [
        pytest.param("sendiass", marks=pytest.mark.clause("SEN-001")),
        pytest.param("voluntary_sector", marks=pytest.mark.clause("VOL-002", "VOL-003")),
        pytest.param("james", marks=pytest.mark.clause("JAM-113")),
    ],
)
def test_by_which_version_an_organisation_works_is_recorded(
    database_url: str, tmp_path: Path, policy_name: str
) -> None:
    with open_world(database_url, tmp_path, policy=policy_name) as world:
        cited, says = VERSIONS[policy_name]
        head = f"*Version of the policy that we work by* ({cited})"
        assert f"⚪ {head}: not recorded yet; no meeting waits for it." in policy(world)
        max_ = world.person("U0MAN")
        max_.click("Record one of these")
        assert says in words(max_.view), "what the document says of itself"
        max_.close(all_views=True)
        record(world, {"what": "version", "said": "Dev: ours is that one, from the shared drive"})
        day = today(world)
        assert f"✅ {head}: <@U0MAN>, {day.day} {day:%B %Y}" in policy(world)
        assert of_organisation(world)[-1].reason == "Dev: ours is that one, from the shared drive"
        assert world.sandbox.violations == []


@pytest.mark.clause("JAM-042")
def test_the_minimum_age_of_a_platform_is_said_once_and_compared_with_the_youngest(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Talk tomorrow at 16:00 in Cooking", channel="C0GENERAL")
    farah.command("/meeting", f"edit M-1 link {ZOOM}", channel="C0GENERAL")
    farah.command("/participant", "add Zoe Bell 14 to M-1", channel="C0GENERAL")
    farah.submit()
    farah.close(all_views=True)
    assert "Nobody has recorded from which age" in say(world, "gates M-1")
    values = {"what": "minimum_age", "platform": "zoom", "said": "Dev read the terms"}
    assert "A number of years" in record(world, {**values, "years": "x"})
    record(world, {**values, "years": "16"})
    assert "is for 16 and over, and the youngest here is 14" in say(world, "gates M-1")
    record(world, {**values, "years": "13", "said": "Dev read them again"})
    assert "zoom: 13 and over" in say(world, "gates M-1")
    assert world.sandbox.violations == []
