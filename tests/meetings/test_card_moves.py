"""The card in the host's direct messages: one post, which moves on by itself through the life of a meeting."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.sandbox import Message
from bot.sandbox.model import readable
from db.models import Delivery, Meeting
from tests.meetings.test_card import size
from tests.support.clearing import clear, make_urgent
from tests.support.world import World

LINK = "https://zoom.us/j/12345678901"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def cards(world: World, who: str = "U0FAC") -> list[Message]:
    """The cards in somebody's direct messages."""
    return [one for one in world.sandbox.dm(who) if _first(one) == "facts" and not one.deleted]


def _first(message: Message) -> str:
    return str(message.blocks[0]["block_id"]) if message.blocks else ""


def card(world: World, who: str = "U0FAC") -> str:
    """What the one card says now; it fits on a phone."""
    world.settle()
    (one,) = cards(world, who)
    blocks, characters = size(one.blocks)
    assert blocks <= 12, one.words
    assert characters <= 900, one.words
    return one.words


def say(world: World, command: str, text: str, who: str = "U0FAC") -> str:
    return world.person(who).command(command, text, channel="C0YOUTH").text


def schedule(
    world: World, typed: str = "new Cooking club on Thursday at 16:00 for 60 min with @Col.Co-worker"
) -> datetime:
    """M-1 with a link and three people; when it begins."""
    say(world, "/meeting", typed)
    say(world, "/meeting", f"edit M-1 link {LINK}")
    say(world, "/participant", "add Aled, Bronwen, Cai to M-1")
    world.settle()
    return only(world).starts_at


def only(world: World) -> Meeting:
    return world.read(lambda session: session.scalars(select(Meeting)).one())


def go_to(world: World, moment: datetime) -> None:
    world.clock_forward(moment.timestamp() - world.now() + 1)


def updates(world: World) -> int:
    return sum(call.method == "chat.update" for call in world.sandbox.calls)


def test_one_card_moves_on_by_itself_from_planning_to_the_end(world: World) -> None:
    farah = world.person("U0FAC")
    say(world, "/meeting", "new Cooking club on Thursday at 16:00 for 60 min with @Col.Co-worker")
    said = card(world)
    assert "*Cooking club*" in said
    assert "paste its link" in said
    posted = cards(world)[0].ts
    say(world, "/meeting", f"edit M-1 link {LINK}")
    assert "Who comes? Nobody is registered yet." in card(world)
    say(world, "/participant", "add Aled, Bronwen, Cai to M-1")
    said = card(world)
    assert "3 registered. " in said
    assert "more before it is ready" in said
    assert "Aled" not in said
    starts = only(world).starts_at
    assert "Bronwen" in farah.click("People", cards(world)[0]).text
    clear(farah, "M-1", "ready")
    clear(farah, "M-1", "invite")
    clear(farah, "M-1", "start")
    assert "Start" not in card(world).splitlines()
    go_to(world, starts - DAY)
    assert "See and send" in card(world)
    say(world, "/invitation", "M-1")
    assert "The link went to all of them" in card(world)
    go_to(world, starts - HOUR)
    said = card(world)
    assert "Get ready" in said
    go_to(world, starts - 29 * MINUTE)
    say(world, "/participant", "add Dilys to M-1")
    world.settle()
    clear(farah, "M-1", "start")
    assert "Start" in card(world).splitlines()
    farah.click("Start", cards(world)[0])
    said = card(world)
    assert "4 people expected." in said
    assert "*Next:* " in said
    say(world, "/attendance", "M-1 all except Aled")
    assert "3 of 4 are in." in card(world)
    go_to(world, starts + HOUR)
    assert "Its time is over. Close the room for everybody." in card(world)
    farah.click("End", cards(world)[0])
    assert "3 of 4 came." in card(world)
    assert [one.ts for one in cards(world)] == [posted]
    go_to(world, starts + 5 * DAY)
    assert [one.ts for one in cards(world)] == [posted]
    assert world.sandbox.violations == []


