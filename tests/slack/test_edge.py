"""What the edge refuses, and what it says when something is out of reach."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bot.sandbox import sample
from bot.sandbox.model import User
from db.models import AuditEvent, Concern, Meeting, Role, Staff
from tests.support.postgres import Cluster
from tests.support.world import World, migrated, open_world

WITHIN = 3.0
NEW = "new Cooking club on Thursday at 16:00"


def command_body(world: World, user: str = "U0FAC", team: str = sample.TEAM, text: str = NEW) -> bytes:
    """A slash command as Slack sends it."""
    fields = {
        "token": "x",
        "team_id": team,
        "team_domain": "sample",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": user,
        "user_name": "somebody",
        "command": "/meeting",
        "text": text,
        "api_app_id": "A0",
        "response_url": f"{world.sandbox.url}/response/none",
        "trigger_id": f"1.2.{time.monotonic_ns()}",
        "is_enterprise_install": "false",
    }
    return urlencode(fields).encode()


def test_wrong_signature(world: World) -> None:
    body = command_body(world)
    headers = {**world.sandbox.sign(body), "X-Slack-Signature": "v0=" + "0" * 64}
    assert world.sandbox.raw(body, headers).status == 401
    assert world.count(Meeting) == 0


def test_a_wrong_signature_leaves_a_line_in_the_log(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong secret refuses everything, and looks like silence; one line a minute is enough. Noise leaves none."""
    body = command_body(world)
    assert world.sandbox.raw(body, {}).status == 401
    assert "SLACK_SIGNING_SECRET" not in capsys.readouterr().out
    headers = {**world.sandbox.sign(body), "X-Slack-Signature": "v0=" + "0" * 64}
    for _ in range(3):
        assert world.sandbox.raw(body, headers).status == 401
    assert capsys.readouterr().out.count("is SLACK_SIGNING_SECRET right?") == 1


def test_old_timestamp(world: World) -> None:
    body = command_body(world)
    assert world.sandbox.raw(body, world.sandbox.sign(body, at=time.time() - 301)).status == 401
    assert world.count(Meeting) == 0


def test_no_signature(world: World) -> None:
    assert world.sandbox.raw(command_body(world), {}).status == 401


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
def test_too_large(world: World) -> None:
    body = b"x" * 1_100_000
    assert world.sandbox.raw(body, world.sandbox.sign(body)).status == 413


def test_signed_command_is_taken(world: World) -> None:
    body = command_body(world)
    answer = world.sandbox.raw(body, world.sandbox.sign(body))
    assert answer.status == 200
    assert world.count(Meeting) == 1


@pytest.mark.parametrize("who", ["U0GUEST", "UXSTRANGER"])
@pytest.mark.parametrize("text", [NEW, "show M-1", "show M-999"])
def test_guests_and_strangers_get_one_answer(world: World, who: str, text: str) -> None:
    world.person("U0FAC").command("/meeting", NEW, channel="C0GENERAL")
    said = world.person(who).command("/meeting", text, channel="C0GENERAL").text
    assert said.startswith("You can't use this here.")
    assert "M-" not in said
    assert world.count(Meeting) == 1
    refused = world.read(lambda s: list(s.scalars(select(AuditEvent.actor).where(AuditEvent.action == "refused"))))
    assert refused == [who]


@pytest.mark.parametrize("who", ["U0GUEST", "UXSTRANGER"])
def test_even_a_guest_sees_the_danger_gate(world: World, who: str) -> None:
    world.person(who).command("/concern", "", channel="C0GENERAL")
    assert "999" in world.person(who).seen()
    assert "The form is for members of staff of this workspace" in world.person(who).seen()
    assert world.count(Concern) == 0


def test_another_workspace(world: World) -> None:
    body = command_body(world, user="UXSTRANGER", team="T0OTHER")
    answer = world.sandbox.raw(body, world.sandbox.sign(body))
    assert "can't use this here" in json.dumps(answer.body)
    assert world.count(Meeting) == 0


