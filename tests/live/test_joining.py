"""Into a meeting on BigBlueButton: the team opens it, each comes in by their own link, and nobody by a dead one."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox.bbb import BbbStandIn
from db.models import LiveEvent, MeetingState
from tests.facts.test_who_is_asked import say as about
from tests.support.bbb import PAGES, bbb_world
from tests.support.clearing import clear
from tests.support.meetings import only, say, schedule
from tests.support.world import World


@pytest.fixture
def held(database_url: str, tmp_path: Path) -> Iterator[tuple[World, BbbStandIn]]:
    """M-1 of Farah and Col on BigBlueButton with Aled and Bronwen, whose invitations were shown."""
    with bbb_world(database_url, tmp_path) as (world, server):
        schedule(world, "Aled Jones, Bronwen", link=False)
        clear(world.person("U0FAC"), "M-1", "invite")
        yield world, server


def at_start(world: World, minutes: float = 0) -> None:
    """Go to so many minutes before the meeting's time."""
    world.clock_forward(only(world).starts_at.timestamp() - world.now() - minutes * 60)
    world.settle()


def own_link(world: World, name: str) -> str:
    """The link in somebody's own invitation."""
    answer = world.person("U0FAC").command("/invitation", f"M-1 for {name}", channel="C0YOUTH")
    text = f"{answer.text} {answer.blocks}"
    start = text.index(f"{PAGES}/join/")
    return text[start:].split("\\n")[0].split("'")[0].split("\n")[0].split()[0]


def page(world: World, link: str) -> httpx.Response:
    """Look at a link."""
    assert world.bot is not None
    return httpx.get(link.replace(PAGES, world.bot.url))


def press(world: World, link: str, **fields: str) -> httpx.Response:
    """Press the page's button."""
    assert world.bot is not None
    return httpx.post(link.replace(PAGES, world.bot.url), data=fields)


def team_link(world: World, who: str = "U0FAC") -> str:
    """[Go in] on the card."""
    say(world, "show M-1", who)
    answer = world.person(who).click("Go in")
    text = str(answer.blocks)
    start = text.index(f"{PAGES}/join/")
    return text[start:].split("'")[0]


def go_in(world: World, link: str) -> str:
    """As one of the team, up to the server."""
    sent = press(world, link)
    assert sent.status_code == 303, sent.text
    return httpx.get(sent.headers["location"]).text


