"""`python -m bot check`: everything in order, and each thing that can be out of order with its remedy."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from bot.organisation import check
from bot.sandbox.bbb import BbbStandIn
from bot.sandbox.mailbox import Mailbox
from bot.sandbox.model import User
from bot.sandbox.zoom import ZoomStandIn
from bot.sandbox.zoom_world import ZoomUser
from bot.staff.people import set_away
from db import migrate
from db.crypto import Keyring, use_keyring
from db.models import Organisation
from db.session import Database
from tests.support.meet import meet_settings, workspace
from tests.support.teams import microsoft_365, teams_settings
from tests.support.world import ROOT, World

MANIFEST = ROOT / "manifest.yml"


def _run(world: World, *, manifest: Path = MANIFEST, **changes: Any) -> dict[str, check.Finding]:
    """The findings by what was looked at, with settings changed as given."""
    settings = world.settings.model_copy(update=changes)
    use_keyring(settings.keyring())
    database = Database(settings.database_url)
    try:
        return {one.what: one for one in asyncio.run(check.run(settings, database, manifest))}
    finally:
        database.close()
        use_keyring(world.settings.keyring())


def _bad(found: dict[str, check.Finding]) -> dict[str, str]:
    """What is not in order, but for the tests' own PostgreSQL, which is careless on purpose to be fast."""
    return {one.what: one.remedy for one in found.values() if not one.ok and not one.what.endswith("fsync=off)")}


def test_when_all_is_well_every_line_is_ok(world: World) -> None:
    found = _run(world)
    assert _bad(found) == {}
    looked_at = " ".join(found)
    for what in ("Slack token", "scopes", "workspace", "concern channel", "U0LEAD", "database", "migrations"):
        assert what in looked_at
    for what in ("durability", "keys", "provider manual", "contacts file", "answer concerns"):
        assert what in looked_at
    assert found["Slack token"].line() == "ok   Slack token"


def test_whether_saved_means_on_disk_is_read_back(world: World) -> None:
    durable = next(one for what, one in _run(world).items() if what.startswith("durability"))
    if world.db.sqlite:
        assert durable.line() == "ok   durability (journal_mode=wal, synchronous=2)"
    else:
        assert durable.line().startswith("BAD  durability (synchronous_commit=on, fsync=off): ")


def test_its_lines_name_people_by_id_only(world: World) -> None:
    world.sandbox.membership.add_member("G0CONCERN", "U0FAC")
    lines = "\n".join(one.line() for one in _run(world).values())
    assert "U0FAC" in lines
    for private in ("Lena", "Farah", "020 7946", "example.org"):
        assert private not in lines


def _no_member(world: World) -> None:
    world.sandbox.state.channels["G0CONCERN"].members.remove("U0BOT")


def _public(world: World) -> None:
    world.sandbox.state.channels["G0CONCERN"].is_private = False


def _shared(world: World) -> None:
    world.sandbox.state.channels["G0CONCERN"].is_ext_shared = True


def _archived(world: World) -> None:
    world.sandbox.state.channels["G0CONCERN"].is_archived = True


def _manager_inside(world: World) -> None:
    world.sandbox.state.channels["G0CONCERN"].members.append("U0MAN")


@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        (_no_member, "type /invite"),
        (_public, "it is public"),
        (_shared, "shared with another workspace"),
        (_archived, "it is archived"),
        (_manager_inside, "take out U0MAN"),
    ],
)
def test_the_concern_channel(world: World, spoil: Callable[[World], None], remedy: str) -> None:
    spoil(world)
    bad = _bad(_run(world))
    assert list(bad) == ["concern channel G0CONCERN"]
    assert remedy in bad["concern channel G0CONCERN"]


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"deleted": True}, "deactivated"),
        ({"is_restricted": True}, "guest"),
        ({"is_bot": True}, "a bot"),
        ({"team_id": "T0OTHER"}, "another workspace"),
    ],
)
def test_a_person_of_the_file_who_is_no_full_member(world: World, fields: dict[str, Any], remedy: str) -> None:
    world.sandbox.state.add_user(User(id="U0HEAD", name="Hana Head", **fields))
    bad = _bad(_run(world))
    assert list(bad) == ["person U0HEAD"]
    assert remedy in bad["person U0HEAD"]


def test_a_person_whom_slack_does_not_know(world: World) -> None:
    del world.sandbox.state.users["U0MAN"]
    assert "nobody with this id" in _bad(_run(world))["person U0MAN"]


def test_a_wrong_token_is_named_and_the_rest_still_looked_at(world: World) -> None:
    world.sandbox.settings.bot_token = "xoxb-another"
    found = _run(world)
    assert list(_bad(found)) == ["Slack token"]
    assert "invalid_auth" in found["Slack token"].remedy
    assert found["contacts file"].ok


