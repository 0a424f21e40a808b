"""Urgent contact with somebody at risk: nothing holds it up, the lead learns of it, and it is asked about."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.policy import PACK_NAMES
from db.models import AuditEvent, Fact, Meeting, MeetingState
from tests.support.clearing import make_urgent, words
from tests.support.meetings import LINK, only, say, schedule
from tests.support.said import newest as ticks
from tests.support.world import World, open_world

WHY = "M-1 because Aled rang and is frightened"


def dm(world: World, who: str) -> list[str]:
    """What the bot has written to somebody about urgent contact, each with all of its words."""
    world.settle()
    return dm_now(world, who)


def dm_now(world: World, who: str) -> list[str]:
    """What has arrived so far of it."""
    every = (one for one in world.sandbox.dm(who) if one.blocks and one.blocks[0]["block_id"] != "facts")
    return [one.words for one in every if "rgent contact" in one.words]


def audited(world: World, action: str) -> list[str]:
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.sequence)
    return world.read(lambda session: [f"{one.actor} {one.detail}" for one in session.scalars(query)])


def report(world: World) -> str:
    day = only(world).starts_at.date()
    answer = world.person("U0MAN").command("/report", f"{day}")
    return f"{answer.text} {answer.blocks}"


@pytest.mark.both
def test_what_was_urgent_by_mistake_is_taken_back_within_ten_minutes(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    before = only(world).state
    make_urgent(farah, WHY)
    assert len(dm(world, "U0LEAD")) == 1
    assert "M-1 was urgent contact already" in say(world, "urgent M-1")
    farah.click("Not urgent after all")
    assert "M-1 is no urgent contact.* What your policy asks for comes first again" in farah.seen()
    assert (only(world).state, "urgent" in ticks(world)) == (before, True)
    assert ticks(world)["urgent"].answer.value == "back"
    assert "can't start yet" in say(world, "start M-1")
    assert "No urgent contact after all: M-1" in dm(world, "U0LEAD")[-1]
    assert audited(world, "meeting.unticked") == ["U0FAC urgent"]
    # Said anew, the lead is told anew; and what was long ago stays.
    make_urgent(farah, WHY)
    assert "🚨" in dm(world, "U0LEAD")[-1]
    world.clock_forward(601)
    say(world, "urgent M-1")
    assert "more than ten minutes ago" in farah.click("Not urgent after all").text
    assert "Started" in say(world, "start M-1")


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_urgent_contact_is_held_up_by_nothing(database_url: str, tmp_path: Path, policy: str) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        schedule(world)
        farah = world.person("U0FAC")
        assert "can't start yet" in say(world, "start M-1")
        said = make_urgent(farah, WHY)
        assert "Nothing holds it up" in said
        stored = ticks(world)["urgent"]
        assert (stored.by, stored.reason) == ("U0FAC", "Aled rang and is frightened")
        shown = say(world, "show M-1")
        assert "Urgent contact with somebody at risk: <@U0FAC>" in shown
        assert "All that your policy asks for is done" not in shown
        assert LINK in farah.command("/invitation", "M-1", channel="C0YOUTH").text
        assert "Started" in say(world, "start M-1")
        assert "Register of M-1 saved: 2 present" in farah.command("/attendance", "M-1 all", channel="C0YOUTH").text
        assert audited(world, "meeting.ticked") == ["U0FAC urgent"]
        assert len(dm(world, "U0LEAD")) == 1
        kept = json.dumps([call.args for call in world.sandbox.calls if call.method == "chat.postMessage"], default=str)
        assert "frightened" not in said + shown + kept
        assert world.sandbox.violations == []


def test_a_groups_meeting_is_asked_about_once_with_the_reason_kept(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    typed = "Aled rang in tears; " * 40
    farah.command("/meeting", f"urgent M-1 because {typed}", channel="C0YOUTH")
    assert "M-1 is a group meeting." in words(farah.view)
    assert world.count(Fact) == 0
    farah.submit()
    assert "is urgent contact now" in words(farah.view)
    assert ticks(world)["urgent"].reason == typed.strip()
    farah.click("Start M-1")
    assert only(world).state is MeetingState.STARTED


def test_a_meeting_with_one_alone_is_urgent_at_once(world: World) -> None:
    say(world, "new Talk on Thursday at 16:00 with @Col.Co-worker one-to-one because Aled asked for it")
    if world.person("U0FAC").view is not None:
        world.person("U0FAC").submit()
        world.person("U0FAC").close(all_views=True)
    say(world, f"edit M-1 link {LINK}")
    say(world, "urgent 1 or 2")
    assert world.count(Fact) == 0, "what does not say because is shown once more"
    world.person("U0FAC").close(all_views=True)
    assert "is urgent contact now" in say(world, WHY.replace("M-1", "urgent M-1"))
    assert ticks(world)["urgent"].reason == "Aled rang and is frightened"


def test_where_the_meeting_is_in_doubt_a_press_goes_on_with_the_reason(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    say(world, "new Film club tomorrow at 18:00")
    assert "Do you mean M-2 Film club" in say(world, "urgent film because he rang")
    farah.click("command.again.0")
    farah.submit()
    assert "M-2 is urgent contact now" in words(farah.view)
    assert ticks(world)["urgent"].reason == "he rang"


def test_without_a_reason_the_form_asks_for_it(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    say(world, "urgent M-1")
    assert farah.submit().errors
    assert world.count(Fact) == 0
    farah.submit(reason="Rang in tears")
    assert ticks(world)["urgent"].reason == "Rang in tears"


def test_it_is_said_once_and_told_once(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    make_urgent(farah, WHY)
    again = say(world, "urgent M-1 because something else")
    assert "was urgent contact already" in again
    farah.click("Give another reason")
    farah.submit(reason="His mother rang, too")
    assert ticks(world)["urgent"].reason == "His mother rang, too"
    assert len(dm(world, "U0LEAD")) == 1


def test_no_refusal_names_it_and_the_list_of_what_is_open_and_the_help_do(world: World) -> None:
    schedule(world)
    held = world.person("U0FAC").command("/invitation", "M-1", channel="C0YOUTH").text
    assert "No link and no passcode yet" in held
    assert "rgent" not in held
    assert "rgent" not in say(world, "start M-1")
    assert "`/meeting urgent M-1 because …`" in world.person("U0FAC").click("command.again.0").text
    assert "/meeting urgent M-12 because" in say(world, "help")
    assert "/meeting urgent" in world.person("U0FAC").command("/guide", "urgent contact", channel="C0YOUTH").text


def test_it_is_for_those_who_run_the_meeting(world: World) -> None:
    schedule(world)
    say(world, "edit M-1 with @Dev.Deputy")
    assert "can't find M-1" in say(world, "urgent M-1 because I like", who="U0COW")
    assert "can't find M-1" in say(world, "urgent M-1 because I like", who="U0MAN")
    assert world.count(Fact) == 0


def test_in_set_up_nothing_is_made_ready_by_urgency(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="working4u") as world:
        schedule(world)
        make_urgent(world.person("U0FAC"), "M-1 because she rang")
        assert only(world).state is MeetingState.SCHEDULED


# The lead learns of it at once


def test_the_lead_is_told_at_once_who_and_which_meeting_and_nothing_else(world: World) -> None:
    schedule(world, names="Aled, Bronwen")
    make_urgent(world.person("U0FAC"), WHY)
    (told,) = dm(world, "U0LEAD")
    assert "Urgent contact: M-1." in told
    assert "<@U0FAC>" in told
    assert not [secret for secret in ("Art", "Aled", "frightened", LINK) if secret in told]
    assert dm(world, "U0DEP") == [], "the lead is here"
    said = say(world, "show M-1", who="U0LEAD")
    assert "Urgent contact with somebody at risk: <@U0FAC>" in said


def test_where_the_lead_is_away_or_says_it_the_deputy_is_told(world: World) -> None:
    schedule(world)
    world.person("U0LEAD").command("/facilitator", "away until Friday", channel="C0GENERAL")
    make_urgent(world.person("U0FAC"), WHY)
    assert len(dm(world, "U0DEP")) == 1
    assert dm(world, "U0LEAD") == []
    say(world, "new Film on Friday at 18:00")
    make_urgent(world.person("U0FAC"), "M-2 because he rang")
    world.person("U0LEAD").command("/facilitator", "away back", channel="C0GENERAL")
    schedule_of_lead = world.person("U0LEAD")
    schedule_of_lead.command("/meeting", "new Chat on Friday at 10:00", channel="C0GENERAL")
    make_urgent(schedule_of_lead, "M-3 because she rang")
    assert [one for one in dm(world, "U0DEP") if "M-3" in one]


@pytest.mark.both
def test_a_bot_that_stops_before_it_could_tell_tells_when_it_is_back(world: World) -> None:
    schedule(world)
    with world.sandbox.faults.hold("conversations.open"), world.sandbox.faults.hold("chat.postMessage") as held:
        make_urgent(world.person("U0FAC"), WHY)
        assert dm_now(world, "U0LEAD") == []
        world.stop_bot()
        held.release()
    world.start_bot()
    world.clock_forward(60)
    assert len(dm(world, "U0LEAD")) == 1


# In the report, and asked about afterwards


def test_it_stands_in_the_report_and_what_came_of_it_is_asked_when_it_is_over(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    assert "Urgent" not in report(world)
    make_urgent(farah, WHY)
    assert "Urgent contact: 1* (M-1)" in report(world)
    assert "Nobody has said yet what came of it: M-1" in report(world)
    say(world, "start M-1")
    assert dm(world, "U0FAC") == []
    say(world, "end M-1")
    (asked,) = dm(world, "U0FAC")
    assert "Was it needed, and what came of it?" in asked
    assert "/concern" in asked
    assert not [secret for secret in ("Art", "Aled", "frightened") if secret in asked]
    answer = farah.click("It was not needed")
    assert "Thank you" in answer.text
    assert "was said already" in farah.click("It was not needed").text
    assert "Thank you" in farah.click("It was needed").text
    assert audited(world, "meeting.ticked")[1:] == ["U0FAC urgent-after:not-needed", "U0FAC urgent-after:needed"]
    assert audited(world, "meeting.unticked") == ["U0FAC urgent-after:not-needed"]
    assert {key for key, one in ticks(world).items() if one.yes} == {"urgent", "urgent-after:needed"}
    assert "Urgent contact: 1* (M-1)" in report(world)
    assert "Nobody has said yet" not in report(world)
    world.clock_forward(timedelta(days=7).total_seconds())
    assert len(dm(world, "U0FAC")) == 1


def test_it_is_asked_about_where_nobody_ended_it_and_after_it_was_moved(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    make_urgent(farah, WHY)
    before = only(world).ends_at
    say(world, "edit M-1 to Friday at 18:00")
    meeting = only(world)
    assert meeting.ends_at > before
    world.clock_forward((before + timedelta(hours=1)).timestamp() - world.now())
    assert dm(world, "U0FAC") == []
    world.clock_forward((meeting.ends_at + timedelta(minutes=31)).timestamp() - world.now())
    assert len(dm(world, "U0FAC")) == 1
    assert "Thank you" in farah.click("No contact came about").text


def test_a_cancelled_one_is_asked_about_too_and_nobody_elses_is_answered(world: World) -> None:
    schedule(world)
    make_urgent(world.person("U0FAC"), WHY)
    say(world, "cancel M-1")
    world.person("U0FAC").click("Cancel it")
    world.clock_forward((only(world).ends_at + timedelta(minutes=31)).timestamp() - world.now())
    assert len(dm(world, "U0FAC")) == 1
    world.write(lambda session: _give_away(session.scalars(select(Meeting)).one()))
    assert "can't find" in world.person("U0FAC").click("It was needed").text
    world.write(lambda session: setattr(session.scalars(select(Meeting)).one(), "host", "U0FAC"))
    assert "Thank you" in world.person("U0FAC").click("It was needed").text


def _give_away(meeting: Meeting) -> None:
    meeting.host, meeting.created_by, meeting.co_workers = "U0COW", "U0COW", []