def test_each_comes_in_by_their_own_link_once_the_team_is_there(held: tuple[World, BbbStandIn]) -> None:
    world, server = held
    meeting = only(world)
    assert meeting.state is not MeetingState.DRAFT
    assert server.held == {}, "nothing stands at the server before"
    aled, bronwen = own_link(world, "Aled Jones"), own_link(world, "Bronwen")
    assert len({aled, bronwen, meeting.join_url}) == 3
    assert "Aled" not in aled
    early = page(world, aled)
    assert early.status_code == 200
    assert "This opens on" in early.text
    assert press(world, aled, passcode=meeting.passcode).status_code == 200
    at_start(world, 10)
    form = page(world, aled)
    assert "The passcode from your invitation" in form.text
    assert "Your name" not in form.text
    assert "Aled" not in form.text, "a page names nobody"
    assert server.held == {}, "looking opens nothing"
    assert press(world, aled, passcode="wrong").status_code == 403
    assert press(world, aled, **dict.fromkeys("abcdefg", "x"), passcode=meeting.passcode).status_code == 403
    waits = press(world, aled, passcode=meeting.passcode)
    assert "Nobody of the team is there yet" in waits.text
    assert server.held == {}
    assert go_in(world, team_link(world)) == "inside"
    sent = press(world, aled, passcode=f" {meeting.passcode} ")
    assert sent.status_code == 303
    assert httpx.get(sent.headers["location"]).text == "waiting"
    (running,) = server.held.values()
    assert {one["fullName"] for one in running.joined.values()} == {"Farah Facilitator", "Aled Jones"}
    assert running.parameters["meetingID"].startswith("M-1-")
    assert running.parameters["record"] == "false"
    asked = press(world, meeting.join_url or "", passcode=meeting.passcode)
    assert "write the name" in asked.text
    for name in ("Farah Facilitator", "farah  FACILITÁTOR (host)", "Facilitator, Farah"):
        theirs = press(world, meeting.join_url or "", passcode=meeting.passcode, name=name)
        assert (theirs.status_code, "the name of one of the team" in theirs.text) == (403, True), name
    sent = press(world, meeting.join_url or "", passcode=meeting.passcode, name="Cai\u202e <b>")
    assert httpx.get(sent.headers["location"]).text == "waiting"
    assert "Cai <b>" in {one["fullName"] for one in running.joined.values()}
    assert go_in(world, team_link(world, "U0COW")) == "inside"
    for answer in (form, early, asked):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_dead_links_say_one_thing(held: tuple[World, BbbStandIn]) -> None:
    world, server = held
    meeting = only(world)
    aled, bronwen, general = own_link(world, "Aled Jones"), own_link(world, "Bronwen"), meeting.join_url or ""
    at_start(world, 10)
    go_in(world, team_link(world))
    world.person("U0FAC").command("/participant", "remove Aled Jones from M-1", channel="C0YOUTH")
    world.person("U0FAC").click("Remove")
    nothing = page(world, aled)
    assert nothing.status_code == 404
    assert press(world, aled, passcode=meeting.passcode).status_code == 404
    world.person("U0FAC").command("/participant", "add Aled Jones to M-1", channel="C0YOUTH")
    assert page(world, aled).status_code == 404, "whoever was taken off because it got out has a new one"
    token = bronwen.rpartition("/")[2]
    for guess in ("x", "", "%00", "a" * 90, token[:-4] + "AAAA", token[:-1], "ä", "A" + token[1:]):
        assert page(world, f"{PAGES}/join/{guess}").text in (nothing.text, "Not Found"), guess
    assert page(world, bronwen).status_code == 200
    say(world, "link new M-1")
    world.person("U0FAC").click("Make a new link")
    world.settle()
    assert server.held == {}, "whoever was in by the old one is out"
    for old in (bronwen, general):
        assert page(world, old).status_code == 404
    assert only(world).join_url != general


def test_nobody_comes_in_whom_the_policy_lets_in_no_more(held: tuple[World, BbbStandIn]) -> None:
    world, server = held
    aled, bronwen, key = own_link(world, "Aled Jones"), own_link(world, "Bronwen"), only(world).passcode
    say(world, "untick M-1 child-protection")
    assert page(world, aled).status_code == 403
    world.settle()
    early = [one.words for worker in ("U0FAC", "U0COW") for one in world.sandbox.dm(worker)]
    assert not any("the link of somebody" in words for words in early), (
        "whatever looks at a mail opens links long before"
    )
    clear(world.person("U0FAC"), "M-1", "invite")
    at_start(world, 10)
    go_in(world, team_link(world))
    assert press(world, aled, passcode=key).status_code == 303
    about(world, "Aled Jones", {"ban_why": "Threatened another child"})
    assert page(world, bronwen).status_code == 200
    say(world, "untick M-1 child-protection")
    for link in (aled, bronwen):
        for answer in (page(world, link), press(world, link, passcode=key), press(world, link, passcode="wrong")):
            assert answer.status_code == 403
            assert "Please ask whoever invited you." in answer.text
            assert "passcode" not in answer.text
            assert "hreaten" not in answer.text
    world.settle()
    for worker in ("U0FAC", "U0COW"):
        told = [one.words for one in world.sandbox.dm(worker) if "the link of somebody was opened" in one.words]
        assert len(told) == 2, "of each who was refused, once"
        assert not any(name in words for words in told for name in ("Aled", "Bronwen", "hreaten"))
    about(world, "Aled Jones", {"lift": "They talked"}, "U0MAN")
    clear(world.person("U0FAC"), "M-1", "invite")
    assert press(world, aled, passcode=key).status_code == 303
    assert len(server.held) == 1


