"""BigBlueButton over real HTTP against the stand-in, which checks every checksum and parameter."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr

from bot.providers import MeetingPlan, NoSuchMeeting, ProviderError, SettingKey, State
from bot.providers.base import ProviderMeeting
from bot.providers.bbb_client import BbbClient, NotXml, parse
from bot.providers.bigbluebutton import BY_HOST, BY_THE_BOT, SET_BY, BigBlueButtonProvider, Person, parameters
from bot.sandbox.bbb import CREATE, BbbStandIn

SECRET = "an-invented-shared-secret"
pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> Iterator[BbbStandIn]:
    server = BbbStandIn(secret=SECRET)
    server.start()
    yield server
    server.stop()
    assert server.violations == []


@pytest.fixture
async def bbb(server: BbbStandIn, anyio_backend: str) -> AsyncIterator[BigBlueButtonProvider]:
    provider = BigBlueButtonProvider(BbbClient(url=server.url, secret=SecretStr(SECRET)), pages=True)
    yield provider
    await provider.aclose()


@pytest.fixture
def own(plan: MeetingPlan) -> MeetingPlan:
    return replace(plan, own_link="https://bot.example.org/join/abc", host_email=None, topic="M-12 · Höfn & Söhne")


def test_the_checksum_is_the_documented_one() -> None:
    client = BbbClient(
        url="https://bbb.example.org/bigbluebutton/", secret=SecretStr("639259d4-9dd8-4b25-bf01-95f9567eaf4b")
    )
    query = "name=Test+Meeting&meetingID=abc123"
    signed = client.signed("create", [("name", "Test Meeting"), ("meetingID", "abc123")])
    assert signed.startswith(f"https://bbb.example.org/bigbluebutton/api/create?{query}&checksum=")
    assert len(signed.rpartition("=")[2]) == 64


async def test_it_is_tried_and_nothing_is_left(
    bbb: BigBlueButtonProvider, server: BbbStandIn, own: MeetingPlan
) -> None:
    room = await bbb.create(own)
    assert server.held == {}
    assert [call for call, _ in server.calls] == ["create", "getMeetingInfo", "end"]
    assert (room.provider_ref, room.join_url) == (own.reference, own.own_link)
    assert {one.key for one in room.unmet} == set(BY_HOST)
    sent = server.calls[0][1]
    assert sent["guestPolicy"] == "ASK_MODERATOR"
    assert sent["endWhenNoModerator"] == "true"
    assert "breakoutRooms" in sent["disabledFeatures"].split(",")


async def test_every_rule_has_one_place_and_every_parameter_is_sent(own: MeetingPlan) -> None:
    places = [*SET_BY, *BY_THE_BOT, *BY_HOST]
    assert len(places) == len(set(places))
    assert set(places) == set(SettingKey) - {SettingKey.HOST, SettingKey.BREAKOUT_ROOMS}
    sent = parameters(own, own.reference)
    assert {name for names in SET_BY.values() for name in names} <= set(sent) <= set(CREATE)


async def test_a_server_that_records_all_the_same_is_told_of(
    bbb: BigBlueButtonProvider, server: BbbStandIn, own: MeetingPlan
) -> None:
    server.faults.records = True
    assert (await bbb.create(own)).state(SettingKey.NO_RECORDING) is State.NOT_APPLIED


async def test_breakout_rooms_that_are_planned_are_not_switched_off(
    bbb: BigBlueButtonProvider, server: BbbStandIn, own: MeetingPlan
) -> None:
    room: ProviderMeeting = await bbb.create(replace(own, breakout_rooms=True))
    assert room.state(SettingKey.BREAKOUT_ROOMS) is State.APPLIED
    assert "breakoutRooms" not in server.calls[0][1]["disabledFeatures"]


async def test_a_crash_between_opening_and_noting_it_leaves_one_meeting(
    bbb: BigBlueButtonProvider, server: BbbStandIn, own: MeetingPlan
) -> None:
    for _ in range(20):
        server.faults.lose_answers_to = {"create"}
        with pytest.raises(ProviderError):
            await bbb.open(own)
        server.faults.lose_answers_to = set()
        await bbb.open(own)
    assert list(server.held) == [own.reference]
    assert await bbb.find(own) == own.reference
    await bbb.cancel(own.reference)
    assert server.held == {}
    await bbb.cancel(own.reference)
    assert await bbb.find(own) is None


async def test_entrances_are_each_their_own_and_bound_to_one_meeting(
    bbb: BigBlueButtonProvider, server: BbbStandIn, own: MeetingPlan
) -> None:
    assert await bbb.opened(own) is None
    created = await bbb.open(own)
    assert await bbb.opened(own) is None, "nobody of the team is there yet"
    assert httpx.get(bbb.entrance(own, Person("s-1", "Farah", moderator=True), created)).text == "inside"
    assert await bbb.opened(own) == created
    entrance = bbb.entrance(own, Person("p-1", "Aled Jönés & Co", moderator=False), created)
    assert httpx.get(entrance).text == "waiting"
    assert server.held[own.reference].joined["p-1"]["fullName"] == "Aled Jönés & Co"
    assert "checksumError" in httpx.get(entrance.replace("VIEWER", "MODERATOR")).text
    server.leave(own.reference, "s-1")
    assert server.held == {}
    again = await bbb.open(own)
    if again != created:
        assert "mismatchCreateTimeParam" in httpx.get(entrance).text


async def test_one_that_is_open_as_it_was_planned_before_is_the_one(
    bbb: BigBlueButtonProvider, server: BbbStandIn, own: MeetingPlan
) -> None:
    created = await bbb.open(own)
    assert await bbb.open(replace(own, topic="M-12 · Another name")) == created
    assert len(server.held) == 1


async def test_a_kept_connection_that_the_server_has_closed_costs_nobody_their_way_in(
    bbb: BigBlueButtonProvider, own: MeetingPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, answers = bbb._client._http, [httpx.RemoteProtocolError("closed")]
    real = client.get

    async def get(address: str) -> httpx.Response:
        if answers:
            raise answers.pop()
        return await real(address)

    monkeypatch.setattr(client, "get", get)
    assert await bbb.open(own)


async def test_refusals_have_their_words(server: BbbStandIn, own: MeetingPlan) -> None:
    wrong = BigBlueButtonProvider(BbbClient(url=server.url, secret=SecretStr("another")), pages=True)
    with pytest.raises(ProviderError) as refused:
        await wrong.check()
    assert (refused.value.code, refused.value.permanent) == ("bbb_login", True)
    server.faults.down = True
    with pytest.raises(ProviderError) as down:
        await wrong.check()
    assert (down.value.code, down.value.permanent) == ("bbb_down", False)
    await wrong.aclose()
    nowhere = BigBlueButtonProvider(BbbClient(url="http://127.0.0.1:9", secret=SecretStr(SECRET)), pages=False)
    with pytest.raises(ProviderError) as pageless:
        await nowhere.create(own)
    assert "PUBLIC_URL" in pageless.value.words
    with pytest.raises(ProviderError):
        await nowhere.check()
    await nowhere.aclose()


async def test_a_meeting_that_is_not_open_is_still_the_meeting(bbb: BigBlueButtonProvider, own: MeetingPlan) -> None:
    assert (await bbb.read_back(own.reference, own)).join_url == own.own_link
    with pytest.raises(NoSuchMeeting):
        await bbb._client.call("end", {"meetingID": "another"})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"<a><b></a>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><response><returncode>&x;</returncode></response>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><response/>',
        b"<a>" * 13 + b"</a>" * 13,
        b"<a>" + b" " * 1_000_001 + b"</a>",
    ],
)
async def test_what_is_no_plain_xml_is_refused(content: bytes) -> None:
    with pytest.raises(NotXml):
        parse(content)


async def test_attendees_are_read() -> None:
    answer = parse(
        b"<response><returncode>SUCCESS</returncode><attendees><attendee><userID>p-1</userID><role>VIEWER</role>"
        b"</attendee><attendee><userID>p-2</userID></attendee></attendees></response>"
    )
    assert [one["userID"] for one in answer.people] == ["p-1", "p-2"]
    assert answer.get("returncode") == "SUCCESS"
