"""What Zoom sends while a meeting is held: whose it is, and what the team is told within seconds."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.sandbox.zoom import ZoomStandIn
from db.models import Delivery, LiveAlarm, LiveEvent, MeetingState
from tests.support.clearing import clear
from tests.support.hooks import event, joined, left, send, signed
from tests.support.meetings import begin, only, say, schedule
from tests.support.statements import counted
from tests.support.world import World
from tests.support.zoom import HOST, zoom_world

MOST = 12
"""Statements for one event at most."""
FARAH, COL = "Farah Facilitator", "Col Co-worker"


@pytest.fixture
def held(database_url: str, tmp_path: Path) -> Iterator[tuple[World, ZoomStandIn]]:
    """M-1 of Farah and Col on Zoom, with Aled and Bronwen, a minute after its time."""
    with zoom_world(database_url, tmp_path, zoom_host=HOST) as (world, zoom):
        schedule(world, "Aled Jones, Bronwen", link=False)
        world.clock_forward(only(world).starts_at.timestamp() - world.now() + 60)
        world.settle()
        yield world, zoom


def ref(world: World) -> str:
    return only(world).provider_ref or ""


def told(world: World, who: str = "U0FAC") -> list[str]:
    """What this person was told of a running meeting, as it reads now."""
    pass_by(world)
    return [
        f"{one.words} {one.blocks}"
        for one in world.sandbox.dm(who)
        if "Record an incident" in str(one.blocks) or "By what was told since" in one.words
    ]


def shows(world: World, who: str, words: str) -> bool:
    return any(words in one.words for one in world.sandbox.dm(who))


def pass_by(world: World, seconds: float = 3) -> None:
    world.clock_forward(seconds)
    world.settle()


def everybody(world: World) -> list[dict[str, Any]]:
    """Both workers and a child come in."""
    at, meeting = world.now(), ref(world)
    return [
        event("meeting.started", meeting, at - 50),
        joined(meeting, at - 49, FARAH, "k-farah", id="sessions", email=HOST),
        joined(meeting, at - 40, COL, "k-col"),
        joined(meeting, at - 30, "aled j", "k-aled"),
    ]


class TestWhoseItIs:
    def test_only_what_zoom_signed_lately_is_taken(self, held: tuple[World, ZoomStandIn]) -> None:
        world, _ = held
        one = joined(ref(world), world.now(), "Nobody", "k-1")
        assert send(world, one, secret="another").status_code == 401
        assert send(world, one, late=7201).status_code == 401
        assert send(world, one, late=-330).status_code == 401
        assert world.bot is not None
        address = f"{world.bot.url}/zoom/events"
        stamp = str(int(world.now()))
        assert httpx.post(address, content=b"{}").status_code == 401
        tampered = signed(b'{"a":1}', stamp)
        assert httpx.post(address, content=b'{"a":2}', headers=tampered).status_code == 401
        for body in (b"[]", b"nonsense", b'{"event":1}', b"\xff"):
            assert httpx.post(address, content=body, headers=signed(body, stamp)).status_code == 400
        large = b" " * 70_000
        assert httpx.post(address, content=large, headers=signed(large, stamp)).status_code == 413
        assert httpx.get(address).status_code == 405
        assert world.count(LiveEvent) == 0
        assert send(world, one, late=7000).status_code == 204, "sent again after an hour and a half"
        assert world.count(LiveEvent) == 1

    def test_zoom_is_answered_that_the_address_is_ours(self, held: tuple[World, ZoomStandIn]) -> None:
        world, _ = held
        asked = {"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
        answer = send(world, asked)
        assert answer.status_code == 200
        assert answer.json()["plainToken"] == "qgg8vlvZRS6UYooatFL8Aw"
        assert len(answer.json()["encryptedToken"]) == 64

    def test_the_signature_is_the_documented_one(self) -> None:
        stamp, body = "1626230691", b'{"event":"meeting.participant_joined"}'
        wanted = "v0=3f473d449415dd2268f1d9a14cd04e195400ab8303e25a5f2bac1d20fb030018"
        assert signed(body, stamp, "s3cr3t")["x-zm-signature"] == wanted

    def test_what_is_not_of_a_meeting_of_ours_is_taken_and_dropped(self, held: tuple[World, ZoomStandIn]) -> None:
        world, _ = held
        at = world.now()
        for one in (
            joined("81111111111", at, "Nobody", "k"),
            event("meeting.sharing_started", ref(world), at),
            event("user.created", ref(world), at),
            {"event": "meeting.started", "event_ts": at, "payload": {"object": {"id": ref(world)}}},
            {"event": "meeting.started", "event_ts": 1e30, "payload": {"object": {"id": ref(world)}}},
            {"event": "meeting.started", "event_ts": 10**30, "payload": {"object": {"id": ref(world)}}},
            {"event": "meeting.participant_joined", "event_ts": 1, "payload": {"object": {"id": ref(world)}}},
            {"event": "meeting.started", "event_ts": 1, "payload": {"object": []}},
        ):
            assert send(world, one).status_code == 204
        assert world.count(LiveEvent) == 0

    def test_without_its_secret_there_is_no_such_address(self, world: World) -> None:
        assert world.bot is not None
        assert httpx.post(f"{world.bot.url}/zoom/events", content=b"{}").status_code == 404


class TestAlarms:
    def test_all_is_well_and_nobody_is_told_anything(self, held: tuple[World, ZoomStandIn]) -> None:
        world, _ = held
        for one in everybody(world):
            send(world, one)
        assert told(world) == []
        assert world.count(LiveEvent) == 4
        stored = world.read(lambda session: list(session.scalars(select(LiveEvent))))
        assert {one.account for one in stored} == {"", "team:U0FAC"}
        assert not any("Aled" in f"{one.person} {one.occasion} {one.key}" for one in stored)

    def test_a_recording_is_told_within_five_seconds_to_host_and_co_worker(
        self, held: tuple[World, ZoomStandIn]
    ) -> None:
        world, _ = held
        for one in everybody(world):
            send(world, one)
        assert told(world) == []
        began = time.monotonic()
        send(world, event("recording.started", ref(world), world.now()))
        world.sandbox.wait_for(
            lambda: any("A recording of M-1 began" in one.words for one in world.sandbox.dm("U0COW")), 5
        )
        world.sandbox.wait_for(
            lambda: any("A recording of M-1 began" in one.words for one in world.sandbox.dm("U0FAC")), 5
        )
        assert time.monotonic() - began < 5
        send(world, event("recording.stopped", ref(world), world.now() + 10))
        (said,) = told(world)
        assert "Over since" in said

    def test_a_worker_who_goes_is_told_of_within_five_seconds_of_real_time(
        self, held: tuple[World, ZoomStandIn]
    ) -> None:
        world, _ = held
        for one in everybody(world):
            send(world, one)
        assert told(world) == []
        send(world, left(ref(world), world.now(), COL, "k-col"))
        world.sandbox.wait_for(lambda: shows(world, "U0FAC", "fewer workers"), 5)
        assert any("fewer workers in it than the 2" in one for one in told(world))
        send(world, left(ref(world), world.now() + 10, FARAH, "k-farah", id="sessions", email=HOST))
        said = told(world)
        assert any("runs without any of its team" in one for one in said)
        assert any("fewer workers" in one and "Over since" in one for one in said)
        assert not any("Aled" in one or COL in one for one in said)

    def test_who_is_not_on_the_list_is_counted_in_one_message_and_not_named(
        self, held: tuple[World, ZoomStandIn]
    ) -> None:
        world, _ = held
        for one in everybody(world):
            send(world, one)
        cut_emoji, no_such_moment = "Zzyzx \ud83d", {"join_time": "0001-01-01T00:00:00+14:00"}
        send(world, joined(ref(world), world.now(), cut_emoji, "k-z", **no_such_moment))
        (said,) = told(world)
        assert "1 person joined M-1 whose name is not on the list" in said
        send(world, joined(ref(world), world.now(), "Qwerty", "k-q"))
        (said,) = told(world)
        assert "2 people joined M-1 whose names are not on the list" in said
        assert "Zzyzx" not in said
        world.person("U0FAC").command("/participant", "add Zzyzx, Qwerty to M-1", channel="C0YOUTH")
        send(world, joined(ref(world), world.now(), "Bronwen", "k-b"))
        (said,) = told(world)
        assert "this was not so" in said

    def test_every_order_doubled_and_late_ends_in_the_same_messages(self, held: tuple[World, ZoomStandIn]) -> None:
        """A few orders over real HTTP; the two hundred are drawn in `test_alarms.py`."""
        world, _ = held
        at, chance = world.now(), random.Random(11)
        story = [
            *everybody(world),
            left(ref(world), at - 20, COL, "k-col"),
            event("recording.started", ref(world), at - 18),
            joined(ref(world), at - 15, "Zzyzx", "k-z"),
            joined(ref(world), at - 5, COL, "k-col"),
        ]
        for late in (0, 0, 3600):
            chance.shuffle(story)
            for one in story:
                assert send(world, one, late=late).status_code == 204
        said = told(world)
        assert len(said) == 3
        assert world.count(LiveEvent) == len(story)
        assert world.count(LiveAlarm) == 6, "three, for each of two"
        assert any("fewer workers" in one and "Over since" in one for one in said)

    def test_the_end_of_it_for_all_is_no_alarm(self, held: tuple[World, ZoomStandIn]) -> None:
        world, _ = held
        for one in everybody(world):
            send(world, one)
        at, reason = world.now(), "Host ended the meeting."
        send(world, left(ref(world), at, FARAH, "k-farah", leave_reason=reason))
        send(world, left(ref(world), at + 1, COL, "k-col", leave_reason=reason))
        send(world, left(ref(world), at + 2, "aled j", "k-aled", leave_reason=reason))
        send(world, event("meeting.ended", ref(world), at + 2))
        assert told(world) == []

    def test_it_is_forgotten_after_thirty_days(self, held: tuple[World, ZoomStandIn]) -> None:
        world, _ = held
        send(world, joined(ref(world), world.now(), "Zzyzx", "k-z"))
        told(world)
        world.clock_forward(31 * 86_400)
        world.settle(20)
        assert (world.count(LiveEvent), world.count(LiveAlarm)) == (0, 0)


def test_what_an_event_costs_the_database(held: tuple[World, ZoomStandIn]) -> None:
    world, _ = held
    for one in everybody(world):
        send(world, one)
    world.stop_bot()
    world.start_bot(work=False)
    send(world, joined(ref(world), world.now(), "Somebody", "k-s"))
    for most, one in (
        (MOST, joined(ref(world), world.now(), "Bronwen", "k-b", email="bronwen@example.org")),
        (MOST, event("recording.started", ref(world), world.now())),
        (3, joined("81111111111", world.now(), "Nobody", "k")),
    ):
        with counted(world) as statements:
            send(world, one)
        assert len(statements) <= most, statements


class TestDrift:
    def test_what_zoom_says_was_changed_is_looked_at_at_once_and_told_once(
        self, held: tuple[World, ZoomStandIn]
    ) -> None:
        world, zoom = held
        farah = world.person("U0FAC")
        for moment in ("ready", "start"):
            clear(farah, "M-1", moment)
        begin(world)
        assert only(world).state is MeetingState.STARTED
        zoom.world.meetings[int(ref(world))]["settings"]["waiting_room"] = False
        send(world, event("meeting.updated", ref(world), world.now()))
        world.settle()
        (said,) = [f"{one.words} {one.blocks}" for one in world.sandbox.dm("U0FAC") if "changed at Zoom" in one.words]
        assert "A setting of M-1 changed at Zoom" in said
        assert "everybody waits in the waiting room until let in" in said
        pass_by(world, 3601)
        again = [one for one in world.sandbox.dm("U0FAC") if "changed at Zoom" in one.words]
        assert len(again) == 1, "once"

    def test_it_is_found_within_the_hour_without_a_word_of_zooms(self, held: tuple[World, ZoomStandIn]) -> None:
        world, zoom = held
        say(world, "edit M-1 for 180 min")
        world.settle()
        before = only(world).settings_read["mute_on_entry"]["state"]
        zoom.world.meetings[int(ref(world))]["settings"]["mute_upon_entry"] = False
        pass_by(world, 3601)
        assert (before, only(world).settings_read["mute_on_entry"]["state"]) == ("applied", "not_applied")
        waiting = select(Delivery).where(Delivery.kind == "meeting.look", Delivery.done_at.is_(None))
        assert len(world.read(lambda session: list(session.scalars(waiting)))) == 1
        pass_by(world, 3 * 3600)
        assert world.read(lambda session: list(session.scalars(waiting))) == []
