"""A stand-in Google Workspace for tests, and a bot whose meetings are on it."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.sandbox.meet import MeetStandIn
from tests.support.world import World, make_sandbox, make_settings, set_up

HOST = "sessions@example.org"
BOT = "bot@project.example.org"


@cache
def key_pair() -> tuple[str, str]:
    """A private key and its public one, as text."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@contextlib.contextmanager
def workspace(*people: str) -> Iterator[MeetStandIn]:
    """A running stand-in with these accounts."""
    meet = MeetStandIn(service_account=BOT, public_key=key_pair()[1], people=list(people or (HOST,)))
    meet.start()
    try:
        yield meet
    finally:
        meet.stop()


def key_file(meet: MeetStandIn, folder: Path, **changes: Any) -> Path:
    """The file that Google gives for a service account."""
    content = {
        "type": "service_account",
        "client_email": BOT,
        "private_key": key_pair()[0],
        "private_key_id": "k1",
        "token_uri": meet.token_url,
    }
    path = folder / "service-account.json"
    path.write_text(json.dumps({**content, **changes}), encoding="utf-8")
    return path


def meet_settings(meet: MeetStandIn, folder: Path) -> dict[str, Any]:
    """The settings that point the bot at it."""
    return {"google_credentials_file": key_file(meet, folder), "google_meet_url": meet.meet_url}


@contextlib.contextmanager
def meet_world(
    database_url: str, tmp_path: Path, more: Mapping[str, Any] | None = None, **changes: Any
) -> Iterator[tuple[World, MeetStandIn]]:
    """A running bot whose organisation's meetings are on the stand-in; `changes` go into the organisation file."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    with workspace() as meet, make_sandbox() as sandbox:
        settings = make_settings(sandbox, database_url, clock, **meet_settings(meet, tmp_path), **(more or {}))
        set_up(settings, **{"provider": "meet", **changes})
        world = World(sandbox, settings, clock, database_url)
        world.start_bot()
        try:
            world.settle()
            yield world, meet
            assert sandbox.violations == []
        finally:
            world.stop_bot()