def test_moments_that_passed_while_the_bot_was_down_move_the_one_card(world: World) -> None:
    starts = schedule(world)
    world.stop_bot()
    world.clock_forward((starts - 20 * MINUTE).timestamp() - world.now())
    world.start_bot()
    card(world)
    assert "is urgent contact now" in make_urgent(world.person("U0FAC"), "M-1 because a parent rang")
    assert "Start" in card(world).splitlines()
    world.stop_bot()
    world.start_bot()
    card(world)


def test_a_card_that_was_deleted_is_posted_anew_once(world: World) -> None:
    schedule(world)
    before = updates(world)
    cards(world)[0].deleted = True
    say(world, "/participant", "add Dilys to M-1")
    assert "4 registered" in card(world)
    cards(world)[0].deleted = True
    say(world, "/participant", "add Emrys to M-1")
    world.settle()
    assert cards(world) == []
    assert updates(world) > before


def test_a_failure_of_slack_gives_no_second_card_and_loses_none(world: World) -> None:
    world.sandbox.faults.error("chat.postMessage", "internal_error", times=2)
    schedule(world)
    world.sandbox.wait_for(lambda: bool(cards(world)), 10)
    assert "3 registered" in card(world)
    world.sandbox.faults.error("chat.update", "internal_error", times=1)
    say(world, "/participant", "add Dilys to M-1")
    world.sandbox.wait_for(lambda: "4 registered" in cards(world)[0].words, 10)
    card(world)


def test_another_host_has_the_card_then(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    farah.click("Change it", cards(world)[0])
    farah.submit(host="U0COW", co_workers=["U0FAC"])
    assert "Cooking club" in card(world, "U0COW")
    assert cards(world) == []
    assert "<@U0COW> hosts it now." in world.sandbox.dm("U0FAC")[0].words


def test_what_changes_nothing_on_it_is_no_call_and_what_moves_a_meeting_owes_no_more(world: World) -> None:
    starts = schedule(world)
    before, owed = updates(world), _waiting(world)
    say(world, "/meeting", "edit M-1 to Friday at 16:00")
    world.settle()
    assert updates(world) == before + 1
    assert _waiting(world) == owed
    go_to(world, starts - HOUR)
    world.settle()
    assert "Get ready" not in card(world), "it is a day later now"
    say(world, "/meeting", "cancel M-1")
    world.person("U0FAC").click("meeting.cancel", message=world.person("U0FAC").private[-1])
    assert "It is cancelled." in card(world)


def _waiting(world: World) -> int:
    query = select(Delivery).where(Delivery.kind == "meeting.card", Delivery.done_at.is_(None))
    return len(world.read(lambda session: session.scalars(query).all()))


def test_the_home_tab_shows_the_same_card_and_is_kept_up_to_date(world: World) -> None:
    schedule(world)
    say(world, "/meeting", "new Art club on Friday at 16:00 for 60 min")
    view = world.person("U0FAC").home(timeout=5)
    assert view is not None
    assert _card_of(view["blocks"]) == cards(world)[0].blocks
    assert "*Art club* (M-2)" in "\n".join(readable(view))
    published = _published(world)
    say(world, "/participant", "add Dilys to M-1")
    world.settle()
    assert _published(world) == published + 1
    assert "4 registered" in "\n".join(readable(_home(world)))
    say(world, "/meeting", "show M-1")
    world.settle()
    assert _published(world) == published + 1


def _home(world: World) -> Any:
    return [call.args["view"] for call in world.sandbox.calls if call.method == "views.publish"][-1]


def _published(world: World) -> int:
    return sum(call.method == "views.publish" for call in world.sandbox.calls)


def _card_of(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [one["block_id"] for one in blocks]
    return blocks[ids.index("facts") : ids.index("meeting.M-2")]