def test_a_leaver_is_shut_out_at_once(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", NEW, channel="C0GENERAL")
    world.sandbox.membership.change_user("U0FAC", deleted=True)
    assert world.read(lambda s: s.scalars(select(Staff.deactivated).where(Staff.slack_id == "U0FAC")).one())
    body = command_body(world, text="list")
    answer = world.sandbox.raw(body, world.sandbox.sign(body))
    assert "can't use this here" in json.dumps(answer.body)


def test_a_role_taken_away_counts_at_once(world: World) -> None:
    manager = world.person("U0MAN")
    assert "can't" not in manager.command("/report", "this week", channel="C0GENERAL").text

    def revoke(session: object) -> None:
        staff = session.scalars(select(Staff).where(Staff.slack_id == "U0MAN")).one()  # type: ignore[attr-defined]
        staff.roles = []

    world.write(revoke)
    assert "It needs the role manager" in manager.command("/report", "this week", channel="C0GENERAL").text


def test_new_colleague_is_looked_up(world: World) -> None:
    world.sandbox.state.users["U0NEW"] = User(id="U0NEW", name="Nia New", team_id=sample.TEAM)
    world.sandbox.state.channels["C0GENERAL"].members.append("U0NEW")
    answer = world.person("U0NEW").command("/meeting", "list", channel="C0GENERAL")
    assert "No meetings to come" in answer.text
    roles = world.read(lambda s: s.scalars(select(Staff.roles).where(Staff.slack_id == "U0NEW")).one())
    assert Role.FACILITATOR.value not in roles


@pytest.mark.parametrize("text", ["<!channel> club", "<@U0LEAD|lena> club", "<https://evil.example|click> club"])
def test_markup_in_a_title_is_harmless(world: World, text: str) -> None:
    world.person("U0FAC").command("/meeting", f"new {text} on Thursday at 16:00", channel="C0GENERAL")
    world.settle()
    said = json.dumps([reply.body for reply in world.sandbox.sent], ensure_ascii=False)
    sent = json.dumps([call.args for call in world.sandbox.calls if call.method == "chat.postMessage"])
    for dangerous in ("<!channel>", "<https://evil"):
        assert dangerous not in said + sent


def test_unknown_word_gets_the_closest(world: World) -> None:
    assert "/meeting list" in world.person("U0FAC").command("/meeting", "lst", channel="C0GENERAL").text + str(
        world.person("U0FAC").private[-1].blocks
    )


def test_the_same_event_twice_is_harmless(world: World) -> None:
    user = {"id": "U0COW", "team_id": sample.TEAM, "name": "col", "is_restricted": True, "profile": {}}
    for _ in range(2):
        assert world.sandbox.event("user_change", {"user": user}, event_id="Ev1").status == 200
    assert world.read(lambda s: s.scalars(select(Staff.guest).where(Staff.slack_id == "U0COW")).one()) is True


@pytest.fixture
def sqlite_world(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world on SQLite."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "data" / "facilitator.db"
    path.parent.mkdir()
    path.write_bytes(sqlite_template.read_bytes())
    with open_world(f"sqlite:///{path}", tmp_path) as opened:
        yield opened


def test_a_database_locked_for_four_seconds(sqlite_world: World, tmp_path: Path) -> None:
    """[sqlite] NOT SAVED in time, the text offered back, nothing half-written; afterwards all is well."""
    person = sqlite_world.person("U0FAC")
    other = sqlite3.connect(tmp_path / "data" / "facilitator.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = person.command("/meeting", NEW, channel="C0GENERAL")
    assert answer.elapsed < WITHIN
    assert "NOT SAVED" in answer.text
    assert "Cooking club" in str(answer.blocks)
    assert "020 7946 0001" in str(answer.blocks)
    time.sleep(max(0.0, 4 - answer.elapsed))
    other.execute("ROLLBACK")
    other.close()
    time.sleep(0.3)
    assert sqlite_world.count(Meeting) == 0
    assert "Scheduled" in str(person.command("/meeting", NEW, channel="C0GENERAL").blocks)
    assert sqlite_world.sandbox.violations == []


def test_a_concern_while_the_database_is_locked_keeps_its_text(sqlite_world: World, tmp_path: Path) -> None:
    """[sqlite] NOT SAVED comes as an error in the form; the same form is then saved."""
    person = sqlite_world.person("U0FAC")
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.continue")
    person.choose("about", "child")
    other = sqlite3.connect(tmp_path / "data" / "facilitator.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = person.submit(facts="kept words", urgency="now")
    other.execute("ROLLBACK")
    other.close()
    assert answer.elapsed < WITHIN
    assert "NOT SAVED" in " ".join(answer.errors.values())
    assert sqlite_world.count(Concern) == 0
    person.submit()
    assert "Saved as" in person.seen()
    assert sqlite_world.count(Concern) == 1


@pytest.fixture
def postgres_world(own_postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world on a PostgreSQL of its own, which may be stopped and paused."""
    monkeypatch.chdir(tmp_path)
    url = own_postgres.create_database()
    migrated(url)
    with open_world(url, tmp_path) as opened:
        yield opened


@pytest.mark.timeout(120)
def test_a_database_that_is_down_and_one_that_never_answers(postgres_world: World, own_postgres: Cluster) -> None:
    """[postgres] The gate and NOT SAVED come in time; both ways out, the bot recovers by itself."""
    person = postgres_world.person("U0FAC")
    for take_away, give_back in (
        (own_postgres.pause, own_postgres.resume),
        (own_postgres.kill, own_postgres.restart),
    ):
        person.command("/concern", "", channel="C0GENERAL")
        person.click("concern.continue")
        person.choose("about", "child")
        take_away()
        answer = person.submit(facts="kept words", urgency="now")
        assert answer.elapsed < WITHIN
        assert "NOT SAVED" in " ".join(answer.errors.values())
        person.close()
        answer = person.command("/concern", "", channel="C0GENERAL")
        assert answer.elapsed < WITHIN
        assert "999" in person.seen()
        assert "020 7946 0001" in person.seen()
        person.close()
        said = person.command("/meeting", NEW, channel="C0GENERAL")
        assert said.elapsed < WITHIN
        assert "NOT SAVED" in said.text
        said = person.command("/meeting", "list", channel="C0GENERAL")
        assert said.elapsed < WITHIN
        assert "NOT SAVED" not in said.text
        assert "could not be looked up" in said.text
        assert "by its number" in str(said.blocks)
        give_back()
        postgres_world.sandbox.wait_for(
            lambda: "No meetings to come" in person.command("/meeting", "list", channel="C0GENERAL").text, 30
        )
    assert postgres_world.count(Concern) == 0
    assert postgres_world.count(Meeting) == 0
    assert postgres_world.sandbox.violations == []
