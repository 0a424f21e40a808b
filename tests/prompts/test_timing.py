"""When the cards come: each moment once, in order, whatever happens to the meeting or to the bot."""

from datetime import timedelta

from sqlalchemy import select

from db.models import Delivery, PromptCard
from tests.prompts.conftest import (
    BEGIN,
    CLOSE,
    HERE,
    OVER,
    PLAN,
    READY,
    SEND,
    card,
    cards,
    go_to,
    in_minutes,
    meeting,
    say,
    schedule,
    typed_time,
)
from tests.support.clearing import clear, make_urgent
from tests.support.world import World

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def test_each_moment_comes_once_at_its_time_without_a_word_of_the_host(world: World) -> None:
    starts = schedule(world, "working4u").starts_at
    assert cards(world) == [PLAN]
    go_to(world, starts - DAY - MINUTE)
    assert cards(world) == [PLAN]
    go_to(world, starts - DAY)
    assert cards(world) == [PLAN, SEND]
    go_to(world, starts - HOUR - MINUTE)
    assert cards(world) == [PLAN, SEND]
    go_to(world, starts - HOUR)
    assert cards(world) == [PLAN, SEND, READY]
    go_to(world, starts)
    assert cards(world) == [PLAN, SEND, READY, BEGIN]
    go_to(world, starts + 5 * MINUTE)
    assert cards(world) == [PLAN, SEND, READY, BEGIN, HERE]
    go_to(world, starts + HOUR)
    assert cards(world) == [PLAN, SEND, READY, BEGIN, HERE], "Working4U is silent about the end"
    go_to(world, starts + HOUR + 30 * MINUTE)
    assert cards(world) == [PLAN, SEND, READY, BEGIN, HERE, OVER]
    go_to(world, starts + 3 * DAY)
    assert cards(world) == [PLAN, SEND, READY, BEGIN, HERE, OVER]
    assert world.count(PromptCard) == 6


def test_start_and_end_by_the_hosts_word_come_at_once_and_the_planned_times_bring_nothing_more(world: World) -> None:
    starts = schedule(world, "james", link=True).starts_at
    go_to(world, starts - 20 * MINUTE)
    clear(world.person("U0FAC"), "M-1", "start")
    assert "Started" in say(world, "start M-1")
    assert cards(world) == [PLAN, READY, BEGIN]
    assert "/meeting start M-1" not in card(world, BEGIN).words
    began = meeting(world).started_at
    assert began is not None
    go_to(world, began + 4 * MINUTE)
    assert cards(world) == [PLAN, READY, BEGIN]
    go_to(world, began + 5 * MINUTE)
    assert cards(world) == [PLAN, READY, BEGIN, HERE]
    go_to(world, starts + 5 * MINUTE)
    assert "Ended" in say(world, "end M-1")
    assert cards(world) == [PLAN, READY, BEGIN, HERE, CLOSE, OVER]
    go_to(world, starts + DAY)
    assert cards(world) == [PLAN, READY, BEGIN, HERE, CLOSE, OVER]


def test_a_late_start_repeats_nothing(world: World) -> None:
    starts = schedule(world, "st_josephs", link=True).starts_at
    go_to(world, starts + 7 * MINUTE)
    before = [PLAN, BEGIN, HERE]
    assert cards(world) == before, "what belongs before a meeting that has begun is left out"
    assert "is urgent contact now" in make_urgent(world.person("U0FAC"), "M-1 because a parent rang in tears")
    assert "Started" in say(world, "start M-1")
    go_to(world, starts + 20 * MINUTE)
    assert cards(world) == before


def test_cards_that_came_due_while_the_bot_was_down_come_after_the_restart_in_order(world: World) -> None:
    starts = schedule(world, "st_josephs").starts_at
    world.stop_bot()
    world.clock_forward((starts - 30 * MINUTE).timestamp() - world.now())
    world.start_bot()
    world.settle()
    assert cards(world) == [PLAN, SEND, READY]
    world.stop_bot()
    world.start_bot()
    world.settle()
    assert cards(world) == [PLAN, SEND, READY]


