"""What the lead sees: the list by what waits and by risk, with names, in a view that ends; and counts on Home."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import viewing
from bot.concerns.record.lead_list import Section, _section
from bot.sandbox.person import Person
from bot.staff.people import owe_sync
from db.models import AuditEvent, Concern, ConcernView, Staff
from db.models.concern import ConcernState
from tests.concerns.leading import decide, in_days, opened, triage
from tests.concerns.test_ladder import appoint
from tests.support.raising import SECRET, raise_one
from tests.support.world import World


def raised(world: World, who: str, name: str, urgency: str = "today") -> Concern:
    """A concern about somebody, raised by `who`."""
    person = world.person(who)
    while person.view:
        person.close()
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.continue")
    person.choose("about", "child")
    person.submit({"facts": f"A worry {SECRET}", "urgency": urgency, "who": name})
    world.settle()
    return world.read(lambda s: s.scalars(select(Concern).order_by(Concern.raised_at.desc()).limit(1)).one())


def the_list(world: World, who: str = "U0LEAD") -> Person:
    """Somebody's list on their screen."""
    person = world.person(who)
    while person.view:
        person.close()
    person.command("/concern", "list")
    return person


def test_names_levels_keepers_and_next_steps_by_what_waits_and_by_risk(world: World) -> None:
    jo = raised(world, "U0FAC", "Jo Example", "week")
    lead = opened(world, "U0LEAD", jo)
    lead.click("concern.acknowledge")
    triage(lead, level="high")
    lead.click("concern.action_add")
    lead.submit(action_what="Ring the school", action_due=in_days(world, 2), action_owner="U0LEAD")
    ali = raised(world, "U0FAC", "Ali Example")
    lead = opened(world, "U0LEAD", ali)
    lead.click("concern.acknowledge")
    triage(lead, level="low")
    decide(lead, "monitor", review_on=in_days(world, 7))
    raised(world, "U0FAC", "Kim Example", "week")
    bronwen = raised(world, "U0FAC", "Bronwen Example", "now")
    seen = str(the_list(world).view)
    order = ["Answer now", "Bronwen Example", "Kim Example", "My actions", "Jo Example", "Monitoring", "Ali Example"]
    places = [seen.index(one) for one in order]
    assert places == sorted(places)
    assert "Ring the school" in seen
    assert "High" in seen
    assert "<@U0LEAD>" in seen
    assert "nobody yet" in seen
    # Acknowledged and no more, it stays above what is less urgent.
    opened(world, "U0LEAD", bronwen).click("concern.acknowledge")
    seen = str(the_list(world).view)
    assert seen.index("Bronwen Example") < seen.index("Kim Example")
    # What has no day of its own has that on which somebody is reminded: here four hours after it was acknowledged.
    (by,) = re.findall(r"Triage by <!date\^(\d+)", seen)
    assert abs(int(by) - world.now() - 4 * 3600) < 120
    # Once that is over it counts as overdue, whoever has got it since.
    opened(world, "U0LEAD", bronwen).close()
    world.clock_forward(timedelta(hours=4, minutes=5).total_seconds())
    seen = str(the_list(world).view)
    assert "Overdue (0)" not in seen
    assert re.search(r"Bronwen Example[^*]*\*overdue since\*", seen.replace("*Bronwen Example*", "Bronwen Example"))
    lead = opened(world, "U0LEAD", jo)
    lead.click("concern.referral_add")
    lead.submit(
        body="childrens_social_care", method="phone", day=in_days(world, 0), shared="All", basis="agreed",
        due_day=in_days(world, 3),
    )  # fmt: skip
    seen = str(the_list(world, "U0DEP").view)
    assert seen.index("Waiting for an agency") < seen.index("Jo Example") < seen.index("Monitoring")
    world.clock_forward(timedelta(days=4).total_seconds())
    world.settle(30)
    seen = str(the_list(world, "U0DEP").view)
    assert seen.index("Kim Example") < seen.index("*Overdue*") < seen.index("Jo Example") < seen.index("Monitoring")


@pytest.mark.parametrize("state", [ConcernState.RAISED, ConcernState.ACKNOWLEDGED])
def test_what_nobody_has_triaged_is_to_be_answered_whatever_else(state: ConcernState) -> None:
    for late in (False, True):
        for mine in (False, True):
            assert _section(state, late=late, mine=mine, agency=False, kept=mine) is Section.ANSWER


