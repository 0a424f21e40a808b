"""Making, finding, cancelling and ending meetings over HTTP, and everything that can go wrong on the way."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from jsonschema import Draft202012Validator

from bot.providers import MeetingPlan, Provider, ProviderError, SettingKey, State, ZoomProvider, rest
from bot.sandbox.zoom import SCHEMA, ZoomStandIn
from bot.sandbox.zoom_world import ZoomUser
from tests.providers.conftest import HOST, SECRET, provider_for

pytestmark = pytest.mark.anyio


async def fails(call: object) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await call  # type: ignore[misc]
    return caught.value


class TestCreate:
    async def test_gives_link_and_passcode(self, zoom: Provider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        room = await zoom.create(plan)
        made = stand_in.world.meetings[int(room.provider_ref)]
        assert (room.join_url, room.passcode) == (made["join_url"], plan.passcode)
        assert made["host_email"] == HOST

    async def test_a_link_that_leads_elsewhere_is_no_answer(
        self, zoom: Provider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        room = await zoom.create(plan)
        stand_in.world.meetings[int(room.provider_ref)]["join_url"] = "https://zoom.us.example.org/j/81234567890"
        assert (await fails(zoom.read_back(room.provider_ref, plan))).code == "zoom_bad_answer"

    async def test_without_an_account_of_the_host_it_is_not_made_for_somebody_else(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        nobody = replace(plan, host_email=None)
        error = await fails(zoom.create(nobody))
        assert (error.code, error.permanent) == ("zoom_no_account", True)
        assert "zoom_host" in error.words
        assert await zoom.find(nobody) is None
        assert stand_in.world.meetings == {}

    async def test_every_answer_is_as_zoom_documents_it(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, with_co_worker: MeetingPlan
    ) -> None:
        room = await zoom.create(with_co_worker)
        answers = {
            "meeting": stand_in.world.meetings[int(room.provider_ref)],
            "meeting_list": {"meetings": stand_in.world.listed(stand_in.world.users[0])},
            "account_settings": stand_in.world.users[0].settings,
        }
        for name, answer in answers.items():
            assert not list(Draft202012Validator(SCHEMA[name]).iter_errors(answer)), name

    async def test_repeated_after_a_lost_answer_makes_no_second_meeting(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        stand_in.faults.lose_answers_to = {"POST"}
        assert (await fails(zoom.create(plan))).code == "zoom_down"
        assert len(stand_in.world.meetings) == 1
        stand_in.faults.lose_answers_to.clear()
        room = await zoom.create(replace(plan, passcode="vw4mx8tr2k"))
        assert [str(number) for number in stand_in.world.meetings] == [room.provider_ref]
        assert room.passcode == "vw4mx8tr2k"
        assert len(stand_in.sent("POST")) == 1

    async def test_twenty_that_broke_off_are_twenty_meetings_once_they_are_asked_for_again(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        plans = [replace(plan, reference=f"M-{number}") for number in range(20)]
        stand_in.faults.lose_answers_to = {"POST"}
        for one in plans:
            await fails(zoom.create(one))
        stand_in.faults.lose_answers_to.clear()
        rooms = [await zoom.create(one) for one in plans]
        assert {one.provider_ref for one in rooms} == {str(number) for number in stand_in.world.meetings}
        assert len(stand_in.sent("POST")) == 20

    async def test_two_plans_are_two_meetings(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        await zoom.create(plan)
        await zoom.create(replace(plan, reference="M-13 11aa22"))
        assert len(stand_in.world.meetings) == 2


class TestFind:
    async def test_looks_through_every_page(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        stand_in.page_size = 2
        refs = [(await zoom.create(replace(plan, reference=f"M-{n}"))).provider_ref for n in range(5)]
        assert await zoom.find(replace(plan, reference="M-4")) == refs[4]
        assert await zoom.find(replace(plan, reference="M-5")) is None


class TestCancelAndEnd:
    async def test_cancel_deletes_and_is_content_with_a_meeting_that_is_gone(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        room = await zoom.create(plan)
        await zoom.cancel(room.provider_ref)
        assert stand_in.world.meetings == {}
        await zoom.cancel(room.provider_ref)
        await zoom.end(room.provider_ref)
        assert (await fails(zoom.read_back(room.provider_ref, plan))).code == "zoom_no_meeting"

    async def test_end(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        room = await zoom.create(plan)
        stand_in.world.meetings[int(room.provider_ref)]["status"] = "started"
        await zoom.end(room.provider_ref)
        assert stand_in.world.meetings[int(room.provider_ref)]["status"] == "waiting"
        assert stand_in.sent("PUT")[0].body == {"action": "end"}

    @pytest.mark.parametrize("ref", ["", "../users/me", "123/status", "١٢٣"])
    async def test_a_foreign_reference_leads_nowhere(self, zoom: ZoomProvider, stand_in: ZoomStandIn, ref: str) -> None:
        error = await fails(zoom.cancel(ref))
        assert (error.code, error.permanent) == ("zoom_bad_reference", True)
        assert stand_in.requests == []


class TestTheToken:
    async def test_one_serves_many_calls(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        await asyncio.gather(*(zoom.find(replace(plan, reference=str(n))) for n in range(10)))
        assert stand_in.tokens_given == 1

    async def test_is_asked_for_again_when_refused(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        await zoom.find(plan)
        stand_in.expire_tokens()
        await asyncio.gather(*(zoom.find(replace(plan, reference=str(n))) for n in range(5)))
        assert stand_in.tokens_given == 2

    async def test_is_asked_for_again_before_it_runs_out(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await zoom.find(plan)
        started = time.monotonic()
        monkeypatch.setattr("bot.providers.rest.monotonic", lambda: started + 3530)
        await zoom.find(plan)
        assert stand_in.tokens_given == 1
        monkeypatch.setattr("bot.providers.rest.monotonic", lambda: started + 3545)
        await zoom.find(plan)
        assert stand_in.tokens_given == 2

    async def test_wrong_credentials(self, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        provider = provider_for(stand_in, secret="wrong")
        for call in (provider.check(), provider.create(plan)):
            error = await fails(call)
            assert error.code == "zoom_login"
            assert "ZOOM_" in error.words
        await provider.aclose()

    async def test_a_new_token_that_is_refused_is_not_asked_for_for_ever(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        stand_in.faults.tokens_are_void = True
        assert (await fails(zoom.find(plan))).code == "zoom_login"
        assert stand_in.tokens_given == 2

    async def test_check_passes(self, zoom: ZoomProvider, stand_in: ZoomStandIn) -> None:
        await zoom.check()
        stand_in.scopes = ("meeting:write:admin", "meeting:read:admin", "user:read:admin")
        older = provider_for(stand_in)
        await older.check()
        await older.aclose()


class TestRefusals:
    async def test_an_unknown_host(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        error = await fails(zoom.create(replace(plan, host_email="nobody@example.org")))
        assert (error.code, error.permanent) == ("zoom_no_user", True)
        assert "nobody@example.org" not in error.words
        assert "zoom_host" in error.words
        assert stand_in.sent("POST") == []

    async def test_a_host_who_is_not_active(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        stand_in.world.users[0].status = "inactive"
        assert (await fails(zoom.create(plan))).code == "zoom_no_user"

    async def test_without_the_permission_to_look_up_users_it_is_made_all_the_same(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        stand_in.scopes = tuple(scope for scope in stand_in.scopes if scope != "user:read:user:admin")
        assert (await zoom.create(plan)).join_url
        assert (await fails(zoom.create(replace(plan, host_email="nobody@example.org")))).code == "zoom_no_user"

    async def test_a_host_who_may_not_host(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        stand_in.world.users.append(ZoomUser("new@example.org", may_host=False))
        error = await fails(zoom.create(replace(plan, host_email="new@example.org")))
        assert (error.code, error.permanent) == ("zoom_no_host", True)

    @pytest.mark.parametrize("co_worker", ["basic@example.org", "elsewhere@example.com"])
    async def test_a_second_host_whom_zoom_refuses_does_not_cost_the_meeting(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan, co_worker: str
    ) -> None:
        room = await zoom.create(replace(plan, alternative_hosts=(co_worker,)))
        assert room.state(SettingKey.SECOND_HOST) is State.NOT_APPLIED
        assert len(stand_in.world.meetings) == 1

    @pytest.mark.parametrize(("change", "field"), [({"minutes": 1441}, "duration"), ({"topic": "x" * 201}, "topic")])
    async def test_a_value_outside_zooms_limits(
        self, zoom: ZoomProvider, plan: MeetingPlan, change: dict[str, object], field: str
    ) -> None:
        error = await fails(zoom.create(replace(plan, **change)))  # type: ignore[arg-type]
        assert (error.code, error.permanent) == ("zoom_invalid", True)
        assert field in error.words

    async def test_a_missing_permission(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        stand_in.scopes = tuple(scope for scope in stand_in.scopes if "write" not in scope)
        error = await fails(zoom.create(plan))
        assert (error.code, error.permanent) == ("zoom_scope", True)

    async def test_more_than_a_hundred_in_a_day(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        now = datetime.now(UTC)
        room = await zoom.create(plan)
        for _ in range(99):
            stand_in.world.change(int(room.provider_ref), {"duration": 30}, now)
        error = await fails(zoom.change(room.provider_ref, plan))
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        assert error.retry_after == pytest.approx((midnight - now).total_seconds(), abs=5)
        assert not error.permanent


class TestFaults:
    @pytest.mark.parametrize(
        ("header", "seconds", "code"),
        [
            ("3", 3, "zoom_rate_limit"),
            ("", 2, "zoom_rate_limit"),
            ("soon", 2, "zoom_rate_limit"),
            (datetime.isoformat, 10800, "zoom_daily_limit"),
            (format_datetime, 10800, "zoom_daily_limit"),
        ],
        ids=["seconds", "none", "nonsense", "iso", "http-date"],
    )
    async def test_a_rate_limit_says_when_to_come_back(
        self,
        zoom: ZoomProvider,
        stand_in: ZoomStandIn,
        plan: MeetingPlan,
        header: str | Callable[[datetime], str],
        seconds: float,
        code: str,
    ) -> None:
        await zoom.check()
        in_three_hours = datetime.now(UTC) + timedelta(hours=3)
        stand_in.faults.rate_limited = [header if isinstance(header, str) else header(in_three_hours)]
        error = await fails(zoom.create(plan))
        assert (error.code, error.permanent) == (code, False)
        assert error.retry_after == pytest.approx(seconds, abs=30)

    async def test_a_day_that_is_used_up_is_known_without_its_header(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        await zoom.check()
        stand_in.faults.day_used = True
        error = await fails(zoom.create(plan))
        now = datetime.now(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        assert (error.code, error.permanent) == ("zoom_daily_limit", False)
        assert error.retry_after == pytest.approx(max((midnight - now).total_seconds(), 120), abs=15)

    async def test_zoom_down(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        stand_in.faults.down = True
        error = await fails(zoom.create(plan))
        assert (error.code, error.permanent) == ("zoom_down", False)
        stand_in.faults.down = False
        assert (await zoom.create(plan)).join_url

    async def test_zoom_gone(self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan) -> None:
        await zoom.check()
        stand_in.stop()
        error = await fails(zoom.create(plan))
        assert (error.code, error.permanent) == ("zoom_unreachable", False)

    async def test_many_slow_calls_end_together_in_time(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert rest.CALL_SECONDS <= 8
        monkeypatch.setattr(rest, "CALL_SECONDS", 0.5)
        stand_in.faults.hold_seconds = 0.3
        started = time.monotonic()
        error = await fails(zoom.create(plan))
        assert time.monotonic() - started < 1.0
        assert (error.code, error.permanent) == ("zoom_unreachable", False)


class TestSecrets:
    async def test_what_makes_a_host_is_never_kept(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan
    ) -> None:
        room = await zoom.create(plan)
        made = stand_in.world.meetings[int(room.provider_ref)]
        answer = await zoom._zoom.call("GET", f"/meetings/{room.provider_ref}")
        for key in ("start_url", "dynamic_host_key", "encrypted_password", "pstn_password", "h323_password"):
            assert key in made
            assert key not in answer
            assert str(made[key]) not in f"{answer} {room.settings}"

    async def test_nothing_in_repr_logs_and_errors(
        self, zoom: ZoomProvider, stand_in: ZoomStandIn, plan: MeetingPlan, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        room = await zoom.create(plan)
        stand_in.faults.down = True
        error = await fails(zoom.read_back(room.provider_ref, plan))
        of_the_bot = [record for record in caplog.records if not record.name.startswith("uvicorn")]
        logged = "\n".join(f"{record.name} {record.getMessage()}" for record in of_the_bot)
        told = f"{logged} {room!r} {plan!r} {error!r} {error} {zoom!r} {error.__cause__!r}"
        for secret in (room.join_url, plan.passcode, SECRET, "Bearer"):
            assert secret not in told
        assert HOST not in logged
        assert room.provider_ref not in logged