def test_a_moved_meeting_is_prompted_for_its_new_time_only(world: World) -> None:
    starts = schedule(world, "st_josephs").starts_at
    say(world, f"edit M-1 to {typed_time(starts + 3 * DAY)}")
    go_to(world, starts - DAY)
    go_to(world, starts + 6 * MINUTE)
    assert cards(world) == [PLAN]
    go_to(world, starts + 2 * DAY)
    assert cards(world) == [PLAN, SEND]
    say(world, f"edit M-1 to {typed_time(starts + 3 * DAY - 30 * MINUTE)}")
    assert cards(world) == [PLAN, SEND], "a small move repeats nothing"
    say(world, f"edit M-1 to {typed_time(starts + 10 * DAY)}")
    say(world, f"edit M-1 to {typed_time(starts + 9 * DAY)}")
    go_to(world, starts + 8 * DAY)
    assert cards(world) == [PLAN, SEND, SEND]
    go_to(world, starts + 9 * DAY - HOUR)
    assert cards(world) == [PLAN, SEND, SEND, READY]


def test_moved_away_and_back_is_prompted_all_the_same(world: World) -> None:
    starts = schedule(world, "st_josephs").starts_at
    say(world, f"edit M-1 to {typed_time(starts + 2 * DAY)}")
    go_to(world, starts - DAY)
    assert cards(world) == [PLAN]
    say(world, f"edit M-1 to {typed_time(starts)}")
    assert cards(world) == [PLAN, SEND]


def test_a_change_of_the_title_owes_nothing_twice(world: World) -> None:
    schedule(world, "james")
    owed = world.count(Delivery)
    say(world, "edit M-1 title Baking")
    assert world.count(Delivery) == owed


def test_a_meeting_moved_often_owes_its_cards_once(world: World) -> None:
    starts = schedule(world, "james").starts_at
    owed = world.count(Delivery)
    for days in (1, 2, 3):
        say(world, f"edit M-1 to {typed_time(starts + days * DAY)}")
    assert world.count(Delivery) == owed


def test_a_cancelled_meeting_prompts_nobody(world: World) -> None:
    starts = schedule(world, "working4u").starts_at
    say(world, "cancel M-1")
    farah = world.person("U0FAC")
    farah.click("meeting.cancel", message=farah.private[-1])
    for moment in (starts - DAY, starts - HOUR, starts, starts + 5 * MINUTE, starts + 2 * HOUR):
        go_to(world, moment)
    assert cards(world) == [PLAN]


def test_at_short_notice_what_is_late_comes_at_once_and_in_order(world: World) -> None:
    starts = in_minutes(world, 40)
    schedule(world, "working4u", starts=starts)
    assert cards(world) == [PLAN, SEND, READY]
    assert meeting(world).starts_at == starts


def test_a_passing_failure_of_slack_delays_a_card_and_loses_none(world: World) -> None:
    starts = schedule(world, "st_josephs").starts_at
    world.sandbox.faults.error("chat.postMessage", "internal_error", times=2)
    go_to(world, starts - DAY)
    world.sandbox.wait_for(lambda: cards(world) == [PLAN, SEND], 10)
    world.settle()
    assert cards(world) == [PLAN, SEND]
    failed = world.read(lambda session: session.scalar(select(Delivery.attempt).where(Delivery.attempt == 3)))
    assert failed == 3


def test_the_cards_go_into_the_thread_of_the_checklist_and_name_no_participant(world: World) -> None:
    starts = schedule(world, "st_josephs").starts_at
    world.person("U0FAC").command("/participant", "add Siân to M-1", channel="C0YOUTH")
    world.person("U0FAC").command("/checklist", "M-1", channel="C0YOUTH")
    world.settle()
    post = world.sandbox.messages("C0YOUTH")[-1]
    go_to(world, starts - DAY)
    go_to(world, starts)
    assert cards(world) == [PLAN]
    assert cards(world, "C0YOUTH") == [SEND, BEGIN]
    assert {card(world, title, "C0YOUTH").thread_ts for title in (SEND, BEGIN)} == {post.ts}
    words = card(world, BEGIN, "C0YOUTH").words
    assert "1 registered" in words
    assert "Siân" not in words
    assert "Rhys" not in words, "the title may hold a name"


def test_where_the_thread_is_closed_to_the_bot_the_host_gets_the_card(world: World) -> None:
    starts = schedule(world, "st_josephs").starts_at
    world.person("U0FAC").command("/checklist", "M-1", channel="C0YOUTH")
    world.settle()
    world.sandbox.state.channels["C0YOUTH"].members.remove("U0BOT")
    go_to(world, starts - DAY)
    assert cards(world) == [PLAN, SEND]
