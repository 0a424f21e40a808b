"""A stand-in Zoom over real HTTP, and a provider signed in to it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.providers import MeetingPlan, ZoomProvider
from bot.providers.zoom_client import ZoomClient
from bot.sandbox.zoom import ZoomStandIn
from bot.sandbox.zoom_world import ZoomUser

HOST = "morgan.hale@example.org"
CO_WORKER = "robin.field@example.org"
SECRET = "an-invented-client-secret"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def stand_in() -> Iterator[ZoomStandIn]:
    users = [ZoomUser(HOST), ZoomUser(CO_WORKER), ZoomUser("basic@example.org", licensed=False)]
    zoom = ZoomStandIn(account_id="account-1", client_id="client-1", client_secret=SECRET, users=users)
    zoom.start()
    yield zoom
    zoom.stop()


def provider_for(stand_in: ZoomStandIn, secret: str = SECRET) -> ZoomProvider:
    return ZoomProvider(
        ZoomClient(
            account_id="account-1",
            client_id="client-1",
            client_secret=SecretStr(secret),
            api_url=stand_in.api_url,
            oauth_url=stand_in.oauth_url,
        )
    )


@pytest.fixture
async def zoom(stand_in: ZoomStandIn, anyio_backend: str) -> AsyncIterator[ZoomProvider]:
    provider = provider_for(stand_in)
    yield provider
    await provider.aclose()


@pytest.fixture
def plan() -> MeetingPlan:
    return MeetingPlan(
        reference="M-12 7f3a91",
        topic="M-12 · Example Youth Trust",
        starts_at=datetime(2027, 6, 3, 15, 0, tzinfo=UTC),
        minutes=60,
        timezone="Europe/London",
        passcode="kt7rw2qx9v",
        host_email=HOST,
    )


@pytest.fixture
def with_co_worker(plan: MeetingPlan) -> MeetingPlan:
    return replace(plan, alternative_hosts=(CO_WORKER,))