def test_a_token_of_another_workspace(world: World) -> None:
    world.sandbox.settings.team_id = "T0ELSE"
    assert "T0ELSE" in _bad(_run(world))["Slack workspace"]


def test_a_scope_that_was_not_granted_or_is_not_needed(world: World) -> None:
    world.sandbox.settings.scopes.remove("im:write")
    assert "not granted: im:write" in _bad(_run(world))["Slack scopes"]
    world.sandbox.settings.scopes.extend(["im:write", "channels:history"])
    assert "not needed: channels:history" in _bad(_run(world))["Slack scopes"]


def test_a_manifest_that_cannot_be_read(world: World, tmp_path: Path) -> None:
    assert "--manifest" in _bad(_run(world, manifest=tmp_path / "none.yml"))["Slack scopes"]


def test_the_app_level_token(world: World) -> None:
    assert _run(world, slack_app_token=SecretStr("xapp-sandbox"))["Socket Mode"].ok
    assert "connections:write" in _bad(_run(world, slack_app_token=SecretStr("xapp-other")))["Socket Mode"]


def test_the_database_out_of_reach_or_behind(world: World, tmp_path: Path) -> None:
    assert "server up" in _bad(_run(world, database_url="postgresql://x:y@127.0.0.1:9/none"))["database"]
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    assert "bot migrate" in _bad(_run(world, database_url=empty))["migrations"]


def test_no_organisation_set_up(world: World, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    database = Database(url)
    migrate.upgrade(database.engine)
    database.close()
    assert "bot setup" in _bad(_run(world, database_url=url))["organisation"]


def test_keys_that_do_not_fit(world: World) -> None:
    bad = _bad(_run(world, facilitator_keys=SecretStr(Keyring.generate(7))))
    assert list(bad) == ["encryption keys"]


def _set_away(organisation_id: UUID, who: str, until: datetime, now: datetime, session: Session) -> None:
    set_away(session, organisation_id, who, until, now)


def test_everybody_away(world: World) -> None:
    organisation = world.organisation()
    now = datetime.now(UTC)
    until = now + timedelta(days=30)
    for who in ("U0LEAD", "U0DEP"):
        assert "somebody to answer concerns" not in _bad(_run(world))
        world.write(partial(_set_away, organisation.id, who, until, now))
    assert "every lead and deputy is away" in _bad(_run(world))["somebody to answer concerns"]


@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        ("UPDATE staff SET deactivated = true WHERE slack_id IN ('U0LEAD', 'U0DEP')", "can use Slack"),
        ("UPDATE staff SET guest = true WHERE slack_id IN ('U0LEAD', 'U0DEP')", "can use Slack"),
        ("UPDATE staff SET phone = NULL WHERE slack_id IN ('U0LEAD', 'U0DEP')", "phone number"),
    ],
)
def test_nobody_who_covers(world: World, spoil: str, remedy: str) -> None:
    world.write(lambda session: session.execute(text(spoil)))
    assert remedy in _bad(_run(world))["somebody to answer concerns"]


@pytest.mark.parametrize("content", [None, "[]", "nonsense"])
def test_the_contacts_file(world: World, content: str | None) -> None:
    file = world.settings.contacts_file
    file.unlink()
    if content is not None:
        file.touch(0o600)
        file.write_text(content)
    assert list(_bad(_run(world))) == ["contacts file"]


def test_data_that_others_can_open(world: World) -> None:
    world.settings.contacts_file.chmod(0o644)
    assert "contacts.json" in _bad(_run(world))["data files"]


def test_the_mail_server_is_greeted_and_no_mail_is_sent(world: World) -> None:
    mailbox = Mailbox()
    mailbox.start()
    url = SecretStr(mailbox.smtp_url)
    assert _run(world, smtp_url=url, mail_from="bot@example.org")["mail server"].ok
    assert mailbox.messages == []
    mailbox.stop()
    assert "not available" in _bad(_run(world, smtp_url=url, mail_from="bot@example.org"))["mail server"]


def test_the_public_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _run(world, public_url="https://bot.example.org")
    assert found["PUBLIC_URL"].ok
    assert "another machine" in found["FORWARDED_ALLOW_IPS"].line()
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "192.0.2.7")
    assert "FORWARDED_ALLOW_IPS" not in _run(world, public_url="https://bot.example.org")
    assert "https" in _bad(_run(world, public_url="http://bot.example.org"))["PUBLIC_URL"]


