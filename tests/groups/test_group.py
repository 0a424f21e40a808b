"""`/group`: a club that meets again and again, made, shown, changed and closed; and who belongs to it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.groups import forms
from bot.groups.times import Rhythm, next_free
from bot.reading.times.plans import Around
from db.models import AuditEvent, Group, GroupMember, Meeting
from tests.support.asked import choices
from tests.support.groups import MADE, on, say
from tests.support.world import World

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
AROUND = Around(NOW, "Europe/London", "england", ["Cooking", "Youth club"])


def groups(world: World) -> list[Group]:
    return world.read(lambda session: list(session.scalars(select(Group).order_by(Group.number))))


def members(world: World) -> dict[str, GroupMember]:
    """Those who belong to a group or did, by name."""
    rows = world.read(lambda session: list(session.scalars(select(GroupMember).order_by(GroupMember.added_at))))
    return {one.participant.name: one for one in rows}


@pytest.mark.parametrize(
    ("text", "rhythm", "minutes"),
    [
        ("Art on Thursdays at 16:00", Rhythm((3,), "16:00"), 60),
        ("Art every other Tuesday 5-6.30pm", Rhythm((1,), "17:00", 2), 90),
        ("Art Mondays and Wednesdays at 4pm", Rhythm((0, 2), "16:00"), 60),
        ("Art weekdays at 9am for 30 min", Rhythm((0, 1, 2, 3, 4), "09:00"), 30),
        ("Art fortnightly from 3 December at 16:00", Rhythm((3,), "16:00", 2), 60),
        ("Art in Cooking", None, 60),
    ],
)
def test_times_of_a_group_are_read_as_those_of_a_repeat(text: str, rhythm: Rhythm | None, minutes: int) -> None:
    read = forms.from_text(text, AROUND)
    made = forms.made(read.values)
    found = made.rhythm
    assert not read.asked
    assert (found and (found.weekdays, found.meets_at, found.weeks)) == (
        rhythm and (rhythm.weekdays, rhythm.meets_at, rhythm.weeks)
    )
    assert (made.title, made.minutes) == ("Art", minutes)


@pytest.mark.parametrize(
    "text",
    [
        "Art on Thursday at 16:00",
        "Art at 17:00",
        "Art on Thursdays",
        "Art first Monday of each month at 10:00",
        "Art Thursdays 16:00 except 24 December",
        "Art next Thursday 4pm",
    ],
)
def test_what_is_no_rhythm_of_weeks_is_asked_about(text: str) -> None:
    assert forms.from_text(text, AROUND).asked


def test_what_is_assumed_for_the_hours_is_said() -> None:
    read = forms.from_text("Art weekly on Monday at 4", AROUND)
    assert read.values["rhythm"].meets_at == "16:00"
    assert any("4" in one.words for one in read.said)


@pytest.mark.parametrize(
    ("rhythm", "taken", "found"),
    [
        (Rhythm((3,), "16:00"), [], "Thu 26 Nov 16:00"),
        (Rhythm((3,), "16:00"), ["2026-11-26T10:00"], "Thu 3 Dec 16:00"),
        (Rhythm((0,), "08:00"), [], "Mon 30 Nov 08:00"),
        (Rhythm((0, 2), "16:00"), ["2026-11-23T16:00"], "Wed 25 Nov 16:00"),
        # One that was moved within its week, or out of a week into one without any, holds its place.
        (Rhythm((3,), "16:00"), ["2026-11-27T16:00"], "Thu 3 Dec 16:00"),
        (Rhythm((0, 2), "16:00"), ["2026-11-26T16:00"], "Mon 23 Nov 16:00"),
        (Rhythm((0, 3), "16:00"), ["2026-11-24T16:00", "2026-11-27T16:00"], "Mon 30 Nov 16:00"),
        (Rhythm((3,), "16:00", 2, date(2026, 11, 19)), ["2026-12-08T16:00"], "Thu 17 Dec 16:00"),
        (Rhythm((3,), "16:00", 2, date(2026, 11, 19)), [], "Thu 3 Dec 16:00"),
        (Rhythm((3,), "16:00", 1, date(2027, 4, 1)), [], "Thu 1 Apr 15:00"),
    ],
)
def test_the_next_session_is_the_first_day_without_one(rhythm: Rhythm, taken: list[str], found: str) -> None:
    full = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in taken]
    at = next_free(rhythm, full, NOW, "Europe/London")
    assert at is not None
    assert f"{at:%a} {at.day} {at:%b %H:%M}" == found


def test_a_group_is_made_shown_changed_and_closed(world: World) -> None:
    farah = world.person("U0FAC")
    assert "No groups yet" in say(world, "list")
    assert "You have no group yet" in say(world, "show")
    made = say(world, f"{MADE}, about healthy food")
    assert "Made." in made
    assert "Thursdays at 16:00, 60 minutes" in made
    assert "healthy food" in made
    (group,) = groups(world)
    assert (group.title, group.programme) == ("Cooking club", "Cooking")
    assert group.team == ("U0FAC", "U0COW")
    assert "You have a group of that name" in say(world, MADE)
    assert "Do you mean this group" in say(world, "show Coking club")
    assert "can't find a group called “Pottery”" in say(world, "show Pottery")
    assert "Thursdays at 16:00" in say(world, "show cooking club")
    assert "Thursdays at 16:00" in say(world, "Cooking club")
    assert "Is that a new group?" in say(world, "Pottery on Mondays at 10:00")
    assert "Fridays at 17:00" in say(world, "edit Cooking club to Fridays at 17:00")
    assert "Welcome, cook, eat" in say(world, "edit cooking club plan Welcome, cook, eat")
    for words in (
        "not Fridays but Tuesdays at 17:00",
        "not on Fridays",
        "at 18:00 without Fridays",
        "Mondays no Tuesdays at 18:00",
    ):
        assert "says what is not to be" in say(world, f"edit Cooking club {words}")
    assert "Nothing was changed" in say(world, "edit Cooking club to Fridays at 17:00")
    assert "is it “Cookery” or “Bakers”?" in say(world, "edit Cooking club title Bakers, wait no, Cookery")
    assert "is it “sums” or “maths”?" in say(world, "edit Cooking club about maths, I mean sums")
    (group,) = groups(world)
    assert (group.title, group.weekdays, group.meets_at, group.purpose) == (
        "Cooking club",
        [4],
        "17:00",
        "healthy food",
    )
    assert "I can't place “sausages”" in say(world, "edit Cooking club sausages")
    farah.command("/group", "edit G-1", channel="C0YOUTH")
    farah.submit(title="Kitchen club", minutes="90")
    assert "Kitchen club" in farah.seen()
    farah.close(all_views=True)
    (group,) = groups(world)
    assert (group.weekdays, group.meets_at, group.minutes, group.plan) == ([4], "17:00", 90, "Welcome, cook, eat")
    # Others: a colleague works with it, a manager and an administrator look after it, nobody else learns of it.
    assert "Kitchen club" in say(world, "list", "U0COW")
    assert "Kitchen club" in say(world, "show Kitchen club", "U0MAN")
    assert "Kitchen club" in say(world, "show Kitchen club", "U0ADM")
    card = world.person("U0COW").command("/group", "show Kitchen club", channel="C0YOUTH")
    world.write(lambda session: setattr(session.get(Group, group.id), "co_workers", []))
    assert "Its workers, a manager or an administrator can see" in say(world, "show Kitchen club", "U0COW")
    assert "Kitchen club" not in say(world, "list", "U0COW")
    refused = world.person("U0COW").click("Close it", card.private)
    assert "Its workers, a manager or an administrator" in refused.text
    farah.command("/group", "close Kitchen club", channel="C0YOUTH")
    closed = farah.click("Close it")
    assert groups(world)[0].closed_at is not None
    assert "No groups yet" in say(world, "list")
    farah.click("Take it back")
    assert groups(world)[0].closed_at is None
    assert "Nothing was changed" in farah.click("Take it back", closed.private).text
    told = world.read(lambda session: list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence))))
    assert [one for one in told if one.startswith("group.")] == [
        "group.made",
        *["group.changed"] * 3,
        "group.closed",
        "group.not_closed",
    ]


def test_what_is_not_sure_is_asked_in_the_form_or_with_buttons(world: World) -> None:
    farah = world.person("U0FAC")
    assert "Every week, from Thursday" in say(world, "new Art on 3 June 2027 at 16:00")
    asked = farah.command("/group", "new Art every Thursday at 16:00 for 6 weeks", channel="C0YOUTH")
    assert choices(asked) == ["meeting new Art every Thursday at 16:00 for 6 weeks"]
    recorded = say(world, "new Art on Thursdays at 16:00, recorded because we learn")
    assert "“recorded” belongs to each meeting" in recorded
    asked = farah.command("/group", "new Art on Thursdays at 16:00 with Col", channel="C0YOUTH")
    assert "group new Art on Thursdays at 16:00 with <@U0COW>" in choices(asked)
    assert groups(world) == []
    farah.command("/group", "", channel="C0YOUTH")
    farah.submit(title="Chess", days=["1"], minutes="45")
    assert farah.errors == {"time": "At what time? Or leave the days out."}
    farah.submit(title="Chess", days=["1"], time="17:00", minutes="45")
    assert "Tuesdays at 17:00, 45 minutes" in farah.seen()
    farah.close(all_views=True)
    listed = farah.command("/facilitator", "group list", channel="C0YOUTH")
    assert "Chess" in f"{listed.text}"
    assert [one.title for one in groups(world)] == ["Chess"]


def test_people_join_and_leave_on_a_day_and_their_meetings_follow(world: World) -> None:
    farah = world.person("U0FAC")
    say(world, MADE)
    for number in (1, 2):
        farah.command("/meeting", f"new Cooking on {3 * number} June 2027 at 16:00", channel="C0YOUTH")
    (group,) = groups(world)
    world.write(
        lambda session: [setattr(one, "group_id", group.id) for one in session.scalars(select(Meeting))]  # type: ignore[func-returns-value]
    )
    said = say(world, "add Aled Jones, Bo Smith to Cooking club")
    assert "In Cooking club:* Aled Jones, Bo Smith" in said
    assert "Registered on its coming meetings: M-1, M-2." in said
    say(world, "add Cai Rees to Cooking club from 5 June 2027")
    assert on(world) == {"M-1": ["Aled Jones", "Bo Smith"], "M-2": ["Aled Jones", "Bo Smith", "Cai Rees"]}
    assert "Cai Rees (from 5 June 2027 on)" in say(world, "members Cooking club")
    assert "In it already: Aled Jones" in say(world, "add Aled Jones to Cooking club")
    counted = say(world, "members Cooking club", "U0MAN")
    assert "2 members. Who they are is seen" in counted
    assert "Aled" not in counted
    assert "workers and the safeguarding leads" in say(world, "add Dai Hughes to Cooking club", "U0ADM")
    farah.command("/group", "leave Bo from Cooking club on 5 June 2027", channel="C0YOUTH")
    farah.click("They leave")
    assert on(world) == {"M-1": ["Aled Jones", "Bo Smith"], "M-2": ["Aled Jones", "Cai Rees"]}
    assert members(world)["Bo Smith"].left_on == date(2027, 6, 5)
    farah.click("Take it back")
    assert on(world)["M-2"] == ["Aled Jones", "Bo Smith", "Cai Rees"]
    assert members(world)["Bo Smith"].left_on is None
    asked = farah.command("/group", "leave not Bo Smith but Al Roe from Cooking club", channel="C0YOUTH")
    assert choices(asked) == ["group leave Al Roe from G-1", "group leave Bo Smith from G-1"]
    assert "takes something back. Who is meant?" in asked.text
    assert "Did you mean *Bo Smith*" in say(world, "leave Bo Smit from Cooking club")
    farah.command("/group", "add Dai Hughes, to Cooking club", channel="C0YOUTH")
    assert "Dai Hughes" in on(world)["M-1"]
    assert "Dai Hughes" in farah.click("Take it back").text
    assert "Dai Hughes" not in on(world)["M-1"]
    added = farah.command("/group", "add Dai Hughes to Cooking club", channel="C0YOUTH")
    world.clock_forward(601)
    assert "more than ten minutes ago" in farah.click("Take it back", added.private).text
    assert "Dai Hughes" in on(world)["M-1"]
    assert world.sandbox.violations == []


def test_a_list_is_shown_before_it_is_taken_where_something_is_asked(world: World) -> None:
    farah = world.person("U0FAC")
    say(world, MADE)
    farah.command("/group", "add\nAled Jones aled@example.org\nBo (12)\nto Cooking club", channel="C0YOUTH")
    assert "Is this right?" in farah.seen()
    assert members(world) == {}
    farah.submit(whose="carer")
    assert sorted(members(world)) == ["Aled Jones", "Bo"]
    farah.close(all_views=True)
    day = datetime.now(UTC).date() + timedelta(days=3)
    farah.command("/group", "add to Cooking club", channel="C0YOUTH")
    farah.submit(names="Cai Rees", joined=f"{day}")
    assert members(world)["Cai Rees"].joined_on == day
