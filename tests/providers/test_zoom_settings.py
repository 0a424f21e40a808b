"""Every setting is sent, accepted by Zoom's schema, read back and compared."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.providers import MeetingPlan, ProviderError, Scope, SettingKey, State, ZoomProvider
from bot.providers.settings_map import compare, meeting_body, wants
from bot.sandbox.zoom import SCHEMA, ZoomStandIn
from bot.sandbox.zoom_world import CAREFUL

pytestmark = pytest.mark.anyio

BY_HAND = {SettingKey.LOCK, SettingKey.NO_RENAMING, SettingKey.REMOVED_CANNOT_REJOIN}
OTHER: dict[Any, Any] = {2: 3, True: False, False: True, "custom": "follow_setting", "none": "cloud"}
OTHER |= {"everyone": "users_not_in_account", "voip": "both"}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    else:
        yield path


def put(body: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        body = body[name]
    body[path[-1]] = value


def echoed(plan: MeetingPlan) -> dict[str, Any]:
    """What Zoom answers when it applied everything."""
    answer = meeting_body(plan, plan.passcode)
    return {**answer, "host_email": plan.host_email, "join_url": "https://zoom.us/j/81234567890"}


class TestTheBody:
    @pytest.mark.parametrize("name", ["create_meeting", "change_meeting"])
    @pytest.mark.parametrize("breakout_rooms", [True, False])
    def test_is_what_zoom_allows(self, with_co_worker: MeetingPlan, name: str, breakout_rooms: bool) -> None:
        plan = replace(with_co_worker, breakout_rooms=breakout_rooms)
        assert not list(Draft202012Validator(SCHEMA[name]).iter_errors(meeting_body(plan, "kt7rw2qx9v")))

    def test_has_each_field_of_the_policies(self, with_co_worker: MeetingPlan) -> None:
        body = meeting_body(with_co_worker, "kt7rw2qx9v")
        settings = body.pop("settings")
        assert body == {
            "type": 2,
            "topic": "M-12 · Example Youth Trust",
            "agenda": "M-12 7f3a91",
            "start_time": "2027-06-03T15:00:00Z",
            "duration": 60,
            "timezone": "Europe/London",
            "password": "kt7rw2qx9v",
        }
        assert settings == {
            "use_pmi": False,
            "waiting_room": True,
            "waiting_room_options": {"mode": "custom", "who_goes_to_waiting_room": "everyone"},
            "join_before_host": False,
            "meeting_authentication": False,
            "approval_type": 2,
            "mute_upon_entry": True,
            "participant_video": False,
            "auto_recording": "none",
            "auto_start_meeting_summary": False,
            "auto_start_ai_companion_questions": False,
            "audio": "voip",
            "private_meeting": True,
            "show_share_button": False,
            "continuous_meeting_chat": {"enable": False},
            "breakout_room": {"enable": False},
            "alternative_hosts": "robin.field@example.org",
        }

    def test_a_start_in_another_zone_is_sent_as_utc(self, plan: MeetingPlan) -> None:
        moved = replace(plan, starts_at=datetime.fromisoformat("2027-06-03T16:00:00+01:00"))
        assert meeting_body(moved, "x")["start_time"] == "2027-06-03T15:00:00Z"

    def test_a_naive_start_is_refused(self, plan: MeetingPlan) -> None:
        with pytest.raises(ValueError, match="aware"):
            replace(plan, starts_at=datetime(2027, 6, 3, 15, 0))  # noqa: DTZ001 - the fault under test

    def test_nothing_is_sent_that_is_not_compared(self, with_co_worker: MeetingPlan) -> None:
        sent = set(leaves(meeting_body(with_co_worker, "kt7rw2qx9v"))) - {("password",)}
        assert sent == {want.path for group in wants(with_co_worker).values() for want in group}


class TestTheComparison:
    def test_everything_applied(self, with_co_worker: MeetingPlan) -> None:
        for setting in compare(with_co_worker, echoed(with_co_worker), CAREFUL):
            assert setting.state is (State.BY_HOST if setting.key in BY_HAND else State.APPLIED), setting

    def test_tells_of_every_rule(self, with_co_worker: MeetingPlan) -> None:
        told = [setting.key for setting in compare(with_co_worker, echoed(with_co_worker), CAREFUL)]
        assert told == [key for key in SettingKey if key is not SettingKey.BREAKOUT_ROOMS]

    @pytest.mark.parametrize("in_the_account", [True, False])
    def test_breakout_rooms_that_are_planned_need_both_switches(self, plan: MeetingPlan, in_the_account: bool) -> None:
        planned = replace(plan, breakout_rooms=True)
        account = {**CAREFUL, "in_meeting": {**CAREFUL["in_meeting"], "breakout_room": in_the_account}}
        states = {setting.key: setting.state for setting in compare(planned, echoed(planned), account)}
        assert meeting_body(planned, "x")["settings"]["breakout_room"] == {"enable": True}
        assert states[SettingKey.BREAKOUT_ROOMS] is (State.APPLIED if in_the_account else State.NOT_APPLIED)
        assert SettingKey.NO_BREAKOUT_ROOMS not in states

    def test_each_field_that_zoom_answers_otherwise_is_noticed(self, with_co_worker: MeetingPlan) -> None:
        noticed = 0
        for key, group in wants(with_co_worker).items():
            for want in group:
                answer = deepcopy(echoed(with_co_worker))
                put(answer, want.path, OTHER.get(want.value, "something else"))
                states = {setting.key: setting for setting in compare(with_co_worker, answer, CAREFUL)}
                assert states[key].state is State.NOT_APPLIED, want.path
                assert want.path[-1] in states[key].evidence
                noticed += 1
        assert noticed == len(list(leaves(meeting_body(with_co_worker, "x")))) - 1

    def test_each_field_that_zoom_leaves_out_is_unknown(self, with_co_worker: MeetingPlan) -> None:
        for key, group in wants(with_co_worker).items():
            for want in group:
                answer = deepcopy(echoed(with_co_worker))
                put(answer, want.path, None)
                states = {setting.key: setting.state for setting in compare(with_co_worker, answer, CAREFUL)}
                assert states[key] is State.UNKNOWN, want.path

    @pytest.mark.parametrize(
        ("part", "name", "value", "key"),
        [
            ("recording", "local_recording", True, SettingKey.NO_RECORDING),
            ("recording", "cloud_recording", True, SettingKey.NO_RECORDING),
            ("in_meeting", "who_can_share_screen", "all", SettingKey.HOST_ONLY_SHARE),
            ("in_meeting", "private_chat", True, SettingKey.PRIVATE_CHAT_OFF),
            ("in_meeting", "allow_participants_chat_with", 4, SettingKey.PRIVATE_CHAT_OFF),
            ("in_meeting", "file_transfer", True, SettingKey.FILE_TRANSFER_OFF),
            ("in_meeting", "annotation", True, SettingKey.ANNOTATION_OFF),
            ("in_meeting", "remote_control", True, SettingKey.ANNOTATION_OFF),
            ("in_meeting", "breakout_room", True, SettingKey.NO_BREAKOUT_ROOMS),
            ("in_meeting", "auto_saving_chat", False, SettingKey.CHAT_SAVED),
            ("in_meeting", "entry_exit_chime", "none", SettingKey.ENTRY_CHIME),
        ],
    )
    def test_a_drift_in_the_hosts_account_is_noticed(
        self, plan: MeetingPlan, part: str, name: str, value: Any, key: SettingKey
    ) -> None:
        account = deepcopy(CAREFUL)
        account[part][name] = value
        changed = [setting for setting in compare(plan, echoed(plan), account) if setting.key not in BY_HAND]
        assert [(s.key, s.scope) for s in changed if s.state is not State.APPLIED] == [(key, Scope.ACCOUNT)]

    def test_an_unreadable_account_is_unknown_and_not_assumed(self, plan: MeetingPlan) -> None:
        states = {setting.key: setting.state for setting in compare(plan, echoed(plan), None)}
        assert states[SettingKey.NO_RECORDING] is states[SettingKey.HOST_ONLY_SHARE] is State.UNKNOWN
        assert states[SettingKey.NO_BREAKOUT_ROOMS] is State.UNKNOWN
        assert states[SettingKey.WAITING_ROOM] is State.APPLIED

    def test_the_same_zone_by_another_name_is_the_same(self, plan: MeetingPlan) -> None:
        same = compare(plan, {**echoed(plan), "timezone": "Europe/Belfast"}, CAREFUL)
        other = compare(plan, {**echoed(plan), "timezone": "Europe/Paris"}, CAREFUL)
        nonsense = compare(plan, {**echoed(plan), "timezone": "../etc"}, CAREFUL)
        assert [s[0].state for s in (same, other, nonsense)] == ["applied", "not_applied", "not_applied"]

    def test_addresses_are_compared_as_a_set(self, plan: MeetingPlan) -> None:
        two = replace(plan, alternative_hosts=("a@example.org", "b@example.org"))
        answer = deepcopy(echoed(two))
        answer["settings"]["alternative_hosts"] = "B@example.org;a@example.org;"
        states = {setting.key: setting.state for setting in compare(two, answer, CAREFUL)}
        assert states[SettingKey.SECOND_HOST] is State.APPLIED

    def test_an_unplanned_second_host_is_told(self, plan: MeetingPlan) -> None:
        answer = deepcopy(echoed(plan))
        assert SettingKey.SECOND_HOST not in {s.key for s in compare(plan, answer, CAREFUL)}
        answer["settings"]["alternative_hosts"] = "stranger@example.org"
        states = {setting.key: setting.state for setting in compare(plan, answer, CAREFUL)}
        assert states[SettingKey.SECOND_HOST] is State.NOT_APPLIED

    def test_planned_breakout_rooms_are_no_rule(self, plan: MeetingPlan) -> None:
        with_rooms = replace(plan, breakout_rooms=True)
        keys = {setting.key for setting in compare(with_rooms, echoed(with_rooms), CAREFUL)}
        assert SettingKey.NO_BREAKOUT_ROOMS not in keys

    def test_evidence_holds_no_title_link_or_address(self, with_co_worker: MeetingPlan) -> None:
        answer = {**deepcopy(echoed(with_co_worker)), "topic": "MARKER", "host_email": "MARKER", "agenda": "MARKER"}
        answer["settings"]["alternative_hosts"] = "MARKER"
        answer["start_time"] = "MARKER"
        evidence = " ".join(setting.evidence for setting in compare(with_co_worker, answer, CAREFUL))
        assert "MARKER" not in evidence
        assert "zoom.us/j" not in evidence


class TestIgnoredByZoom:
    @pytest.mark.parametrize(
        ("setting", "key"),
        [
            ("waiting_room", SettingKey.WAITING_ROOM),
            ("waiting_room_options", SettingKey.WAITING_ROOM),
            ("mute_upon_entry", SettingKey.MUTE_ON_ENTRY),
            ("audio", SettingKey.NO_DIAL_IN),
            ("continuous_meeting_chat", SettingKey.NO_PERSISTENT_CHAT),
            ("auto_start_meeting_summary", SettingKey.NO_AI_NOTES),
            ("private_meeting", SettingKey.NO_PUBLIC_SHARING),
            ("participant_video", SettingKey.PARTICIPANT_VIDEO_OFF),
        ],
    )
    async def test_is_found_by_reading_back(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan, setting: str, key: SettingKey
    ) -> None:
        stand_in.ignore(setting)
        room = await zoom.create(plan)
        assert {unmet.key for unmet in room.unmet} == BY_HAND | {key}
        assert room.state(key) is State.NOT_APPLIED

    async def test_a_later_change_by_somebody_else_is_found(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        room = await zoom.create(plan)
        stand_in.world.meetings[int(room.provider_ref)]["settings"]["waiting_room"] = False
        stand_in.world.meetings[int(room.provider_ref)]["start_time"] = "2027-06-03T18:00:00Z"
        again = await zoom.read_back(room.provider_ref, plan)
        assert {unmet.key for unmet in again.unmet} == BY_HAND | {SettingKey.WAITING_ROOM, SettingKey.SCHEDULE}

    async def test_change_mends_it(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        room = await zoom.create(plan)
        stand_in.world.meetings[int(room.provider_ref)]["settings"]["waiting_room"] = False
        moved = replace(plan, starts_at=datetime(2027, 6, 4, 9, 30, tzinfo=UTC), minutes=45)
        changed = await zoom.change(room.provider_ref, moved)
        assert {unmet.key for unmet in changed.unmet} == BY_HAND
        assert stand_in.world.meetings[int(room.provider_ref)]["start_time"] == "2027-06-04T09:30:00Z"

    async def test_a_meeting_cannot_be_handed_to_another_host(self, zoom: ZoomProvider, plan: MeetingPlan) -> None:
        room = await zoom.create(plan)
        changed = await zoom.change(room.provider_ref, replace(plan, host_email="robin.field@example.org"))
        assert changed.state(SettingKey.HOST) is State.NOT_APPLIED


class TestTheHostsAccount:
    async def test_a_missing_permission_leaves_it_unknown(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        stand_in.scopes = tuple(scope for scope in stand_in.scopes if not scope.startswith("user:"))
        room = await zoom.create(plan)
        assert room.state(SettingKey.NO_RECORDING) is State.UNKNOWN
        assert room.state(SettingKey.NO_AUTO_RECORDING) is State.APPLIED
        with pytest.raises(ProviderError) as caught:
            await zoom.check()
        assert "user:read:settings:admin" in caught.value.words

    async def test_is_never_changed(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        await zoom.create(plan)
        assert not [r for r in stand_in.requests if r.path.endswith("/settings") and r.method != "GET"]

    async def test_a_link_with_the_passcode_is_noticed(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        assert (await zoom.create(plan)).state(SettingKey.PASSCODE_APART) is State.APPLIED
        stand_in.world.users[0].settings["schedule_meeting"]["embed_password_in_join_link"] = True
        room = await zoom.create(replace(plan, reference="another"))
        assert room.state(SettingKey.PASSCODE_APART) is State.NOT_APPLIED

    @pytest.mark.parametrize(
        "requirement",
        [
            {"have_special_character": True},
            {"have_upper_and_lower_characters": True},
            {"only_allow_numeric": True},
            {"consecutive_characters_length": 4},
        ],
    )
    async def test_its_passcode_rules_are_met(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan, requirement: dict[str, Any]
    ) -> None:
        stand_in.world.users[0].settings["schedule_meeting"]["meeting_password_requirement"].update(requirement)
        room = await zoom.create(replace(plan, passcode="abcd123499"))
        stored = stand_in.world.meetings[int(room.provider_ref)]["password"]
        assert room.passcode == stored != "abcd123499"
        assert room.state(SettingKey.PASSCODE) is State.APPLIED