def test_a_person_is_found_by_name_and_the_name_goes_nowhere_else(world: World) -> None:
    raised(world, "U0FAC", "Bronwen Example", "now")
    raised(world, "U0FAC", "Jo Sample")
    lead = the_list(world)
    lead.submit(person="bronwen")
    seen = str(lead.view)
    assert "Bronwen Example" in seen
    assert "Jo Sample" not in seen
    assert lead.view is not None
    assert "ronwen" not in lead.view["private_metadata"]
    lead.submit(person="Nobody Such")
    assert "Nobody of this name" in str(lead.view)
    details = world.read(
        lambda s: list(s.scalars(select(AuditEvent.detail).where(AuditEvent.action == "concern.listed")))
    )
    assert len(details) == 3
    assert not any("ronwen" in one for one in details)


def test_the_list_ends_after_a_quarter_of_an_hour(world: World) -> None:
    raised(world, "U0FAC", "Bronwen Example")
    lead = the_list(world)
    assert "Bronwen Example" in str(lead.view)
    world.clock_forward(viewing.OPEN_FOR.total_seconds() + 1)
    world.settle()
    assert "Bronwen" not in str(lead.view)
    lead.click("Open it again")
    assert "Bronwen Example" in str(lead.view)


def test_the_list_ends_at_once_where_the_right_is_lost(world: World) -> None:
    raised(world, "U0FAC", "Bronwen Example")
    deputy = the_list(world, "U0DEP")
    assert "Bronwen Example" in str(deputy.view)

    def take_away(session: Session) -> None:
        staff = session.scalars(select(Staff).where(Staff.slack_id == "U0DEP")).one()
        staff.roles = []
        viewing.end_lost(session, staff.organisation_id, datetime.fromtimestamp(world.now(), UTC))

    world.write(take_away)
    world.settle()
    assert "Bronwen" not in str(deputy.view)


def test_the_hourly_reading_of_staff_closes_a_list_only_where_it_finds_news(world: World) -> None:
    raised(world, "U0FAC", "Bronwen Example")
    deputy = the_list(world, "U0DEP")

    def read_again() -> None:
        world.clock_forward(61)  # each is owed once a minute
        now = datetime.fromtimestamp(world.now(), UTC)
        world.write(lambda session: owe_sync(session, world.organisation().id, now, now))
        world.settle()

    read_again()
    assert "Bronwen Example" in str(deputy.view)
    world.sandbox.state.users["U0DEP"].deleted = True  # Slack tells nobody
    read_again()
    assert "Bronwen" not in str(deputy.view)


def test_no_name_is_in_a_message_or_kept_with_the_view(world: World) -> None:
    raised(world, "U0FAC", "Bronwen Example")
    the_list(world)
    sent = [str(one.args) for one in world.sandbox.calls if one.method in ("chat.postMessage", "chat.update")]
    assert not any("Bronwen" in one for one in sent)
    rows = world.read(lambda session: [vars(row) for row in session.scalars(select(ConcernView))])
    assert rows
    assert "Bronwen" not in str(rows)


def test_home_counts_what_waits_and_says_no_more(world: World) -> None:
    concern = raised(world, "U0FAC", "Bronwen Example", "now")
    appoint(world, "U0MAN", "chair")
    raise_one(world, about="staff", subject_staff="U0HEAD")
    for who, words in (
        ("U0LEAD", "1 to answer"),
        ("U0DEP", "1 to answer"),
        ("U0HEAD", "Nothing waits for you"),
        ("U0MAN", "1 to answer"),
        ("U0FAC", None),
    ):
        person = world.person(who)
        person.home(timeout=5)
        seen = person.seen()
        assert "Bronwen" not in seen
        if words is None:
            assert "Open the list" not in seen
        else:
            assert words in seen
    world.clock_forward(timedelta(days=1).total_seconds())
    world.settle(30)
    lead = world.person("U0LEAD")
    lead.home(timeout=5)
    assert "overdue" in lead.seen()
    lead.click("Open the list")
    assert "Bronwen Example" in str(lead.view)
    assert concern.reference in str(lead.view)
