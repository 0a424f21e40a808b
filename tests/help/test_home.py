"""The Home tab: what it shows, to whom, and that its buttons do what they say."""

from sqlalchemy import select

from bot.sandbox.model import readable
from db.models import Delivery, Meeting, MeetingState
from tests.support.clearing import clear
from tests.support.world import World


def _home(world: World, who: str) -> str:
    view = world.person(who).home(timeout=5)
    assert view is not None
    return "\n".join(readable(view))


def test_it_shows_ones_meetings_to_come_and_the_way_to_raise_a_concern(world: World) -> None:
    world.person("U0FAC").command("/meeting", "new Cooking & <b>club</b> tomorrow at 16:00")
    world.settle()
    said = _home(world, "U0FAC")
    assert "*Cooking &amp; &lt;b&gt;club&lt;/b&gt;*" in said
    assert "I am worried about somebody" in said
    assert "`/incident`" in said
    assert "M-1" not in _home(world, "U0MAN")


def near(world: World) -> None:
    """It is twenty minutes before the only meeting."""
    starts = world.read(lambda session: session.scalars(select(Meeting.starts_at)).one())
    world.clock_forward(starts.timestamp() - world.now() - 1200)


def test_its_buttons_open_what_they_name(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", "new Cooking club tomorrow at 16:00")
    person.home(timeout=5)
    answer = person.click("Paste the link")
    assert answer.opened is not None
    person.submit(link="https://zoom.us/j/91234567890?pwd=abc", passcode="7t3kq9wz")
    person.close()
    assert "Start" not in _home(world, "U0FAC").split("\n"), "no start is offered the day before"
    near(world)
    assert "M-1 can't start yet" in person.command("/meeting", "start M-1").text
    clear(person, "M-1", "start")
    person.home(timeout=5)
    person.click("Start")  # on the tab, or on the card in the messages, which shows it by itself
    world.settle()
    assert world.read(lambda session: session.scalars(select(Meeting.state)).one()) is MeetingState.STARTED
    assert "running now" in _home(world, "U0FAC")
    assert person.click("I am worried about somebody").opened is not None


def test_a_guest_sees_only_whom_to_call(world: World) -> None:
    said = _home(world, "U0GUEST")
    assert "999" in said
    assert "/meeting" not in said


def test_it_is_drawn_once_for_each_time_it_is_opened(world: World) -> None:
    before = world.count(Delivery)
    for event_id, tab in (("Ev1", "home"), ("Ev1", "home"), ("Ev2", "messages")):
        world.sandbox.event("app_home_opened", {"user": "U0FAC", "channel": "D0FAC", "tab": tab}, event_id)
    world.settle()
    assert world.count(Delivery) == before + 1


def test_a_button_drawn_before_a_change_says_how_things_stand(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", "new Cooking club tomorrow at 16:00")
    person.home(timeout=5)
    person.click("Paste the link")
    person.submit(link="https://zoom.us/j/91234567890?pwd=abc")
    person.close()
    clear(person, "M-1", "start")
    near(world)
    world.clock_forward(2400)
    clear(person, "M-1", "start")
    person.home(timeout=5)
    person.click("Cancel it", person.command("/meeting", "cancel M-1").private)
    assert "can't be started" in person.click("Start").text
    assert "Not cancelled after all" in person.seen()
    assert world.read(lambda session: session.scalars(select(Meeting.state)).one()) is MeetingState.CANCELLED
    assert "M-1" not in _home(world, "U0FAC")
