"""The provider that reaches nothing: every rule is the host's, and each says how."""

from dataclasses import replace

import pytest

from bot.providers import ManualProvider, MeetingPlan, Provider, SettingKey, State

pytestmark = pytest.mark.anyio


async def test_every_rule_is_the_hosts(with_co_worker: MeetingPlan) -> None:
    manual: Provider = ManualProvider()
    room = await manual.create(with_co_worker)
    assert (manual.needs_link, room.join_url, room.passcode) == (True, "", with_co_worker.passcode)
    assert {setting.key for setting in room.unmet} == set(SettingKey) - {SettingKey.HOST, SettingKey.BREAKOUT_ROOMS}
    assert {setting.state for setting in room.settings} == {State.BY_HOST}
    assert await manual.read_back("", with_co_worker) == await manual.change("", with_co_worker) == room


async def test_rules_without_a_purpose_are_left_out(plan: MeetingPlan) -> None:
    room = await ManualProvider().create(replace(plan, breakout_rooms=True))
    keys = {setting.key for setting in room.settings}
    assert not keys & {SettingKey.SECOND_HOST, SettingKey.NO_BREAKOUT_ROOMS}


async def test_there_is_nothing_to_reach(plan: MeetingPlan) -> None:
    manual = ManualProvider()
    assert await manual.find(plan) is None
    await manual.cancel("")
    await manual.end("")
    await manual.check()
    await manual.aclose()


@pytest.mark.parametrize("key", SettingKey)
def test_each_rule_says_what_holds_and_what_to_do(key: SettingKey) -> None:
    assert 10 < len(key.label) <= 75
    assert not key.label.endswith(".")
    for how in (key.how, key.how_on("zoom"), key.how_on("teams")):
        assert how.endswith(".")
        assert len(how) <= 150
    assert "Zoom" not in key.how.replace("Zoom, Teams or Meet", "")
    assert "Host tools" not in key.how_on("teams")


def test_only_locking_waits_for_the_meeting_to_start() -> None:
    assert [key for key in SettingKey if key.in_meeting] == [SettingKey.LOCK]
