"""Google Meet over real HTTP against a stand-in, which checks signatures and refuses what Meet refuses."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.providers import MeetingPlan, MeetProvider, NoSuchMeeting, ProviderError, SettingKey, State, rest
from bot.providers.google_client import GoogleClient, NoCredentials, ServiceAccount
from bot.providers.meet_settings import BY_HOST, BY_ITSELF, IMPOSSIBLE, NOT_THERE, REST_BY_HOST, WANTS
from bot.sandbox.meet import MeetStandIn
from tests.providers.conftest import CO_WORKER, HOST
from tests.support.meet import key_file, key_pair, workspace

pytestmark = pytest.mark.anyio


@pytest.fixture
def meet() -> Iterator[MeetStandIn]:
    with workspace(HOST, CO_WORKER) as stand_in:
        yield stand_in


def provider_for(meet: MeetStandIn, folder: Path, **changes: Any) -> MeetProvider:
    account = ServiceAccount.from_file(key_file(meet, folder, **changes))
    return MeetProvider(GoogleClient(account, meet_url=meet.meet_url))


@pytest.fixture
async def provider(meet: MeetStandIn, tmp_path: Path, anyio_backend: str) -> AsyncIterator[MeetProvider]:
    found = provider_for(meet, tmp_path)
    yield found
    await found.aclose()


async def fails(call: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await call
    return caught.value


def states(room: Any) -> dict[SettingKey, State]:
    return {one.key: one.state for one in room.settings}


async def test_a_link_that_leads_elsewhere_is_no_answer(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan
) -> None:
    room = await provider.create(plan)
    (made,) = meet.spaces.values()
    made["meetingUri"] = "https://meet.google.com@example.org/abc-defg-hij"
    assert (await fails(provider.read_back(room.provider_ref, plan))).code == "meet_bad_answer"


async def test_it_is_made_as_asked_and_each_setting_stands_as_it_is(
    provider: MeetProvider, meet: MeetStandIn, with_co_worker: MeetingPlan
) -> None:
    room = await provider.create(with_co_worker)
    (made,) = meet.spaces.values()
    assert (room.join_url, room.passcode) == (made["meetingUri"], "")
    assert room.provider_ref == f"{HOST}/{made['name']}"
    config = made["config"]
    assert (config["accessType"], config["entryPointAccess"], config["moderation"]) == ("RESTRICTED", "ALL", "ON")
    assert config["artifactConfig"]["smartNotesConfig"]["autoSmartNotesGeneration"] == "OFF"
    assert [one["email"] for one in meet.members[made["name"]]] == [CO_WORKER]
    # It was shut from its first moment.
    assert meet.sent("POST")[0].body["config"]["accessType"] == "RESTRICTED"
    found = states(room)
    by_host = (set(BY_HOST) | set(REST_BY_HOST)) - {SettingKey.BREAKOUT_ROOMS}
    assert {key for key, state in found.items() if state is State.BY_HOST} == by_host
    assert {key for key, state in found.items() if state is State.IMPOSSIBLE} == set(IMPOSSIBLE)
    others = set(SettingKey) - by_host - set(IMPOSSIBLE) - set(NOT_THERE) - {SettingKey.BREAKOUT_ROOMS}
    assert {key for key, state in found.items() if state is State.APPLIED} == others


async def test_every_rule_has_one_place() -> None:
    places = [*(set(WANTS)), *BY_ITSELF, *BY_HOST, *IMPOSSIBLE, *NOT_THERE, SettingKey.SECOND_HOST]
    assert len(places) == len(set(places))
    assert set(places) == set(SettingKey)
    assert set(REST_BY_HOST) <= set(WANTS)


@pytest.mark.parametrize("way", ["ignored", "refused"])
async def test_three_settings_that_it_does_not_make_are_exactly_those_that_are_open(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan, way: str
) -> None:
    well = states(await provider.create(replace(plan, reference="M-11")))
    recording = "config.artifactConfig.recordingConfig.autoRecordingGeneration"
    notes = "config.artifactConfig.smartNotesConfig.autoSmartNotesGeneration"
    getattr(meet.faults, way).update({"config.moderation", recording, notes})
    ill = states(await provider.create(plan))
    # A recording does not begin by itself where nobody asked for it: what is refused is as it was.
    lost = {SettingKey.HOST_ONLY_SHARE, SettingKey.NO_AI_NOTES}
    assert {key for key, state in ill.items() if state is not well[key]} == lost
    assert {ill[key] for key in lost} == {State.NOT_APPLIED}
    assert ill[SettingKey.WAITING_ROOM] is State.APPLIED


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("accessType",), "OPEN", SettingKey.WAITING_ROOM),
        (("accessType",), "TRUSTED", SettingKey.NO_JOIN_BEFORE_HOST),
        (("moderationRestrictions", "presentRestriction"), "NO_RESTRICTION", SettingKey.HOST_ONLY_SHARE),
        (("artifactConfig", "recordingConfig", "autoRecordingGeneration"), "ON", SettingKey.NO_AUTO_RECORDING),
        (("artifactConfig", "transcriptionConfig", "autoTranscriptionGeneration"), "ON", SettingKey.NO_AI_NOTES),
    ],
)
async def test_what_somebody_changes_is_seen_and_put_right(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan, path: tuple[str, ...], value: str, key: SettingKey
) -> None:
    before = await provider.create(plan)
    (space,) = meet.spaces.values()
    part = space["config"]
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    assert (await provider.read_back(before.provider_ref, plan)).state(key) is State.NOT_APPLIED
    assert (await provider.change(before.provider_ref, plan)).state(key) is before.state(key)
    del space["config"]["accessType"]
    assert (await provider.read_back(before.provider_ref, plan)).state(SettingKey.WAITING_ROOM) is State.UNKNOWN


async def test_the_co_hosts_are_those_that_are_planned(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan, with_co_worker: MeetingPlan
) -> None:
    room = await provider.create(plan)
    assert SettingKey.SECOND_HOST not in states(room)
    assert (await provider.change(room.provider_ref, with_co_worker)).state(SettingKey.SECOND_HOST) is State.APPLIED
    assert (await provider.read_back(room.provider_ref, plan)).state(SettingKey.SECOND_HOST) is State.NOT_APPLIED
    await provider.change(room.provider_ref, plan)
    assert not any(meet.members.values())
    strange = replace(plan, alternative_hosts=("elsewhere@example.com",))
    assert (await provider.change(room.provider_ref, strange)).state(SettingKey.SECOND_HOST) is State.NOT_APPLIED


async def test_a_workspace_without_co_hosts_costs_no_room(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan, with_co_worker: MeetingPlan
) -> None:
    meet.has_members = False
    room = await provider.create(with_co_worker)
    assert room.state(SettingKey.SECOND_HOST) is State.UNKNOWN
    for planned in (plan, with_co_worker):
        again = await provider.read_back(room.provider_ref, planned)
        assert (SettingKey.SECOND_HOST in states(again)) is (planned is with_co_worker)
        assert again.state(SettingKey.WAITING_ROOM) is State.APPLIED
    await provider.change(room.provider_ref, with_co_worker)
    await provider.cancel(room.provider_ref)
    assert meet.open_ones == []


async def test_twenty_that_broke_off_after_they_were_made_are_twenty(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan
) -> None:
    """What is lost after the room was drawn costs no second room while the process lives."""
    plans = [replace(plan, reference=f"M-{number}") for number in range(20)]
    meet.faults.lose_answers_to = {"PATCH"}
    early = [await provider.create(one) for one in plans]
    meet.faults.lose_answers_to = set()
    late = [await provider.create(one) for one in plans]
    assert [one.provider_ref for one in early] == [one.provider_ref for one in late]
    assert len(meet.spaces) == 20
    assert {one.state(SettingKey.WAITING_ROOM) for one in early} == {State.APPLIED}


async def test_twenty_of_which_the_answer_was_lost_leave_nothing_that_anybody_can_come_into(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan
) -> None:
    """Meet finds no room again: one is offered for each, and of those that were lost nobody has the link, nobody is
    let in without the owner, and nobody is a co-host."""
    plans = [replace(plan, reference=f"M-{number}") for number in range(20)]
    meet.faults.lose_answers_to = {"POST"}
    for one in plans:
        await fails(provider.create(one))
    meet.faults.lose_answers_to = set()
    rooms = {(await provider.create(one)).provider_ref.partition("/")[2] for one in plans}
    assert len(rooms) == 20
    lost = [space for name, space in meet.spaces.items() if name not in rooms]
    assert len(lost) == 20
    for space in lost:
        assert space["config"]["accessType"] == "RESTRICTED"
        assert meet.members[space["name"]] == []
    assert await provider.find(plans[0]) is None


async def test_a_room_is_closed_for_it_cannot_be_deleted(
    provider: MeetProvider, meet: MeetStandIn, with_co_worker: MeetingPlan
) -> None:
    room = await provider.create(with_co_worker)
    (space,) = meet.spaces.values()
    space["activeConference"] = {"conferenceRecord": "conferenceRecords/1"}
    await provider.cancel(room.provider_ref)
    assert space["config"]["entryPointAccess"] == "CREATOR_APP_ONLY"
    assert "activeConference" not in space
    assert not any(meet.members.values())
    await provider.cancel(room.provider_ref)
    again = await provider.create(with_co_worker)
    assert again.provider_ref != room.provider_ref, "what was closed is not offered again"
    meet.faults.ignored.add("config.entryPointAccess")
    error = await fails(provider.cancel(again.provider_ref))
    assert (error.code, error.permanent) == ("meet_not_closed", True)
    meet.spaces.clear()
    await provider.cancel(again.provider_ref)
    await provider.end(again.provider_ref)
    with pytest.raises(NoSuchMeeting):
        await provider.read_back(again.provider_ref, with_co_worker)
    with pytest.raises(NoSuchMeeting):
        await provider.change(again.provider_ref, with_co_worker)


async def test_the_end_sends_everybody_out(provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan) -> None:
    room = await provider.create(plan)
    (space,) = meet.spaces.values()
    space["activeConference"] = {"conferenceRecord": "conferenceRecords/1"}
    await provider.end(room.provider_ref)
    assert "activeConference" not in space
    await provider.end(room.provider_ref)
    assert space["config"]["entryPointAccess"] == "ALL"


@pytest.mark.parametrize("ref", ["", "spaces/abc", f"{HOST}/spaces/../x", f"{HOST}/other/abc", f"{HOST}/spaces/a:b"])
async def test_a_foreign_reference_leads_nowhere(provider: MeetProvider, meet: MeetStandIn, ref: str) -> None:
    error = await fails(provider.cancel(ref))
    assert (error.code, error.permanent) == ("meet_bad_reference", True)
    assert meet.requests == []


async def test_whose_meeting_it_is(provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan) -> None:
    ref = (await provider.create(plan)).provider_ref
    assert meet.owners == {ref.partition("/")[2]: HOST}
    moved = await provider.change(ref, replace(plan, host_email=CO_WORKER))
    assert moved.state(SettingKey.HOST) is State.NOT_APPLIED
    assert (await fails(provider.create(replace(plan, host_email=None)))).code == "meet_no_account"
    error = await fails(provider.create(replace(plan, host_email="nobody@example.org")))
    assert (error.code, error.permanent) == ("meet_no_user", True)
    assert "meet_host" in error.words
    assert await provider.knows(HOST)
    assert not await provider.knows("nobody@example.org")
    assert len(meet.spaces) == 1


async def test_what_an_administrator_has_to_allow_is_said(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan, tmp_path: Path
) -> None:
    meet.delegated = False
    error = await fails(provider.create(plan))
    assert (error.code, error.permanent) == ("meet_delegation", True)
    assert "domain-wide delegation" in error.words
    assert "meetings.space.created" in error.words
    meet.delegated, meet.permitted = True, False
    error = await fails(provider.create(plan))
    assert (error.code, error.permanent) == ("meet_permission", True)
    stranger = provider_for(meet, tmp_path, client_email="another@project.example.org")
    assert (await fails(stranger.knows(HOST))).code == "meet_delegation"
    await stranger.aclose()


async def test_the_token(provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan) -> None:
    await provider.check()
    ref = (await provider.create(plan)).provider_ref
    assert meet.tokens_given == 1
    await provider.create(replace(plan, host_email=CO_WORKER))
    assert meet.tokens_given == 2, "each acts in their own name"
    meet.expire_tokens()
    await provider.read_back(ref, plan)
    assert meet.tokens_given in (3, 4)
    meet.expire_tokens()
    meet.faults.tokens_are_void = True
    assert (await fails(provider.end(ref))).code == "meet_login"


async def test_what_passes_is_waited_for(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    await provider.knows(HOST)
    for header, seconds in (("90", 90), ("", 30)):
        meet.faults.rate_limited = [header]
        error = await fails(provider.create(plan))
        assert (error.code, error.permanent, error.retry_after) == ("meet_rate_limit", False, seconds)
    meet.faults.down = True
    assert (await fails(provider.create(plan))).code == "meet_down"
    meet.faults.down = False
    monkeypatch.setattr(rest, "CALL_SECONDS", 0.2)
    meet.faults.hold_seconds = 0.5
    assert (await fails(provider.create(plan))).code == "meet_unreachable"
    meet.stop()
    assert (await fails(provider.create(plan))).code == "meet_unreachable"


async def test_nothing_that_lets_somebody_in_is_told(
    provider: MeetProvider, meet: MeetStandIn, plan: MeetingPlan, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room = await provider.create(plan)
    meet.faults.down = True
    error = await fails(provider.read_back(room.provider_ref, plan))
    logged = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn"))
    told = f"{logged} {replace(room, provider_ref='')!r} {error!r} {error.words} {provider!r}"
    for secret in (room.join_url, key_pair()[0].splitlines()[1], "Bearer", HOST, "spaces/"):
        assert secret not in told


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"client_email": "a@b", "private_key": "no key"}', "\xff"])
async def test_a_file_that_is_none_is_said(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content, encoding="latin-1")
    with pytest.raises(NoCredentials) as wrong:
        ServiceAccount.from_file(path)
    assert "GOOGLE_CREDENTIALS_FILE" in str(wrong.value)
