"""The table of settings in the docs is that of the code, and the code's is what the providers say of their meetings."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.gates.settings_doc import asked_by, page
from bot.policy import PACK_NAMES, load_pack
from bot.providers import (
    ManualProvider,
    MeetingPlan,
    Scope,
    Setting,
    SettingKey,
    State,
    bigbluebutton,
    meet_settings,
    teams_settings,
)
from bot.providers.keeping import PROVIDERS, Keeping, keeping
from bot.providers.settings_map import compare, meeting_body
from bot.providers.wants import written
from bot.sandbox.zoom_world import CAREFUL

ROOT = Path(__file__).parent.parent.parent
PLAN = MeetingPlan(
    reference="M-12-abc",
    topic="M-12 · Example Youth Trust",
    starts_at=datetime(2027, 6, 3, 15, tzinfo=UTC),
    minutes=60,
    timezone="Europe/London",
    passcode="kt7rw2qx9v",
    host_email="morgan@example.org",
    alternative_hosts=("robin@example.org",),
    own_link="https://bot.example.org/join/abc",
)
OTHER = dataclasses.replace(PLAN, breakout_rooms=True)


def test_the_page_of_the_docs_is_fresh() -> None:
    stored = (ROOT / "docs" / "settings-table.md").read_text(encoding="utf-8")
    assert stored == page(), "run `make settings`"


def _zoom(plan: MeetingPlan) -> tuple[Setting, ...]:
    meeting = {**meeting_body(plan, plan.passcode), "host_email": plan.host_email, "join_url": "https://zoom.us/j/1"}
    return compare(plan, meeting, CAREFUL)


def _teams(plan: MeetingPlan) -> tuple[Setting, ...]:
    body = written(want for group in teams_settings.wants(plan).values() for want in group)
    body["participants"]["organizer"] = {"identity": {"user": {"id": "host"}}}
    return teams_settings.compare(plan, {**body, "audioConferencing": None}, "host")


def _meet(plan: MeetingPlan) -> tuple[Setting, ...]:
    space = written(want for group in meet_settings.WANTS.values() for want in group)
    return meet_settings.compare(plan, space, plan.alternative_hosts, plan.host_email or "")


async def _manual(plan: MeetingPlan) -> tuple[Setting, ...]:
    return (await ManualProvider().create(plan)).settings


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_it_is_what_each_provider_says_of_a_meeting() -> None:
    for plan in (PLAN, OTHER):
        told = {
            "zoom": _zoom(plan),
            "bigbluebutton": tuple(bigbluebutton.settings_of(plan, None)),
            "teams": _teams(plan),
            "meet": _meet(plan),
            "manual": await _manual(plan),
        }
        assert set(told) == set(PROVIDERS)
        for provider, settings in told.items():
            for one in settings:
                kept = keeping(provider, one.key)
                assert (one.state is State.IMPOSSIBLE) is (kept is Keeping.NOTHING), (provider, one.key)
                if kept is Keeping.NOTHING:
                    continue
                assert (one.scope is Scope.NOWHERE) is (kept is Keeping.BY_HAND), (provider, one.key)
                assert (one.state is State.BY_HOST) is (kept is Keeping.BY_HAND), (provider, one.key)
                # Breakout rooms are set for the meeting and read in the account: the worse of both is told.
                if one.scope is Scope.ACCOUNT:
                    assert kept is Keeping.READ, (provider, one.key)
            missing = set(SettingKey) - {one.key for one in settings}
            others = {key for key in missing if keeping(provider, key) is Keeping.NOTHING}
            assert others <= {SettingKey.HOST, SettingKey.PASSCODE_APART, SettingKey.SCHEDULE}


def test_every_setting_that_a_policy_asks_for_has_its_row_and_its_clauses() -> None:
    text = page()
    for name in PACK_NAMES:
        asked = asked_by(load_pack(name))
        assert asked, name
        for setting, clauses in asked.items():
            (row,) = [line for line in text.splitlines() if f"`{setting}`" in line]
            assert all(clause in row for clause in clauses)