def test_every_provider_that_is_used_is_looked_at(world: World) -> None:
    world.write(lambda session: session.execute(update(Organisation).values(options={"providers": ["bigbluebutton"]})))
    found = _run(world)
    assert found["provider manual"].ok
    assert "lack BBB_URL and BBB_SECRET" in _bad(found)["provider bigbluebutton"]
    server = BbbStandIn(secret="s")
    server.start()
    try:
        here: dict[str, Any] = {"bbb_url": server.url, "public_url": "https://bot.example.org"}
        assert _run(world, bbb_secret=SecretStr("s"), **here)["provider bigbluebutton"].ok
        assert "shared secret" in _bad(_run(world, bbb_secret=SecretStr("t"), **here))["provider bigbluebutton"]
        alone = _run(world, bbb_secret=SecretStr("s"), bbb_url=server.url)
        assert "needs PUBLIC_URL" in _bad(alone)["provider bigbluebutton"]
    finally:
        server.stop()


def test_teams_and_meet(world: World, tmp_path: Path) -> None:
    accounts = {
        "providers": ["teams", "meet"],
        "teams_host": "gone@example.org",
        "meet_users": {"U0FAC": "gone@example.org", "U0COW": "sessions@example.org"},
    }
    world.write(lambda session: session.execute(update(Organisation).values(options=accounts)))
    bad = _bad(_run(world))
    assert "lack MS_TENANT_ID, MS_CLIENT_ID and MS_CLIENT_SECRET" in bad["provider teams"]
    assert "lack GOOGLE_CREDENTIALS_FILE" in bad["provider meet"]
    nothing = tmp_path / "nothing.json"
    assert "cannot be read" in _bad(_run(world, google_credentials_file=nothing))["provider meet"]
    with microsoft_365() as graph, workspace() as meet:
        here: dict[str, Any] = {**teams_settings(graph), **meet_settings(meet, tmp_path)}
        here["ms_client_secret"] = SecretStr(here["ms_client_secret"])
        found = _run(world, **here)
        assert found["provider teams"].ok
        assert found["provider meet"].ok
        bad = _bad(found)
        assert {one for one in bad if "teams" in one or "meet" in one} == {"teams_host", "meet of U0FAC"}
        assert "Microsoft Teams has no active user" in bad["teams_host"]
        assert "MS_CLIENT_SECRET" in _bad(_run(world, **{**here, "ms_client_secret": SecretStr("x")}))["provider teams"]
        meet.delegated = False
        assert "domain-wide delegation" in _bad(_run(world, **here))["provider meet"]


def test_zoom_with_and_without_credentials(world: World) -> None:
    world.write(lambda session: session.execute(text("UPDATE organisations SET provider = 'zoom'")))
    assert "the bot’s settings lack ZOOM_ACCOUNT_ID" in _bad(_run(world))["provider zoom"]
    zoom = ZoomStandIn(account_id="a", client_id="c", client_secret="s", users=[])
    zoom.start()
    changes: dict[str, Any] = {"zoom_account_id": "a", "zoom_client_id": "c", "zoom_api_url": zoom.api_url}
    changes |= {"zoom_oauth_url": zoom.oauth_url}
    try:
        assert _run(world, zoom_client_secret=SecretStr("s"), **changes)["provider zoom"].ok
        assert "provider zoom" in _bad(_run(world, zoom_client_secret=SecretStr("wrong"), **changes))
        zoom.world.users.append(ZoomUser("sessions@example.org"))
        accounts = {"zoom_host": "sessions@example.org", "zoom_users": {"U0FAC": "gone@example.org"}}
        world.write(lambda session: session.execute(update(Organisation).values(options=accounts)))
        found = _run(world, zoom_client_secret=SecretStr("s"), **changes)
        assert "no active user" in _bad(found)["zoom of U0FAC"]
        assert "zoom_host" not in found
    finally:
        zoom.stop()


def test_no_mail_server_is_said(world: World) -> None:
    """Without one nobody is told while Slack is down; that is a choice, and must be a known one."""
    assert "SMTP_URL is not set" in _run(world)["mail server"].line()


def test_a_setting_that_is_nearly_one_of_ours_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_ULR", "smtp://mail.example.org")
    monkeypatch.setenv("FACILITATOR_KEY", "1:x")
    lines = [one.line() for one in _run(world).values() if one.what.startswith("setting")]
    assert lines == [
        "note setting FACILITATOR_KEY: nothing reads it; is FACILITATOR_KEYS meant?",
        "note setting SMTP_ULR: nothing reads it; is SMTP_URL meant?",
    ]


def test_slack_out_of_reach_is_not_blamed_on_the_token(world: World) -> None:
    bad = _bad(_run(world, slack_api_url="http://127.0.0.1:9/"))
    assert "did not answer" in bad["Slack"]
    assert "token" not in bad["Slack"]