def test_guesses_and_floods_are_slowed_and_shut_out_nobody_else(held: tuple[World, BbbStandIn]) -> None:
    world, _ = held
    meeting = only(world)
    aled, bronwen, key = own_link(world, "Aled Jones"), own_link(world, "Bronwen"), meeting.passcode
    at_start(world, 10)
    go_in(world, team_link(world))
    codes = [press(world, aled, passcode=f"{number}").status_code for number in range(22)]
    assert codes == [403] * 20 + [429] * 2
    assert "Please wait a quarter of an hour" in press(world, aled, passcode=key).text
    assert press(world, bronwen, passcode=key).status_code == 303, "another's link is another's"
    world.clock_forward(901)
    assert press(world, aled, passcode=key).status_code == 303
    guesses = [page(world, f"{PAGES}/join/{'a' * 90}").status_code for _ in range(70)]
    assert set(guesses) == {404, 429}
    assert page(world, bronwen).status_code == 200, "who has a good link is answered"
    looks = [page(world, aled).status_code for _ in range(70)]
    assert looks[-1] == 429
    assert page(world, bronwen).status_code == 200


def test_a_link_of_the_team_holds_for_ten_minutes_and_for_the_team(held: tuple[World, BbbStandIn]) -> None:
    world, _ = held
    at_start(world, 20)
    link = team_link(world)
    assert page(world, link).status_code == 200
    assert "passcode" not in page(world, link).text
    world.clock_forward(601)
    assert page(world, link).status_code == 404


def test_the_server_says_that_it_ended_and_that_somebody_recorded(held: tuple[World, BbbStandIn]) -> None:
    world, server = held
    at_start(world, 5)
    go_in(world, team_link(world))
    (running,) = server.held.values()
    address = running.parameters["meetingEndedURL"].replace(PAGES, world.bot.url if world.bot else "")
    meeting_id = running.parameters["meetingID"]
    assert address.partition("?")[0].endswith("/bbb/events")
    general = (only(world).join_url or "").rpartition("/")[2]
    for wrong in (f"{address}x", f"{address.partition('=')[0]}={general}", address.partition("?")[0] + "?"):
        assert httpx.get(f"{wrong}&meetingID={meeting_id}&recordingmarks=true").status_code == 204
    assert world.count(LiveEvent) == 0, "an address that is not ours is told nothing, and changes nothing"
    assert httpx.get(f"{address}&meetingID={meeting_id}&recordingmarks=false").status_code == 204
    assert httpx.get(f"{address}&meetingID={meeting_id}&recordingmarks=false").status_code == 204
    assert world.count(LiveEvent) == 1
    assert page(world, f"{PAGES}/join/{address.partition('=')[2]}").status_code == 404
    world.clock_forward(120)
    httpx.get(f"{address}&meetingID={meeting_id}&recordingmarks=true")
    world.clock_forward(3)
    world.settle()
    said = [one.words for one in world.sandbox.dm("U0COW") if "A recording of M-1 began" in one.words]
    assert len(said) == 1


def test_a_cancelled_meeting_lets_nobody_in_and_ends(held: tuple[World, BbbStandIn]) -> None:
    world, server = held
    aled = own_link(world, "Aled Jones")
    at_start(world, 12)
    go_in(world, team_link(world))
    say(world, "cancel M-1")
    world.person("U0FAC").click("Cancel it")
    assert page(world, aled).status_code == 410
    world.clock_forward(601)
    world.settle()
    assert server.held == {}


def test_while_the_server_is_down_it_is_tried_again_and_the_door_says_so(database_url: str, tmp_path: Path) -> None:
    with bbb_world(database_url, tmp_path) as (world, server):
        server.faults.down = True
        schedule(world, "Aled Jones", link=False)
        assert only(world).state is MeetingState.DRAFT
        assert "not made at BigBlueButton yet" in say(world, "show M-1")
        server.faults.down = False
        for _ in range(3):
            world.clock_forward(301)
            world.settle()
        meeting = only(world)
        assert meeting.join_url is not None
        at_start(world, 5)
        link = team_link(world)
        server.faults.down = True
        assert press(world, link).status_code == 503


def test_without_a_page_of_its_own_it_says_what_is_missing(database_url: str, tmp_path: Path) -> None:
    with bbb_world(database_url, tmp_path, pages=None) as (world, _):
        assert "needs PUBLIC_URL" in say(world, "new Art on Thursday at 16:00")
