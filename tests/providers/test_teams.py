"""Microsoft Teams over real HTTP against a stand-in Graph, which refuses what Graph refuses."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.providers import MeetingPlan, NoSuchMeeting, ProviderError, SettingKey, State, TeamsProvider, rest
from bot.providers.graph_client import GraphClient
from bot.providers.teams_settings import ALWAYS, BY_HOST, BY_ITSELF, IMPOSSIBLE, READ, REST_BY_HOST, wants
from bot.sandbox.graph import GraphStandIn, GraphUser
from tests.providers.conftest import CO_WORKER, HOST

SECRET = "an-invented-secret-of-the-app"
pytestmark = pytest.mark.anyio


@pytest.fixture
def graph() -> Iterator[GraphStandIn]:
    users = [GraphUser(HOST), GraphUser(CO_WORKER)]
    stand_in = GraphStandIn(tenant_id="tenant", client_id="app", client_secret=SECRET, users=users)
    stand_in.start()
    yield stand_in
    stand_in.stop()


def provider_for(graph: GraphStandIn, secret: str = SECRET) -> TeamsProvider:
    return TeamsProvider(
        GraphClient(tenant_id="tenant", client_id="app", client_secret=SecretStr(secret), graph_url=graph.graph_url)
    )


@pytest.fixture
async def teams(graph: GraphStandIn, anyio_backend: str) -> AsyncIterator[TeamsProvider]:
    provider = provider_for(graph)
    yield provider
    await provider.aclose()


async def fails(call: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await call
    return caught.value


def states(room: Any) -> dict[SettingKey, State]:
    return {one.key: one.state for one in room.settings}


async def test_it_is_made_as_asked_and_each_setting_stands_as_it_is(
    teams: TeamsProvider, graph: GraphStandIn, with_co_worker: MeetingPlan
) -> None:
    room = await teams.create(with_co_worker)
    made = graph.one()
    assert (room.join_url, room.passcode) == (made["joinWebUrl"], "")
    assert made["lobbyBypassSettings"] == {"scope": "organizer", "isDialInBypassEnabled": False}
    assert made["startDateTime"] == "2027-06-03T15:00:00.0000000Z"
    assert made["endDateTime"] == "2027-06-03T16:00:00.0000000Z"
    assert made["participants"]["attendees"] == [{"upn": CO_WORKER, "role": "coorganizer"}]
    assert made["allowRecording"] is made["allowTranscription"] is made["recordAutomatically"] is False
    found = states(room)
    by_host = set(BY_HOST) | set(REST_BY_HOST)
    assert {key for key, state in found.items() if state is State.BY_HOST} == by_host
    assert {key for key, state in found.items() if state is State.IMPOSSIBLE} == {SettingKey.PASSCODE}
    rest_of = set(SettingKey) - by_host - {SettingKey.PASSCODE, SettingKey.PASSCODE_APART, SettingKey.BREAKOUT_ROOMS}
    assert {key for key, state in found.items() if state is State.APPLIED} == rest_of


async def test_every_rule_has_one_place(plan: MeetingPlan) -> None:
    asked = set(wants(plan)) | set(wants(replace(plan, breakout_rooms=True)))
    assert set(ALWAYS) <= asked
    places = [*(asked - set(BY_HOST)), *BY_ITSELF, *BY_HOST, *IMPOSSIBLE, *READ, SettingKey.HOST]
    assert len(places) == len(set(places))
    assert set(places) == set(SettingKey) - {SettingKey.PASSCODE_APART}


@pytest.mark.parametrize("way", ["ignored", "refused"])
async def test_three_settings_that_it_does_not_make_are_exactly_those_that_are_open(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan, way: str
) -> None:
    well = states(await teams.create(replace(plan, reference="M-11")))
    getattr(graph.faults, way).update({"allowedPresenters", "allowBreakoutRooms", "allowRecording"})
    ill = states(await teams.create(plan))
    lost = {SettingKey.HOST_ONLY_SHARE, SettingKey.NO_BREAKOUT_ROOMS, SettingKey.NO_RECORDING}
    assert {key for key, state in ill.items() if state is not well[key]} == lost
    assert {ill[key] for key in lost} == {State.NOT_APPLIED}


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("lobbyBypassSettings", {"scope": "everyone", "isDialInBypassEnabled": False}, SettingKey.WAITING_ROOM),
        ("allowedLobbyAdmitters", "organizerAndCoOrganizersAndPresenters", SettingKey.WAITING_ROOM),
        ("allowTranscription", True, SettingKey.NO_AI_NOTES),
        ("allowMeetingChat", "enabled", SettingKey.NO_PERSISTENT_CHAT),
        ("chatRestrictions", {"allowTextOnly": False}, SettingKey.FILE_TRANSFER_OFF),
        ("allowParticipantsToChangeName", True, SettingKey.NO_RENAMING),
        ("audioConferencing", {"conferenceId": "1"}, SettingKey.NO_DIAL_IN),
        ("subject", "Aled's session", SettingKey.NEUTRAL_TITLE),
        ("startDateTime", "2027-06-03T14:00:00.0000000Z", SettingKey.SCHEDULE),
        ("participants", {"attendees": [{"upn": CO_WORKER, "role": "coorganizer"}]}, SettingKey.SECOND_HOST),
    ],
)
async def test_what_somebody_changes_is_seen_and_put_right(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan, field: str, value: Any, key: SettingKey
) -> None:
    before = await teams.create(plan)
    graph.one()[field] = {**graph.one()[field], **value} if field == "participants" else value
    assert (await teams.read_back(before.provider_ref, plan)).state(key) is State.NOT_APPLIED
    again = await teams.change(before.provider_ref, plan)
    assert again.state(key) is (State.NOT_APPLIED if key is SettingKey.NO_DIAL_IN else before.state(key))


async def test_what_it_does_not_say_is_not_taken_for_so(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan
) -> None:
    ref = (await teams.create(plan)).provider_ref
    for name in ("chatRestrictions", "audioConferencing", "allowWhiteboard"):
        del graph.one()[name]
    room = await teams.read_back(ref, plan)
    for key in (SettingKey.FILE_TRANSFER_OFF, SettingKey.NO_DIAL_IN, SettingKey.ANNOTATION_OFF):
        assert room.state(key) is State.UNKNOWN


async def test_what_depends_on_the_plan(teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan) -> None:
    wanted = replace(plan, breakout_rooms=True, recorded=True, host_opens_mics=True)
    found = states(await teams.create(wanted))
    assert found[SettingKey.BREAKOUT_ROOMS] is found[SettingKey.MUTE_ON_ENTRY] is State.APPLIED
    assert SettingKey.NO_RECORDING not in found
    assert (graph.one()["allowRecording"], graph.one()["allowAttendeeToEnableMic"]) == (True, False)
    assert graph.one()["allowTranscription"] is False


async def test_twenty_that_broke_off_are_twenty_meetings_once_they_are_asked_for_again(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan
) -> None:
    plans = [replace(plan, reference=f"M-{number}") for number in range(20)]
    for number, one in enumerate(plans):
        graph.faults.lose_answers_to = {"POST"} if number % 2 else {"PATCH"}
        await fails(teams.create(one))
    graph.faults.lose_answers_to = set()
    rooms = [await teams.create(one) for one in plans]
    assert {one.provider_ref.partition("/")[2] for one in rooms} == {meeting for _, meeting in graph.meetings}
    assert len(graph.meetings) == 20
    for one in plans:
        assert await teams.find(one) in {room.provider_ref for room in rooms}
    assert len(graph.meetings) == 20


async def test_cancel_deletes_and_is_content_with_a_meeting_that_is_gone(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan
) -> None:
    room = await teams.create(plan)
    await teams.end(room.provider_ref)
    await teams.cancel(room.provider_ref)
    assert graph.meetings == {}
    await teams.cancel(room.provider_ref)
    with pytest.raises(NoSuchMeeting):
        await teams.read_back(room.provider_ref, plan)
    # What a crash may have left behind is looked for by making it: it is deleted as well.
    left = await teams.find(plan)
    assert left is not None
    await teams.cancel(left)
    assert graph.meetings == {}


@pytest.mark.parametrize("ref", ["", "abc", "../me", "a/b/c", "../..", "a/..", "a/b?x=1"])
async def test_a_foreign_reference_leads_nowhere(teams: TeamsProvider, graph: GraphStandIn, ref: str) -> None:
    error = await fails(teams.cancel(ref))
    assert (error.code, error.permanent) == ("teams_bad_reference", True)
    assert graph.requests == []


async def test_whose_meeting_it_is(teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan) -> None:
    ref = (await teams.create(plan)).provider_ref
    assert ref.startswith(graph.users[0].id)
    moved = await teams.change(ref, replace(plan, host_email=CO_WORKER))
    assert moved.state(SettingKey.HOST) is State.NOT_APPLIED
    nobody = replace(plan, host_email=None)
    assert (await fails(teams.create(nobody))).code == "teams_no_account"
    assert await teams.find(nobody) is None
    stranger = replace(plan, host_email="nobody@example.org")
    error = await fails(teams.create(stranger))
    assert (error.code, error.permanent) == ("teams_no_user", True)
    assert "teams_host" in error.words
    assert "nobody@example.org" not in error.words
    assert await teams.find(stranger) is None
    assert await teams.knows(HOST)
    assert not await teams.knows("nobody@example.org")
    graph.users[0].enabled = False
    assert not await teams.knows(HOST)
    assert "blocked" in (await fails(teams.create(plan))).words
    assert len(graph.meetings) == 1


async def test_without_the_access_policy_it_is_said_who_grants_it(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan
) -> None:
    graph.users[0].granted = False
    error = await fails(teams.create(plan))
    assert (error.code, error.permanent, error.retry_after) == ("teams_no_policy", True, 3600)
    assert "application access policy" in error.words
    assert await teams.find(plan) is None
    graph.permitted = False
    error = await fails(teams.create(plan))
    assert (error.code, error.permanent) == ("teams_permission", True)
    assert "OnlineMeetings.ReadWrite.All" in error.words
    assert (await fails(teams.check())).code == "teams_permission"


async def test_a_second_host_whom_microsoft_refuses_does_not_cost_the_meeting(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan
) -> None:
    room = await teams.create(replace(plan, alternative_hosts=("elsewhere@example.com",)))
    assert room.state(SettingKey.SECOND_HOST) is State.NOT_APPLIED
    assert room.state(SettingKey.WAITING_ROOM) is State.APPLIED
    assert len(graph.meetings) == 1


async def test_the_token(teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan) -> None:
    await teams.check()
    ref = (await teams.create(plan)).provider_ref
    assert graph.tokens_given == 1
    graph.expire_tokens()
    await teams.read_back(ref, plan)
    assert graph.tokens_given == 2
    graph.expire_tokens()
    graph.faults.tokens_are_void = True
    assert (await fails(teams.read_back(ref, plan))).code == "teams_login"
    wrong = provider_for(graph, secret="wrong")
    error = await fails(wrong.check())
    assert (error.code, error.permanent) == ("teams_login", False)
    assert "MS_CLIENT_SECRET" in error.words
    await wrong.aclose()


async def test_what_passes_is_waited_for(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    await teams.check()
    for header, seconds in (("90", 90), ("", 2), ("soon", 2)):
        graph.faults.rate_limited = [header]
        error = await fails(teams.create(plan))
        assert (error.code, error.permanent, error.retry_after) == ("teams_rate_limit", False, seconds)
    graph.faults.down = True
    assert (await fails(teams.create(plan))).code == "teams_down"
    graph.faults.down = False
    monkeypatch.setattr(rest, "CALL_SECONDS", 0.3)
    graph.faults.hold_seconds = 0.2
    assert (await fails(teams.create(plan))).code == "teams_unreachable"
    graph.stop()
    assert (await fails(teams.create(plan))).code == "teams_unreachable"


async def test_nothing_that_lets_somebody_in_is_told(
    teams: TeamsProvider, graph: GraphStandIn, plan: MeetingPlan, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room = await teams.create(plan)
    graph.faults.down = True
    error = await fails(teams.read_back(room.provider_ref, plan))
    logged = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn"))
    told = f"{logged} {room!r} {error!r} {error.words} {teams!r}"
    for secret in (room.join_url, SECRET, "Bearer", HOST, room.provider_ref):
        assert secret not in told.replace(repr(room), repr(replace(room, provider_ref="")))


@pytest.mark.parametrize(
    ("url", "api", "token", "scope"),
    [
        (
            "https://graph.microsoft.com",
            "https://graph.microsoft.com/v1.0",
            "microsoftonline.com",
            "graph.microsoft.com",
        ),
        ("https://graph.microsoft.us/v1.0/", "https://graph.microsoft.us/v1.0", "microsoftonline.us", "microsoft.us"),
        ("http://localhost:81/v1.0", "http://localhost:81/v1.0", "//localhost:81/t", "https://graph.microsoft.com/"),
    ],
)
async def test_each_cloud_has_its_own_sign_in(url: str, api: str, token: str, scope: str) -> None:
    client = GraphClient(tenant_id="t", client_id="c", client_secret=SecretStr("s"), graph_url=url)
    assert client._api_url == api
    assert token in client._token_url
    assert client._token_url.endswith("/t/oauth2/v2.0/token")
    assert scope in client._scope
    await client.aclose()
